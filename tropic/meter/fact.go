package meter

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Kind is what a fact is about.
type Kind string

// The kinds of fact.
const (
	Grant  Kind = "grant"  // credits are given to the account
	Start  Kind = "start"  // a machine runs from then on
	Stop   Kind = "stop"   // it does not any more
	Rated  Kind = "rated"  // a machine has another type or model from then on
	Adjust Kind = "adjust" // a correction by a person, of either sign
	Limit  Kind = "limit"  // the limits of the account, or of a machine
)

// Confidence says how well a start or stop is known.
type Confidence string

// The degrees of confidence, in rising order.
const (
	Observed   Confidence = "observed"   // one look at the cloud said so
	Confirmed  Confidence = "confirmed"  // the cloud's own time of the change is known
	Reconciled Confidence = "reconciled" // a later pass over the cloud's records agreed
)

// Fact is something that was so from an instant on. Which members count depends on the kind.
type Fact struct {
	// Key says which fact this is: the same fact has the same key whoever writes it and however often. It is derived from
	// what happened ("start:i-0abc:1764070000000"), never from when it was written.
	Key       string  `json:"key"`
	Kind      Kind    `json:"kind"`
	Account   string  `json:"account"`
	Instance  string  `json:"instance,omitempty"` // of start, stop, rated; of limit: one machine's instead of the account's
	Effective Instant `json:"effective"`          // when it became so, by the cloud's clock
	Recorded  Instant `json:"recorded"`           // when it was learnt, by the database's clock

	Amount    pricebook.Amount `json:"amount,omitempty"`     // of grant, more than zero; of adjust, not zero
	Priority  int              `json:"priority,omitempty"`   // of grant: lower is spent first
	Expires   Instant          `json:"expires,omitempty"`    // of grant: 0 is never
	CostCents int64            `json:"cost_cents,omitempty"` // of grant: what was paid for it; 0 is promotional

	InstanceType string `json:"instance_type,omitempty"` // of start and rated
	Model        string `json:"model,omitempty"`         // of start and rated: "" is the user's own key

	Limits Limits `json:"limits,omitzero"` // of limit

	Confidence Confidence `json:"confidence,omitempty"` // of start and stop
	Evidence   string     `json:"evidence,omitempty"`   // where it was learnt from
	Reason     string     `json:"reason,omitempty"`     // for people
}

// Limits are what an account, or a machine, may spend. Zero values are no limit.
type Limits struct {
	DailyCap   pricebook.Amount `json:"daily_cap,omitempty"`   // in the account's day
	MaxSession time.Duration    `json:"max_session,omitempty"` // from the start of the machine
	Grace      time.Duration    `json:"grace,omitempty"`       // for which a machine outlives its usual lease when the meter cannot renew it
	Zone       string           `json:"zone,omitempty"`        // of the account: IANA name; "" is UTC. See Account.Day for when a change of it takes effect
}

// ErrFact is wrapped by every error about a fact that cannot be accepted.
var ErrFact = errors.New("not a fact that can be accepted")

// future is how far ahead of the database's clock a fact may lie: clocks of clouds differ by less.
const future = 5 * time.Minute

// Validate refuses a fact that does not say what its kind needs. The book tells which types and models have a price.
func (f *Fact) Validate(book *pricebook.Book) error {
	switch {
	case f.Key == "":
		return f.fault("it has no key")
	case f.Account == "":
		return f.fault("it has no account")
	case f.Effective <= 0 || f.Effective >= Never:
		return f.fault("its instant is out of range")
	case f.Recorded > 0 && f.Effective.Sub(f.Recorded) > future && f.Kind != Grant && f.Kind != Limit:
		return f.fault("it lies %s in the future", f.Effective.Sub(f.Recorded))
	}
	switch f.Kind {
	case Grant:
		return f.validateGrant()
	case Start, Rated:
		if f.Instance == "" {
			return f.fault("it names no instance")
		}
		if _, err := book.Running(f.InstanceType, f.Model, f.Effective.Time()); err != nil {
			return f.fault("%w", err)
		}
	case Stop:
		if f.Instance == "" {
			return f.fault("it names no instance")
		}
	case Adjust:
		switch {
		case f.Amount == 0:
			return f.fault("it changes nothing")
		case f.Amount < -MaxGrant || f.Amount > MaxGrant:
			return f.fault("an adjustment by %s credits is more than %s", f.Amount, MaxGrant)
		}
		if strings.TrimSpace(f.Reason) == "" {
			return f.fault("an adjustment needs a reason")
		}
	case Limit:
		return f.validateLimits()
	default:
		return f.fault("%q is no kind", f.Kind)
	}
	return nil
}

func (f *Fact) validateGrant() error {
	switch {
	case f.Amount <= 0:
		return f.fault("a grant of %s credits is none", f.Amount)
	case f.Amount > MaxGrant:
		return f.fault("a grant of %s credits is more than %s", f.Amount, MaxGrant)
	case f.CostCents < 0:
		return f.fault("it costs less than nothing")
	case f.Expires != 0 && f.Expires <= f.Effective:
		return f.fault("it expires before it is given")
	}
	return nil
}

func (f *Fact) validateLimits() error {
	if f.Limits.DailyCap < 0 || f.Limits.MaxSession < 0 || f.Limits.Grace < 0 {
		return f.fault("a limit is negative")
	}
	if f.Limits.Grace > MaxGrace || f.Limits.Grace%time.Millisecond != 0 {
		return f.fault("a grace of %s is none; want whole milliseconds, at most %s", f.Limits.Grace, MaxGrace)
	}
	if f.Limits.MaxSession%time.Millisecond != 0 {
		return f.fault("a session is limited to whole milliseconds")
	}
	if _, err := time.LoadLocation(f.Limits.Zone); err != nil || f.Limits.Zone == "Local" {
		return f.fault("time zone %q is not known; want an IANA name such as Europe/Berlin", f.Limits.Zone)
	}
	return nil
}

// MaxGrace is the longest grace: a weekend and the working days to repair a meter in. A lease that is out is as long, and
// nothing but the machine's deadline, as it was known when the lease was written, ends it sooner while the meter is down.
const MaxGrace = 7 * 24 * time.Hour

// MaxGrant is the most that one grant or adjustment may give or take: 100 million credits, far below what an account can hold.
const MaxGrant = 100_000_000 * pricebook.Credit

func (f *Fact) fault(format string, args ...any) error {
	return fmt.Errorf("%w: %s %q of account %q: "+format, append([]any{ErrFact, f.Kind, f.Key, f.Account}, args...)...)
}
