// Package overshoot says how a machine is kept from running past the end of its credits, and by how much it does so
// all the same: the rule for leases, and a Monte Carlo of what each way to stop a machine costs.
//
// # The rule
//
// A machine's deadline is the instant at which its credits end. It is known beforehand, exactly (package meter).
//
//  1. The meter asks EC2 to stop the machine a margin before the deadline. What is then left stays in the balance.
//  2. The meter also renews a lease, many machines in one call: the tag tropic:lease, an instant. No lease reaches
//     beyond the deadline less the margin (LeaseEnd). So nothing needs to be written at the end: when the meter or the
//     EC2 API is down, the leases that are out are safe already.
//  3. The VM reads its lease from instance metadata every GuestCheck, and arms a timer for the very instant at which it
//     ends. When that timer fires it reads once more, since it may have been renewed, and else shuts down; after
//     ForceAfter it forces the power off. Shutdown behaviour is "stop".
//  4. The margin covers all that may pass between the end of the lease and the halt of the VM (LeaseMargin): 13 s with
//     the timer armed. A VM that only looked every GuestCheck would need as much more.
//  5. Where a fact brings a deadline forward (another machine of the account starts, a dearer model, a lower limit), the
//     shorter lease is written first, and the fact takes effect when every VM has read it: GuestCheck after instance
//     metadata shows the new tag. A start that is funded for less than the margin is refused: its lease would have ended
//     before it began. What starts behind the meter's back (in the AWS console) cannot be ordered so. The leases that
//     are out are then too long, and it is the sweep, not the lease, that bounds the loss; neither case is simulated.
//
// A lease lasts LeaseRenewals periods of renewal, so a lost renewal, or a tag that is slow to reach the VM, stops no
// funded machine. It is the deadline and not the length of a lease that bounds the loss. So what happens on loss of the control
// plane is the customer's setting: with no grace a machine stops when its usual lease ends, so an outage of more than 10 to
// 15 minutes stops machines that have credits; with a grace (meter.Limits.Grace, of an account or of one machine) its leases
// last as much longer, at most meter.MaxGrace, and it runs through an outage of that length. That is billed as ever, and as
// safe from overspending, but for what starts behind the meter's back (point 5) while the meter is down: no sweep bounds
// that then, and leases with a grace are out for longer.
//
// Points 3 and 4 are kept by tropic-guest lease (internal/guest/lease), which systemd starts every GuestCheck: no
// process stays on a machine of 1 GB, where it would hold 21 MB, but for the last half minute of a lease; a look takes
// 18 ms of CPU. A lease that is shortened in that half minute is read after GuestCheck, as at any other time.
// ForceAfter counts from the end of the lease, so that metadata that is slow to answer then, for a second at most, is
// at the cost of the services and not of the margin. Not covered is a lease that ends in the first 75 s after a boot:
// it may be that of the machine's last run, so it is waited on until then, for the meter to learn of the start.
//
// # What is counted
//
// A machine is charged until StopInstances is acknowledged or until its own shutdown has ended, whichever is first. What
// that is beyond the deadline is past zero: nobody pays for it. What it is before, the credits were there for: they are
// left over, stay in the balance, and are the price of safety. Both are per machine: those of an account add up.
//
// With EC2 as Default describes it, nothing runs past zero with the lease in 99.9 % of all exhaustions, and never by more
// than a tenth of a credit, outages of an hour included.
package overshoot
