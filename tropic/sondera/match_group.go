package sondera

import (
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/pattern"
)

// pathLists are the lists of paths in facts, by attribute.
func pathLists(f *facts.Facts) [4]struct {
	attribute
	paths []facts.Path
} {
	return [4]struct {
		attribute
		paths []facts.Path
	}{{attrReads, f.Reads}, {attrWrites, f.Writes}, {attrDeletes, f.Deletes}, {attrExecutes, f.Executes}}
}

// holdPaths notes what any and all of the paths of each group match. The group paths has those of all four.
func (ix *index) holdPaths(s *scratch, f *facts.Facts) {
	at := pattern.Place{Home: f.Home, Workspace: f.Workspace}
	matching := ix.groups[attrPaths].any
	for a := attrReads; a <= attrExecutes; a++ {
		matching = matching || ix.groups[a].any
	}
	total, union, common, allSecret := 0, facts.PathClasses(0), ^facts.PathClasses(0), true
	for _, list := range pathLists(f) {
		var some facts.PathClasses
		every, secret := ^facts.PathClasses(0), true
		for i := range list.paths {
			p := &list.paths[i]
			some |= p.Classes
			every &= p.Classes
			secret = secret && p.Classes&facts.Secret != 0
			if matching {
				ix.countPath(s, list.attribute, p, at)
			}
		}
		ix.holdClasses(s, list.attribute, len(list.paths), uint64(some), uint64(every), some&facts.Secret != 0, secret)
		ix.holdPatterns(s, list.attribute, len(list.paths))
		total += len(list.paths)
		union |= some
		common &= every
		allSecret = allSecret && secret
	}
	ix.holdClasses(s, attrPaths, total, uint64(union), uint64(common), union&facts.Secret != 0, allSecret)
	ix.holdPatterns(s, attrPaths, total)
}

// holdClasses notes classes: those in some, and those in every of n items.
func (ix *index) holdClasses(s *scratch, a attribute, n int, some, every uint64, anySecret, allSecret bool) {
	if n == 0 {
		return
	}
	g := &ix.groups[a]
	s.holdBits(g.classes[partAny], some)
	s.holdBits(g.classes[partAll], every)
	if anySecret {
		s.hold(g.secret[partAny])
	}
	if allSecret {
		s.hold(g.secret[partAll])
	}
}

// countPath notes which patterns a path may match, and counts those that it is sure to match.
func (ix *index) countPath(s *scratch, a attribute, p *facts.Path, at pattern.Place) {
	s.ids = ix.paths.Append(s.ids[:0], &s.walk, p.Text, p.Pattern, at, pattern.Some)
	ix.holdAny(s, a, s.ids)
	ix.holdAny(s, attrPaths, s.ids)
	if p.Pattern {
		s.ids = ix.paths.Append(s.ids[:0], &s.walk, p.Text, true, at, pattern.Every)
	}
	s.tally.add(a, s.ids, len(ix.groups[a].patterns[partAll]))
	s.tally.add(attrPaths, s.ids, len(ix.groups[a].patterns[partAll]))
}

func (ix *index) holdAny(s *scratch, a attribute, ids []int) {
	row := ix.groups[a].patterns[partAny]
	for _, id := range ids {
		s.hold(row[id])
	}
}

// add counts one item that matches the patterns with the given ids, each at most once.
func (t *tally) add(a attribute, ids []int, patterns int) {
	if len(t.count[a]) < patterns {
		t.count[a] = make([]int32, patterns)
	}
	for _, id := range ids {
		if t.count[a][id] == 0 {
			t.touched[a] = append(t.touched[a], id)
		}
		t.count[a][id]++
	}
}

// holdPatterns notes the patterns that each of n items matched, and empties the tally for the next decision.
func (ix *index) holdPatterns(s *scratch, a attribute, n int) {
	row, t := ix.groups[a].patterns[partAll], &s.tally
	for _, id := range t.touched[a] {
		if int(t.count[a][id]) == n {
			s.hold(row[id])
		}
		t.count[a][id] = 0
	}
	t.touched[a] = t.touched[a][:0]
}

func (ix *index) holdHosts(s *scratch, f *facts.Facts) {
	if !ix.asks.has(attrHosts) || len(f.Hosts) == 0 {
		return
	}
	some, every := facts.HostClasses(0), ^facts.HostClasses(0)
	for i := range f.Hosts {
		h := &f.Hosts[i]
		some |= h.Classes
		every &= h.Classes
		if ix.groups[attrHosts].any {
			s.ids = ix.hosts.Append(s.ids[:0], h.Name)
			ix.count(s, attrHosts)
		}
	}
	ix.holdClasses(s, attrHosts, len(f.Hosts), uint64(some), uint64(every), false, false)
	ix.holdPatterns(s, attrHosts, len(f.Hosts))
}

func (ix *index) holdRecipients(s *scratch, f *facts.Facts) {
	if !ix.groups[attrRecipients].any {
		return
	}
	for _, r := range f.Recipients {
		s.ids = ix.recipients.Append(s.ids[:0], r)
		ix.count(s, attrRecipients)
	}
	ix.holdPatterns(s, attrRecipients, len(f.Recipients))
}

// count notes the patterns in s.ids for one host or recipient.
func (ix *index) count(s *scratch, a attribute) {
	ix.holdAny(s, a, s.ids)
	s.tally.add(a, s.ids, len(ix.groups[a].patterns[partAll]))
}
