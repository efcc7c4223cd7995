package meter

import (
	"cmp"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Cause is why a machine must stop.
type Cause string

// The causes, named as the tag tropic:hold names them.
const (
	BalanceSpent Cause = "balance"
	DailyCap     Cause = "daily-cap"
	SessionOver  Cause = "session-max"
)

// Deadline is an instant at which a machine must not run any more, if no further fact comes.
type Deadline struct {
	Instance string  `json:"instance"`
	At       Instant `json:"at"`
	Cause    Cause   `json:"cause"`
	Session  Instant `json:"session"`         // start of the session that ends: a later session has deadlines of its own
	Until    Instant `json:"until,omitempty"` // when it may run again by itself: the account's next day; 0 for a balance
}

// Deadlines are, for each machine that runs at an instant, the earliest deadline from then on, by instant and machine.
// A machine whose limits are far away has none.
func (a *Account) Deadlines(at Instant) ([]Deadline, error) {
	running, err := a.Running(at)
	if err != nil || len(running) == 0 {
		return nil, err
	}
	spent, err := a.Exhausted(at)
	if err != nil {
		return nil, err
	}
	days, limits := a.daysFrom(at), a.limitsAt(at)
	common := Deadline{At: spent, Cause: BalanceSpent}
	if err := common.capped(a.rates, limits.account.DailyCap, days, at); err != nil {
		return nil, err
	}
	var out []Deadline
	for _, s := range running {
		d, own := common, limits.of(s.Instance)
		if err := d.capped(a.ratesOf(s.Instance), own.DailyCap, days, at); err != nil {
			return nil, err
		}
		if end := max(s.Session.Add(own.MaxSession), at); own.MaxSession > 0 && end < d.At {
			d = Deadline{At: end, Cause: SessionOver, Until: a.calendar.day(end).To}
		}
		if d.At < Never {
			d.Instance, d.Session = s.Instance, s.Session
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Deadline) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Instance, b.Instance)) })
	return out, nil
}

// capped moves the deadline to the instant from `at` on at which what is charged in one of the days reaches a cap, if that
// comes first: today, or in one of the next days whose length or prices differ. A cap of 0 is none.
func (d *Deadline) capped(rates timeline, limit pricebook.Amount, days []Day, at Instant) error {
	if limit == 0 {
		return nil
	}
	for _, day := range days {
		reached, err := rates.reaches(limit, day)
		if err != nil {
			return err
		}
		if reached < day.To {
			if reached = max(reached, at); reached < d.At {
				*d = Deadline{At: reached, Cause: DailyCap, Until: day.To}
			}
			return nil
		}
	}
	return nil
}

// capHorizon is how far ahead the days are looked at: deadlines are worked out again long before it has passed.
const capHorizon = 72 * time.Hour

// daysFrom are the days from that of an instant to the horizon.
func (a *Account) daysFrom(at Instant) []Day {
	var out []Day
	for day := a.calendar.day(at); day.From <= at.Add(capHorizon); day = a.calendar.day(day.To) {
		out = append(out, day)
	}
	return out
}
