package tropic

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// DefaultWaitTimeout bounds a wait whose context has no deadline.
const DefaultWaitTimeout = 15 * time.Minute

// wait describes something that takes time in AWS. Op, Resource and ID name it in errors, as in "waiting for instance
// i-1 to be running".
type wait struct {
	Resource, ID string
	Goal         string        // such as "to be running"
	Timeout      time.Duration // at most this long, besides the context; default DefaultWaitTimeout
	Kind         error         // of the error on timeout; default ErrTimeout
	Next         string        // advice on timeout
	Poll         Backoff       // default the client's
}

// observation is what one look found.
type observation struct {
	State string // for people, such as "pending"
	Done  bool
}

// wait looks until probe is done or fails, with a jittered, growing pause in between, starting at once. When the time is
// over the error names the last state seen and for how long it has been so; it wraps the context's error.
func (c *Client) wait(ctx context.Context, w wait, probe func(context.Context) (observation, error)) error {
	if w.Timeout <= 0 {
		w.Timeout = DefaultWaitTimeout
	}
	if w.Poll == (Backoff{}) {
		w.Poll = c.settings.poll
	}
	expired, stop := c.clock.NewTimer(w.Timeout)
	defer stop()
	began := c.clock.Now()
	last, since := "nothing yet", began
	for attempt := 0; ; attempt++ {
		seen, err := probe(ctx)
		switch {
		case err == nil && seen.Done:
			return nil
		case err != nil && ctx.Err() != nil:
			return c.waitTimeout(w, last, since, ctx.Err())
		case err != nil:
			return err
		case seen.State != last:
			c.logger.DebugContext(ctx, "waiting for "+w.Resource, "id", w.ID, "goal", w.Goal, "state", seen.State)
			last, since, attempt = seen.State, c.clock.Now(), 0
		}
		pause, stopPause := c.clock.NewTimer(w.Poll.delay(attempt, random()))
		select {
		case <-pause:
		case <-expired:
			stopPause()
			return c.waitTimeout(w, last, since, context.DeadlineExceeded)
		case <-ctx.Done():
			stopPause()
			return c.waitTimeout(w, last, since, ctx.Err())
		}
	}
}

func (c *Client) waitTimeout(w wait, last string, since time.Time, cause error) error {
	kind := w.Kind
	if kind == nil {
		kind = ErrTimeout
	}
	if errors.Is(cause, context.Canceled) {
		kind = nil // the caller gave up; nothing timed out
	}
	seen := c.clock.Now().Sub(since).Round(time.Second)
	return &Error{
		Op: "waiting for", Resource: w.Resource, ID: w.ID, Kind: kind, Err: cause, Next: w.Next,
		Reason: fmt.Sprintf("%s: %v; last state seen: %s (for %s)", w.Goal, cause, last, seen),
	}
}

// sleep pauses for d or until ctx ends.
func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	fired, stop := c.clock.NewTimer(d)
	defer stop()
	select {
	case <-fired:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
