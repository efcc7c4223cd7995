package controller

import (
	"errors"
	"fmt"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// worthwhile is for how long a machine that was held must be able to run before it is started again: what could run for
// some seconds only would be started and stopped over and over. It is also longer than a machine waits after a boot before it
// goes by its lease (75 s, package lease of the guest).
const worthwhile = 2 * time.Minute

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
	may, deadline, err := c.mayStart(a, &m)
	if err != nil || !may {
		return i, false, err
	}
	return store.Intent{
		Key:     fmt.Sprintf("start:%s:%d", m.ID, int64(m.Launched)),
		Account: a.Name(), Instance: m.ID, Action: store.StartMachine, Due: c.now,
		Deadline: meter.Deadline{Instance: m.ID, Cause: meter.Cause(m.Hold), Session: m.Launched, At: deadline.At},
	}, true, nil
}

// endedByLease tells whether a machine that is stopped has powered itself off because its lease ended. EC2 gives no instant
// for that, or one right after.
func endedByLease(m *evidence.Machine) bool {
	known := m.Changed != 0 && (m.Changed < m.Lease.Add(-time.Second) || m.Changed > m.Lease.Add(time.Minute))
	return (m.State == "stopped" || m.State == "stopping") && m.Lease > m.Launched && !known
}

// heldBack is why a machine that ended by itself may not run, "" if it may: it is to be held then as if the meter had stopped
// it, which the meter could not.
func (c *Controller) heldBack(a *meter.Account, m *evidence.Machine) (meter.Cause, error) {
	if m.Hold != "" || m.Lease > c.now || !endedByLease(m) {
		return "", nil
	}
	may, deadline, err := c.mayStart(a, m)
	if err != nil || may {
		return "", err
	}
	return deadline.Cause, nil
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
	day, err := a.Day(k.LastStop)
	return err != nil || now < day.To, err
}

// mayStart tells whether a machine could run for long enough to be started, and what would end it first. What is spent already
// is seen without working out what would be.
func (c *Controller) mayStart(a *meter.Account, m *evidence.Machine) (may bool, d meter.Deadline, err error) {
	cause, until, err := a.Allows(m.ID, c.now)
	if err != nil || cause != "" {
		return false, meter.Deadline{Instance: m.ID, At: c.now, Cause: cause, Until: until}, err
	}
	d, err = ifStarted(a, *m, c.now)
	if errors.Is(err, meter.ErrFact) { // it has no price, which is said when it is looked at
		return false, d, nil
	}
	return err == nil && d.At.Sub(c.now) >= c.ahead()+worthwhile, d, err
}

// ifStarted is the deadline that a machine would have if it were started now: worked out with a start on top of the facts,
// so by all that stops machines.
func ifStarted(a *meter.Account, m evidence.Machine, now meter.Instant) (meter.Deadline, error) {
	then := meter.NewAccount(a.Name(), a.Book())
	start := meter.Fact{
		Key: "start:if", Kind: meter.Start, Account: a.Name(), Instance: m.ID, Effective: now, InstanceType: m.InstanceType, Model: m.Model,
	}
	for _, f := range append(a.Facts(), start) {
		if _, err := then.Add(f); err != nil {
			return meter.Deadline{}, err
		}
	}
	deadlines, err := then.Deadlines(now)
	if err != nil {
		return meter.Deadline{}, err
	}
	for _, d := range deadlines {
		if d.Instance == m.ID {
			return d, nil
		}
	}
	return meter.Deadline{At: meter.Never}, nil
}
