package main

import (
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// tortureCopy is an empty SQLite store, to which the facts and ticks of another store's chains come as they did there.
type tortureCopy struct {
	t      *testing.T
	store  *store.Store
	now    meter.Instant // its clock
	leases map[uint32]store.Lease
}

const copier = "the copier"

func newTortureCopy(t *testing.T) *tortureCopy {
	t.Helper()
	c := &tortureCopy{t: t, now: 1, leases: map[uint32]store.Lease{}}
	var err error
	c.store, err = store.Open(t.Context(), "sqlite:"+t.TempDir()+"/copy.db", pricebook.Published(), store.WithClock(func() time.Time { return c.now.Time() }))
	must(t, err)
	t.Cleanup(func() { must(t, c.store.Close()) })
	_, _, err = c.store.Heartbeat(t.Context(), copier, time.Hour)
	must(t, err)
	leases, err := c.store.Claim(t.Context(), copier, journal.Shards)
	must(t, err)
	for _, l := range leases {
		c.leases[l.Shard] = l
	}
	return c
}

// checkSameChain: the facts and ticks of a chain give the same blocks on SQLite, to the last hash. It returns how many.
func (c *tortureCopy) checkSameChain(from *store.Store, shard uint32) (blocks int) {
	c.t.Helper()
	ctx, book := c.t.Context(), pricebook.Published()
	ledger := journal.NewLedger(shard, book)
	for want, err := range from.Blocks(ctx, shard) {
		must(c.t, err)
		turn := store.Turn{Lease: c.leases[shard]}
		var got journal.Block
		if want.Tick > 0 {
			got, _, err = ledger.Post(want.Tick)
		} else {
			got, _, err = ledger.Learn(c.record(want.Facts, &turn)...)
		}
		must(c.t, err)
		if got.Hash != want.Hash {
			c.t.Errorf("block %d of shard %d, tick %s: SQLite has the hash %s, the other store %s", want.Sequence, shard, want.Tick, got.Hash, want.Hash)
			return blocks
		}
		turn.Blocks = []journal.Block{got}
		must(c.t, c.store.Commit(ctx, copier, turn))
		blocks++
	}
	copied, err := c.store.Ledger(ctx, shard, book)
	must(c.t, err)
	original, err := from.Ledger(ctx, shard, book)
	must(c.t, err)
	if a, b := copied.Chain().Head(), original.Chain().Head(); a != b {
		c.t.Errorf("the chain of shard %d ends with %+v on SQLite, and with %+v in the other store", shard, a, b)
	}
	return blocks
}

// record adds facts, each at the instant at which it was recorded before, and returns them as the store has them.
func (c *tortureCopy) record(facts []meter.Fact, turn *store.Turn) []meter.Fact {
	c.t.Helper()
	out := make([]meter.Fact, 0, len(facts))
	for _, f := range facts {
		c.now = f.Recorded
		n, err := c.store.Append(c.t.Context(), f)
		must(c.t, err)
		if n != 1 {
			c.t.Errorf("fact %q of %q is twice in a chain", f.Key, f.Account)
		}
		kept, err := c.store.Fact(c.t.Context(), f.Account, f.Key)
		must(c.t, err)
		out = append(out, *kept)
		turn.Learned = append(turn.Learned, store.FactID{Account: f.Account, Key: f.Key})
	}
	return out
}
