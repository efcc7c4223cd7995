package controller

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrClock is wrapped by the error about a database whose clock cannot be right. While it lasts nothing is charged, stopped
// or renewed: the leases that are out bound what machines may spend.
var ErrClock = errors.New("the database's clock cannot be right")

// look asks for the time. A clock that was set back counts as standing still.
func (c *Controller) look(ctx context.Context) error {
	asked := time.Now()
	now, err := c.Store.Now(ctx)
	if err != nil {
		return err
	}
	apart := now.Time().Sub(c.Clock()).Abs()
	if apart > c.Tolerance {
		return fmt.Errorf("%w: it says %s, this machine's says %s; set them right (NTP), whichever is wrong", ErrClock, now, c.Clock().UTC().Format("2006-01-02T15:04:05Z"))
	}
	c.now, c.looked = max(c.now, now), asked
	return nil
}

// errLeaseOver ends calls of a replica whose shards others may own by now. The store is fenced, EC2 is not: a replica that
// was asleep must not stop the next session of a machine that others have stopped and started since.
var errLeaseOver = errors.New("the replica's lease is over")

// leaseEnd is when the shards may not be ours any more, by this process's own clock, which goes on while the process sleeps.
func (c *Controller) leaseEnd() time.Time { return c.looked.Add(c.leased.Sub(c.now)) }

// expired tells whether the context's time is over, also when it has not been told yet: a process that wakes up may be
// faster than its timers.
func expired(ctx context.Context) error {
	if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
		return errLeaseOver
	}
	return context.Cause(ctx)
}
