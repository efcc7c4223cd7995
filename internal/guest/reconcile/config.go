package reconcile

import (
	"context"
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// maxConfig bounds an openclaw.json that is read.
const maxConfig = 4 << 20

// observeConfig reads openclaw.json and reports whether it has to be written, if all agents can be.
func (r *run) observeConfig() bool {
	r.config = r.readConfig()
	return len(r.staleConfig()) > 0
}

// readConfig returns the openclaw.json that the gateway runs on; one that cannot be read is as good as none.
func (r *run) readConfig() []byte {
	content, _, err := r.tree.Read(openclaw.ConfigPath, maxConfig)
	if err != nil {
		return nil
	}
	return content
}

// staleConfig returns openclaw.json and its copy, as far as they are not what they have to be. The gateway's own comes
// first.
func (r *run) staleConfig() []file {
	content, ok := r.renderConfig()
	if !ok {
		return nil
	}
	owner := tree.Owner{UID: r.who.root.UID, GID: r.who.ubuntu.GID} // ubuntu may read it, and not write it
	var stale []file
	for _, f := range []file{
		{path: openclaw.ConfigPath, content: content, owner: owner, mode: 0o640, group: groupConfig},
		{path: openclaw.ConfigCopyPath, content: content, owner: owner, mode: 0o640, group: groupConfigCopy},
	} {
		if o := observeFile(r.tree, f); o.err != nil || !o.same || o.entry.Owner != f.owner || o.entry.Mode != f.mode {
			stale = append(stale, f)
		}
	}
	return stale
}

// renderConfig renders openclaw.json with the agents that can run: those whose documents were applied, and those whose
// last ones were.
func (r *run) renderConfig() ([]byte, bool) {
	if r.want.gatewayToken == "" {
		r.fail(groupConfig, fmt.Errorf("left as it is: the gateway token is absent or malformed; want 48 hexadecimal characters in %s",
			manifest.GatewayTokenPath(r.InstanceID)))
		return nil, false
	}
	c := openclaw.Config{
		Model: r.want.settings.Model, GatewayToken: r.want.gatewayToken,
		AllowedOrigins: r.want.settings.AllowedOrigins,
	}
	for _, a := range r.want.agents {
		applied, known := r.before.Agents[a.slug]
		switch {
		case r.agentError(a) == nil:
			c.Agents = append(c.Agents, openclaw.Agent{Slug: a.slug, Name: a.doc.Name, Model: a.doc.Model})
		case known:
			c.Agents = append(c.Agents, openclaw.Agent{Slug: a.slug, Name: applied.Name, Model: applied.Model})
		}
	}
	raw, err := openclaw.Render(c)
	if err != nil {
		r.fail(groupConfig, err)
		return nil, false
	}
	return raw, true
}

// writeConfig comes after the workspaces: the gateway takes up a new agent within seconds, and must find its files.
func (r *run) writeConfig(ctx context.Context) {
	r.build(ctx, r.tree, plan{writes: r.staleConfig()}, nil)
}
