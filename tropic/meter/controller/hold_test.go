package controller_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// A machine that has reached a limit is held until the account's next day, or until the limit is raised, and then runs again by
// itself.
func TestLimitsHoldUntilTheNextDayOrUntilTheyAreRaised(t *testing.T) {
	t.Parallel()
	// fake time begins at midnight UTC, which is seven in the evening in New York
	const zone, midnight = "America/New_York", 5 * time.Hour
	for name, c := range map[string]struct {
		limits, raised meter.Limits
		hold           string
		reached        time.Duration
	}{
		"daily cap": {
			meter.Limits{DailyCap: 10 * pricebook.Credit, Zone: zone}, meter.Limits{DailyCap: 12 * pricebook.Credit, Zone: zone}, tropic.HoldDailyCap, 2 * time.Hour,
		},
		"session": {meter.Limits{MaxSession: time.Hour, Zone: zone}, meter.Limits{MaxSession: 90 * time.Minute, Zone: zone}, tropic.HoldSessionMax, time.Hour},
	} {
		for _, raise := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", raised"}[raise], func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					h := newHouse(t, 1)
					defer h.close()
					begun := time.Now()
					until := func(d time.Duration) { time.Sleep(time.Until(begun.Add(d))) }
					h.grant("alice", 1000*pricebook.Credit)
					h.limit("alice", "", c.limits)
					h.cloud.launch("i-1", "alice", "t3.micro")
					h.serve("one", nil)
					until(c.reached - time.Minute)
					h.want("i-1", "running", "")
					until(c.reached)
					h.want("i-1", "stopping", c.hold)
					until(c.reached + 10*time.Minute)
					h.want("i-1", "stopped", c.hold)
					if raise {
						h.limit("alice", "", c.raised)
						until(c.reached + 12*time.Minute)
						h.want("i-1", "running", "")
						return
					}
					until(midnight - time.Minute)
					h.want("i-1", "stopped", c.hold)
					until(midnight + 3*time.Minute)
					h.want("i-1", "running", "")
				})
			})
		}
	}
}
