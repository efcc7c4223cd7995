package tropic

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func waiterClient() *Client {
	s := defaultSettings()
	return &Client{settings: s, clock: s.clock, logger: slog.New(slog.DiscardHandler)}
}

func TestWaitNamesTheLastStateSeen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		w := wait{Resource: "instance", ID: "i-1", Goal: "to run", Timeout: time.Minute, Next: "look at the console"}
		err := waiterClient().wait(t.Context(), w, func(context.Context) (observation, error) {
			if time.Since(began) < 20*time.Second {
				return observation{State: "pending"}, nil
			}
			return observation{State: "impaired"}, nil
		})
		if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want a timeout", err)
		}
		for _, want := range []string{"waiting for instance i-1: to run", "last state seen: impaired (for ", "look at the console"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error %q does not say %q", err, want)
			}
		}
	})
}

func TestWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		err := waiterClient().wait(ctx, wait{Resource: "instance"}, func(context.Context) (observation, error) {
			return observation{State: "pending"}, nil
		})
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrTimeout) {
			t.Errorf("error %v, want the cancellation and no timeout", err)
		}
	})
}

func TestWaitPassesFailuresOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	err := waiterClient().wait(t.Context(), wait{}, func(context.Context) (observation, error) { return observation{}, broken })
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want the probe's own", err)
	}
}

func TestBackoffGrowsIsCappedAndJittered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := Backoff{Min: time.Duration(rapid.Int64Range(1, 1e9).Draw(t, "min"))}
		b.Max = b.Min + time.Duration(rapid.Int64Range(0, 1e11).Draw(t, "more"))
		attempt := rapid.IntRange(0, 10_000).Draw(t, "attempt")
		r := rapid.Float64Range(0, 0.999999).Draw(t, "random")
		d := b.delay(attempt, r)
		if d < b.Min/2 || d > b.Max {
			t.Fatalf("delay %s outside [%s, %s]", d, b.Min/2, b.Max)
		}
		if next := b.delay(attempt+1, r); next < d {
			t.Fatalf("delay shrinks from %s to %s", d, next)
		}
	})
}

func TestLocksByNameExcludeAndAreForgotten(t *testing.T) {
	t.Parallel()
	var locks keyedLocks
	unlock, err := locks.lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if other, err := locks.lock(t.Context(), "b"); err != nil {
		t.Errorf("another name is locked too: %v", err)
	} else {
		other()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := locks.lock(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a held lock with a cancelled context: %v", err)
	}
	unlock()
	if len(locks.locks) != 0 {
		t.Errorf("%d locks are kept though nobody holds one", len(locks.locks))
	}
}
