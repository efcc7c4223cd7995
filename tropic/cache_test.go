package tropic

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestCachedSharesOneLoadAndExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var loads atomic.Int32
		c := &cached[int32]{clock: systemClock{}, ttl: 30 * time.Second, load: func(context.Context) (int32, error) {
			<-time.After(time.Second)
			return loads.Add(1), nil
		}}
		results := make(chan int32)
		for range 50 {
			go func() {
				value, err := c.get(t.Context())
				if err != nil {
					t.Error(err)
				}
				results <- value
			}()
		}
		for range 50 {
			if got := <-results; got != 1 {
				t.Errorf("got load %d, want the first", got)
			}
		}
		<-time.After(31 * time.Second)
		if got, _ := c.get(t.Context()); got != 2 {
			t.Errorf("after its time: load %d, want the second", got)
		}
	})
}

// TestCachedOutlivesTheFirstCaller cancels the caller that began a load: the others still get its result.
func TestCachedOutlivesTheFirstCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &cached[string]{clock: systemClock{}, ttl: time.Minute, load: func(ctx context.Context) (string, error) {
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(time.Second):
				return "loaded", nil
			}
		}}
		first, cancel := context.WithCancel(t.Context())
		go func() {
			if _, err := c.get(first); !errors.Is(err, context.Canceled) {
				t.Errorf("the first caller got %v, want its own cancellation", err)
			}
		}()
		synctest.Wait()
		go func() {
			synctest.Wait()
			cancel()
		}()
		if got, err := c.get(t.Context()); got != "loaded" || err != nil {
			t.Errorf("second caller got %q, %v", got, err)
		}
	})
}

// TestCachedEndsALoadNobodyWaitsFor keeps an abandoned load from running on.
func TestCachedEndsALoadNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		c := &cached[string]{clock: systemClock{}, ttl: time.Minute, load: func(ctx context.Context) (string, error) {
			<-ctx.Done()
			close(ended)
			return "", ctx.Err()
		}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.get(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the caller's deadline", err)
		}
		<-ended
	})
}

// TestADropDuringALoadIsNotForgotten is a write that ends while a list is under way: whoever reads next sees the write.
func TestADropDuringALoadIsNotForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var state atomic.Int32
		c := &cached[int32]{clock: systemClock{}, ttl: time.Minute, load: func(context.Context) (int32, error) {
			seen := state.Load()
			<-time.After(time.Second)
			return seen, nil
		}}
		go func() {
			if got, _ := c.get(t.Context()); got != 0 {
				t.Errorf("the early reader got %d", got)
			}
		}()
		synctest.Wait()
		state.Store(1)
		c.drop()
		for range 2 {
			if got, _ := c.get(t.Context()); got != 1 {
				t.Errorf("a reader after the write got %d, want 1", got)
			}
		}
	})
}
