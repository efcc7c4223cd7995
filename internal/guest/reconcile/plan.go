package reconcile

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// observation is what lies at a path that is wanted or known.
type observation struct {
	entry tree.Entry
	same  bool  // a file holds exactly what is wanted
	err   error // it could not be looked at
}

// plan is what has to change, in the order in which it is done. It is computed from what is wanted, what Tropic wrote
// before and what lies there; computing it changes nothing.
type plan struct {
	clear    []removal // what stands where a directory has to be, or below where a file has to be
	dirs     []dir     // parents first
	writes   []file
	removals []removal
}

// removal takes away a file that Tropic wrote, and the directories it leaves empty, up to and without stop.
type removal struct {
	path  string
	stop  string
	group group
}

func (p plan) empty() bool {
	return len(p.clear)+len(p.dirs)+len(p.writes)+len(p.removals) == 0
}

// observe looks at everything that is wanted or known to the ledger. It follows no link and changes nothing.
func observe(t *tree.Tree, w wanted, l ledger) map[string]observation {
	seen := make(map[string]observation, len(w.dirs)+len(w.files)+len(l.Files))
	look := func(name string) observation {
		entry, err := t.Lstat(name)
		if isBlocked(err) {
			// Below a link or a file there is nothing of ours; what is wrong is seen at that level.
			return observation{}
		}
		return observation{entry: entry, err: err}
	}
	for _, d := range w.dirs {
		seen[d.path] = look(d.path)
	}
	for _, f := range w.files {
		seen[f.path] = observeFile(t, f)
	}
	for _, f := range w.gone {
		seen[f.path] = look(f.path)
	}
	for name := range l.Files {
		if _, known := seen[name]; !known {
			seen[name] = look(name)
		}
	}
	return seen
}

func observeFile(t *tree.Tree, f file) observation {
	content, entry, err := t.Read(f.path, int64(len(f.content)))
	switch {
	case isBlocked(err):
		return observation{}
	case isTooLarge(err): // and so not the same
		return observation{entry: entry}
	}
	return observation{entry: entry, err: err, same: err == nil && entry.Kind == tree.File && bytes.Equal(content, f.content)}
}

// makePlan is pure. keep says which groups are left as they are, because their documents could not be used.
func makePlan(w wanted, l ledger, seen map[string]observation, keep func(group) bool) plan {
	var p plan
	for _, d := range w.dirs {
		if o := seen[d.path]; o.err != nil || o.entry.Kind != tree.Directory || o.entry.Owner != d.owner ||
			o.entry.Mode != d.modeFor(o.entry) {
			p.dirs = append(p.dirs, d)
		}
	}
	for _, f := range w.files {
		if o := seen[f.path]; o.err != nil || !o.same || o.entry.Owner != f.owner || o.entry.Mode != f.mode {
			p.writes = append(p.writes, f)
		}
	}
	for _, f := range w.gone {
		if o := seen[f.path]; o.err != nil || o.entry.Kind != tree.Absent {
			p.removals = append(p.removals, removal{path: f.path, stop: path.Dir(f.path), group: f.group})
		}
	}
	p.planRemovals(w, l, keep)
	slices.SortStableFunc(p.writes, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return p
}

// planRemovals takes away what Tropic wrote and no longer wants. Most of it goes last, so that a run that fails
// leaves more rather than less; what stands in the way of the new goes first.
func (p *plan) planRemovals(w wanted, l ledger, keep func(group) bool) {
	files, dirs, groups := map[string]bool{}, map[string]bool{}, map[group]bool{}
	for _, f := range w.files {
		files[f.path] = true
		groups[f.group] = true
	}
	for _, f := range w.gone {
		files[f.path] = true
	}
	for _, d := range w.dirs {
		dirs[d.path] = true
		groups[d.group] = true
	}
	for _, name := range slices.Sorted(maps.Keys(l.Files)) {
		g := l.Files[name]
		if files[name] || keep(g) {
			continue
		}
		r := removal{path: name, stop: stopOf(name, g, groups[g]), group: g}
		if dirs[name] || belowAny(name, files) {
			p.clear = append(p.clear, r)
		} else {
			p.removals = append(p.removals, r)
		}
	}
}

// stopOf returns the directory that stays, however empty: the workspace of an agent that stays, or what all agents or
// policies share.
func stopOf(name string, g group, stays bool) string {
	slug, ok := g.slug()
	switch {
	case !ok:
		return path.Dir(name)
	case stays:
		return openclaw.Workspace(slug)
	default:
		return openclaw.WorkspaceRoot
	}
}

func belowAny(name string, files map[string]bool) bool {
	for parent := path.Dir(name); parent != "/" && parent != "."; parent = path.Dir(parent) {
		if files[parent] {
			return true
		}
	}
	return false
}
