package meter

import (
	"cmp"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Wallet is what became of the account's credits up to an instant.
func (a *Account) Wallet(at Instant) (Wallet, error) {
	w, _, err := a.walk(at, nil)
	return w, err
}

// Exhausted is the first instant from `from` on at which nothing is left while a machine runs, if no further fact comes:
// Never if there is none.
func (a *Account) Exhausted(from Instant) (Instant, error) {
	end := Never
	_, found, err := a.walk(Never, func(w *Wallet, since, until Instant, rate pricebook.Rate) bool {
		if rate == 0 || until <= from {
			return false
		}
		if w.Balance() <= 0 && since >= from {
			end = since
			return true
		}
		// all that is left lasts to an instant that may lie between two milliseconds: the next one is meant
		lasts := since + ceil(w.Left(), rate)
		if w.Debt > 0 {
			lasts = since
		}
		if lasts < until {
			end = max(lasts, from)
			return true
		}
		return false
	})
	if !found {
		return Never, err
	}
	return end, err
}

// walk goes through the account's time up to an instant, from one change to the next. Before what is charged in a stretch is
// taken, visit may look at the wallet and end the walk.
func (a *Account) walk(until Instant, visit func(w *Wallet, since, until Instant, rate pricebook.Rate) (stop bool)) (w Wallet, stopped bool, err error) {
	if err := a.derive(); err != nil {
		return w, false, err
	}
	if until < 0 {
		return w, false, errPast
	}
	changes := a.changes(until)
	next := 0 // of the funds
	var rate pricebook.Rate
	for i, change := range changes {
		at := change.at
		rate += change.rate
		w.expire(at)
		for ; next < len(a.funds) && a.funds[next].Effective <= at; next++ {
			if err := w.take(a.funds[next]); err != nil {
				return w, false, err
			}
		}
		end := until
		if i+1 < len(changes) {
			end = changes[i+1].at
		}
		if end <= at {
			continue
		}
		if visit != nil && visit(&w, at, end, rate) {
			return w, true, nil
		}
		if end >= Never {
			return w, false, nil
		}
		cost, err := rate.Over(int64(end - at))
		if err != nil {
			return w, false, err
		}
		if err := w.spend(cost); err != nil {
			return w, false, err
		}
	}
	return w, false, nil
}

// take books a grant or an adjustment.
func (w *Wallet) take(f *Fact) error {
	if f.Amount < 0 {
		return w.spend(-f.Amount)
	}
	p := purse{key: f.Key, left: f.Amount, priority: f.Priority, expires: f.Expires, given: f.Effective}
	if f.Kind == Adjust {
		p.priority = adjusted
	}
	if p.expires == 0 {
		p.expires = Never
	}
	return w.give(p)
}

// change is an instant at which something begins or ends, and by how much the account's rate is higher from then on.
type change struct {
	at   Instant
	rate pricebook.Rate
}

// changes are the instants up to `until` at which a rate, a grant or an adjustment begins or ends, in order, each once.
func (a *Account) changes(until Instant) []change {
	out := make([]change, 0, 2*len(a.segments)+2*len(a.funds))
	add := func(at Instant, rate pricebook.Rate) {
		if at <= until && at < Never {
			out = append(out, change{at, rate})
		}
	}
	for i := range a.segments {
		s := &a.segments[i]
		add(s.From, s.Rate)
		add(s.To, -s.Rate)
	}
	for _, f := range a.funds {
		add(f.Effective, 0)
		if f.Expires != 0 {
			add(f.Expires, 0)
		}
	}
	slices.SortFunc(out, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	merged := out[:0]
	for _, c := range out {
		if n := len(merged); n > 0 && merged[n-1].at == c.at {
			merged[n-1].rate += c.rate
		} else {
			merged = append(merged, c)
		}
	}
	return merged
}
