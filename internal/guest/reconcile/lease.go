package reconcile

import (
	"context"
	"maps"
	"path"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
)

// groupLease is the timer that ends the machine when its lease has: not part of groupMachine, so that one does not fail
// the other.
const groupLease group = "lease timer"

// addLease adds the units of the lease's timer. Every machine has them, as its tag alone says whether it is bound.
func (w *wanted) addLease(who accounts) {
	units := lease.Units()
	dirs := []string{path.Dir(lease.UnitDir), lease.UnitDir}
	for _, name := range slices.Sorted(maps.Keys(units)) {
		dirs = append(dirs, path.Dir(name))
		w.files = append(w.files, file{path: name, content: []byte(units[name]), owner: who.root, mode: 0o644, group: groupLease})
	}
	slices.Sort(dirs) // parents first
	for _, name := range slices.Compact(dirs) {
		w.dirs = append(w.dirs, dir{path: name, owner: who.root, mode: 0o755, group: groupLease, loose: true})
	}
}

// isLeaseUnit reports whether a path is one of the timer's.
func isLeaseUnit(name string) bool {
	_, ok := lease.Units()[name]
	return ok
}

// restartLease has systemd read the new units, and starts the timer on them.
func (r *run) restartLease(ctx context.Context) (restarted bool, err error) {
	if err := r.Services.ReadUnits(ctx); err != nil {
		return false, err
	}
	return r.Services.Restart(ctx, lease.Timer)
}
