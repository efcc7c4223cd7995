package meter

import (
	"iter"
	"slices"
	"sort"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// timeline is a rate over time: steps in order, each of which holds until the next. Before the first one the rate is 0.
type timeline []step

type step struct {
	at   Instant
	rate pricebook.Rate // less than zero only in a difference
}

// stretch is a part of time with one rate: [from, to).
type stretch struct {
	from, to Instant
	rate     pricebook.Rate
}

// timelineOf is the rate of a machine, from its segments in order.
func timelineOf(segments []Segment) timeline {
	out := make(timeline, 0, 2*len(segments))
	for i := range segments {
		s := &segments[i]
		if n := len(out); n > 0 && out[n-1].at == s.From {
			out = out[:n-1]
		}
		out = append(out, step{s.From, s.Rate})
		if !s.Open() {
			out = append(out, step{s.To, 0})
		}
	}
	return out
}

// plus adds the rates up.
func (t timeline) plus(u timeline) timeline { return merged(t, u, 0) }

// add puts more on top, in place: what lies before it is not touched, so that what is new costs little.
func (t *timeline) add(more timeline) {
	if len(more) == 0 {
		return
	}
	n := sort.Search(len(*t), func(n int) bool { return (*t)[n].at >= more[0].at })
	var before pricebook.Rate
	if n > 0 {
		before = (*t)[n-1].rate
	}
	*t = append((*t)[:n], merged((*t)[n:], more, before)...)
}

// merged adds up the rates of two timelines, of which t had a rate before its first step.
func merged(t, u timeline, before pricebook.Rate) timeline {
	out := make(timeline, 0, len(t)+len(u))
	a, now := before, before
	var b pricebook.Rate
	for i, j := 0, 0; i < len(t) || j < len(u); {
		at := Never
		if i < len(t) {
			at = t[i].at
		}
		if j < len(u) {
			at = min(at, u[j].at)
		}
		if i < len(t) && t[i].at == at {
			a, i = t[i].rate, i+1
		}
		if j < len(u) && u[j].at == at {
			b, j = u[j].rate, j+1
		}
		if a+b != now {
			now = a + b
			out = append(out, step{at, now})
		}
	}
	return out
}

// negative is what takes the rates away when it is added.
func (t timeline) negative() timeline {
	out := slices.Clone(t)
	for i := range out {
		out[i].rate = -out[i].rate
	}
	return out
}

// together adds up many, halves first: each step is copied a few times only.
func together(all []timeline) timeline {
	switch n := len(all); n {
	case 0:
		return nil
	case 1:
		return all[0]
	default:
		return together(all[:n/2]).plus(together(all[n/2:]))
	}
}

// within goes through the stretches of [from, to), without gaps.
func (t timeline) within(from, to Instant) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		next := sort.Search(len(t), func(n int) bool { return t[n].at > from })
		for from < to {
			s := stretch{from: from, to: to}
			if next > 0 {
				s.rate = t[next-1].rate
			}
			if next < len(t) {
				s.to = min(to, t[next].at)
			}
			if !yield(s) {
				return
			}
			from, next = s.to, next+1
		}
	}
}

// cost is what the rates cost in [from, to), exactly.
func (t timeline) cost(from, to Instant) (pricebook.Amount, error) {
	var total pricebook.Amount
	for s := range t.within(from, to) {
		cost, err := s.cost()
		if err != nil {
			return 0, err
		}
		var ok bool
		if total, ok = sum(total, cost); !ok {
			return 0, ErrOverflow
		}
	}
	return total, nil
}

// reaches is the first instant of a day at which the cost from its beginning is no less than an amount: Never if the day
// ends before.
func (t timeline) reaches(amount pricebook.Amount, day Day) (Instant, error) {
	for s := range t.within(day.From, day.To) {
		cost, err := s.cost()
		if err != nil {
			return Never, err
		}
		if s.rate > 0 && cost >= amount {
			return s.from + ceil(amount, s.rate), nil
		}
		amount -= cost
	}
	return Never, nil
}

func (s stretch) cost() (pricebook.Amount, error) { return s.rate.Over(int64(s.to - s.from)) }

// ceil is how many milliseconds a rate needs for an amount, rounded up.
func ceil(amount pricebook.Amount, rate pricebook.Rate) Instant {
	whole, rest := amount/pricebook.Amount(rate), amount%pricebook.Amount(rate)
	if rest > 0 {
		whole++
	}
	return Instant(whole)
}
