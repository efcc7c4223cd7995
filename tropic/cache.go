package tropic

import (
	"context"
	"sync"
	"time"
)

// loadTimeout bounds one load of a cached value; it does not end with the first caller's context.
const loadTimeout = 2 * time.Minute

// cached holds one value for a short time. Callers that ask while it is being loaded share the load. A load belongs to
// all who wait for it: it goes on when the caller that began it gives up, and ends when all have.
type cached[T any] struct {
	clock Clock
	ttl   time.Duration
	load  func(context.Context) (T, error)

	mu     sync.Mutex
	value  T
	at     time.Time
	valid  bool
	flight *flight[T]
}

type flight[T any] struct {
	done    chan struct{}
	value   T
	err     error
	waiting int
	cancel  context.CancelFunc
}

// get returns the value, loading it when there is none or it is too old. The value is shared: callers must not change it.
func (c *cached[T]) get(ctx context.Context) (T, error) {
	c.mu.Lock()
	if c.valid && c.clock.Now().Sub(c.at) < c.ttl {
		defer c.mu.Unlock()
		return c.value, nil
	}
	f := c.flight
	if f == nil {
		f = c.begin(ctx)
	}
	f.waiting++
	c.mu.Unlock()

	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		c.leave(f)
		var zero T
		return zero, ctx.Err()
	}
}

// drop forgets the value, and keeps a load that is under way from being used by anyone who asks from now on: it may have
// read what was there before the caller's own write.
func (c *cached[T]) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var zero T
	c.value, c.valid, c.flight = zero, false, nil
}

// begin starts a load; the lock is held.
func (c *cached[T]) begin(ctx context.Context) *flight[T] {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
	f := &flight[T]{done: make(chan struct{}), cancel: cancel}
	c.flight = f
	go func() {
		defer cancel()
		f.value, f.err = c.load(ctx)
		c.mu.Lock()
		if c.flight == f {
			c.flight = nil
			if f.err == nil {
				c.value, c.at, c.valid = f.value, c.clock.Now(), true
			}
		}
		c.mu.Unlock()
		close(f.done)
	}()
	return f
}

func (c *cached[T]) leave(f *flight[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.waiting--; f.waiting > 0 {
		return
	}
	f.cancel()
	if c.flight == f {
		c.flight = nil
	}
}
