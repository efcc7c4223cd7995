package controller_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// book has the published prices from long ago: fake time begins in the year 2000.
func book(t testing.TB) *pricebook.Book {
	t.Helper()
	from := time.Date(1999, time.January, 1, 0, 0, 0, 0, time.UTC)
	b, err := pricebook.New([]pricebook.Entry{{Name: "t3.micro", From: from, Rate: 5_000}, {Name: "t3.small", From: from, Rate: 15_000}},
		[]pricebook.Entry{{Name: "anthropic/claude-opus-4-6", From: from, Rate: 100_000}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// house is a store, an EC2 and replicas, in fake time. It must be made within the bubble.
type house struct {
	t     *testing.T
	store *store.Store
	cloud *cloud
	book  *pricebook.Book
	stop  map[string]func() // by owner
	wake  map[string]func() // by owner: what the API does when a fact is recorded
	told  *told
	wrong atomic.Int64 // by how much the database's clock is wrong, in nanoseconds
}

func newHouse(t *testing.T, seed uint64) *house {
	t.Helper()
	h := &house{t: t, cloud: newCloud(seed), book: book(t), stop: map[string]func(){}, wake: map[string]func(){}, told: &told{}}
	var err error
	clock := func() time.Time { return time.Now().Add(time.Duration(h.wrong.Load())) }
	if h.store, err = store.Open(t.Context(), "memory", h.book, store.WithClock(clock)); err != nil {
		t.Fatal(err)
	}
	return h
}

// serve starts a replica.
func (h *house) serve(owner string, change func(*controller.Config)) {
	h.t.Helper()
	config := controller.Config{
		Owner: owner, Store: h.store, Cloud: h.cloud, Notifier: h.told, Book: h.book, Logger: slog.New(slog.DiscardHandler),
		Warn: []time.Duration{time.Hour, 10 * time.Minute},
	}
	if change != nil {
		change(&config)
	}
	c, err := controller.New(config)
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background()) // it ends within the bubble
	done := make(chan error)
	go func() { done <- c.Run(ctx) }()
	h.wake[owner] = c.Wake
	h.stop[owner] = func() {
		cancel()
		if err := <-done; err != nil {
			h.t.Error(err)
		}
		delete(h.stop, owner)
		delete(h.wake, owner)
	}
}

// close ends all.
func (h *house) close() {
	for _, stop := range h.stop {
		stop()
	}
	if err := h.store.Close(); err != nil {
		h.t.Error(err)
	}
}

func (h *house) append(facts ...meter.Fact) {
	h.t.Helper()
	if _, err := h.store.Append(h.t.Context(), facts...); err != nil {
		h.t.Fatal(err)
	}
	for _, wake := range h.wake {
		wake()
	}
}

func (h *house) grant(account string, credits pricebook.Amount) {
	h.t.Helper()
	now := meter.At(time.Now())
	h.append(meter.Fact{Key: fmt.Sprintf("grant:%d", int64(now)), Kind: meter.Grant, Account: account, Effective: now, Amount: credits})
}

// account is what the store says of an account.
func (h *house) account(name string) *meter.Account {
	h.t.Helper()
	facts, err := h.store.Facts(h.t.Context(), name)
	if err != nil {
		h.t.Fatal(err)
	}
	a := meter.NewAccount(name, h.book)
	for _, f := range facts {
		if _, err := a.Add(f); err != nil {
			h.t.Fatal(err)
		}
	}
	return a
}

// replay checks the chain of an account's shard, and returns its ledger.
func (h *house) replay(account string) *journal.Ledger {
	h.t.Helper()
	shard := journal.ShardOf(account)
	l, err := journal.Replay(shard, h.book, h.store.Blocks(h.t.Context(), shard))
	if err != nil {
		h.t.Fatal(err)
	}
	return l
}

func (h *house) want(id, state, hold string) {
	h.t.Helper()
	if m := h.cloud.state(id); m.State != state || m.Hold != hold {
		h.t.Fatalf("at %s: %s is %s, held for %q; want %s, %q", time.Now().UTC(), id, m.State, m.Hold, state, hold)
	}
}

// told gathers warnings.
type told struct{ warnings []controller.Warning }

func (n *told) Notify(_ context.Context, w controller.Warning) error {
	n.warnings = append(n.warnings, w)
	return nil
}

// A machine runs while there are credits, is stopped before they end, and starts again when there are more. Each was told.
func TestAMachineRunsAsLongAsItsCredits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, 1)
		defer h.close()
		h.grant("alice", 10*pricebook.Credit) // two hours of t3.micro
		h.cloud.launch("i-1", "alice", "t3.micro")
		launched := time.Now()
		h.serve("one", nil)
		time.Sleep(2*time.Hour - controller.Defaults().Margin - controller.Defaults().Lead - time.Millisecond - time.Since(launched))
		h.want("i-1", "running", "")
		time.Sleep(time.Second)
		h.want("i-1", "stopping", "balance")
		if len(h.told.warnings) != 2 || h.told.warnings[0].Cause != meter.BalanceSpent || h.told.warnings[0].Before != time.Hour {
			t.Errorf("told %+v", h.told.warnings)
		}
		time.Sleep(time.Hour)
		h.want("i-1", "stopped", "balance")
		wallet, err := h.account("alice").Wallet(meter.At(time.Now()))
		if err != nil || wallet.Balance() < 0 || wallet.Balance() > pricebook.Credit/10 {
			t.Errorf("%s credits are left, %v", wallet.Balance(), err)
		}
		h.grant("alice", pricebook.Credit)
		time.Sleep(controller.Defaults().Sweep + 10*time.Second)
		h.want("i-1", "running", "")
		time.Sleep(time.Hour)
		h.want("i-1", "stopped", "balance")
		if posted := h.replay("alice").Posted("i-1"); posted > 11*pricebook.Credit || posted < 11*pricebook.Credit-pricebook.Credit/10 {
			t.Errorf("%s credits were posted", posted)
		}
	})
}

// A machine that bears a hold and was started by hand loses it, but not just before it is stopped: that call could come
// after the one that holds it, and then nobody would start it again when there are credits.
func TestAHoldIsNotTakenAwayJustBeforeAStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, 1)
		defer h.close()
		for _, account := range []string{"alice", "bob"} {
			h.grant(account, 10*pricebook.Credit)
			h.cloud.launch("i-"+account, account, "t3.micro")
			if err := h.cloud.Tag(t.Context(), tropic.TagHold, tropic.HoldBalance, "i-"+account); err != nil {
				t.Fatal(err)
			}
		}
		d := controller.Defaults()
		now := meter.At(time.Now())
		left := pricebook.Amount((d.Margin + d.Lead + d.Call - time.Second).Milliseconds()) * 5_000
		h.append(meter.Fact{Key: "adjust", Kind: meter.Adjust, Account: "bob", Effective: now, Amount: left - 10*pricebook.Credit, Reason: "a test"})
		h.serve("one", nil)
		time.Sleep(5 * time.Second)
		h.want("i-alice", "running", "")
		h.want("i-bob", "running", tropic.HoldBalance)
		time.Sleep(d.Call)
		h.want("i-bob", "stopping", tropic.HoldBalance)
	})
}

// A receiver of warnings that hangs delays no stop.
func TestAWarningThatHangsDelaysNoStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, 1)
		defer h.close()
		h.grant("alice", 10*pricebook.Credit)
		h.cloud.launch("i-1", "alice", "t3.micro")
		h.serve("one", func(c *controller.Config) { c.Notifier, c.Warn = hanging{}, []time.Duration{19 * time.Second} })
		time.Sleep(2*time.Hour - controller.Defaults().Margin - controller.Defaults().Lead + time.Second)
		h.want("i-1", "stopping", "balance")
	})
}

// hanging is a receiver that does not answer.
type hanging struct{}

func (hanging) Notify(ctx context.Context, _ controller.Warning) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

// A chain that is damaged is not served, loudly; all others are.
func TestADamagedChainKeepsNoOtherFromBeingServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, 1)
		defer h.close()
		for _, account := range []string{"alice", "bob", "carol"} {
			h.grant(account, 5*pricebook.Credit) // an hour
		}
		h.serve("one", nil)
		time.Sleep(time.Minute)
		h.stop["one"]()
		for _, account := range []string{"alice", "bob", "carol"} {
			h.cloud.launch("i-"+account, account, "t3.micro")
		}
		var log logbook
		h.serve("two", func(c *controller.Config) {
			c.Logger = slog.New(slog.NewTextHandler(&log, nil))
			c.Store = damaged{h.store, journal.ShardOf("bob")}
		})
		time.Sleep(61 * time.Minute)
		h.want("i-alice", "stopped", "balance")
		h.want("i-carol", "stopped", "balance")
		h.want("i-bob", "running", "")
		if !strings.Contains(log.String(), fmt.Sprintf("shard %d cannot be served", journal.ShardOf("bob"))) {
			t.Errorf("the log says nothing of the damage:\n%.2000s", &log)
		}
	})
}

// damaged is a store of which one chain cannot be read.
type damaged struct {
	controller.Store

	shard uint32
}

func (d damaged) Ledger(ctx context.Context, shard uint32, b *pricebook.Book) (*journal.Ledger, error) {
	if shard == d.shard {
		return nil, &journal.Error{Shard: shard, Err: journal.ErrEdited}
	}
	return d.Store.Ledger(ctx, shard, b)
}

// A machine that has no price is not charged and not started, loudly, and keeps no other of its account from either.
func TestAMachineWithoutPriceStandsInNobodysWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, 1)
		defer h.close()
		h.grant("alice", 5*pricebook.Credit) // an hour
		h.cloud.launch("i-1", "alice", "t3.micro")
		h.cloud.launch("i-odd", "alice", "m9.huge")
		h.cloud.power("i-odd", false)
		if err := h.cloud.Tag(t.Context(), tropic.TagHold, tropic.HoldBalance, "i-odd"); err != nil {
			t.Fatal(err)
		}
		var log logbook
		h.serve("one", func(c *controller.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
		time.Sleep(10 * time.Minute)
		h.grant("alice", 5*pricebook.Credit)
		time.Sleep(2*time.Hour - 11*time.Minute)
		h.want("i-1", "running", "")
		time.Sleep(2 * time.Minute)
		h.want("i-1", "stopped", "balance")
		h.want("i-odd", "stopped", "balance")
		if !strings.Contains(log.String(), "m9.huge") {
			t.Errorf("the log does not say that there is no price:\n%.2000s", &log)
		}
	})
}
