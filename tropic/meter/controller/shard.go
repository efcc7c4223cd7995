package controller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// shard is a shard that the replica owns and that anything is known of.
type shard struct {
	Chain

	plans   map[string]*plan                   // by account
	agenda  agenda                             // when to look at an account again
	intents map[string]map[string]store.Intent // open ones, by account and key
	done    map[string]map[string]bool         // those that follow from the facts still, by account and key
}

// keepShards says that the replica lives, lets go of shards that it has lost or that others should have, takes over those
// that nobody has, and reads their ledgers.
func (c *Controller) keepShards(ctx context.Context) error {
	owned, replicas, err := c.Store.Heartbeat(ctx, c.Owner, c.ShardLease)
	if err != nil {
		return err
	}
	c.replicas, c.leased = replicas, c.now.Add(c.ShardLease)
	fair := (journal.Shards + replicas - 1) / max(replicas, 1)
	switch spare := fair - len(owned); {
	case spare > 0:
		claimed, err := c.Store.Claim(ctx, c.Owner, spare)
		if err != nil {
			return err
		}
		owned = append(owned, claimed...)
	case spare < 0:
		extra := owned[fair:]
		owned = owned[:fair]
		c.keepOnly(owned)
		if err := c.Store.Release(ctx, c.Owner, extra...); err != nil {
			return err
		}
	}
	c.keepOnly(owned)
	c.Metrics.shards(len(owned), replicas)
	return c.load(ctx, owned)
}

// keepOnly forgets shards that are not among the leases, or were claimed anew.
func (c *Controller) keepOnly(leases []store.Lease) {
	mine := make(map[uint32]store.Lease, len(leases))
	for _, l := range leases {
		mine[l.Shard] = l
	}
	for number, l := range c.owned {
		if mine[number] != l {
			c.forget(number)
		}
	}
}

// forget drops what is known of a shard. If it is still ours, it is read from the store again, before long.
func (c *Controller) forget(number uint32) {
	delete(c.owned, number)
	delete(c.shards, number)
	c.heartbeat = min(c.heartbeat, c.now.Add(c.Retry))
}

// load reads the ledgers of shards that are new and have blocks.
func (c *Controller) load(ctx context.Context, leases []store.Lease) error {
	fresh := slices.DeleteFunc(slices.Clone(leases), func(l store.Lease) bool { _, known := c.owned[l.Shard]; return known })
	if len(fresh) == 0 {
		return nil
	}
	chains, err := c.Store.Chains(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, l := range fresh {
		if _, written := slices.BinarySearch(chains, l.Shard); written {
			s := newShard(l, nil, c.now)
			if err := c.restore(ctx, s); err != nil { // one that is damaged keeps no other from being served
				failures = append(failures, fmt.Errorf("shard %d cannot be served: %w; tropic meter replay says more", l.Shard, err))
				continue
			}
			c.shards[l.Shard] = s
		}
		c.owned[l.Shard] = l
	}
	c.poll = 0
	return errors.Join(failures...)
}

func newShard(l store.Lease, ledger *journal.Ledger, now meter.Instant) *shard {
	return &shard{
		Chain: Chain{l, ledger, tickAfter(now) - journal.Interval},
		plans: map[string]*plan{}, intents: map[string]map[string]store.Intent{}, done: map[string]map[string]bool{},
	}
}

// shard is that of an account, if the replica owns it. The first fact of a shard finds an empty ledger.
func (c *Controller) shard(account string) (s *shard, owned bool) {
	number := journal.ShardOf(account)
	if s = c.shards[number]; s != nil {
		return s, true
	}
	l, owned := c.owned[number]
	if owned {
		s = newShard(l, journal.NewLedger(number, c.Book), c.now)
		c.shards[number] = s
	}
	return s, owned
}

// catchUp is how far back ticks are posted that were missed. What is older comes with the first of them.
const catchUp = 7 * 24 * time.Hour

// restore goes on where the chain ends, and has every account looked at.
func (c *Controller) restore(ctx context.Context, s *shard) (err error) {
	if s.ledger, err = c.Store.Ledger(ctx, s.lease.Shard, c.Book); err != nil {
		return err
	}
	s.posted = max(s.ledger.Chain().Head().Tick, (c.now.Add(-catchUp)/journal.Interval)*journal.Interval)
	intents, err := c.Store.OpenIntents(ctx, s.lease.Shard)
	if err != nil {
		return err
	}
	for _, i := range intents {
		s.open(i)
	}
	for a := range s.ledger.Accounts() {
		s.agenda.add(c.now, a.Name())
		s.plans[a.Name()] = &plan{next: c.now}
	}
	return nil
}

func (s *shard) open(i store.Intent) {
	if s.intents[i.Account] == nil {
		s.intents[i.Account] = map[string]store.Intent{}
	}
	s.intents[i.Account][i.Key] = i
}

// written takes over what a turn did to intents, once it is in the store.
func (s *shard) written(t *store.Turn) {
	for _, i := range t.Add {
		if i.State == store.StateOpen {
			s.open(i)
		} else {
			s.settle(i)
		}
	}
	for _, change := range t.Change {
		for account, open := range s.intents {
			i, there := open[change.Key]
			switch {
			case !there:
			case change.State == store.StateOpen:
				i.Due, i.Attempts, i.Outcome = change.Due, change.Attempts, change.Outcome
				open[change.Key] = i
			default:
				delete(open, change.Key)
				if change.State == store.StateDone {
					s.settle(i)
				}
			}
			if len(open) == 0 {
				delete(s.intents, account)
			}
		}
	}
}

func (s *shard) settle(i store.Intent) {
	if s.done[i.Account] == nil {
		s.done[i.Account] = map[string]bool{}
	}
	s.done[i.Account][i.Key] = true
}

// next is when something is due in the shard. Intents that are being acted on are not.
func (s *shard) next(acting, warning bool) meter.Instant {
	next := s.agenda.next()
	for _, open := range s.intents {
		for _, i := range open {
			if busy := i.Action == store.Warn && warning || i.Action != store.Warn && acting; !busy {
				next = min(next, i.Due)
			}
		}
	}
	return next
}
