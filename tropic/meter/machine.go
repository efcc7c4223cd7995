package meter

import (
	"slices"
	"sort"
)

// machine is what is known of a machine of the account, and what follows from it.
type machine struct {
	facts    []*Fact   // in order
	segments []Segment // in order
	rates    timeline
}

// from lists the segments that end after an instant.
func (m *machine) from(at Instant) []Segment {
	return m.segments[sort.Search(len(m.segments), func(n int) bool { return m.segments[n].To > at }):]
}

// file puts a new fact where it belongs, and remembers what does not follow from the facts any more.
func (a *Account) file(f *Fact) {
	a.wallet = nil
	switch f.Kind {
	case Grant, Adjust:
		a.funds = insert(a.funds, f)
	case Limit:
		a.limits = insert(a.limits, f)
		a.calendar = nil
	default:
		m := a.machines[f.Instance]
		if m == nil {
			m = &machine{}
			a.machines[f.Instance] = m
		}
		m.facts = insert(m.facts, f)
		a.stale[f.Instance] = true
	}
}

// insert puts a fact into a list that is in order.
func insert(list []*Fact, f *Fact) []*Fact {
	at, _ := slices.BinarySearchFunc(list, f, order)
	return slices.Insert(list, at, f)
}

// derive works out what follows from the facts, anew for those machines only that it has changed for.
func (a *Account) derive() error {
	if a.calendar == nil {
		c, err := newCalendar(a.limits)
		if err != nil {
			return err
		}
		a.calendar = c
	}
	if len(a.stale) == 0 {
		return nil
	}
	fresh := make(map[string][]Segment, len(a.stale))
	for name := range a.stale {
		s, err := segments(a.book, a.machines[name].facts)
		if err != nil {
			return err
		}
		fresh[name] = s
	}
	differences := make([]timeline, 0, len(fresh))
	for name, s := range fresh {
		m, rates := a.machines[name], timelineOf(s)
		differences = append(differences, rates.plus(m.rates.negative()))
		m.segments, m.rates = s, rates
		a.unmerged[name] = true
	}
	a.rates.add(together(differences))
	clear(a.stale)
	return nil
}

// merge brings the segments of all machines into one order. Those of machines that changed are replaced.
func (a *Account) merge() []Segment {
	if len(a.unmerged) == 0 {
		return a.merged
	}
	var fresh []Segment
	for name := range a.unmerged {
		fresh = append(fresh, a.machines[name].segments...)
	}
	slices.SortFunc(fresh, bySegment)
	out := make([]Segment, 0, len(a.merged)+len(fresh))
	for _, s := range a.merged {
		if a.unmerged[s.Instance] {
			continue
		}
		for len(fresh) > 0 && bySegment(fresh[0], s) < 0 {
			out, fresh = append(out, fresh[0]), fresh[1:]
		}
		out = append(out, s)
	}
	out = append(out, fresh...)
	a.merged = out
	clear(a.unmerged)
	return out
}
