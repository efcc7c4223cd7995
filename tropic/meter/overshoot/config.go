package overshoot

import (
	"errors"
	"fmt"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// ErrConfig is wrapped by the error for a Config that describes nothing.
var ErrConfig = errors.New("overshoot: the simulation cannot be run")

// Config is what a simulation assumes. Durations are taken in whole milliseconds.
type Config struct {
	Exhaustions int    // how many machines reach the end of their credits
	Seed        uint64 // the same seed and configuration give the same rows

	MinRate, MaxRate pricebook.Rate // every rate between them is as likely, in steps of 1 credit per hour

	Tick        time.Duration // period of charging, of ChargeAtTick
	Margin      time.Duration // of DeadlineMargin
	PolledLease time.Duration // margin of LeasePolled
	ArmedLease  time.Duration // margin of Lease
	Renewal     time.Duration // of the leases
	Check       time.Duration // how often the VM of LeasePolled looks

	StopMedian, StopSigma   float64 // StopInstances until acknowledged: log-normal, median in milliseconds
	Throttled, Again        float64 // probability that a call is throttled, and that its retry is
	Outage                  float64 // probability that a stop meets an outage of the meter or the EC2 API
	LongestOutage           time.Duration
	ClockSigma              float64 // clock of the meter and of the VM: normal, milliseconds
	TimerLate               float64 // how late a timer fires: exponential, mean in milliseconds
	ShutdownMedian          float64 // VM until its services have ended: log-normal, milliseconds
	HaltMedian              float64 // from there until EC2 has seen it: log-normal, milliseconds
	ShutdownSigma           float64 // of both
	ForceAfter, BackoffBase time.Duration
	BackoffCap              time.Duration
}

// Default is the model of issue 4. Its latencies are assumptions, taken or fitted to be no better than what is known: the
// median of StopInstances, throttling and outages are the issue's; the spread of StopInstances and the odds of a second
// throttling are such that the worst stops without an outage take about a minute, as in earlier simulations; the backoff is
// that of the AWS SDK for Go v2 (2^n s with full jitter, at most 20 s); a shutdown of Ubuntu on a t3 takes a few seconds.
func Default() Config {
	return Config{
		Exhaustions: 200_000, Seed: 1,
		MinRate: 5_000, MaxRate: 115_000,
		Tick: 5 * time.Minute, Margin: 30 * time.Second,
		PolledLease: LeaseMargin(GuestCheck), ArmedLease: LeaseMargin(0),
		Renewal: Renewal, Check: GuestCheck,
		StopMedian: 1200, StopSigma: 0.7,
		Throttled: 0.01, Again: 0.25,
		Outage: 0.002, LongestOutage: time.Hour,
		ClockSigma: 100, TimerLate: 50,
		ShutdownMedian: 3000, HaltMedian: 500, ShutdownSigma: 0.5,
		ForceAfter: ForceAfter, BackoffBase: time.Second, BackoffCap: 20 * time.Second,
	}
}

// margin is how long before the deadline a policy stops.
func (c *Config) margin(p Policy) time.Duration {
	switch p {
	case DeadlineMargin:
		return c.Margin
	case LeasePolled:
		return c.PolledLease
	case Lease:
		return c.ArmedLease
	default:
		return 0
	}
}

// check refuses what is no probability, no time, no rate or no number of machines.
func (c *Config) check() error {
	if c.Exhaustions < 1 {
		return fmt.Errorf("%w: %d exhaustions; ask for one or more", ErrConfig, c.Exhaustions)
	}
	if c.MinRate < wholeCredit || c.MaxRate < c.MinRate {
		return fmt.Errorf("%w: rates from %s to %s credits per hour; ask for 1 or more, in order", ErrConfig, c.MinRate, c.MaxRate)
	}
	for name, p := range map[string]float64{"throttling": c.Throttled, "a second throttling": c.Again, "an outage": c.Outage} {
		if !(p >= 0 && p < 1) {
			return fmt.Errorf("%w: the probability of %s is %v; give one from 0 to below 1", ErrConfig, name, p)
		}
	}
	for name, d := range map[string]time.Duration{
		"tick": c.Tick, "margin": c.Margin, "polled lease's margin": c.PolledLease, "lease's margin": c.ArmedLease,
		"renewal": c.Renewal, "check": c.Check, "longest outage": c.LongestOutage, "force after": c.ForceAfter,
		"backoff base": c.BackoffBase, "backoff cap": c.BackoffCap,
	} {
		if d < 0 || d > longest {
			return fmt.Errorf("%w: %s is %s; give a time from 0 to %s", ErrConfig, name, d, longest)
		}
	}
	for name, x := range map[string]float64{
		"stop median": c.StopMedian, "stop sigma": c.StopSigma, "clock sigma": c.ClockSigma, "timer lateness": c.TimerLate,
		"shutdown median": c.ShutdownMedian, "halt median": c.HaltMedian, "shutdown sigma": c.ShutdownSigma,
	} {
		if most := float64(longest.Milliseconds()); !(x >= 0 && x <= most) {
			return fmt.Errorf("%w: %s is %v; give a number from 0 to %v", ErrConfig, name, x, most)
		}
	}
	return nil
}

const (
	wholeCredit pricebook.Rate = 1000 // per hour
	longest                    = 24 * time.Hour
)
