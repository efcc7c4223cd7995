package controller

import (
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// Chain is the ledger of a shard that a replica owns, and how far its ticks are posted.
type Chain struct {
	lease  store.Lease
	ledger *journal.Ledger
	posted meter.Instant // the last tick that was looked at
}

// NewChain is the chain of a shard whose ticks are posted until an instant.
func NewChain(l store.Lease, ledger *journal.Ledger, posted meter.Instant) *Chain {
	return &Chain{l, ledger, posted}
}

// Committer is what turns are written to: a store.Store.
type Committer interface {
	Commit(ctx context.Context, owner string, turns ...store.Turn) error
}

// together is how many shards are in one transaction.
const together = 128

// Post writes the lines of all ticks up to one, and returns the turns that are in the store. While some chains are written
// the next are worked out. After an error ledgers may be ahead of the store, and must be read anew.
func Post(ctx context.Context, s Committer, owner string, until meter.Instant, chains []*Chain) (written []store.Turn, err error) {
	group, ctx := errgroup.WithContext(ctx)
	ready := make(chan []store.Turn, 1)
	group.Go(func() error {
		defer close(ready)
		for part := range slices.Chunk(chains, together) {
			turns, err := linesOf(part, until)
			if err != nil {
				return err
			}
			select {
			case ready <- turns:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	group.Go(func() error {
		for turns := range ready {
			if len(turns) == 0 {
				continue
			}
			if err := s.Commit(ctx, owner, turns...); err != nil {
				return err
			}
			written = append(written, turns...)
		}
		return nil
	})
	err = group.Wait()
	return written, err
}

// linesOf works out the ticks of chains, several at once. Each chain's blocks follow from it alone.
func linesOf(chains []*Chain, until meter.Instant) ([]store.Turn, error) {
	turns := make([]store.Turn, len(chains))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range chains {
		group.Go(func() (err error) {
			turns[i], err = c.lines(until)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(turns, func(t store.Turn) bool { return len(t.Blocks) == 0 }), nil
}

// lines posts the ticks of one chain until one.
func (c *Chain) lines(until meter.Instant) (store.Turn, error) {
	turn := store.Turn{Lease: c.lease}
	for tick := c.posted + journal.Interval; tick <= until; tick += journal.Interval {
		b, ok, err := c.ledger.Post(tick)
		if err != nil {
			return turn, err
		}
		if ok {
			turn.Blocks = append(turn.Blocks, b)
		}
		c.posted = tick
	}
	return turn, nil
}
