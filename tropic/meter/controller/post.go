package controller

import (
	"context"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// post writes the lines of all ticks that have passed.
func (c *Controller) post(ctx context.Context) error {
	tick := tickAfter(c.now) - journal.Interval
	var turns []store.Turn
	for number, s := range c.shards {
		if s.posted >= tick {
			continue
		}
		turn := store.Turn{Lease: s.lease}
		if err := s.post(tick, &turn); err != nil {
			c.forget(number)
			return err
		}
		if len(turn.Blocks) > 0 {
			turns = append(turns, turn)
		}
	}
	if len(turns) == 0 {
		return nil
	}
	if err := c.commit(ctx, turns); err != nil {
		return err
	}
	c.Metrics.posted(turns)
	return nil
}

// post writes the ticks of one shard until one.
func (s *shard) post(until meter.Instant, turn *store.Turn) error {
	for tick := s.posted + journal.Interval; tick <= until; tick += journal.Interval {
		b, ok, err := s.ledger.Post(tick)
		if err != nil {
			return err
		}
		if ok {
			turn.Blocks = append(turn.Blocks, b)
		}
		s.posted = tick
	}
	return nil
}
