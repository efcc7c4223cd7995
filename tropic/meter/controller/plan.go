package controller

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// plan is what follows for an account from its facts. It holds until another fact is learnt, or until next.
type plan struct {
	running   []meter.Segment
	deadlines map[string]meter.Deadline // by instance; those far away are not there
	grace     map[string]time.Duration  // by instance that runs: how much longer than usual its leases last; none is 0
	granted   pricebook.Amount          // in all: rises with each top-up
	next      meter.Instant             // when something is due
	known     map[string]evidence.Known // by instance; nil until asked for
}

// horizon is how long a plan holds at most: caps are looked at some days ahead only.
const horizon = 24 * time.Hour

// review looks at accounts for which something is due.
func (c *Controller) review(ctx context.Context) error {
	var turns []store.Turn
	for _, s := range c.shards {
		turn := store.Turn{Lease: s.lease}
		for e, due := s.agenda.due(c.now); due; e, due = s.agenda.due(c.now) {
			if p := s.plans[e.account]; p != nil && p.next == e.at { // else it was planned anew since
				c.planOrPostpone(ctx, s, e.account, &turn)
			}
		}
		if len(turn.Add)+len(turn.Change) > 0 {
			turns = append(turns, turn)
		}
	}
	if len(turns) == 0 {
		return nil
	}
	return c.write(ctx, turns)
}

// planOrPostpone plans an account. One that cannot be is tried again, and stands in no other's way.
func (c *Controller) planOrPostpone(ctx context.Context, s *shard, account string, turn *store.Turn) {
	if err := c.plan(s, account, turn); err != nil {
		c.trouble(ctx, "plan what follows for an account", err)
		p := &plan{next: c.now.Add(c.Sweep)}
		s.plans[account] = p
		s.agenda.add(p.next, account)
	}
}

// plan works out what follows for an account now, and adds to the turn what is to be done and what is not any more.
func (c *Controller) plan(s *shard, account string, turn *store.Turn) error {
	a := s.ledger.Account(account)
	if a == nil {
		return nil // all its facts were refused
	}
	p, err := newPlan(a, c.now)
	if err != nil {
		return fmt.Errorf("account %q: %w", account, err)
	}
	wanted := map[string]store.Intent{}
	for _, d := range p.deadlines {
		c.stopOrWarn(a, p, d, wanted)
	}
	for _, m := range c.fleet.held(account) {
		i, found, err := c.resume(a, m)
		if err != nil {
			return err
		}
		if found {
			wanted[i.Key] = i
		}
	}
	for key, i := range wanted {
		if _, open := s.intents[account][key]; !open && !s.done[account][key] {
			turn.Add = append(turn.Add, i)
		}
	}
	maps.DeleteFunc(s.done[account], func(key string, _ bool) bool { _, still := wanted[key]; return !still })
	for key, i := range s.intents[account] {
		if _, still := wanted[key]; !still && (i.Action != store.StopMachine || p.runs(i.Instance, i.Deadline.Session)) {
			turn.Change = append(turn.Change, overtaken(i))
		}
	}
	s.plans[account] = p
	s.agenda.add(p.next, account)
	c.fleet.changed[account] = true
	return nil
}

func newPlan(a *meter.Account, now meter.Instant) (*plan, error) {
	running, err := a.Running(now)
	if err != nil {
		return nil, err
	}
	p := &plan{running: running, deadlines: map[string]meter.Deadline{}, next: meter.Never}
	if len(running) == 0 {
		return p, nil
	}
	deadlines, err := a.Deadlines(now)
	if err != nil {
		return nil, err
	}
	for _, d := range deadlines {
		p.deadlines[d.Instance] = d
	}
	if p.grace, err = a.Graces(now, p.instances()...); err != nil {
		return nil, err
	}
	wallet, err := a.Wallet(now)
	if err != nil {
		return nil, err
	}
	p.granted, p.next = wallet.Granted, now.Add(horizon)
	return p, nil
}

// stopOrWarn adds the intents of a deadline that are due, and moves the plan's next look to the others.
func (c *Controller) stopOrWarn(a *meter.Account, p *plan, d meter.Deadline, wanted map[string]store.Intent) {
	due := func(before time.Duration) bool {
		at := d.At.Add(-before)
		if at > c.now {
			p.next = min(p.next, at)
		}
		return at <= c.now
	}
	i := store.Intent{Account: a.Name(), Instance: d.Instance, Action: store.StopMachine, Deadline: d, Due: c.now}
	if due(c.ahead()) {
		i.Key = fmt.Sprintf("stop:%s:%d:%s", d.Instance, int64(d.Session), d.Cause)
		wanted[i.Key] = i
	}
	for _, before := range c.Warn {
		if due(before) {
			i.Action, i.Before = store.Warn, before
			i.Key = warningKey(a.Name(), d, before, p.granted)
			wanted[i.Key] = i
		}
	}
}

// warningKey is the same for what is one warning to people: one per threshold and top-up, day or session.
func warningKey(account string, d meter.Deadline, before time.Duration, granted pricebook.Amount) string {
	switch d.Cause {
	case meter.BalanceSpent:
		return fmt.Sprintf("warn:%s:%s:%s:%d", d.Cause, account, before, int64(granted))
	case meter.DailyCap:
		return fmt.Sprintf("warn:%s:%s:%s:%d", d.Cause, d.Instance, before, int64(d.Until))
	default:
		return fmt.Sprintf("warn:%s:%s:%s:%d", d.Cause, d.Instance, before, int64(d.Session))
	}
}

// overtaken is what becomes of an open intent that does not follow from the facts any more. One to stop a machine that has
// stopped by itself meanwhile is none of those: whoever acts on it sees to that the machine is held.
func overtaken(i store.Intent) store.Change {
	why := map[store.Action]string{
		store.StopMachine:  "credits or limits allow the machine to run on",
		store.StartMachine: "the machine may not run, or is not held any more",
		store.Warn:         "the limit is not near any more",
	}[i.Action]
	return store.Change{Key: i.Key, State: store.StateCancelled, Due: i.Due, Attempts: i.Attempts, Outcome: why}
}

// instances are the machines that run.
func (p *plan) instances() []string {
	out := make([]string, len(p.running))
	for i := range p.running {
		out[i] = p.running[i].Instance
	}
	return out
}

// runs tells whether a machine runs in a session.
func (p *plan) runs(instance string, session meter.Instant) bool {
	for i := range p.running {
		if p.running[i].Instance == instance {
			return p.running[i].Session == session
		}
	}
	return false
}
