package sondera

import (
	"math/bits"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// match notes in s which atoms hold for the facts, and which rules they make candidates, in the order of the set.
func (ix *index) match(s *scratch, f *facts.Facts) {
	ix.holdRequest(s, f)
	ix.holdTexts(s, f)
	ix.holdWords(s, f)
	if ix.asks.hasAny(attrPaths, attrExecutes) {
		ix.holdPaths(s, f)
	}
	ix.holdHosts(s, f)
	ix.holdRecipients(s, f)
	for _, rule := range ix.always {
		if ix.filters[rule].passes(s) {
			s.choose(rule)
		}
	}
	for _, atom := range s.held {
		for _, rule := range ix.watchers[atom] {
			if ix.filters[rule].passes(s) {
				s.choose(rule)
			}
		}
	}
	slices.Sort(s.candidates)
}

func (s attributes) hasAny(from, to attribute) bool {
	return s&(1<<(to+1)-1<<from) != 0
}

func (ix *index) holdRequest(s *scratch, f *facts.Facts) {
	ix.holdIs(s, attrPrincipal, f.Agent)
	ix.holdIs(s, attrAction, actionOf(f))
	ix.holdIs(s, attrResource, resourceOf(f))
	ix.holdTruth(s, attrUnderstood, partWhole, f.Understood())
	ix.holdTruth(s, attrKnown, partWhole, f.Known)
	ix.holdTruth(s, attrReads, partNone, len(f.Reads) == 0)
	ix.holdTruth(s, attrWrites, partNone, len(f.Writes) == 0)
	ix.holdTruth(s, attrDeletes, partNone, len(f.Deletes) == 0)
	ix.holdTruth(s, attrExecutes, partNone, len(f.Executes) == 0)
	ix.holdTruth(s, attrPaths, partNone, noPaths(f))
	ix.holdTruth(s, attrHosts, partNone, len(f.Hosts) == 0)
	ix.holdTruth(s, attrRecipients, partNone, len(f.Recipients) == 0)
}

func noPaths(f *facts.Facts) bool {
	return len(f.Reads)+len(f.Writes)+len(f.Deletes)+len(f.Executes) == 0
}

func (ix *index) holdTruth(s *scratch, a attribute, p part, truth bool) {
	i := 0
	if truth {
		i = 1
	}
	s.hold(ix.truth[a][p][i])
}

func (ix *index) holdIs(s *scratch, field attribute, text string) {
	if m := ix.is[field]; m != nil {
		if n, ok := m[text]; ok {
			s.hold(n)
		}
	}
}

func (ix *index) holdTexts(s *scratch, f *facts.Facts) {
	for a := attrTool; a.isText(); a++ {
		if !ix.asks.has(a) {
			continue
		}
		text := textOf(f, a)
		ix.holdIs(s, a, text)
		s.ids = ix.contains[a].matcher.Append(s.ids[:0], &s.found, text)
		for _, id := range s.ids {
			s.hold(ix.contains[a].atoms[id])
		}
	}
}

func textOf(f *facts.Facts, a attribute) string {
	switch a {
	case attrTool:
		return f.Tool
	case attrSession:
		return f.Session
	case attrWorkspace:
		return f.Workspace
	case attrCommand:
		return f.Command
	case attrOutput:
		return f.Output
	case attrMCPServer:
		return f.MCPServer
	default:
		return f.MCPTool
	}
}

func (ix *index) holdWords(s *scratch, f *facts.Facts) {
	s.holdBits(ix.bits[attrTraits], uint64(f.Traits))
	s.holdBits(ix.bits[attrOperations], uint64(f.Operations))
	for a := attrPrograms; a <= attrChannels; a++ {
		m := ix.words[a]
		if m == nil {
			continue
		}
		for _, word := range wordsOf(f, a) {
			if n, ok := m[word]; ok {
				s.hold(n)
			}
		}
	}
	if len(ix.ports) > 0 {
		for _, port := range f.Ports {
			if n, ok := ix.ports[int64(port)]; ok {
				s.hold(n)
			}
		}
	}
}

func wordsOf(f *facts.Facts, a attribute) []string {
	switch a {
	case attrPrograms:
		return f.Programs
	case attrFlags:
		return f.Flags
	case attrLanguages:
		return f.Languages
	case attrPackages:
		return f.Packages
	case attrChannels:
		return f.Channels
	case attrTraits:
		return f.Traits.Names()
	default:
		return f.Operations.Names()
	}
}

// holdBits notes the atoms of the bits of a set.
func (s *scratch) holdBits(row []int32, set uint64) {
	for ; set != 0; set &= set - 1 {
		if i := bits.TrailingZeros64(set); i < len(row) {
			s.hold(row[i])
		}
	}
}
