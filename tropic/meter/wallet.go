package meter

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Wallet is what became of an account's credits up to an instant. Granted = Spent + Expired + Left, and
// Charged = Spent + Debt, always.
type Wallet struct {
	Granted pricebook.Amount // by grants and by adjustments in favour of the account
	Charged pricebook.Amount // by running machines and by adjustments against it
	Spent   pricebook.Amount // of what was granted, by what was charged
	Expired pricebook.Amount // of what was granted, unspent
	Debt    pricebook.Amount // charged beyond what there was
	purses  []purse          // in the order in which they are spent; none is empty
	lapsed  []lapse          // in the order in which they expired
}

// Left is what can be spent.
func (w *Wallet) Left() pricebook.Amount {
	var left pricebook.Amount
	for i := range w.purses {
		left += w.purses[i].left
	}
	return left
}

// Balance is what is left, less the debt.
func (w *Wallet) Balance() pricebook.Amount { return w.Left() - w.Debt }

// Purse is what is left of one grant.
type Purse struct {
	Key     string           `json:"key"`
	Left    pricebook.Amount `json:"left"`              // quanta
	Expires Instant          `json:"expires,omitempty"` // 0 if it does not
}

// Purses lists what is left of each grant that is not spent, in the order in which they will be.
func (w *Wallet) Purses() []Purse {
	out := make([]Purse, 0, len(w.purses))
	for i := range w.purses {
		p := &w.purses[i]
		expires := p.expires
		if expires >= Never {
			expires = 0
		}
		out = append(out, Purse{p.key, p.left, expires})
	}
	return out
}

type purse struct {
	key      string
	left     pricebook.Amount
	priority int
	expires  Instant
	given    Instant
}

// lapse is what was unspent of a grant when it expired.
type lapse struct {
	key    string
	at     Instant
	amount pricebook.Amount
}

// adjusted is the priority of an adjustment in favour of an account: after all grants.
const adjusted = math.MaxInt

// ErrOverflow is returned when an account holds or owes more than an amount can say.
var ErrOverflow = pricebook.ErrOverflow

// give adds a grant; a debt is paid from it first.
func (w *Wallet) give(p purse) error {
	granted, ok := sum(w.Granted, p.left)
	if !ok {
		return ErrOverflow
	}
	w.Granted = granted
	paid := min(w.Debt, p.left)
	w.Debt -= paid
	w.Spent += paid
	if p.left -= paid; p.left == 0 {
		return nil
	}
	at, _ := slices.BinarySearchFunc(w.purses, p, func(a, b purse) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.expires, b.expires), cmp.Compare(a.given, b.given), cmp.Compare(a.key, b.key))
	})
	w.purses = slices.Insert(w.purses, at, p)
	return nil
}

// spend takes an amount out of the purses, in their order. What is not there becomes debt.
func (w *Wallet) spend(amount pricebook.Amount) error {
	charged, ok := sum(w.Charged, amount)
	if !ok {
		return ErrOverflow
	}
	w.Charged = charged
	for len(w.purses) > 0 && amount > 0 {
		p := &w.purses[0]
		taken := min(amount, p.left)
		p.left -= taken
		amount -= taken
		w.Spent += taken
		if p.left == 0 {
			w.purses = w.purses[1:]
		}
	}
	w.Debt += amount // no more than Charged, which fits
	return nil
}

// expire takes out what must be spent before an instant.
func (w *Wallet) expire(at Instant) {
	w.purses = slices.DeleteFunc(w.purses, func(p purse) bool {
		if p.expires > at {
			return false
		}
		w.Expired += p.left
		w.lapsed = append(w.lapsed, lapse{p.key, p.expires, p.left})
		return true
	})
}

func sum(a, b pricebook.Amount) (pricebook.Amount, bool) {
	c := a + b
	return c, (c >= a) == (b >= 0)
}

var errPast = errors.New("the meter was asked about a time before 1970")
