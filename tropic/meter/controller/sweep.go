package controller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

const (
	// forgetAfter is how long it is remembered when a machine was last seen running.
	forgetAfter = 48 * time.Hour
	// missingFor is how many looks in a row must miss a machine before it counts as gone: EC2's listing may lag.
	missingFor = 2
)

// startSweep looks at all of EC2.
func (c *Controller) startSweep(ctx context.Context) {
	c.sweeping, c.sweep = true, c.now.Add(c.Sweep)
	c.call(ctx, func(ctx context.Context) func(context.Context) {
		machines, err := c.Cloud.Machines(ctx)
		seen, err2 := c.Store.Now(ctx)
		return func(ctx context.Context) {
			c.sweeping = false
			if err := errors.Join(err, err2, c.look(ctx)); err != nil {
				c.trouble(ctx, "look at EC2", err)
				c.sweep = min(c.sweep, c.now.Add(c.Retry*4))
				return
			}
			if err := c.saw(ctx, machines, seen); err != nil {
				c.trouble(ctx, "record what EC2 says", err)
				c.sweep = min(c.sweep, c.now.Add(c.Retry))
			}
		}
	})
}

// saw records what a look at EC2 adds to what is known.
func (c *Controller) saw(ctx context.Context, machines []evidence.Machine, seen meter.Instant) error {
	ran := c.fleet.ran
	c.fleet.see(machines, seen)
	c.Metrics.saw(machines)
	var facts []meter.Fact
	for i := range machines {
		m := &machines[i]
		if m.Account == "" {
			c.Logger.WarnContext(ctx, "a machine is not charged: it has no account", "instance", m.ID, "name", m.Name, "next", "set the tag tropic:account")
			continue
		}
		s, owned := c.shard(m.Account)
		if !owned {
			continue
		}
		fresh, err := c.evidenceOf(s, m, ran[m.ID], seen)
		if err != nil { // of its account; it stands in no other's way
			c.trouble(ctx, "see what follows for a machine", fmt.Errorf("%s: %w", m.ID, err))
		}
		facts = append(facts, fresh...)
	}
	gone, err := c.gone(seen)
	if err != nil {
		return err
	}
	for account := range c.fleet.holding {
		if s := c.shards[journal.ShardOf(account)]; s != nil && s.plans[account] != nil {
			s.plans[account].next = c.now
			s.agenda.add(c.now, account)
		}
	}
	return c.record(ctx, append(facts, gone...))
}

// evidenceOf are the facts that a look at a machine adds. One that ended by itself and may not run is noted to be held.
func (c *Controller) evidenceOf(s *shard, m *evidence.Machine, ran, seen meter.Instant) ([]meter.Fact, error) {
	k, err := s.known(m.Account, m.ID, seen)
	if err != nil {
		return nil, err
	}
	k.LastSeen = ran
	facts := evidence.Facts(*m, k, seen)
	a := s.ledger.Account(m.Account)
	if a == nil || k.Running {
		return facts, nil
	}
	cause, err := c.heldBack(a, m)
	if cause != "" {
		c.fleet.toHold[cause] = append(c.fleet.toHold[cause], m.ID)
	}
	return facts, err
}

// known is what the ledger knows of a machine.
func (s *shard) known(account, instance string, at meter.Instant) (evidence.Known, error) {
	a, p := s.ledger.Account(account), s.plans[account]
	if a == nil || p == nil {
		return evidence.Known{}, nil
	}
	if p.known == nil {
		known, err := evidence.KnownMachines(a, at)
		if err != nil {
			return evidence.Known{}, fmt.Errorf("account %q: %w", account, err)
		}
		p.known = known
	}
	return p.known[instance], nil
}

// gone are the facts about machines that run as far as is known, and that several looks did not have.
func (c *Controller) gone(seen meter.Instant) ([]meter.Fact, error) {
	var out []meter.Fact
	missing := map[string]int{}
	for _, s := range c.shards {
		for account, p := range s.plans {
			for i := range p.running {
				id := p.running[i].Instance
				if _, there := c.fleet.machines[id]; there {
					continue
				}
				missing[id] = c.fleet.missing[id] + 1
				if missing[id] < missingFor {
					continue
				}
				k, err := s.known(account, id, seen)
				if err != nil {
					return nil, err
				}
				last := c.fleet.ran[id]
				if last == 0 {
					last = seen.Add(-missingFor * c.Sweep) // nobody remembers; it was there when it was started
				}
				out = append(out, evidence.Vanished(account, id, k, last))
			}
		}
	}
	c.fleet.missing = missing
	return out, nil
}

// record adds facts to the store, from where they are learnt next. One that cannot be accepted keeps no other out.
func (c *Controller) record(ctx context.Context, facts []meter.Fact) error {
	valid := slices.DeleteFunc(facts, func(f meter.Fact) bool {
		f.Recorded = c.now
		err := f.Validate(c.Book)
		if err != nil {
			c.Metrics.uncharged()
			c.Logger.ErrorContext(ctx, "a machine is not charged as it should be", "instance", f.Instance, "error", err)
		}
		return err != nil
	})
	for part := range slices.Chunk(valid, batch) {
		_, err := c.Store.Append(ctx, part...)
		if errors.Is(err, meter.ErrFact) {
			err = c.recordEach(ctx, part)
		}
		if err != nil {
			return err
		}
		c.poll = 0
		for _, f := range part {
			c.Logger.InfoContext(ctx, "recorded", "fact", f.Kind, "instance", f.Instance, "account", f.Account, "at", f.Effective.String(), "evidence", f.Evidence)
		}
	}
	return nil
}

func (c *Controller) recordEach(ctx context.Context, facts []meter.Fact) error {
	for _, f := range facts {
		_, err := c.Store.Append(ctx, f)
		if errors.Is(err, meter.ErrFact) {
			c.Logger.ErrorContext(ctx, "a fact about a machine was refused", "instance", f.Instance, "error", err)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}
