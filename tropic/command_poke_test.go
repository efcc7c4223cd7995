package tropic

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// TestPokesShareTheNextCommand lets ten callers ask while a command runs: they share one more, which begins after they
// asked.
func TestPokesShareTheNextCommand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var began []time.Time
		p := newPokes(func(context.Context, string) (*manifest.Report, error) {
			mu.Lock()
			began = append(began, time.Now())
			mu.Unlock()
			time.Sleep(time.Minute) // on synctest's clock
			return &manifest.Report{}, nil
		})
		var callers sync.WaitGroup
		callers.Go(func() { _, _ = p.join(t.Context(), "i-1") })
		synctest.Wait()
		time.Sleep(10 * time.Second)
		asked := time.Now()
		for range 10 {
			callers.Go(func() {
				if _, err := p.join(t.Context(), "i-1"); err != nil {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		if len(began) != 2 || !began[1].After(asked) {
			t.Errorf("commands began at %v; the ten asked at %v", began, asked)
		}
		synctest.Wait()
		if len(p.busy) != 0 || len(p.next) != 0 {
			t.Errorf("left over: %v, %v", p.busy, p.next)
		}
	})
}

func TestAPokeThatFailsReachesEveryCallerAndNoneIsCancelledByAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		p := newPokes(func(ctx context.Context, _ string) (*manifest.Report, error) {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(time.Minute):
				return nil, broken
			}
		})
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var callers sync.WaitGroup
		callers.Go(func() {
			if _, err := p.join(impatient, "i-1"); !errors.Is(err, ErrTimeout) {
				t.Errorf("the impatient caller got %v", err)
			}
		})
		synctest.Wait()
		callers.Go(func() {
			if _, err := p.join(t.Context(), "i-1"); !errors.Is(err, broken) {
				t.Errorf("the patient caller got %v", err)
			}
		})
		callers.Wait()
	})
}
