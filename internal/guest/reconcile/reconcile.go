// Package reconcile makes a machine equal to its desired state: it pulls the documents, writes the files that follow
// from them, removes what is no longer wanted, restarts what runs on a replaced file, looks whether it came up, and
// says what it did.
//
// A reconcile may be killed at any point, run twice at once, or meet a full disk: each file is old or new, never
// between, and the next run finishes. When there is nothing to do it writes nothing. When the desired state cannot be
// read it changes nothing.
package reconcile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Options say which machine to reconcile, and with what. Store and InstanceID are required.
type Options struct {
	Store      manifest.Store
	InstanceID string
	Root       string // where the machine's files begin; empty = "/"
	Version    string // of the guest, for the status
	Services   service.Set
	// HealthLimit bounds how long to wait for a starting gateway; 0 = look once.
	HealthLimit time.Duration
	Logger      *slog.Logger     // nil = none
	Now         func() time.Time // nil = time.Now
	// Before is called before every step that changes the disk, and may stand for its failure; nil = none.
	Before func(op tree.Op, path string) error
}

// Run reconciles once. The report is always complete; its problems are what went wrong with parts. An error means that
// nothing was done, because the desired state could not be read or the machine is not one of Tropic's.
func Run(ctx context.Context, o Options) (manifest.Report, error) {
	o = o.withDefaults()
	begun := o.Now()
	r := &run{Options: o, outcome: newOutcome()}
	err := r.reconcile(ctx)
	if err != nil {
		r.problem("%v", err)
	}
	return r.report(o.Now().Sub(begun)), err
}

func (o Options) withDefaults() Options {
	if o.Root == "" {
		o.Root = "/"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// run is one reconcile under way.
type run struct {
	Options
	*outcome
	tree   *tree.Tree
	who    accounts
	before ledger // as found
	onDisk ledger // as last written
	after  ledger // as it will be left
	want   desired

	config    []byte           // openclaw.json as found
	causes    map[group]string // units that run on a file of the group that this run replaces
	restarted []string
	kept      []string
	status    manifest.Status
	problems  []string
}

func (r *run) reconcile(ctx context.Context) (err error) {
	r.status = manifest.Status{InstanceID: r.InstanceID, GuestVersion: r.Version, ReportedAt: r.Now().UTC()}
	if r.tree, err = tree.Open(r.Root); err != nil {
		return err
	}
	defer r.tree.Close() //nolint:errcheck // read only
	r.tree.Before = r.Before
	if r.who, err = readAccounts(r.tree); err != nil {
		return err
	}
	unlock, err := r.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()

	var damage string
	if r.before, damage, err = loadLedger(r.tree); err != nil {
		return err
	}
	r.onDisk = r.before
	r.want, err = load(ctx, r.Store, r.InstanceID, r.before)
	if errors.Is(err, errNotProvisioned) {
		r.problem("%v", err)
		return nil
	}
	if err != nil {
		return err
	}
	if damage != "" {
		r.problem("%s", damage)
	}
	r.problems = append(r.problems, r.want.problems...)
	r.makeEqual(ctx)
	r.settle(ctx)
	r.tell(ctx)
	return nil
}

// lock serialises reconciles. The lock lies in /run: it has to work on a full disk, and means nothing after a boot.
func (r *run) lock(ctx context.Context) (unlock func(), err error) {
	if _, err := r.tree.MakeDir(runDir, r.who.root, 0o755); err != nil {
		return nil, err
	}
	return r.tree.Lock(ctx, lockPath)
}

// makeEqual changes the files of the machine to what is wanted.
func (r *run) makeEqual(ctx context.Context) {
	r.sweep()
	w := want(r.tree, r.who, r.want)
	for g, err := range w.trouble {
		r.fail(g, err)
	}
	seen := observe(r.tree, w, r.before)
	configDue := r.observeConfig()
	todo := makePlan(w, r.before, seen, r.keeps)
	r.after = r.intent(w)
	if !todo.empty() || configDue || len(r.abandoned()) > 0 && r.failed[groupConfig] == nil {
		r.after.Dirty = true
		r.causes = r.restartCauses(todo, configDue)
		r.after.Restart = r.restartsDue()
		if err := r.after.save(r.tree, r.who.root); err != nil {
			r.refuse(todo, err)
			return
		}
		r.onDisk = r.after.clone()
		r.build(ctx, r.tree, todo, seen)
		r.writeConfig(ctx)
		r.takeAway(ctx, r.tree, todo.removals, r.keeps)
		r.keepRest()
	}
	r.conclude()
}

// sweep removes temporary files of a run that was killed.
func (r *run) sweep() {
	names := []string{ledgerPath}
	if r.before.Dirty {
		names = append(names, configPath, environmentPath, authorizedKeysPath)
		names = append(names, slices.Sorted(maps.Keys(r.before.Files))...)
	}
	for _, name := range names {
		if err := r.tree.Sweep(name); err != nil && !isBlocked(err) {
			r.Logger.Warn("temporary file stays", "of", name, "error", err)
		}
	}
}

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

// abandoned are the agents that are no longer wanted and whose workspace Tropic made.
func (r *run) abandoned() []string {
	return slices.DeleteFunc(slices.Clone(r.before.Workspaces), r.wants)
}

// wants reports whether the desired state names an agent, be its document of use or not.
func (r *run) wants(slug string) bool {
	return slices.ContainsFunc(r.want.agents, func(a agent) bool { return a.slug == slug })
}

// keeps reports whether a group's files stay as they are: those of an agent whose document or files could not be
// used, and of the policy it still runs under.
func (r *run) keeps(g group) bool {
	if r.failed[g] != nil {
		return true
	}
	if _, ofAgent := g.slug(); ofAgent && r.failed[groupConfig] != nil {
		return true // the gateway may still run it
	}
	for _, a := range r.want.agents {
		if r.agentError(a) == nil {
			continue
		}
		if g == agentGroup(a.slug) {
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
	if err := r.failed[agentGroup(a.slug)]; err != nil {
		return err
	}
	if a.doc.PolicyID != "" {
		return r.failed[policyGroup(a.doc.PolicyID)]
	}
	return nil
}

// observeConfig reads openclaw.json and reports whether it has to be written, if all agents can be.
func (r *run) observeConfig() bool {
	f, ok := r.configFile()
	if !ok {
		return false
	}
	content, entry, err := r.tree.Read(configPath, 4<<20)
	r.config = content
	return err != nil || entry.Owner != f.owner || entry.Mode != f.mode || string(content) != string(f.content)
}

// configFile renders openclaw.json with the agents that can run: those whose documents were applied, and those whose
// last ones were.
func (r *run) configFile() (file, bool) {
	if r.want.gatewayToken == "" {
		r.fail(groupConfig, fmt.Errorf("left as it is: the gateway token is absent or malformed; want 48 hexadecimal characters in %s",
			manifest.GatewayTokenPath(r.InstanceID)))
		return file{}, false
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
		return file{}, false
	}
	owner := tree.Owner{UID: r.who.root.UID, GID: r.who.ubuntu.GID} // ubuntu may read it, and not write it
	return file{path: configPath, content: raw, owner: owner, mode: 0o640, group: groupConfig}, true
}

// writeConfig comes after the workspaces: the gateway takes up a new agent within seconds, and must find its files.
func (r *run) writeConfig(ctx context.Context) {
	f, ok := r.configFile()
	if !ok {
		return
	}
	if o := observeFile(r.tree, f); o.err == nil && o.same && o.entry.Owner == f.owner && o.entry.Mode == f.mode {
		return
	}
	r.build(ctx, r.tree, plan{writes: []file{f}}, nil)
}

// restartCauses says which units run on files that this run replaces.
func (r *run) restartCauses(todo plan, configDue bool) map[group]string {
	causes := map[group]string{}
	if slices.ContainsFunc(todo.writes, func(f file) bool { return f.path == environmentPath }) ||
		slices.ContainsFunc(todo.removals, func(f removal) bool { return f.path == environmentPath }) {
		causes[groupCredentials] = service.Gateway
	}
	if f, ok := r.configFile(); ok && configDue && openclaw.NeedsRestart(r.config, f.content) {
		causes[groupConfig] = service.Gateway
	}
	return causes
}

// restartsDue are the units left over from the last run, and those of this run's causes that did not fail.
func (r *run) restartsDue() []string {
	due := slices.Clone(r.before.Restart)
	for g, unit := range r.causes {
		if r.failed[g] == nil {
			due = append(due, unit)
		}
	}
	slices.Sort(due)
	return slices.Compact(due)
}

// refuse is for a disk that does not even take the ledger: nothing was changed.
func (r *run) refuse(todo plan, err error) {
	r.after = r.before.clone()
	err = fmt.Errorf("nothing was changed: %w", err)
	r.fail(groupMachine, err)
	r.fail(groupConfig, err)
	for _, d := range todo.dirs {
		r.fail(d.group, err)
	}
	for _, f := range todo.writes {
		r.fail(f.group, err)
	}
	for _, f := range slices.Concat(todo.clear, todo.removals) {
		r.fail(f.group, err)
	}
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

// settle restarts what runs on replaced files, writes the ledger and waits for the gateway.
func (r *run) settle(ctx context.Context) {
	var left []string
	for _, unit := range r.restartsDue() {
		restarted, err := r.Services.Restart(ctx, unit)
		if err != nil {
			left = append(left, unit)
			r.problem("%s runs on replaced files: %v", unit, err)
		}
		if restarted {
			r.restarted = append(r.restarted, unit)
		}
	}
	r.after.Restart, r.after.Dirty = left, false
	if !r.after.equal(r.onDisk) {
		if err := r.after.save(r.tree, r.who.root); err != nil {
			r.problem("the ledger could not be written, so the next run does this one's work again: %v", err)
		}
	}
	r.status.Services = r.Services.Settle(ctx, r.HealthLimit)
}

func (r *run) problem(format string, args ...any) {
	sentence := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	r.Logger.Error(sentence)
	r.problems = append(r.problems, sentence)
}
