package meter

import "slices"

// reckoned is a wallet that was asked for: many machines of an account ask for the same one.
type reckoned struct {
	at     Instant
	wallet Wallet
}

// Wallet is what became of the account's credits up to an instant.
func (a *Account) Wallet(at Instant) (Wallet, error) {
	if a.wallet != nil && a.wallet.at == at {
		return a.wallet.wallet, nil
	}
	w, _, err := a.walk(at, nil)
	if err == nil {
		a.wallet = &reckoned{at, w}
	}
	return w, err
}

// Exhausted is the first instant from `from` on at which nothing is left while a machine runs, if no further fact comes:
// Never if there is none.
func (a *Account) Exhausted(from Instant) (Instant, error) {
	end := Never
	_, found, err := a.walk(Never, func(w *Wallet, s stretch) bool {
		if s.rate == 0 || s.to <= from {
			return false
		}
		if w.Balance() <= 0 && s.from >= from {
			end = s.from
			return true
		}
		// all that is left lasts to an instant that may lie between two milliseconds: the next one is meant
		lasts := s.from + ceil(w.Left(), s.rate)
		if w.Debt > 0 {
			lasts = s.from
		}
		if lasts < s.to {
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
func (a *Account) walk(until Instant, visit func(w *Wallet, s stretch) (stop bool)) (w Wallet, stopped bool, err error) {
	if err := a.derive(); err != nil {
		return w, false, err
	}
	if until < 0 {
		return w, false, errPast
	}
	points := a.turns(until)
	next := 0 // of the funds
	for i, at := range points {
		w.expire(at)
		for ; next < len(a.funds) && a.funds[next].Effective <= at; next++ {
			if err := w.take(a.funds[next]); err != nil {
				return w, false, err
			}
		}
		end := until
		if i+1 < len(points) {
			end = points[i+1]
		}
		for s := range a.rates.within(at, end) {
			if visit != nil && visit(&w, s) {
				return w, true, nil
			}
			if s.to >= Never {
				return w, false, nil
			}
			cost, err := s.cost()
			if err != nil {
				return w, false, err
			}
			if err := w.spend(cost); err != nil {
				return w, false, err
			}
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

// turns are the instants up to `until` at which a grant or an adjustment begins or ends, in order, and the beginning of time.
func (a *Account) turns(until Instant) []Instant {
	out := make([]Instant, 1, 1+2*len(a.funds))
	for _, f := range a.funds {
		for _, at := range []Instant{f.Effective, f.Expires} {
			if at <= until && at < Never {
				out = append(out, at)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
