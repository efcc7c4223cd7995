package controller

import (
	"fmt"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// worthwhile is for how long a machine that was held must be able to run before it is started again: what could run for
// some seconds only would be started and stopped over and over.
const worthwhile = time.Minute

// resume is the intent to start a machine that is held, if it may run by now.
func (c *Controller) resume(a *meter.Account, m evidence.Machine) (i store.Intent, found bool, err error) {
	k, err := evidence.KnownOf(a, m.ID, c.now)
	if err != nil || k.Running {
		return i, false, err
	}
	if meter.Cause(m.Hold) == meter.SessionOver {
		if over, err := sessionHolds(a, m.ID, k, c.now); err != nil || over {
			return i, false, err
		}
	}
	deadline, err := ifStarted(a, m, c.now)
	if err != nil || deadline.Sub(c.now) < c.Margin+worthwhile {
		return i, false, err
	}
	return store.Intent{
		Key:     fmt.Sprintf("start:%s:%d", m.ID, int64(m.Launched)),
		Account: a.Name(), Instance: m.ID, Action: store.StartMachine, Due: c.now,
		Deadline: meter.Deadline{Instance: m.ID, Cause: meter.Cause(m.Hold), Session: m.Launched, At: deadline},
	}, true, nil
}

// sessionHolds tells whether a machine whose longest session was over is still to wait: until the next day of the account,
// or until the limit is higher than the session was long.
func sessionHolds(a *meter.Account, instance string, k evidence.Known, now meter.Instant) (bool, error) {
	account, err := a.LimitsAt("", now)
	if err != nil {
		return true, err
	}
	own, err := a.LimitsAt(instance, now)
	if err != nil {
		return true, err
	}
	longest := own.MaxSession
	if longest == 0 {
		longest = account.MaxSession
	}
	if longest == 0 || k.LastStop.Sub(k.Session)+worthwhile < longest {
		return false, nil
	}
	zone, err := time.LoadLocation(account.Zone)
	if err != nil {
		return true, err
	}
	return now < meter.DayOf(k.LastStop, zone).To, nil
}

// ifStarted is the deadline that a machine would have if it were started now: worked out with a start on top of the facts,
// so by all that stops machines.
func ifStarted(a *meter.Account, m evidence.Machine, now meter.Instant) (meter.Instant, error) {
	then := meter.NewAccount(a.Name(), a.Book())
	start := meter.Fact{
		Key: "start:if", Kind: meter.Start, Account: a.Name(), Instance: m.ID, Effective: now, InstanceType: m.InstanceType, Model: m.Model,
	}
	for _, f := range append(a.Facts(), start) {
		if _, err := then.Add(f); err != nil {
			return 0, err
		}
	}
	deadlines, err := then.Deadlines(now)
	if err != nil {
		return 0, err
	}
	for _, d := range deadlines {
		if d.Instance == m.ID {
			return d.At, nil
		}
	}
	return meter.Never, nil
}
