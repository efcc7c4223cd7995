package overshoot_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/overshoot"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// bound is what may run past zero at most, with a lease.
const bound = pricebook.Credit / 10

// run simulates and returns the rows by policy.
func run(t *testing.T, c overshoot.Config) map[overshoot.Policy]overshoot.Row {
	t.Helper()
	rows, err := overshoot.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	by := map[overshoot.Policy]overshoot.Row{}
	for _, r := range rows {
		by[r.Policy] = r
	}
	return by
}

// TestLeaseHoldsTheBound is the promise of the meter: p99.9 nothing, at most a tenth of a credit, outages included.
func TestLeaseHoldsTheBound(t *testing.T) {
	t.Parallel()
	by := run(t, overshoot.Default())
	for _, p := range []overshoot.Policy{overshoot.LeasePolled, overshoot.Lease} {
		if got := by[p].All; got.P999 != 0 || got.Max > bound {
			t.Errorf("%s: p99.9 is %s and the maximum %s credits past zero; want 0 and at most %s", p, got.P999, got.Max, bound)
		}
	}
}

// TestLeaseNeedsItsMargin says that the bound is earned: without the margin of the rule the same machines break it.
func TestLeaseNeedsItsMargin(t *testing.T) {
	t.Parallel()
	c := overshoot.Default()
	c.PolledLease, c.ArmedLease = 3*time.Second, 0
	by := run(t, c)
	for _, p := range []overshoot.Policy{overshoot.LeasePolled, overshoot.Lease} {
		if by[p].All.Max <= bound {
			t.Errorf("%s with a margin of %s: the maximum is %s credits; want more than %s", p, by[p].Margin, by[p].All.Max, bound)
		}
	}
}

// TestMoreCareCostsLess orders the policies by what they let run past zero.
func TestMoreCareCostsLess(t *testing.T) {
	t.Parallel()
	rows, err := overshoot.Run(t.Context(), overshoot.Default())
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows[1:] {
		before := rows[i]
		for _, pair := range [][2]pricebook.Amount{
			{before.Calm.P50, r.Calm.P50},
			{before.Calm.P99, r.Calm.P99},
			{before.Calm.Max, r.Calm.Max},
			{before.All.P99, r.All.P99},
			{before.All.P999, r.All.P999},
			{before.All.Max, r.All.Max},
		} {
			if pair[1] > pair[0] {
				t.Errorf("%s lets %s run past zero where %s lets %s", r.Policy, pair[1], before.Policy, pair[0])
			}
		}
	}
	by := run(t, overshoot.Default())
	if by[overshoot.DeadlineMargin].All.Max < 50*pricebook.Credit || by[overshoot.Lease].All.Max > bound {
		t.Errorf("an outage costs %s credits without a lease and %s with", by[overshoot.DeadlineMargin].All.Max, by[overshoot.Lease].All.Max)
	}
}

// TestSafetyHasItsPrice bounds what is left over: no more than the margin without an outage, and never with ChargeAtTick.
func TestSafetyHasItsPrice(t *testing.T) {
	t.Parallel()
	c := overshoot.Default()
	c.Outage, c.ClockSigma = 0, 0
	for _, r := range run(t, c) {
		most, err := c.MaxRate.For(r.Margin)
		if err != nil {
			t.Fatal(err)
		}
		if r.Left.Max > most {
			t.Errorf("%s leaves %s credits over; its margin of %s is worth %s", r.Policy, r.Left.Max, r.Margin, most)
		}
		if r.Margin > 0 && r.Left.P50 == 0 {
			t.Errorf("%s has a margin of %s and leaves nothing over", r.Policy, r.Margin)
		}
		if r.Calm != r.All {
			t.Errorf("%s: without outages, %v differs from %v", r.Policy, r.Calm, r.All)
		}
	}
}

// TestLongLeasesCostNothing says that leases which outlast every outage stop no funded machine and hold the bound as well.
func TestLongLeasesCostNothing(t *testing.T) {
	t.Parallel()
	c := overshoot.Default()
	short := run(t, c)[overshoot.Lease]
	c.Renewal = c.LongestOutage / (overshoot.LeaseRenewals - 1)
	long := run(t, c)[overshoot.Lease]
	if long.All.P999 != 0 || long.All.Max > bound {
		t.Errorf("with long leases p99.9 is %s and the maximum %s credits past zero", long.All.P999, long.All.Max)
	}
	if few := 2 * pricebook.Credit; long.Left.Max > few || short.Left.Max <= few {
		t.Errorf("long leases leave up to %s credits over and short ones %s", long.Left.Max, short.Left.Max)
	}
}

// TestExactWhereNothingIsRandom is worked out by hand: 10 credits per hour, a stop that always takes 1.8 s.
func TestExactWhereNothingIsRandom(t *testing.T) {
	t.Parallel()
	c := overshoot.Config{
		Exhaustions: 1000, MinRate: 10_000, MaxRate: 10_000, StopMedian: 1800,
		Margin: time.Second, PolledLease: 3 * time.Second, ArmedLease: time.Second,
		Renewal: overshoot.Renewal, ShutdownMedian: 1100, HaltMedian: 500, ForceAfter: 800 * time.Millisecond,
	}
	by := run(t, c)
	per100ms := pricebook.Credit / 3600 // 10 credits per hour for 0.1 s: 1/3600 credit
	for policy, want := range map[overshoot.Policy][2]pricebook.Amount{
		overshoot.ChargeAtTick:   {18 * per100ms, 0},
		overshoot.DeadlineTimer:  {18 * per100ms, 0},
		overshoot.DeadlineMargin: {8 * per100ms, 0},
		overshoot.LeasePolled:    {0, 17 * per100ms},
		overshoot.Lease:          {3 * per100ms, 0}, // forced off after 0.8 s, halted 0.5 s later
	} {
		if r := by[policy]; r.All.P50 != want[0] || r.All.Max != want[0] || r.Left.Max != want[1] {
			t.Errorf("%s: %d quanta past zero and %d left over; want %v", policy, r.All.Max, r.Left.Max, want)
		}
	}
}

// TestSameSeedSameTable is what makes a figure one that can be checked.
func TestSameSeedSameTable(t *testing.T) {
	t.Parallel()
	c := overshoot.Default()
	c.Exhaustions = 20_000
	table := func(seed uint64) string {
		c.Seed = seed
		rows, err := overshoot.Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return overshoot.Table(rows)
	}
	first := table(7)
	if again := table(7); again != first {
		t.Errorf("one seed, two tables:\n%s\n%s", first, again)
	}
	if other := table(8); other == first {
		t.Errorf("two seeds, one table:\n%s", first)
	}
	for _, p := range overshoot.Policies() {
		if !strings.Contains(first, string(p)) {
			t.Errorf("the table has no row for %q:\n%s", p, first)
		}
	}
}

// TestRatesCoverThePriceBook says that the dearest machine of the price book is within what is simulated.
func TestRatesCoverThePriceBook(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
	book, c := pricebook.Published(), overshoot.Default()
	for _, kind := range book.InstanceTypes() {
		for _, model := range append([]string{""}, book.Models()...) {
			rate, err := book.Running(kind, model, at)
			if err != nil {
				t.Fatal(err)
			}
			if rate < c.MinRate || rate > c.MaxRate {
				t.Errorf("%s with model %q costs %s credits per hour, outside %s to %s", kind, model, rate, c.MinRate, c.MaxRate)
			}
		}
	}
}

// TestBadConfig is refused, with an error that names what is wrong.
func TestBadConfig(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*overshoot.Config){
		"exhaustions": func(c *overshoot.Config) { c.Exhaustions = 0 },
		"rates":       func(c *overshoot.Config) { c.MinRate, c.MaxRate = c.MaxRate, c.MinRate },
		"throttling":  func(c *overshoot.Config) { c.Throttled = 1 },
		"outage":      func(c *overshoot.Config) { c.Outage = math.NaN() },
		"tick":        func(c *overshoot.Config) { c.Tick = -time.Second },
		"stop median": func(c *overshoot.Config) { c.StopMedian = math.Inf(1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := overshoot.Default()
			spoil(&c)
			if _, err := overshoot.Run(t.Context(), c); !errors.Is(err, overshoot.ErrConfig) || !strings.Contains(err.Error(), name) {
				t.Errorf("the error is %v", err)
			}
		})
	}
	c := overshoot.Default()
	c.MaxRate = math.MaxInt64 - 1000
	if _, err := overshoot.Run(t.Context(), c); !errors.Is(err, pricebook.ErrOverflow) {
		t.Errorf("rates without end: the error is %v", err)
	}
}

// TestCancelledRunEnds returns the reason and no rows.
func TestCancelledRunEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	cancel(reason)
	if rows, err := overshoot.Run(ctx, overshoot.Default()); !errors.Is(err, reason) || rows != nil {
		t.Errorf("rows %v, error %v", rows, err)
	}
}
