package meter

import (
	"fmt"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Account is what is known of an account. It is not safe for concurrent use, not even to be asked: it keeps answers.
type Account struct {
	name  string
	book  *pricebook.Book
	facts map[string]*Fact // by key

	granted, owed pricebook.Amount // by all grants and adjustments

	funds    []*Fact // grants and adjustments, in order
	limits   []*Fact // in order
	machines map[string]*machine

	// What follows from the facts. Facts mark what they change, and it is worked out anew when it is asked for.
	calendar calendar        // nil: not known
	stale    map[string]bool // machines whose facts changed
	rates    timeline        // of all machines together
	unmerged map[string]bool // machines whose segments changed
	merged   []Segment       // of all machines, by From
	wallet   *reckoned       // nil: not known
}

// NewAccount makes an account without facts.
func NewAccount(name string, book *pricebook.Book) *Account {
	return &Account{
		name: name, book: book, facts: map[string]*Fact{}, machines: map[string]*machine{}, stale: map[string]bool{}, unmerged: map[string]bool{},
	}
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
	a.file(&f)
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
	return slices.Clone(a.merge()), nil
}

// SegmentsOf lists the stretches in which one machine ran, in order.
func (a *Account) SegmentsOf(instance string) ([]Segment, error) {
	if err := a.derive(); err != nil {
		return nil, err
	}
	if m := a.machines[instance]; m != nil {
		return slices.Clone(m.segments), nil
	}
	return nil, nil
}

// Charged is what machines cost in [from, to), exactly. With an instance it is that one's part.
func (a *Account) Charged(instance string, from, to Instant) (pricebook.Amount, error) {
	if err := a.derive(); err != nil {
		return 0, err
	}
	return a.ratesOf(instance).cost(from, to)
}

// ratesOf is what a machine costs over time, or with "" all together.
func (a *Account) ratesOf(instance string) timeline {
	if instance == "" {
		return a.rates
	}
	if m := a.machines[instance]; m != nil {
		return m.rates
	}
	return nil
}

// Running lists the machines that run at an instant, by the beginning of their segments.
func (a *Account) Running(at Instant) ([]Segment, error) {
	if err := a.derive(); err != nil {
		return nil, err
	}
	var out []Segment
	for _, m := range a.machines {
		if s := m.from(at); len(s) > 0 && s[0].From <= at {
			out = append(out, s[0])
		}
	}
	slices.SortFunc(out, bySegment)
	return out, nil
}
