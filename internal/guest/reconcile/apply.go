package reconcile

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// outcome is what an apply did, and which groups it failed for and why.
type outcome struct {
	changed, removed []string
	gone             map[string]bool // paths that are nobody's any more
	failed           map[group]error
}

func newOutcome() *outcome { return &outcome{gone: map[string]bool{}, failed: map[group]error{}} }

// fail keeps the first failure of a group: those after it follow from it.
func (o *outcome) fail(g group, err error) {
	if _, known := o.failed[g]; !known {
		o.failed[g] = err
	}
}

// build clears what is in the way and makes directories and files. A group that failed is left alone from there on.
func (o *outcome) build(ctx context.Context, t *tree.Tree, p plan, seen map[string]observation) {
	for _, r := range p.clear {
		o.remove(ctx, t, r)
	}
	for _, d := range p.dirs {
		o.each(ctx, d.group, func() error {
			changed, err := t.MakeDir(d.path, d.owner, d.modeFor(seen[d.path].entry))
			if changed && err == nil {
				o.changed = append(o.changed, d.path)
			}
			return err
		})
	}
	for _, f := range p.writes {
		o.each(ctx, f.group, func() error {
			err := t.Write(f.path, f.content, f.owner, f.mode)
			if err == nil {
				o.changed = append(o.changed, f.path)
			}
			return err
		})
	}
}

// takeAway does the removals of all groups that keep does not name.
func (o *outcome) takeAway(ctx context.Context, t *tree.Tree, removals []removal, keep func(group) bool) {
	for _, r := range removals {
		if !keep(r.group) {
			o.remove(ctx, t, r)
		}
	}
}

func (o *outcome) remove(ctx context.Context, t *tree.Tree, r removal) {
	o.each(ctx, r.group, func() error {
		if err := t.Sweep(r.path); err != nil && !isBlocked(err) {
			return err
		}
		removed, err := t.Remove(r.path)
		if isBlocked(err) {
			err = nil // what lies there, or on the way there, is not what Tropic wrote
		}
		if err != nil {
			return err
		}
		if removed {
			o.removed = append(o.removed, r.path)
		}
		if err := o.prune(t, r); err != nil {
			return err // the ledger keeps the path, so that the next run prunes again
		}
		o.gone[r.path] = true
		return nil
	})
}

// prune removes the directories above a removed file that are empty now. It looks at all of them: a killed run may have
// removed the lower ones.
func (o *outcome) prune(t *tree.Tree, r removal) error {
	for dir := path.Dir(r.path); strings.HasPrefix(dir, r.stop+"/"); dir = path.Dir(dir) {
		pruned, err := t.Prune(dir)
		if err != nil && !isBlocked(err) {
			return err
		}
		if pruned {
			o.removed = append(o.removed, dir)
		}
	}
	return nil
}

// each runs one change unless its group has failed or the run was cancelled.
func (o *outcome) each(ctx context.Context, g group, change func() error) {
	if o.failed[g] != nil {
		return
	}
	err := context.Cause(ctx)
	if err != nil {
		err = fmt.Errorf("interrupted: %w", err)
	} else {
		err = change()
	}
	if err != nil {
		o.fail(g, err)
	}
}

func isBlocked(err error) bool {
	var blocked *tree.BlockedError
	return errors.As(err, &blocked)
}

func isTooLarge(err error) bool { return errors.Is(err, tree.ErrTooLarge) }
