package controller_test

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// A database whose clock jumps, far ahead or back, charges nothing and stops nothing for as long as it is wrong, says so, and
// afterwards each machine is charged for the time that it ran.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"a year ahead": 365 * 24 * time.Hour, "a year back": -365 * 24 * time.Hour, "an hour ahead": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t, 1)
				defer h.close()
				var log logbook
				h.grant("alice", 100*pricebook.Credit)
				h.cloud.launch("i-1", "alice", "t3.micro")
				launched := time.Now()
				h.serve("one", func(c *controller.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
				time.Sleep(time.Hour + time.Minute)
				posted := h.replay("alice").Posted("i-1")
				h.wrong.Store(int64(jump))
				time.Sleep(10 * time.Minute)
				h.want("i-1", "running", "")
				if now := h.replay("alice").Posted("i-1"); now != posted {
					t.Errorf("%s credits were posted by a wrong clock", now-posted)
				}
				if !strings.Contains(log.String(), "clock cannot be right") {
					t.Errorf("the log says nothing:\n%s", &log)
				}
				h.wrong.Store(0)
				time.Sleep(time.Hour + time.Minute)
				h.want("i-1", "running", "")
				tick := time.Now().Truncate(5 * time.Minute)
				want := pricebook.Amount(5_000 * tick.Sub(launched).Milliseconds())
				if now := h.replay("alice").Posted("i-1"); now != want {
					t.Errorf("%s credits were posted until %s, want %s", now, meter.At(tick), want)
				}
			})
		})
	}
}

// A clock that goes back and forth by less than the tolerance stops nothing and charges nothing twice.
func TestClockThatWavers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, 1)
		defer h.close()
		h.grant("alice", 100*pricebook.Credit)
		h.cloud.launch("i-1", "alice", "t3.micro")
		launched := time.Now()
		h.serve("one", nil)
		time.Sleep(3 * time.Minute)
		for n := range 100 {
			h.wrong.Store(int64(time.Duration(n%5-2) * time.Minute))
			time.Sleep(97 * time.Second)
		}
		h.wrong.Store(0)
		time.Sleep(11 * time.Minute)
		h.want("i-1", "running", "")
		tick := time.Now().Truncate(5 * time.Minute)
		if now, want := h.replay("alice").Posted("i-1"), pricebook.Amount(5_000*tick.Sub(launched).Milliseconds()); now != want {
			t.Errorf("%s credits were posted, want %s", now, want)
		}
	})
}
