package controller

import (
	"context"
	"maps"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

// post writes the lines of all ticks that have passed. When that fails, what was written is not known: the ledgers are read
// anew.
func (c *Controller) post(ctx context.Context) error {
	tick := tickAfter(c.now) - journal.Interval
	var chains []*Chain
	for _, number := range slices.Sorted(maps.Keys(c.shards)) {
		if s := c.shards[number]; s.posted < tick {
			chains = append(chains, &s.Chain)
		}
	}
	turns, err := Post(ctx, c.Store, c.Owner, tick, chains)
	c.Metrics.posted(turns)
	if err != nil {
		for _, chain := range chains {
			c.forget(chain.lease.Shard)
		}
	}
	return err
}
