package controller

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// batch is how many facts are learnt in one transaction.
const batch = 500

// learn takes facts that were recorded into their ledgers, until there are none.
func (c *Controller) learn(ctx context.Context) error {
	for {
		pending, err := c.Store.Pending(ctx, c.Owner, batch)
		if err != nil {
			return err
		}
		facts := map[uint32][]meter.Fact{}
		for _, f := range pending {
			if s, owned := c.shard(f.Account); owned {
				facts[s.lease.Shard] = append(facts[s.lease.Shard], f)
			}
		}
		if len(facts) == 0 {
			return nil
		}
		var turns []store.Turn
		for _, number := range slices.Sorted(maps.Keys(facts)) {
			s := c.shards[number]
			turn := store.Turn{Lease: s.lease}
			accounts, err := s.learn(facts[number], &turn)
			if err != nil {
				c.forget(number) // its ledger is ahead of the store
				return err
			}
			for account := range accounts {
				c.planOrPostpone(ctx, s, account, &turn)
			}
			for _, r := range turn.Refused {
				c.Logger.ErrorContext(ctx, "a fact was recorded that cannot be in the ledger", "account", r.Account, "key", r.Key, "error", r.Reason)
			}
			turns = append(turns, turn)
		}
		if err := c.write(ctx, turns); err != nil {
			return err
		}
		c.Metrics.learned(len(pending))
	}
}

// learn takes facts of one shard in, in parts that fit into a block, and tells which accounts they are about.
func (s *shard) learn(facts []meter.Fact, turn *store.Turn) (accounts map[string]bool, err error) {
	b, ok, err := s.ledger.Learn(facts...)
	if errors.Is(err, journal.ErrTooLarge) && len(facts) > 1 {
		half := len(facts) / 2
		first, err1 := s.learn(facts[:half], turn)
		second, err2 := s.learn(facts[half:], turn)
		maps.Copy(first, second)
		return first, errors.Join(err1, err2)
	}
	refused, err := journal.Refusals(err)
	if err != nil {
		return nil, err
	}
	if ok {
		turn.Blocks = append(turn.Blocks, b)
	}
	accounts = map[string]bool{}
	for _, f := range facts {
		id := store.FactID{Account: f.Account, Key: f.Key}
		at := slices.IndexFunc(refused, func(r *journal.RefusedError) bool { return r.Account == f.Account && r.Key == f.Key })
		if at >= 0 {
			turn.Refused = append(turn.Refused, store.Refusal{FactID: id, Reason: refused[at].Err.Error()})
			continue
		}
		turn.Learned = append(turn.Learned, id)
		accounts[f.Account] = true
	}
	return accounts, nil
}

// write commits turns, and has the shards take over what they say of intents.
func (c *Controller) write(ctx context.Context, turns []store.Turn) error {
	if err := c.commit(ctx, turns); err != nil {
		return err
	}
	for i := range turns {
		if s := c.shards[turns[i].Lease.Shard]; s != nil {
			s.written(&turns[i])
		}
		c.Metrics.intents(&turns[i])
	}
	return nil
}
