package meter

// LimitsAt are the limits that hold at an instant as they were set: the account's with "", otherwise those of one machine
// alone. A machine is bound by the account's, too, which Deadlines looks at; its zone is the account's.
func (a *Account) LimitsAt(instance string, at Instant) (Limits, error) {
	var set, account Limits
	if err := a.derive(); err != nil {
		return set, err
	}
	for _, f := range a.limits {
		if f.Effective > at {
			continue
		}
		if f.Instance == "" {
			account = f.Limits
		}
		if f.Instance == instance {
			set = f.Limits
		}
	}
	set.Zone = account.Zone
	return set, nil
}
