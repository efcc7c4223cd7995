package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store/postgrestest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Replicas whose clock is fast post many ticks while they are killed, paused and without their database, and while facts come,
// also late ones. Every tick is posted, once, and all lines together are what the facts say. The same facts and ticks give the
// same chains on the other store.
func TestMeterTickTorture(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := postgrestest.Run(t)
		newTickTorture(t, server.Address(), server, 2, tickDose).run()
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		newTickTorture(t, "sqlite:"+filepath.Join(t.TempDir(), "meter.db"), nil, 1, dose{tickDose.time, tickDose.kills, 0}).run()
	})
}

// tickTorture is a torture without machines: facts come from the test alone.
type tickTorture struct {
	*torture

	clock fastClock
	facts map[string][]meter.Fact // by account: what was acknowledged
	runs  map[string]bool         // by machine
	fed   int
}

const tickAccounts = 12

func newTickTorture(t *testing.T, address string, server *postgrestest.Server, replicas int, least dose) *tickTorture {
	t.Helper()
	seed := tortureSeedOf(t)
	clock := fastClock{time.Now().Truncate(time.Second)}
	s, err := store.Open(t.Context(), address, pricebook.Published(), store.WithClock(clock.now))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	x := &tickTorture{
		torture: &torture{t: t, least: least.prolonged(t), random: rand.New(rand.NewPCG(seed, 4)), store: s, server: server},
		clock:   clock, facts: map[string][]meter.Fact{}, runs: map[string]bool{},
	}
	for i := range tickAccounts {
		x.feed(meter.Fact{Key: "grant", Kind: meter.Grant, Account: account(i), Amount: 1_000_000 * pricebook.Credit})
		x.feed(meter.Fact{Key: "always", Kind: meter.Start, Account: account(i), Instance: "i-always-" + account(i), InstanceType: "t3.small"})
	}
	env := []string{tortureBase + "=" + strconv.FormatInt(clock.base.UnixNano(), 10), "TROPIC_METER_STORE=" + address}
	for i := range replicas {
		x.replicas = append(x.replicas, newTortureProcess(t, "poster-"+strconv.Itoa(i), append(os.Environ(), env...), "-test.run=^TestTickReplica$"))
	}
	return x
}

func account(i int) string { return "account-" + strconv.Itoa(i) }

func (x *tickTorture) run() {
	x.t.Helper()
	x.endure(x.feedSome)
	x.await(func() string { return x.unlearned() })
	for _, r := range x.replicas {
		r.end()
	}
	x.checkTicks()
}

// feed adds a fact that takes effect now, if it does not say when, again and again until it is acknowledged.
func (x *tickTorture) feed(f meter.Fact) {
	x.t.Helper()
	if f.Effective == 0 {
		f.Effective = meter.At(x.clock.now())
	}
	if !insist(x.t, x.store, f) {
		return
	}
	x.facts[f.Account] = append(x.facts[f.Account], f)
	x.fed++
}

// feedSome has a machine start, stop or become another one, now or some hours ago, and credits come.
func (x *tickTorture) feedSome() {
	x.t.Helper()
	i := x.random.IntN(tickAccounts)
	f := meter.Fact{Key: fmt.Sprintf("fact:%d", x.fed), Account: account(i), Instance: fmt.Sprintf("i-%d-%d", i, x.random.IntN(4))}
	if x.random.IntN(3) == 0 {
		begin := meter.At(x.clock.base)
		f.Effective = begin + meter.Instant(x.random.Int64N(int64(meter.At(x.clock.now())-begin)+1))
	}
	switch x.random.IntN(5) {
	case 0, 1:
		f.Kind, f.InstanceType = meter.Start, "t3.micro"
	case 2:
		f.Kind = meter.Stop
	case 3:
		f.Kind, f.InstanceType, f.Model = meter.Rated, "t3.small", "anthropic/claude-haiku-4-5"
	default:
		f.Kind, f.Instance, f.Amount = meter.Grant, "", pricebook.Credit
	}
	x.feed(f)
}

// unlearned says which facts are in no block yet.
func (x *tickTorture) unlearned() string {
	for i := range tickAccounts {
		pending, err := x.store.Unlearned(x.t.Context(), journal.ShardOf(account(i)))
		if err != nil {
			return err.Error()
		}
		if len(pending) > 0 {
			return fmt.Sprintf("%d facts of the shard of %s are in no block", len(pending), account(i))
		}
	}
	return ""
}

func (x *tickTorture) checkTicks() {
	x.t.Helper()
	tick := tickBefore(meter.At(x.clock.now()))
	shards := map[uint32]bool{}
	for i := range tickAccounts {
		shards[journal.ShardOf(account(i))] = true
	}
	postLast(x.t, x.store, shards, tick)
	lines, ticks, blocks := 0, 0, 0
	copied := newTortureCopy(x.t)
	ledgers := map[uint32]*journal.Ledger{}
	for shard := range shards {
		var last meter.Instant
		for b, err := range x.store.Blocks(x.t.Context(), shard) {
			must(x.t, err)
			if b.Tick == 0 {
				continue
			}
			if last != 0 && b.Tick != last+journal.Interval { // a machine runs in each shard
				x.t.Errorf("shard %d: the tick after %s is %s", shard, last, b.Tick)
			}
			last = b.Tick
			ticks++
			lines += len(b.Lines)
		}
		if last != tick {
			x.t.Errorf("shard %d: the last tick is %s, want %s", shard, last, tick)
		}
		var err error
		ledgers[shard], err = journal.Replay(shard, pricebook.Published(), x.store.Blocks(x.t.Context(), shard))
		must(x.t, err)
		blocks += copied.checkSameChain(x.store, shard)
	}
	machines := 0
	for i := range tickAccounts {
		machines += x.checkAccount(account(i), ledgers[journal.ShardOf(account(i))], tick)
	}
	x.t.Logf("%d SIGKILLs, %d database crashes, %d SIGSTOPs; %d facts, %d ticks of %d shards, %d lines for %d machines; %d blocks were the same on SQLite",
		x.kills, x.crashes, x.pauses, x.fed, ticks, len(shards), lines, machines, blocks)
	x.checkSaid()
}

// checkAccount: the store has each fact that was acknowledged, once, and the lines are what those facts say.
func (x *tickTorture) checkAccount(name string, ledger *journal.Ledger, tick meter.Instant) (machines int) {
	x.t.Helper()
	own := meter.NewAccount(name, pricebook.Published())
	for _, f := range x.facts[name] {
		_, err := own.Add(f)
		must(x.t, err)
	}
	stored, err := x.store.Facts(x.t.Context(), name)
	must(x.t, err)
	if have, want := len(stored), len(x.facts[name]); have != want || len(ledger.Account(name).Facts()) != want {
		x.t.Errorf("%s: %d facts were acknowledged, %d are in the store and %d in the ledger", name, want, have, len(ledger.Account(name).Facts()))
	}
	seen := map[string]bool{}
	for _, f := range x.facts[name] {
		if f.Instance == "" || seen[f.Instance] {
			continue
		}
		seen[f.Instance] = true
		charged, err := own.Charged(f.Instance, 0, tick)
		must(x.t, err)
		if posted := ledger.Posted(f.Instance); posted != charged {
			x.t.Errorf("%s of %s: lines of %s credits, and facts of %s", f.Instance, name, posted, charged)
		}
	}
	return len(seen)
}
