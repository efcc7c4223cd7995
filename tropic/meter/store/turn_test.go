package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store/postgrestest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

const ttl = 30 * time.Second

func start(account, instance string) meter.Fact {
	return meter.Fact{
		Key: "start:" + instance, Kind: meter.Start, Account: account, Instance: instance, Effective: epoch, InstanceType: "t3.micro",
		Confidence: meter.Confirmed, Evidence: "LaunchTime",
	}
}

// own has a replica own all shards.
func own(t *testing.T, s *store.Store, owner string) map[uint32]store.Lease {
	t.Helper()
	if _, _, err := s.Heartbeat(t.Context(), owner, ttl); err != nil {
		t.Fatal(err)
	}
	leases, err := s.Claim(t.Context(), owner, journal.Shards)
	if err != nil || len(leases) != journal.Shards {
		t.Fatalf("%d shards, %v", len(leases), err)
	}
	out := map[uint32]store.Lease{}
	for _, l := range leases {
		out[l.Shard] = l
	}
	return out
}

// What an owner learns and posts is a chain that another goes on with, from the store alone; the same from every engine.
func TestTheChainIsTheSameOnEveryEngine(t *testing.T) {
	t.Parallel()
	server := postgrestest.Run(t)
	heads := map[string]journal.Head{}
	for name, address := range map[string]string{
		"memory": "memory", "sqlite": "sqlite:" + filepath.Join(t.TempDir(), "meter.db"), "postgres": server.Address(),
	} {
		now := epoch.Time()
		clock := func() time.Time { return now }
		s, err := store.Open(t.Context(), address, pricebook.Published(), store.WithClock(clock))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		shard := journal.ShardOf("a")
		for n := range 6 {
			owner := fmt.Sprint("replica", n)
			lease := own(t, s, owner)[shard]
			ledger, err := s.Ledger(t.Context(), shard, pricebook.Published())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Append(t.Context(), grant("a", fmt.Sprint("g", n), 1), start("a", fmt.Sprint("i-", n))); err != nil {
				t.Fatal(err)
			}
			turn := learn(t, s, owner, ledger, lease)
			for range 3 {
				now = now.Add(5 * time.Minute)
				b, ok, err := ledger.Post(meter.At(now))
				if err != nil || !ok {
					t.Fatal(ok, err)
				}
				turn.Blocks = append(turn.Blocks, b)
			}
			if err := s.Commit(t.Context(), owner, turn); err != nil {
				t.Fatal(err)
			}
			if err := s.Leave(t.Context(), owner); err != nil {
				t.Fatal(err)
			}
		}
		replayed, err := journal.Replay(shard, pricebook.Published(), s.Blocks(t.Context(), shard))
		if err != nil {
			t.Fatal(err)
		}
		heads[name] = replayed.Chain().Head()
		if chains, err := s.Chains(t.Context()); err != nil || !slices.Equal(chains, []uint32{shard}) {
			t.Error(chains, err)
		}
	}
	if heads["sqlite"] != heads["postgres"] || heads["sqlite"] != heads["memory"] || heads["sqlite"].Blocks != 24 {
		t.Errorf("%+v", heads)
	}
}

// learn takes all pending facts of a shard into its ledger.
func learn(t *testing.T, s *store.Store, owner string, ledger *journal.Ledger, lease store.Lease) store.Turn {
	t.Helper()
	pending, err := s.Pending(t.Context(), owner, 1000)
	if err != nil {
		t.Fatal(err)
	}
	b, ok, err := ledger.Learn(pending...)
	if err != nil || !ok {
		t.Fatalf("%d pending facts: %v", len(pending), err)
	}
	turn := store.Turn{Lease: lease, Blocks: []journal.Block{b}}
	for _, f := range pending {
		turn.Learned = append(turn.Learned, store.FactID{Account: f.Account, Key: f.Key})
	}
	return turn
}

// A turn is written whole or not at all, and not twice; learnt facts are not pending any more.
func TestATurnIsAllOrNothing(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		s := open(t, address)
		lease := own(t, s, "me")[journal.ShardOf("a")]
		if _, err := s.Append(t.Context(), grant("a", "g", 7), grant("a", "bad", 7)); err != nil {
			t.Fatal(err)
		}
		ledger := journal.NewLedger(lease.Shard, pricebook.Published())
		turn := learn(t, s, "me", ledger, lease)
		turn.Learned = turn.Learned[1:] // "bad" comes first
		turn.Refused = []store.Refusal{{FactID: store.FactID{Account: "a", Key: "bad"}, Reason: "it is bad"}}
		turn.Add = []store.Intent{{Key: "stop:i-1", Account: "a", Instance: "i-1", Action: store.StopMachine, Deadline: meter.Deadline{Cause: meter.BalanceSpent, At: 5}, Due: 7}}
		double := turn
		double.Blocks = append(slices.Clone(turn.Blocks), turn.Blocks...)
		if err := s.Commit(t.Context(), "me", double); err == nil {
			t.Fatal("one block was written twice")
		}
		if pending, err := s.Pending(t.Context(), "me", 10); err != nil || len(pending) != 2 {
			t.Fatalf("after a turn that failed: %d pending, %v", len(pending), err)
		}
		if intents, err := s.OpenIntents(t.Context(), lease.Shard); err != nil || len(intents) != 0 {
			t.Fatalf("after a turn that failed: %v, %v", intents, err)
		}
		if err := s.Commit(t.Context(), "me", turn); err != nil {
			t.Fatal(err)
		}
		if err := s.Commit(t.Context(), "me", turn); err == nil {
			t.Fatal("one turn was written twice")
		}
		if pending, err := s.Pending(t.Context(), "me", 10); err != nil || len(pending) != 0 {
			t.Fatalf("%v, %v", pending, err)
		}
		if refused, err := s.Refused(t.Context()); err != nil || len(refused) != 1 || refused[0].Reason != "it is bad" {
			t.Errorf("%v, %v", refused, err)
		}
		turn.Add[0].State = store.StateOpen
		if intents, err := s.OpenIntents(t.Context(), lease.Shard); err != nil || cmp.Diff(turn.Add, intents) != "" {
			t.Errorf("%s, %v", cmp.Diff(turn.Add, intents), err)
		}
	})
}

// An intent is there once however often it is written, may come back when it was cancelled, and not when it was done.
func TestIntents(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		s := open(t, address)
		lease := own(t, s, "me")[journal.ShardOf("a")]
		intent := store.Intent{Key: "stop:i-1", Account: "a", Instance: "i-1", Action: store.StopMachine, Due: 7}
		commit := func(turn store.Turn) {
			t.Helper()
			turn.Lease = lease
			if err := s.Commit(t.Context(), "me", turn); err != nil {
				t.Fatal(err)
			}
		}
		commit(store.Turn{Add: []store.Intent{intent, intent}})
		commit(store.Turn{Change: []store.Change{{Key: intent.Key, State: store.StateOpen, Due: 99, Attempts: 1, Outcome: "throttled"}}})
		commit(store.Turn{Add: []store.Intent{intent}})
		open, err := s.OpenIntents(t.Context(), lease.Shard)
		if err != nil || len(open) != 1 || open[0].Due != 99 || open[0].Attempts != 1 {
			t.Fatalf("%+v, %v", open, err)
		}
		commit(store.Turn{Change: []store.Change{{Key: intent.Key, State: store.StateCancelled, Outcome: "topped up"}}})
		if open, err = s.OpenIntents(t.Context(), lease.Shard); err != nil || len(open) != 0 {
			t.Fatalf("%+v, %v", open, err)
		}
		commit(store.Turn{Add: []store.Intent{intent}})
		if open, err = s.OpenIntents(t.Context(), lease.Shard); err != nil || len(open) != 1 || open[0].Attempts != 0 || open[0].Due != 7 {
			t.Fatalf("opened again: %+v, %v", open, err)
		}
		commit(store.Turn{Change: []store.Change{{Key: intent.Key, State: store.StateDone, Outcome: "stopped"}}})
		commit(store.Turn{Change: []store.Change{{Key: intent.Key, State: store.StateCancelled, Outcome: "too late"}}})
		commit(store.Turn{Add: []store.Intent{intent}})
		if open, err = s.OpenIntents(t.Context(), lease.Shard); err != nil || len(open) != 0 {
			t.Fatalf("%+v, %v", open, err)
		}
		all, err := s.Intents(t.Context(), "a")
		if err != nil || len(all) != 1 || all[0].State != store.StateDone || all[0].Outcome != "stopped" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// Who has lost a shard cannot write to it, not even with an epoch of its own from before.
func TestFencing(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		now := epoch.Time()
		s, err := store.Open(t.Context(), address, pricebook.Published(), store.WithClock(func() time.Time { return now }))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		all := own(t, s, "me")
		if _, _, err := s.Heartbeat(t.Context(), "you", ttl); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Claim(t.Context(), "you", 5); err != nil || len(got) != 0 {
			t.Fatalf("%v of a living replica were claimed, %v", got, err)
		}
		now = now.Add(ttl)
		if _, _, err := s.Heartbeat(t.Context(), "you", ttl); err != nil {
			t.Fatal(err)
		}
		got, err := s.Claim(t.Context(), "you", 10)
		if err != nil || len(got) != 10 {
			t.Fatalf("%v, %v", got, err)
		}
		mine := all[got[7].Shard]
		if got[7].Epoch != mine.Epoch+1 {
			t.Fatalf("claimed from %+v: %+v", mine, got[7])
		}
		if err := s.Commit(t.Context(), "me", store.Turn{Lease: mine}); !errors.Is(err, store.ErrFenced) {
			t.Error(err)
		}
		if err := s.Release(t.Context(), "me", mine); err != nil { // it is not mine to release
			t.Error(err)
		}
		if err := s.Commit(t.Context(), "you", store.Turn{Lease: got[7]}); err != nil {
			t.Error(err)
		}
		if err := s.Release(t.Context(), "you", got[7]); err != nil {
			t.Error(err)
		}
		owned, replicas, err := s.Heartbeat(t.Context(), "me", ttl)
		if err != nil || len(owned) != journal.Shards-10 || replicas != 2 {
			t.Errorf("%d owned, %d replicas, %v", len(owned), replicas, err)
		}
		back, err := s.Claim(t.Context(), "me", 10)
		if err != nil || len(back) != 1 || back[0].Epoch != mine.Epoch+2 {
			t.Errorf("%v, %v", back, err)
		}
		if err := s.Commit(t.Context(), "me", store.Turn{Lease: mine}); !errors.Is(err, store.ErrFenced) {
			t.Error(err)
		}
	})
}

// Replicas that claim at once never share a shard.
func TestClaimsAtOnce(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		s := open(t, address)
		const replicas = 4
		var claimed [replicas][]store.Lease
		var group sync.WaitGroup
		for r := range replicas {
			group.Go(func() {
				owner := fmt.Sprint("replica", r)
				if _, _, err := s.Heartbeat(t.Context(), owner, ttl); err != nil {
					t.Error(err)
				}
				for range 100 { // of those that choose the same shards at once, one gets them
					got, err := s.Claim(t.Context(), owner, 30)
					if err != nil {
						t.Error(err)
					}
					claimed[r] = append(claimed[r], got...)
				}
			})
		}
		group.Wait()
		owners := map[uint32]int{}
		for _, list := range claimed {
			for _, l := range list {
				owners[l.Shard]++
			}
		}
		if len(owners) != journal.Shards {
			t.Errorf("%d shards were claimed", len(owners))
		}
		for shard, n := range owners {
			if n != 1 {
				t.Errorf("shard %d was claimed %d times", shard, n)
			}
		}
	})
}
