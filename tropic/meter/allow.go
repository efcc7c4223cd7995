package meter

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
	for _, of := range []string{"", instance} {
		limit := a.limitsOf(of, at).DailyCap
		if limit == 0 {
			continue
		}
		day, err := a.Day(at)
		if err != nil {
			return "", 0, err
		}
		charged, err := a.Charged(of, day.From, at)
		if err != nil {
			return "", 0, err
		}
		if charged >= limit {
			return DailyCap, day.To, nil
		}
	}
	return "", 0, nil
}
