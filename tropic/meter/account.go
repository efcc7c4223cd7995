package meter

import (
	"fmt"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Account is what is known of an account. It is not safe for concurrent use.
type Account struct {
	name  string
	book  *pricebook.Book
	facts map[string]*Fact // by key

	granted, owed pricebook.Amount // by all grants and adjustments

	segments []Segment // of all machines, by From; nil until asked for
	funds    []*Fact   // grants and adjustments, in order
	limits   []*Fact   // in order
	calendar calendar
	fresh    bool
}

// NewAccount makes an account without facts.
func NewAccount(name string, book *pricebook.Book) *Account {
	return &Account{name: name, book: book, facts: map[string]*Fact{}}
}

// Name is the account's name.
func (a *Account) Name() string { return a.name }

// Book is the price book that the account is charged by.
func (a *Account) Book() *pricebook.Book { return a.book }

// ErrConflict is wrapped by the error about a fact whose key is taken by another fact.
var ErrConflict = fmt.Errorf("%w: another fact has its key", ErrFact)

// Add takes a fact in. The same fact may come any number of times; added is false for one that is known. The error wraps
// ErrFact, and the account is as before.
func (a *Account) Add(f Fact) (added bool, err error) {
	fresh, granted, owed, err := a.check(&f)
	if err != nil || !fresh {
		return false, err
	}
	a.facts[f.Key] = &f
	a.granted, a.owed = granted, owed
	a.fresh = false
	return true, nil
}

// Check tells what Add would: whether a fact can be accepted and is not known yet. Nothing changes.
func (a *Account) Check(f Fact) (fresh bool, err error) {
	fresh, _, _, err = a.check(&f)
	return fresh, err
}

// check also says what all grants and adjustments are with the fact.
func (a *Account) check(f *Fact) (fresh bool, granted, owed pricebook.Amount, err error) {
	granted, owed = a.granted, a.owed
	if f.Account != a.name {
		return false, granted, owed, f.fault("it belongs to another account than %q", a.name)
	}
	if err := f.Validate(a.book); err != nil {
		return false, granted, owed, err
	}
	if known, ok := a.facts[f.Key]; ok {
		if !known.Same(f) {
			return false, granted, owed, fmt.Errorf("%w: %q of account %q", ErrConflict, f.Key, a.name)
		}
		return false, granted, owed, nil
	}
	fits := true
	switch {
	case f.Kind != Grant && f.Kind != Adjust:
	case f.Amount < 0:
		owed, fits = sum(owed, -f.Amount)
	default:
		granted, fits = sum(granted, f.Amount)
	}
	if !fits {
		return false, a.granted, a.owed, f.fault("%w", ErrOverflow)
	}
	return true, granted, owed, nil
}

// Same tells whether two facts of one key say the same. When and from where it was learnt does not matter.
func (f *Fact) Same(g *Fact) bool {
	a, b := *f, *g
	for _, x := range []*Fact{&a, &b} {
		x.Recorded, x.Evidence, x.Confidence, x.Reason = 0, "", "", ""
	}
	return a == b
}

// Facts lists all facts in the order in which they take effect.
func (a *Account) Facts() []Fact {
	list := make([]*Fact, 0, len(a.facts))
	for _, f := range a.facts {
		list = append(list, f)
	}
	out := make([]Fact, len(list))
	for i, f := range sorted(list) {
		out[i] = *f
	}
	return out
}

// Segments lists the stretches in which machines ran, by their beginning, then by machine.
func (a *Account) Segments() ([]Segment, error) {
	if err := a.derive(); err != nil {
		return nil, err
	}
	return slices.Clone(a.segments), nil
}

// derive works out what follows from the facts.
func (a *Account) derive() error {
	if a.fresh {
		return nil
	}
	a.segments, a.funds, a.limits = nil, nil, nil
	machines := map[string][]*Fact{}
	for _, f := range a.facts {
		switch f.Kind {
		case Grant, Adjust:
			a.funds = append(a.funds, f)
		case Limit:
			a.limits = append(a.limits, f)
		default:
			machines[f.Instance] = append(machines[f.Instance], f)
		}
	}
	for _, facts := range machines {
		s, err := segments(a.book, sorted(facts))
		if err != nil {
			return err
		}
		a.segments = append(a.segments, s...)
	}
	slices.SortFunc(a.segments, bySegment)
	sorted(a.funds)
	var err error
	if a.calendar, err = newCalendar(sorted(a.limits)); err != nil {
		return err
	}
	a.fresh = true
	return nil
}

// Charged is what machines cost in [from, to), exactly. With an instance it is that one's part.
func (a *Account) Charged(instance string, from, to Instant) (pricebook.Amount, error) {
	if err := a.derive(); err != nil {
		return 0, err
	}
	var total pricebook.Amount
	for i := range a.segments {
		s := &a.segments[i]
		if instance != "" && s.Instance != instance {
			continue
		}
		cost, err := s.Rate.Over(int64(s.within(from, to)))
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

// Running lists the machines that run at an instant.
func (a *Account) Running(at Instant) ([]Segment, error) {
	if err := a.derive(); err != nil {
		return nil, err
	}
	var out []Segment
	for _, s := range a.segments {
		if s.From <= at && at < s.To {
			out = append(out, s)
		}
	}
	return out, nil
}
