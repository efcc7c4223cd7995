package simulate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// sessions is with how many sessions the growth by facts is measured: those of a year with one a day.
const sessions = 365

// growth measures what facts take: sessions of one machine in a store of their own in memory, each start and each stop
// recorded, learnt and written alone, as the service does when nothing else happens.
func (s *simulation) growth(ctx context.Context) (err error) {
	now := epoch
	scratch, err := store.Open(ctx, "memory", s.Book, store.WithClock(func() time.Time { return now.Time() }))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scratch.Close()) }()
	if _, _, err := scratch.Heartbeat(ctx, owner, lease); err != nil {
		return err
	}
	start := s.fleet.start(0)
	shard := journal.ShardOf(start.Account)
	leases, err := scratch.Claim(ctx, owner, journal.Shards)
	if err != nil {
		return err
	}
	before, err := scratch.Size(ctx)
	if err != nil {
		return err
	}
	ledger := journal.NewLedger(shard, s.Book)
	for day := range sessions {
		for _, f := range session(start, day) {
			now = f.Effective.Add(time.Second)
			if err := record(ctx, scratch, leases[shard], ledger, f); err != nil {
				return err
			}
		}
	}
	after, err := scratch.Size(ctx)
	if err != nil {
		return err
	}
	g := &s.report.BytesPerInstanceYear
	g.FactsPerSession = float64(after-before) / sessions
	g.FactsDaily = float64(after - before)
	return nil
}

// session are the facts of one of a machine: twelve hours of a day.
func session(start meter.Fact, day int) [2]meter.Fact {
	start.Effective = start.Effective.Add(time.Duration(day) * 24 * time.Hour)
	start.Key = fmt.Sprintf("start:%s:%d", start.Instance, start.Effective)
	stop := meter.Fact{
		Kind: meter.Stop, Account: start.Account, Instance: start.Instance, Effective: start.Effective.Add(12 * time.Hour),
		Confidence: meter.Confirmed, Evidence: "StateTransitionReason",
	}
	stop.Key = fmt.Sprintf("stop:%s:%d", stop.Instance, stop.Effective)
	return [2]meter.Fact{start, stop}
}

// record takes a fact all the way into the ledger.
func record(ctx context.Context, s *store.Store, l store.Lease, ledger *journal.Ledger, f meter.Fact) error {
	if _, err := s.Append(ctx, f); err != nil {
		return err
	}
	pending, err := s.Pending(ctx, owner, 1)
	if err != nil {
		return err
	}
	b, _, err := ledger.Learn(pending...)
	if err != nil {
		return err
	}
	return s.Commit(ctx, owner, store.Turn{Lease: l, Blocks: []journal.Block{b}, Learned: []store.FactID{{Account: f.Account, Key: f.Key}}})
}
