package overshoot

import "github.com/tropicbot/terraform-provider-tropic/tropic/meter"

// stopped is when a machine is charged no longer, in milliseconds after its deadline; negative is before.
func (c *Config) stopped(p Policy, x *exhaustion) int64 {
	asked := -c.margin(p).Milliseconds()
	switch p {
	case ChargeAtTick:
		return x.untilTick + x.stop
	case LeasePolled:
		return min(asked+x.stop, c.leaseEnd(p, x)+x.untilLook+x.clock+x.halt)
	case Lease:
		return min(asked+x.stop, c.leaseEnd(p, x)+x.clock+x.halt)
	default:
		return asked + x.stop
	}
}

// leaseEnd is the end of the last lease that was written, in milliseconds after the deadline. Renewals fail from the
// beginning of an outage on.
func (c *Config) leaseEnd(p Policy, x *exhaustion) int64 {
	const deadline meter.Instant = 0
	asked := deadline.Add(-c.margin(p))
	return int64(LeaseEnd(asked-meter.Instant(x.since+x.renewed), deadline, c.Renewal, 0, c.margin(p)))
}
