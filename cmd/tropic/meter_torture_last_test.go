package main

import (
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// tickBefore is the last tick that has passed.
func tickBefore(at meter.Instant) meter.Instant { return at / journal.Interval * journal.Interval }

// postLast takes over shards when all replicas have left, and posts their ticks until one, as a replica does.
func postLast(t *testing.T, s *store.Store, shards map[uint32]bool, tick meter.Instant) {
	t.Helper()
	var chains []*controller.Chain
	for _, l := range claimAll(t, s) {
		if shards[l.Shard] {
			ledger, err := s.Ledger(t.Context(), l.Shard, pricebook.Published())
			must(t, err)
			posted := ledger.Chain().Head().Tick
			if posted == 0 {
				posted = tick - journal.Interval
			}
			chains = append(chains, controller.NewChain(l, ledger, posted))
		}
	}
	_, err := controller.Post(t.Context(), s, tester, tick, chains)
	must(t, err)
}

const tester = "the test"

// claimAll takes over all shards: those of a replica that was killed when its lease has ended.
func claimAll(t *testing.T, s *store.Store) (leases []store.Lease) {
	t.Helper()
	_, _, err := s.Heartbeat(t.Context(), tester, 1000*time.Hour)
	must(t, err)
	for end := time.Now().Add(10 * time.Second); len(leases) < journal.Shards; <-time.After(100 * time.Millisecond) {
		some, err := s.Claim(t.Context(), tester, journal.Shards)
		must(t, err)
		leases = append(leases, some...)
		if time.Now().After(end) {
			t.Fatalf("%d of %d shards could be claimed when all replicas had left", len(leases), journal.Shards)
		}
	}
	return leases
}
