package sondera

import (
	"cmp"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// Options say what a gate decides by.
type Options struct {
	Packs  []string            // names of embedded packs, for every agent
	Shared []Source            // for every agent
	Agents map[string][]Source // by slug: for that agent, beside the packs and what is shared
	// Lockdown leaves out the default rules, those of sources with a default of their own included: only what a rule
	// permits runs.
	Lockdown bool
	// Shadow decides and reports, and enforces nothing.
	Shadow bool
	// Redactor replaces secrets in results; nil for every class that package redact knows.
	Redactor Redactor
}

// Redactor replaces secrets in text, and tells where they were. It must be safe for concurrent use.
type Redactor interface {
	Text(text string) (string, []redact.Span)
}

// snapshot is a state of a gate. It is immutable.
type snapshot struct {
	everyone *policySet            // for agents that have no policy of their own
	agents   map[string]*policySet // by slug
	redactor Redactor
	shadow   bool
	err      error // there never was a set that could be loaded
}

// set is the policy set of an agent.
func (s *snapshot) set(agent string) *policySet {
	if ps, ok := s.agents[agent]; ok {
		return ps
	}
	return s.everyone
}

// newSnapshot loads everything that the options name. All faults are reported, joined.
func newSnapshot(o Options) (*snapshot, error) {
	l := loader{options: o}
	shared := l.shared()
	snap := &snapshot{redactor: o.Redactor, shadow: o.Shadow, agents: make(map[string]*policySet, len(o.Agents))}
	snap.everyone = l.set(shared, nil)
	slugs := make([]string, 0, len(o.Agents))
	for slug := range o.Agents {
		slugs = append(slugs, slug)
	}
	slices.Sort(slugs)
	for _, slug := range slugs {
		snap.agents[slug] = l.set(shared, o.Agents[slug])
	}
	if snap.redactor == nil {
		r, err := redact.New(redact.Options{})
		l.fail(err)
		snap.redactor = r
	}
	if err := l.err(); err != nil {
		return nil, err
	}
	return snap, nil
}

// byPlace orders faults as a person reads files.
func byPlace(a, b *LoadError) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
