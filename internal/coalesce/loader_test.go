package coalesce_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/coalesce"
)

var (
	errRefused = errors.New("name refused")
	errDown    = errors.New("service is down")
)

// service answers a call after a second; it knows every key but those above 1000, refuses negative ones, and counts.
type service struct {
	mu    sync.Mutex
	calls [][]int
	down  bool
}

func (s *service) look(ctx context.Context, keys []int) (map[int]string, error) {
	s.mu.Lock()
	s.calls = append(s.calls, slices.Clone(keys))
	down := s.down
	s.mu.Unlock()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if down {
		return nil, errDown
	}
	out := map[int]string{}
	for _, key := range keys {
		if key < 0 {
			return nil, errRefused
		}
		if key <= 1000 {
			out[key] = fmt.Sprint("value ", key)
		}
	}
	return out, nil
}

func (s *service) loader() *coalesce.Loader[int, string] {
	return coalesce.New(10, s.look, func(err error) bool { return errors.Is(err, errRefused) })
}

func TestLoneCallerIsNotDelayed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{}
		began := time.Now()
		got, err := s.loader().Get(t.Context(), 7, 7, 2000)
		if err != nil || len(got) != 1 || got[7] != "value 7" {
			t.Fatalf("got %v, %v", got, err)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("took %v, the call takes 1s", took)
		}
		if len(s.calls) != 1 || len(s.calls[0]) != 2 {
			t.Errorf("calls %v, want one with two keys", s.calls)
		}
	})
}

// TestManyCallersShareCalls holds the promise: a hundred keys at once cost the first caller's call and ten more.
func TestManyCallersShareCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{}
		l := s.loader()
		var wg sync.WaitGroup
		for key := range 100 {
			wg.Go(func() {
				got, err := l.Get(t.Context(), key)
				if err != nil || got[key] != fmt.Sprint("value ", key) {
					t.Errorf("key %d: got %v, %v", key, got, err)
				}
			})
		}
		wg.Wait()
		if len(s.calls) > 11 {
			t.Errorf("%d calls, want at most 11", len(s.calls))
		}
	})
}

// TestReadsBeginAfterAsking keeps a caller from being given what was read before it asked, and so before its own write.
func TestReadsBeginAfterAsking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{}
		l := s.loader()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = l.Get(t.Context(), 1) })
		time.Sleep(500 * time.Millisecond) // the first call is under way
		began := time.Now()
		if _, err := l.Get(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if took := time.Since(began); took != 1500*time.Millisecond {
			t.Errorf("took %v: the second Get joined a call that had begun", took)
		}
	})
}

func TestOneCallersRefusedKeyFailsNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{}
		l := s.loader()
		var wg sync.WaitGroup
		for _, key := range []int{500, 1, 2, -3, 4} {
			wg.Go(func() {
				got, err := l.Get(t.Context(), key)
				if key < 0 && !errors.Is(err, errRefused) || key > 0 && (err != nil || len(got) != 1) {
					t.Errorf("key %d: got %v, %v", key, got, err)
				}
			})
		}
		wg.Wait()
	})
}

// TestErrorsOfTheServiceAreNotRepeated keeps an outage from being answered with more calls.
func TestErrorsOfTheServiceAreNotRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{down: true}
		l := s.loader()
		var wg sync.WaitGroup
		for key := range 20 {
			wg.Go(func() {
				if _, err := l.Get(t.Context(), key); !errors.Is(err, errDown) {
					t.Errorf("key %d: %v", key, err)
				}
			})
		}
		wg.Wait()
		if len(s.calls) > 3 {
			t.Errorf("%d calls for 20 keys, want at most 3", len(s.calls))
		}
	})
}

func TestGivingUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{}
		l := s.loader()
		hasty, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := l.Get(hasty, 1); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the one that gave up got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() { // waits for the next call, and gives up before it begins
			hastier, cancel := context.WithTimeout(hasty, 50*time.Millisecond)
			defer cancel()
			if _, err := l.Get(hastier, 2); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the one that gave up got %v", err)
			}
		})
		wg.Go(func() {
			if got, err := l.Get(t.Context(), 3); err != nil || got[3] != "value 3" {
				t.Errorf("the patient one got %v, %v", got, err)
			}
		})
		began := time.Now()
		wg.Wait()
		if want := [][]int{{1}, {3}}; !slices.EqualFunc(s.calls, want, slices.Equal) {
			t.Errorf("calls %v, want %v", s.calls, want)
		}
		if took := time.Since(began); took != 1100*time.Millisecond { // the call that nobody waited for ended at once
			t.Errorf("took %v", took)
		}
	})
}
