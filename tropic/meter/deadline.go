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
	common := Deadline{At: spent, Cause: BalanceSpent}
	if capped, err := a.capped("", at); err != nil {
		return nil, err
	} else if capped.At < common.At {
		common = capped
	}
	var out []Deadline
	for _, s := range running {
		d := common
		own, err := a.capped(s.Instance, at)
		if err != nil {
			return nil, err
		}
		if own.At < d.At {
			d = own
		}
		if longest := a.limitsOf(s.Instance, at).MaxSession; longest > 0 {
			if end := s.Session.Add(longest); end < d.At {
				end = max(end, at)
				d = Deadline{At: end, Cause: SessionOver, Until: a.calendar.day(end).To}
			}
		}
		if d.At < Never {
			d.Instance, d.Session = s.Instance, s.Session
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Deadline) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Instance, b.Instance)) })
	return out, nil
}

// limitsOf are the limits that hold for a machine, or with "" for the account, at an instant. A machine's own session
// limit holds instead of the account's; a cap is its own.
func (a *Account) limitsOf(instance string, at Instant) Limits {
	var account, own Limits
	for _, f := range a.limits {
		switch {
		case f.Effective > at:
		case f.Instance == "":
			account = f.Limits
		case f.Instance == instance:
			own = f.Limits
		}
	}
	if instance == "" {
		return account
	}
	own.Zone = account.Zone
	if own.MaxSession == 0 {
		own.MaxSession = account.MaxSession
	}
	return own
}

// capped is the instant from `at` on at which what is charged in a local day reaches the cap: today, or in one of the next
// days whose length or prices differ.
func (a *Account) capped(instance string, at Instant) (Deadline, error) {
	limits := a.limitsOf(instance, at)
	if limits.DailyCap == 0 {
		return Deadline{At: Never}, nil
	}
	for day := a.calendar.day(at); day.From <= at.Add(capHorizon); day = a.calendar.day(day.To) {
		reached, err := a.reaches(instance, day, limits.DailyCap)
		if err != nil {
			return Deadline{}, err
		}
		if reached < day.To {
			return Deadline{At: max(reached, at), Cause: DailyCap, Until: day.To}, nil
		}
	}
	return Deadline{At: Never}, nil
}

// capHorizon is how far ahead the days are looked at: deadlines are worked out again long before it has passed.
const capHorizon = 72 * time.Hour

// reaches is the first instant of a day at which what is charged from its beginning is no less than an amount: Never if
// the day ends before. With an instance its charges count, otherwise all.
func (a *Account) reaches(instance string, day Day, amount pricebook.Amount) (Instant, error) {
	var rate pricebook.Rate
	at := day.From
	for _, c := range rateChanges(a.segments, instance, day) {
		cost, err := rate.Over(int64(c.at - at))
		if err != nil {
			return Never, err
		}
		if rate > 0 && cost >= amount {
			return at + ceil(amount, rate), nil
		}
		amount -= cost
		at, rate = c.at, rate+c.rate
	}
	return Never, nil
}

// rateChanges are the changes of the rate within a day, in order; the last is none, at its end.
func rateChanges(segments []Segment, instance string, day Day) []change {
	out := []change{{at: day.To}}
	for i := range segments {
		s := &segments[i]
		if instance != "" && s.Instance != instance || s.within(day.From, day.To) == 0 {
			continue
		}
		out = append(out, change{max(s.From, day.From), s.Rate}, change{min(s.To, day.To), -s.Rate})
	}
	slices.SortFunc(out, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	return out
}

// ceil is how many milliseconds a rate needs for an amount, rounded up.
func ceil(amount pricebook.Amount, rate pricebook.Rate) Instant {
	whole, rest := amount/pricebook.Amount(rate), amount%pricebook.Amount(rate)
	if rest > 0 {
		whole++
	}
	return Instant(whole)
}
