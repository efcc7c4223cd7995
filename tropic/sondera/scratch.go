package sondera

import (
	"iter"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/pattern"
)

// scratch is the memory of one decision, kept for the next.
type scratch struct {
	held  []int32 // atoms that hold, each once
	marks []uint32
	epoch uint32

	candidates []int32
	chosen     []uint32 // by rule: the epoch in which it became a candidate
	rules      []*rule  // of the set

	walk   pattern.Walk
	found  pattern.Found
	ids    []int
	values []types.Value
	tally  tally
}

// tally counts, by pattern, how many items of each group match.
type tally struct {
	count   [attributeCount][]int32
	touched [attributeCount][]int
}

func (s *scratch) begin(ix *index, rules []*rule) {
	s.held, s.candidates, s.rules = s.held[:0], s.candidates[:0], rules
	if len(s.marks) < len(ix.atoms) {
		s.marks = make([]uint32, len(ix.atoms))
		s.chosen = make([]uint32, max(len(rules), len(s.chosen)))
		s.epoch = 0
	}
	if len(s.chosen) < len(rules) {
		s.chosen = make([]uint32, len(rules))
	}
	s.epoch++
	if s.epoch == 0 { // after 4 billion decisions old marks could be taken for new ones
		clear(s.marks)
		clear(s.chosen)
		s.epoch = 1
	}
}

// release forgets what must not be kept alive.
func (s *scratch) release() { s.rules = nil }

// hold notes that an atom holds. -1 is no atom.
func (s *scratch) hold(n int32) {
	if n >= 0 && s.marks[n] != s.epoch {
		s.marks[n] = s.epoch
		s.held = append(s.held, n)
	}
}

func (s *scratch) holds(n int32) bool { return s.marks[n] == s.epoch }

// choose makes a rule a candidate.
func (s *scratch) choose(rule int32) {
	if s.chosen[rule] != s.epoch {
		s.chosen[rule] = s.epoch
		s.candidates = append(s.candidates, rule)
	}
}

// All makes the candidates what cedar-go evaluates.
func (s *scratch) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, c := range s.candidates {
			if r := s.rules[c]; !yield(cedar.PolicyID(r.ID), r.policy) {
				return
			}
		}
	}
}
