package reconcile

import (
	"maps"
	"slices"
)

// intent is the ledger of everything that this run may write, on top of what the last one left.
func (r *run) intent(w wanted) ledger {
	l := r.before.clone()
	for _, f := range w.files {
		if f.group != groupKeys && f.group != groupCredentials { // shared files are never removed with a group
			l.Files[f.path] = f.group
		}
	}
	for _, a := range r.want.agents {
		if a.err == nil {
			l.Workspaces = append(l.Workspaces, a.slug)
		}
	}
	slices.Sort(l.Workspaces)
	l.Workspaces = slices.Compact(l.Workspaces)
	l.Providers = r.want.providers
	return l
}

// conclude works out the ledger as it stands after the changes.
func (r *run) conclude() {
	maps.DeleteFunc(r.after.Files, func(name string, _ group) bool { return r.gone[name] })
	configErr := r.failed[groupConfig]
	for _, a := range r.want.agents {
		if r.agentError(a) == nil && (configErr == nil || r.registered(a)) {
			r.after.Agents[a.slug] = r.applied(a)
		}
	}
	finished := func(slug string) bool { return !r.wants(slug) && r.failed[agentGroup(slug)] == nil && configErr == nil }
	maps.DeleteFunc(r.after.Agents, func(slug string, _ appliedAgent) bool { return finished(slug) })
	r.after.Workspaces = slices.DeleteFunc(r.after.Workspaces, finished)
	if r.failed[groupMachine] == nil && configErr == nil {
		r.after.Settings = r.want.settingsDigest
	}
	if r.want.keysErr == nil && r.failed[groupKeys] == nil {
		r.after.AuthorizedKeys = r.want.keysDigest
	}
}

// registered reports whether openclaw.json already says of an agent what it has to.
func (r *run) registered(a agent) bool {
	known, ok := r.before.Agents[a.slug]
	return ok && known.Name == a.doc.Name && known.Model == a.doc.Model
}

func (r *run) applied(a agent) appliedAgent {
	return appliedAgent{
		Digest: a.digest, Name: a.doc.Name, Model: a.doc.Model, PolicyID: a.doc.PolicyID,
		PolicyDigest: r.want.policies[a.doc.PolicyID].digest,
	}
}
