package controller_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// sleeper is an EC2 whose caller falls asleep, once, after it has held a machine and before it stops it.
type sleeper struct {
	*cloud

	sleep  time.Duration
	slept  atomic.Bool
	passed atomic.Int32 // stops that were asked for after that, without another look
}

func (s *sleeper) Tag(ctx context.Context, key, value string, ids ...string) error {
	err := s.cloud.Tag(ctx, key, value, ids...)
	if key == tropic.TagHold && s.slept.CompareAndSwap(false, true) {
		time.Sleep(s.sleep) // no timer of the process runs meanwhile, so it is not woken by one
		s.passed.Store(1)
	}
	return err
}

func (s *sleeper) Machines(ctx context.Context, ids ...string) ([]evidence.Machine, error) {
	if len(ids) > 0 {
		s.passed.CompareAndSwap(1, 0)
	}
	return s.cloud.Machines(ctx, ids...)
}

func (s *sleeper) Stop(ctx context.Context, ids ...string) ([]string, error) {
	if s.passed.Load() == 1 {
		s.passed.Store(2)
	}
	return s.cloud.Stop(context.WithoutCancel(ctx), ids...)
}

// A replica that was asleep for longer than its lease, between its look at a machine and the stop, does not stop it: others
// own the account by then, and the machine may run in another session. It looks again first.
func TestAReplicaThatWasAsleepStopsNothing(t *testing.T) {
	t.Parallel()
	for name, sleep := range map[string]time.Duration{"no longer than its lease": 2 * time.Second, "longer than its lease": 11 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t, 1)
				defer h.close()
				s := &sleeper{cloud: h.cloud, sleep: sleep}
				h.grant("alice", pricebook.Credit)
				h.cloud.launch("i-1", "alice", "t3.micro")
				h.serve("one", func(c *controller.Config) {
					c.Cloud = s
					c.ShardLease, c.Heartbeat = 10*time.Second, 3*time.Second
				})
				time.Sleep(13 * time.Minute)
				h.want("i-1", "stopped", tropic.HoldBalance)
				if stopped, want := s.passed.Load() == 2, sleep < 3*time.Second; stopped != want {
					t.Errorf("asleep for %s: stopped without another look: %t, want %t", sleep, stopped, want)
				}
			})
		})
	}
}
