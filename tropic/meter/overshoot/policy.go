package overshoot

// Policy is a way to stop a machine whose credits end.
type Policy string

// The policies, from the least to the most careful.
const (
	// ChargeAtTick charges every 5 minutes, and stops what has nothing left then.
	ChargeAtTick Policy = "charge at tick"
	// DeadlineTimer stops at the deadline.
	DeadlineTimer Policy = "deadline timer"
	// DeadlineMargin stops a margin before the deadline and leaves the rest in the balance.
	DeadlineMargin Policy = "deadline - margin"
	// LeasePolled is DeadlineMargin, with a VM that stops itself when it finds its lease ended.
	LeasePolled Policy = "lease, polled"
	// Lease is LeasePolled with a timer on the VM for the very end of the lease: what Tropic does.
	Lease Policy = "lease"
)

// Policies lists them in the order of the table.
func Policies() []Policy {
	return []Policy{ChargeAtTick, DeadlineTimer, DeadlineMargin, LeasePolled, Lease}
}
