package overshoot

import (
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// What the meter and the VM keep to.
const (
	// Renewal is how often the meter renews leases: with its postings. A million machines are then three to four
	// CreateTags calls per second, of a thousand machines each.
	Renewal = 5 * time.Minute
	// LeaseRenewals is how many periods of renewal a lease lasts: two renewals in a row may be lost.
	LeaseRenewals = 3
	// GuestCheck is how often a VM reads its lease, so how soon it learns of one that was shortened.
	GuestCheck = 15 * time.Second
	// ForceAfter is how long a VM lets its services end before it forces the power off. It is far below systemd's 90 s
	// (DefaultTimeoutStopSec), which would have to be paid for with as much margin.
	ForceAfter = 10 * time.Second
	// ClockAllowance is how wrong the VM's clock may be, and how late its timer. Amazon Time Sync keeps clocks within
	// milliseconds; the rest is for a VM that is short of CPU credits or memory.
	ClockAllowance = time.Second
	// HaltAllowance is how long the hypervisor may take to see the power off.
	HaltAllowance = 2 * time.Second
)

// LeaseEnd is until when a machine may run by a lease that is written now: for some periods of renewal and
// the customer's grace after them, but never beyond its deadline less the margin. It is no earlier than now while the machine is funded for more than the margin, never
// goes back as time passes, and for a machine that is funded no longer it has ended. Renewal, grace and
// margin are whole milliseconds and not negative.
func LeaseEnd(now, deadline meter.Instant, renewal, grace, margin time.Duration) meter.Instant {
	return min(now.Add(LeaseRenewals*renewal+grace), deadline.Add(-margin))
}

// LeaseMargin is the margin that covers a VM's way from the end of its lease to its halt. Check is how often it looks for
// the end of the lease: zero if a timer is armed for the very instant.
func LeaseMargin(check time.Duration) time.Duration {
	return check + ClockAllowance + ForceAfter + HaltAllowance
}
