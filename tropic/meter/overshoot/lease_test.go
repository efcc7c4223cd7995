package overshoot_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/overshoot"
)

// TestLeaseEndKeepsItsPromises holds for machines whose credits end soon, late, or never.
func TestLeaseEndKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ms := func(name string, most time.Duration) time.Duration {
			return time.Duration(rapid.Int64Range(0, most.Milliseconds()).Draw(t, name)) * time.Millisecond
		}
		start := meter.At(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC))
		now := start.Add(ms("now", 2*time.Hour))
		later := now.Add(ms("later", time.Hour))
		deadline := rapid.OneOf(rapid.Just(start.Add(ms("deadline", 4*time.Hour))), rapid.Just(meter.Never)).Draw(t, "spent")
		renewal, grace, margin := ms("renewal", 10*time.Minute), ms("grace", 3*time.Hour), ms("margin", time.Minute)

		end := overshoot.LeaseEnd(now, deadline, renewal, grace, margin)
		if end > deadline.Add(-margin) {
			t.Fatalf("the lease ends at %s, beyond the deadline %s less %s", end, deadline, margin)
		}
		if funded := now <= deadline.Add(-margin); funded != (end >= now) {
			t.Fatalf("funded is %t, and the lease written at %s ends at %s", funded, now, end)
		}
		if end > now.Add(overshoot.LeaseRenewals*renewal+grace) {
			t.Fatalf("the lease ends at %s, more than %d renewals and %s after %s", end, overshoot.LeaseRenewals, grace, now)
		}
		without := overshoot.LeaseEnd(now, deadline, renewal, 0, margin)
		if want := min(without.Add(grace), deadline.Add(-margin)); end != want {
			t.Fatalf("a grace of %s moves the end of the lease from %s to %s, want %s", grace, without, end, want)
		}
		if next := overshoot.LeaseEnd(later, deadline, renewal, grace, margin); next < end {
			t.Fatalf("renewed at %s the lease ends at %s, before %s", later, next, end)
		}
	})
}

// TestLeaseOutlivesLostRenewals says that a machine with credits runs on when two renewals in a row are lost.
func TestLeaseOutlivesLostRenewals(t *testing.T) {
	t.Parallel()
	now := meter.At(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC))
	end := overshoot.LeaseEnd(now, meter.Never, overshoot.Renewal, 0, overshoot.LeaseMargin(0))
	if third := now.Add(3 * overshoot.Renewal); end < third {
		t.Fatalf("the lease ends at %s, before the third renewal at %s", end, third)
	}
}
