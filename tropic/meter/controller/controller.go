package controller

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// Controller is a replica. All but Wake is for the goroutine that runs it.
type Controller struct {
	Config

	now      meter.Instant // the database's clock; it never goes back
	looked   time.Time     // when it was asked, by this process's own clock
	owned    map[uint32]store.Lease
	shards   map[uint32]*shard // those of them that have accounts
	replicas int
	leased   meter.Instant // until when the shards are ours for certain
	fleet    fleet

	heartbeat, poll, sweep, renewal meter.Instant // when each is due
	sweeping, renewing              bool          // calls that are out
	acting, warning                 bool

	wake    chan struct{}
	results chan func(context.Context)
	calls   sync.WaitGroup
}

// New makes a replica; Run lets it work.
func New(c Config) (*Controller, error) {
	c.complete()
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	return &Controller{
		Config: c, owned: map[uint32]store.Lease{}, shards: map[uint32]*shard{}, fleet: newFleet(),
		wake: make(chan struct{}, 1), results: make(chan func(context.Context)),
	}, nil
}

// Wake has the controller look for new facts at once. It may be called from anywhere.
func (c *Controller) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run works until the context ends, and then gives its shards back. What goes wrong is logged and tried again; an error is
// returned only when the shards could not be given back, so that others wait until their lease ends.
func (c *Controller) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		timer := time.NewTimer(c.step(ctx))
		select {
		case <-ctx.Done():
		case <-c.wake:
			c.poll = 0
		case take := <-c.results:
			take(ctx)
		case <-timer.C:
		}
		timer.Stop()
	}
	return c.leave(ctx)
}

// step does what is due, and returns for how long nothing will be.
func (c *Controller) step(ctx context.Context) time.Duration {
	if err := c.look(ctx); err != nil {
		c.trouble(ctx, "tell the time, and does nothing until it can", err)
		return c.Retry
	}
	for _, do := range []struct {
		due  *meter.Instant
		each time.Duration
		what string
		run  func(context.Context) error
	}{
		{&c.heartbeat, c.Heartbeat, "keep the shards", c.keepShards},
		{&c.poll, c.Poll, "learn new facts", c.learn},
	} {
		if c.now < *do.due {
			continue
		}
		*do.due = c.now.Add(do.each)
		if err := do.run(ctx); err != nil {
			c.trouble(ctx, do.what, err)
			*do.due = c.now.Add(min(c.Retry, do.each))
		}
	}
	if err := c.post(ctx); err != nil {
		c.trouble(ctx, "post a tick", err)
	}
	if err := c.review(ctx); err != nil {
		c.trouble(ctx, "look at deadlines", err)
	}
	c.startCalls(ctx)
	return c.idle()
}

// idle is for how long nothing is due. Calls that are out, or that may not be made without a lease, are waited for.
func (c *Controller) idle() time.Duration {
	mute := c.now >= c.leased
	next := min(c.heartbeat, c.poll, tickAfter(c.now))
	if !c.sweeping && !mute {
		next = min(next, c.sweep)
	}
	if !c.renewing && !mute {
		next = min(next, c.renewal)
	}
	for _, s := range c.shards {
		next = min(next, s.next(c.acting || mute, c.warning || mute))
	}
	return max(next.Sub(c.now), time.Millisecond)
}

// call makes calls to EC2 beside the loop, and has the loop take their result.
func (c *Controller) call(ctx context.Context, do func(context.Context) (take func(context.Context))) {
	c.calls.Go(func() {
		limited, cancel := context.WithTimeoutCause(ctx, c.Call, errSlow)
		defer cancel()
		take := do(limited)
		select {
		case c.results <- take:
		case <-ctx.Done():
		}
	})
}

var errSlow = errors.New("EC2 took too long")

// leave waits for calls that are out and gives the shards back, also when the context has ended.
func (c *Controller) leave(ctx context.Context) error {
	c.calls.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Call)
	defer cancel()
	return c.Store.Leave(ctx, c.Owner)
}

func (c *Controller) trouble(ctx context.Context, what string, err error) {
	if ctx.Err() != nil {
		return // it is the end
	}
	c.Metrics.failed(what)
	c.Logger.ErrorContext(ctx, "could not "+what, "error", err)
}

// tickAfter is the next boundary of a tick.
func tickAfter(at meter.Instant) meter.Instant { return (at/journal.Interval + 1) * journal.Interval }

// commit writes turns. When it fails, what was written is not known: the ledgers are read anew.
func (c *Controller) commit(ctx context.Context, turns []store.Turn) error {
	for len(turns) > 0 {
		part := turns[:min(together, len(turns))]
		if err := c.Store.Commit(ctx, c.Owner, part...); err != nil {
			for i := range turns {
				c.forget(turns[i].Lease.Shard)
			}
			return err
		}
		turns = turns[len(part):]
	}
	return nil
}
