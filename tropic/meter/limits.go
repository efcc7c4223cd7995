package meter

import "time"

// LimitsAt are the limits that hold at an instant as they were set: the account's with "", otherwise those of one machine
// alone. A machine is bound by the account's, too, which Deadlines looks at; its zone is the account's.
func (a *Account) LimitsAt(instance string, at Instant) (Limits, error) {
	if err := a.derive(); err != nil {
		return Limits{}, err
	}
	limits := a.limitsAt(at)
	if instance == "" {
		return limits.account, nil
	}
	set := limits.own[instance]
	set.Zone = limits.account.Zone
	return set, nil
}

// LimitsFrom is the first instant, not before one, at which limits that are set take effect after all that are set already,
// even within a millisecond: those of the account with "", otherwise of one machine.
func (a *Account) LimitsFrom(instance string, at Instant) Instant {
	for _, f := range a.Facts() {
		if f.Kind == Limit && f.Instance == instance {
			at = max(at, f.Effective+1)
		}
	}
	return at
}

// allLimits are those of an account and of its machines, as they were set.
type allLimits struct {
	account Limits
	own     map[string]Limits // by machine
}

// limitsAt are the limits that hold at an instant.
func (a *Account) limitsAt(at Instant) allLimits {
	out := allLimits{own: map[string]Limits{}}
	for _, f := range a.limits {
		switch {
		case f.Effective > at:
			return out
		case f.Instance == "":
			out.account = f.Limits
		default:
			out.own[f.Instance] = f.Limits
		}
	}
	return out
}

// of are the limits that hold for a machine. Its own session limit and grace hold instead of the account's; a cap is its own.
func (l allLimits) of(instance string) Limits {
	own := l.own[instance]
	own.Zone = l.account.Zone
	if own.MaxSession == 0 {
		own.MaxSession = l.account.MaxSession
	}
	if own.Grace == 0 {
		own.Grace = l.account.Grace
	}
	return own
}

// Graces are how much longer than usual the leases of an account's machines last by the limits of an instant, by machine;
// those with none are not there. It walks the facts about limits once, for all machines.
func (a *Account) Graces(at Instant, instances ...string) (map[string]time.Duration, error) {
	if err := a.derive(); err != nil {
		return nil, err
	}
	limits := a.limitsAt(at)
	var out map[string]time.Duration
	for _, id := range instances {
		if grace := limits.of(id).Grace; grace > 0 {
			if out == nil {
				out = map[string]time.Duration{}
			}
			out[id] = grace
		}
	}
	return out, nil
}
