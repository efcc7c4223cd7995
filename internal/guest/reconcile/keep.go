package reconcile

import (
	"cmp"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
)

// keeps reports whether a group's files stay as they are: those of an agent whose document or files could not be
// used, its policy at the gate, and the policy it still runs under.
func (r *run) keeps(g group) bool {
	if r.failed[g] != nil {
		return true
	}
	_, ofAgent := g.slug()
	_, ofGate := g.guarded()
	if (ofAgent || ofGate) && r.failed[groupConfig] != nil {
		return true // the gateway may still run it
	}
	for _, a := range r.want.agents {
		if r.agentError(a) == nil {
			continue
		}
		if g == agentGroup(a.slug) || g == gateGroup(a.slug) {
			return true
		}
		if id := r.before.Agents[a.slug].PolicyID; id != "" && g == policyGroup(id) {
			return true
		}
	}
	return g == groupMachine
}

// agentError is why an agent is not as its document wants it.
func (r *run) agentError(a agent) error {
	if a.err != nil {
		return a.err
	}
	if err := cmp.Or(r.failed[agentGroup(a.slug)], r.failed[gateGroup(a.slug)]); err != nil {
		return err
	}
	if a.doc.PolicyID != "" {
		return r.failed[policyGroup(a.doc.PolicyID)]
	}
	return nil
}

// abandoned are the agents that are no longer wanted and whose workspace Tropic made.
func (r *run) abandoned() []string {
	return slices.DeleteFunc(slices.Clone(r.before.Workspaces), r.wants)
}

// wants reports whether the desired state names an agent, be its document of use or not.
func (r *run) wants(slug string) bool {
	return slices.ContainsFunc(r.want.agents, func(a agent) bool { return a.slug == slug })
}

// keepRest removes the workspaces of agents that were removed, as far as they are empty, and lists what is left in
// them: the agent wrote it, so it stays.
func (r *run) keepRest() {
	for _, slug := range r.abandoned() {
		g := agentGroup(slug)
		if r.keeps(g) {
			continue
		}
		if pruned, err := r.tree.Prune(openclaw.Workspace(slug)); err != nil && !isBlocked(err) {
			r.fail(g, err)
			continue
		} else if pruned {
			r.removed = append(r.removed, openclaw.Workspace(slug))
		}
		left, err := r.tree.List(openclaw.Workspace(slug), maxListed)
		if err != nil {
			r.fail(g, err)
		}
		r.kept = append(r.kept, left...)
	}
	slices.Sort(r.kept)
}
