package controller

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/overshoot"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Cloud is EC2 as the meter needs it. Calls are idempotent, and made with a deadline.
type Cloud interface {
	// Machines lists all managed machines, or some of them: complete, or an error.
	Machines(ctx context.Context, ids ...string) ([]evidence.Machine, error)
	// Tag and Untag pass over machines that are gone.
	Tag(ctx context.Context, key, value string, ids ...string) error
	Untag(ctx context.Context, key string, ids ...string) error
	// Stop and Start return which machines EC2 accepted it for, also beside an error. They do not wait.
	Stop(ctx context.Context, ids ...string) (accepted []string, err error)
	Start(ctx context.Context, ids ...string) (accepted []string, err error)
}

// Store is where facts, chains, leases of shards and intents are; *store.Store is one.
type Store interface {
	Now(ctx context.Context) (meter.Instant, error)
	Append(ctx context.Context, facts ...meter.Fact) (int, error)
	Pending(ctx context.Context, owner string, limit int) ([]meter.Fact, error)
	Heartbeat(ctx context.Context, owner string, ttl time.Duration) ([]store.Lease, int, error)
	Claim(ctx context.Context, owner string, n int) ([]store.Lease, error)
	Release(ctx context.Context, owner string, leases ...store.Lease) error
	Leave(ctx context.Context, owner string) error
	Chains(ctx context.Context) ([]uint32, error)
	Ledger(ctx context.Context, shard uint32, book *pricebook.Book) (*journal.Ledger, error)
	OpenIntents(ctx context.Context, shard uint32) ([]store.Intent, error)
	Commit(ctx context.Context, owner string, turns ...store.Turn) error
}

// Notifier tells someone that a limit is near. It is called again when it fails.
type Notifier interface {
	Notify(ctx context.Context, w Warning) error
}

// Warning is that a machine will be stopped before long.
type Warning struct {
	Key      string         `json:"key"` // the same warning has the same key, should it come twice
	Account  string         `json:"account"`
	Instance string         `json:"instance,omitempty"` // "" when all of the account's machines are meant
	Cause    meter.Cause    `json:"cause"`
	Deadline meter.Instant  `json:"deadline"`
	Before   time.Duration  `json:"-"` // which threshold it is
	Until    *meter.Instant `json:"until,omitempty"`
}

// Config says how a replica works. Zero durations are replaced by Defaults.
type Config struct {
	Owner    string // of this process alone
	Store    Store
	Cloud    Cloud
	Notifier Notifier // nil: warnings are logged only
	Book     *pricebook.Book
	Logger   *slog.Logger
	Metrics  *Metrics         // nil for none
	Clock    func() time.Time // of this machine, to find that the database's is wrong; nil is time.Now
	Warn     []time.Duration  // how long before a deadline to warn

	Timing
}

// Timing is how often things are done.
type Timing struct {
	ShardLease time.Duration // for how long a replica that is silent keeps its shards
	Heartbeat  time.Duration // how often it says that it lives
	Poll       time.Duration // how often it looks for facts that others recorded
	Sweep      time.Duration // how often it looks at EC2
	Renewal    time.Duration // how often machines' leases are renewed
	Margin     time.Duration // how long before its deadline a machine's lease ends
	Lead       time.Duration // how long before its lease ends a machine is stopped, so that it does not stop by itself first
	Retry      time.Duration // what failed is tried again after that, then after twice as long each time, up to Sweep
	Call       time.Duration // how long one round of calls to EC2 may take
	Tolerance  time.Duration // how far the database's clock and this machine's may be apart
}

// Defaults are the timing of production.
func Defaults() Timing {
	return Timing{
		ShardLease: 30 * time.Second, Heartbeat: 10 * time.Second, Poll: 2 * time.Second, Sweep: time.Minute,
		Renewal: overshoot.Renewal, Margin: overshoot.LeaseMargin(0), Lead: 5 * time.Second, Retry: 2 * time.Second, Call: 30 * time.Second,
		Tolerance: 5 * time.Minute,
	}
}

// ahead is how long before its deadline a machine is stopped.
func (t *Timing) ahead() time.Duration { return t.Margin + t.Lead }

func (t *Timing) complete() {
	d := Defaults()
	for _, f := range []struct {
		have *time.Duration
		want time.Duration
	}{
		{&t.ShardLease, d.ShardLease},
		{&t.Heartbeat, d.Heartbeat},
		{&t.Poll, d.Poll},
		{&t.Sweep, d.Sweep},
		{&t.Renewal, d.Renewal},
		{&t.Margin, d.Margin},
		{&t.Lead, d.Lead},
		{&t.Retry, d.Retry},
		{&t.Call, d.Call},
		{&t.Tolerance, d.Tolerance},
	} {
		if *f.have == 0 {
			*f.have = f.want
		}
	}
}

func (c *Config) validate() error {
	switch {
	case c.Owner == "" || c.Store == nil || c.Cloud == nil || c.Book == nil || c.Logger == nil:
		return errors.New("the meter's controller needs an owner, a store, a cloud, a price book and a logger")
	case c.Heartbeat*2 > c.ShardLease:
		return errors.New("a heartbeat that may be missed once needs a shard lease of twice its period at least")
	}
	for _, w := range c.Warn {
		if w <= c.ahead() {
			return errors.New("a warning " + w.String() + " before a deadline would come after the stop, which is " + c.ahead().String() + " before it")
		}
	}
	return nil
}
