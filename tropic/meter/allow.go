package meter

import "github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"

// Allows says whether a machine that is stopped may run again at an instant: the cause is "" if something is left in a
// purse and neither the account's cap of the local day nor the machine's own is reached. Otherwise it is what forbids it,
// and until is when that ends by itself: 0 for a balance, which only a grant raises. Session limits forbid nothing here,
// for a machine that is started begins a new session.
func (a *Account) Allows(instance string, at Instant) (cause Cause, until Instant, err error) {
	w, err := a.Wallet(at)
	if err != nil {
		return "", 0, err
	}
	if w.Balance() <= 0 {
		return BalanceSpent, 0, nil
	}
	limits, day := a.limitsAt(at), a.calendar.day(at)
	for _, c := range []struct {
		rates timeline
		limit pricebook.Amount
	}{{a.rates, limits.account.DailyCap}, {a.ratesOf(instance), limits.own[instance].DailyCap}} {
		if c.limit == 0 {
			continue
		}
		charged, err := c.rates.cost(day.From, at)
		if err != nil {
			return "", 0, err
		}
		if charged >= c.limit {
			return DailyCap, day.To, nil
		}
	}
	return "", 0, nil
}
