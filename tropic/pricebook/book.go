package pricebook

import (
	"fmt"
	"slices"
	"time"
)

// Entry is the price of one thing from an instant on, until a later entry of the same name.
type Entry struct {
	Name string    // instance type, or model reference such as "anthropic/claude-sonnet-4-6"
	From time.Time // inclusive
	Rate Rate
}

// Book is a set of prices. It is not changed after New and so safe for concurrent use.
type Book struct {
	instanceTypes, models []Entry
}

// New makes a book from entries in any order. The order of first appearance of a name is the order of the lists. It
// refuses an empty name, a negative rate and two entries with one name and instant.
func New(instanceTypes, models []Entry) (*Book, error) {
	for _, entries := range [][]Entry{instanceTypes, models} {
		if err := validate(entries); err != nil {
			return nil, err
		}
	}
	return &Book{instanceTypes: slices.Clone(instanceTypes), models: slices.Clone(models)}, nil
}

// InstanceTypes lists the names of the instance types that have a price at some time, in the book's order.
func (b *Book) InstanceTypes() []string { return names(b.instanceTypes) }

// Models lists the model references that have a price at some time, in the book's order.
func (b *Book) Models() []string { return names(b.models) }

// InstanceType returns the price of compute at an instant; false when there is none.
func (b *Book) InstanceType(name string, at time.Time) (Rate, bool) {
	return rate(b.instanceTypes, name, at)
}

// Model returns the price of a model with Tropic's API key at an instant; false when there is none.
func (b *Book) Model(name string, at time.Time) (Rate, bool) { return rate(b.models, name, at) }

// InstanceTypePrices lists the price of compute that holds at an instant, for each type that has one then.
func (b *Book) InstanceTypePrices(at time.Time) []Entry { return inForce(b.instanceTypes, at) }

// ModelPrices lists the price with Tropic's API key that holds at an instant, for each model that has one then.
func (b *Book) ModelPrices(at time.Time) []Entry { return inForce(b.models, at) }

// Running returns what a running machine costs at an instant: compute, and the model unless it is empty (the user's own
// API key). It refuses names without a price, with an *UnpricedError, rather than charge nothing for them.
func (b *Book) Running(instanceType, model string, at time.Time) (Rate, error) {
	compute, found := b.InstanceType(instanceType, at)
	if !found {
		return 0, &UnpricedError{Kind: KindInstanceType, Name: instanceType, At: at, Priced: b.InstanceTypes()}
	}
	if model == "" {
		return compute, nil
	}
	usage, found := b.Model(model, at)
	if !found {
		return 0, &UnpricedError{Kind: KindModel, Name: model, At: at, Priced: b.Models()}
	}
	return compute + usage, nil
}

// Changes returns the instants in the half-open interval (from, to] at which the price of one of the names changes,
// sorted; a segment of running time is cut there.
func (b *Book) Changes(instanceType, model string, from, to time.Time) []time.Time {
	var out []time.Time
	add := func(entries []Entry, name string) {
		for _, e := range entries {
			if e.Name == name && e.From.After(from) && !e.From.After(to) {
				out = append(out, e.From)
			}
		}
	}
	add(b.instanceTypes, instanceType)
	add(b.models, model)
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

func inForce(entries []Entry, at time.Time) []Entry {
	var out []Entry
	for _, name := range names(entries) {
		if e := latest(entries, name, at); e != nil {
			out = append(out, *e)
		}
	}
	return out
}

func rate(entries []Entry, name string, at time.Time) (Rate, bool) {
	if e := latest(entries, name, at); e != nil {
		return e.Rate, true
	}
	return 0, false
}

// latest is the entry of a name that holds at an instant; nil when none does.
func latest(entries []Entry, name string, at time.Time) *Entry {
	var best *Entry
	for i, e := range entries {
		if e.Name == name && !e.From.After(at) && (best == nil || e.From.After(best.From)) {
			best = &entries[i]
		}
	}
	return best
}

func names(entries []Entry) []string {
	var out []string
	for _, e := range entries {
		if !slices.Contains(out, e.Name) {
			out = append(out, e.Name)
		}
	}
	return out
}

func validate(entries []Entry) error {
	for i, e := range entries {
		switch {
		case e.Name == "":
			return fmt.Errorf("price %d has no name", i)
		case e.Rate < 0:
			return fmt.Errorf("price of %q is negative: %d milli-credits per hour", e.Name, int64(e.Rate))
		}
		for _, other := range entries[:i] {
			if other.Name == e.Name && other.From.Equal(e.From) {
				return fmt.Errorf("%q has two prices from %s", e.Name, e.From.UTC().Format(time.RFC3339))
			}
		}
	}
	return nil
}
