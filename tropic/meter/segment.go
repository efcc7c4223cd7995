package meter

import (
	"cmp"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Segment is a stretch of time in which a machine ran at one rate: [From, To).
type Segment struct {
	Instance string
	From, To Instant // To is Never while the machine runs and no other price is known
	Rate     pricebook.Rate
	Session  Instant // when the machine was started
}

// Open tells whether the segment has no end yet.
func (s *Segment) Open() bool { return s.To >= Never }

// within is how many milliseconds of the segment lie in [from, to).
func (s *Segment) within(from, to Instant) Instant {
	return max(0, min(s.To, to)-max(s.From, from))
}

// precedence orders facts of one instant: what ends comes before what begins.
func precedence(k Kind) int {
	switch k {
	case Stop:
		return 0
	case Start:
		return 1
	case Rated:
		return 2
	default:
		return 3
	}
}

// order is that in which facts take effect. It does not depend on when they were learnt.
func order(a, b *Fact) int {
	return cmp.Or(cmp.Compare(a.Effective, b.Effective), cmp.Compare(precedence(a.Kind), precedence(b.Kind)), cmp.Compare(a.Key, b.Key))
}

// segments are the stretches in which a machine ran, from its facts in order. A start of a machine that runs already says
// nothing new, but for its type and model; a stop of one that does not, nothing at all. So there is never more than one
// open segment, and facts that were learnt twice or late charge nothing twice.
func segments(book *pricebook.Book, facts []*Fact) ([]Segment, error) {
	var out []Segment
	var running *Fact // says the type and model that hold
	var since, session Instant
	cut := func(at Instant) error {
		if running == nil || at <= since {
			return nil
		}
		pieces, err := priced(book, running, since, at, session)
		out = append(out, pieces...)
		return err
	}
	for _, f := range facts {
		switch f.Kind {
		case Start, Rated:
			if running == nil && f.Kind == Rated {
				continue
			}
			if err := cut(f.Effective); err != nil {
				return nil, err
			}
			if running == nil {
				session = f.Effective
			}
			running, since = f, f.Effective
		case Stop:
			if err := cut(f.Effective); err != nil {
				return nil, err
			}
			running = nil
		default:
		}
	}
	if running != nil {
		pieces, err := priced(book, running, since, Never, session)
		return append(out, pieces...), err
	}
	return out, nil
}

// priced cuts a stretch where the book changes a price.
func priced(book *pricebook.Book, f *Fact, from, to, session Instant) ([]Segment, error) {
	var out []Segment
	bounds := []Instant{from}
	for _, t := range book.Changes(f.InstanceType, f.Model, from.Time(), to.bounded().Time()) {
		if at := At(t); at > from && at < to {
			bounds = append(bounds, at)
		}
	}
	bounds = append(bounds, to)
	for i := range len(bounds) - 1 {
		rate, err := book.Running(f.InstanceType, f.Model, bounds[i].Time())
		if err != nil {
			return nil, f.fault("%w", err)
		}
		out = append(out, Segment{Instance: f.Instance, From: bounds[i], To: bounds[i+1], Rate: rate, Session: session})
	}
	return out, nil
}

// bounded is an instant that time.Time and its formats can hold.
func (i Instant) bounded() Instant { return min(i, 253_402_300_799_000) } // the end of the year 9999

// sorted returns facts in order.
func sorted(facts []*Fact) []*Fact {
	slices.SortFunc(facts, order)
	return facts
}

func bySegment(a, b Segment) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.To, b.To))
}
