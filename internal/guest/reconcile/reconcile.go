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
		names = append(names, openclaw.ConfigPath, openclaw.ConfigCopyPath, openclaw.EnvironmentPath, authorizedKeysPath)
		names = append(names, slices.Sorted(maps.Keys(r.before.Files))...)
	}
	for _, name := range names {
		if err := r.tree.Sweep(name); err != nil && !isBlocked(err) {
			r.Logger.Warn("temporary file stays", "of", name, "error", err)
		}
	}
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

func (r *run) problem(format string, args ...any) {
	sentence := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	r.Logger.Error(sentence)
	r.problems = append(r.problems, sentence)
}
