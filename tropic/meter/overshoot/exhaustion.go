package overshoot

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// exhaustion is what one machine meets at the end of its credits, the same for every policy. Times are milliseconds.
type exhaustion struct {
	rate pricebook.Rate

	untilTick int64 // from the deadline to the next charge
	stop      int64 // from the decision of the meter to the acknowledged stop, outage included
	outage    bool
	since     int64 // how long the outage had lasted when the stop was wanted
	renewed   int64 // how long before the outage, or before the end, the lease was renewed last

	clock     int64 // how late the VM is by its clock and its timer
	untilLook int64 // from the end of the lease to the VM's next look
	halt      int64 // from the VM's decision to its halt
}

// draw takes the circumstances of one exhaustion.
func (c *Config) draw(r *rand.Rand) exhaustion {
	x := exhaustion{
		rate:      c.MinRate + wholeCredit*pricebook.Rate(r.Int64N(int64((c.MaxRate-c.MinRate)/wholeCredit)+1)),
		untilTick: upTo(r, c.Tick),
		stop:      c.late(r) + logNormal(r, c.StopMedian, c.StopSigma) + c.throttling(r),
		renewed:   upTo(r, c.Renewal),
		clock:     c.late(r),
		untilLook: upTo(r, c.Check),
		halt:      c.shutdown(r),
	}
	if r.Float64() < c.Outage {
		x.outage = true
		lasts := upTo(r, c.LongestOutage)
		x.since = upTo(r, c.LongestOutage-time.Duration(lasts)*time.Millisecond)
		x.stop += lasts + upTo(r, c.BackoffCap)
	}
	return x
}

// late is how late something is done that a clock and a timer decide.
func (c *Config) late(r *rand.Rand) int64 {
	return int64(r.NormFloat64()*c.ClockSigma + r.ExpFloat64()*c.TimerLate)
}

// throttling is the time lost to calls that EC2 throttles.
func (c *Config) throttling(r *rand.Rand) int64 {
	var lost int64
	wait := c.BackoffBase
	for p := c.Throttled; r.Float64() < p; p = c.Again {
		lost += upTo(r, min(wait, c.BackoffCap))
		wait = min(2*wait, c.BackoffCap)
	}
	return lost
}

// shutdown is how long the VM takes to end its services, or to lose patience, and to be seen halted.
func (c *Config) shutdown(r *rand.Rand) int64 {
	ended := logNormal(r, c.ShutdownMedian, c.ShutdownSigma)
	return min(ended, c.ForceAfter.Milliseconds()) + logNormal(r, c.HaltMedian, c.ShutdownSigma)
}

func upTo(r *rand.Rand, d time.Duration) int64 { return r.Int64N(d.Milliseconds() + 1) }

// logNormal is cut at longest, which no float of a sensible model reaches and every int64 holds.
func logNormal(r *rand.Rand, median, sigma float64) int64 {
	return int64(min(median*math.Exp(sigma*r.NormFloat64()), float64(longest.Milliseconds())))
}
