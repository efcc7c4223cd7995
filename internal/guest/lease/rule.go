// Package lease is the dead-man's switch of a machine. The meter writes into an instance tag until when the machine may
// run and renews it while there is credit; the machine reads the tag from its instance metadata, which costs no API call,
// and powers itself off once the lease has ended. So what a machine can cost is bounded even when the meter, or EC2's
// API, is down: nobody has to reach the machine to stop it.
package lease

import (
	"fmt"
	"time"
)

// TagName is the instance tag that holds the lease, an RFC 3339 instant (tropic.TagLease; that package would bring EC2's
// whole client into the guest).
const TagName = "tropic:lease"

// BootGrace is how long after a boot an ended lease does not yet power the machine off. A machine that someone starts
// comes up with the lease of its last run, which has ended; the meter learns of the start at the latest from its sweep,
// once a minute, and then renews. The rest is for that call to be made and for the tag to reach the machine's metadata.
const BootGrace = 75 * time.Second

// Clock is one moment, on two clocks.
type Clock struct {
	Now    time.Time
	Uptime time.Duration // since boot, whatever happens to the wall clock
}

// Tag is what instance metadata said of the lease.
type Tag struct {
	Until time.Time // zero = there is no such tag, or Err
	Err   error     // metadata did not answer, or the tag is no instant
}

// Memory is the last lease that could be read. The zero Memory is none.
type Memory struct {
	Until time.Time `json:"until"`
	// Seen and Uptime are when it was read.
	Seen   time.Time     `json:"seen"`
	Uptime time.Duration `json:"uptime"`
	// Earlier is a lease of an earlier boot: none has been read in this one.
	Earlier bool `json:"-"`
}

// State is how a machine stands to its lease.
type State int

// States.
const (
	Unbound State = iota // there is no lease: no meter has taken charge of the machine
	Unknown              // metadata cannot be read, and no lease was ever seen: nothing says that a meter is in charge
	Holds                // the machine may run
	Waiting              // the lease has ended, but the machine has only just booted: a new one may be on its way
	Ended                // the machine may not run
)

func (s State) String() string {
	return [...]string{"unbound", "unknown", "holds", "waiting", "ended"}[s]
}

// Decision is what follows from a look at the lease.
type Decision struct {
	State State
	Until time.Time     // end of the lease; zero when Unbound or Unknown
	Past  time.Duration // how long ago it ended; 0 unless Waiting or Ended
	Left  time.Duration // until it has Ended, if nothing new is read; 0 unless Holds or Waiting
	// Remembered is the lease's last reading when the tag cannot be read now; zero otherwise.
	Remembered time.Time
}

// Decide is the rule. A tag that can be read always wins, be it later or earlier than what is remembered. Without one
// the remembered lease holds and ends, so that hiding the tag from the machine, or removing it, gains nothing. A lease
// that is remembered from an earlier boot does so too while metadata cannot be read: a meter was in charge, so the machine
// runs blind only until that lease and the grace after the boot are over. A tag that is seen to be absent lets it go.
func Decide(c Clock, tag Tag, memory Memory, bootGrace time.Duration) Decision {
	grace := max(0, bootGrace-c.Uptime)
	memory = memory.after(tag)
	switch {
	case tag.readable():
		return judge(Decision{Until: tag.Until}, c.Now, grace)
	case !memory.Until.IsZero():
		return judge(Decision{Until: memory.Until, Remembered: memory.Seen}, memory.latest(c), grace)
	case tag.Err != nil:
		return Decision{State: Unknown}
	default:
		return Decision{State: Unbound}
	}
}

func judge(d Decision, now time.Time, grace time.Duration) Decision {
	d.Left = max(grace, d.Until.Sub(now))
	switch {
	case now.Before(d.Until):
		d.State = Holds
	case grace > 0:
		d.State, d.Past = Waiting, now.Sub(d.Until)
	default:
		d.State, d.Past = Ended, now.Sub(d.Until)
	}
	return d
}

func (t Tag) readable() bool { return t.Err == nil && !t.Until.IsZero() }

// after is what a tag that holds no lease leaves of the memory.
func (m Memory) after(tag Tag) Memory {
	if m.Earlier && tag.Err == nil {
		return Memory{}
	}
	return m
}

// latest is the wall clock, or what it has to be at least by the time that passed since the lease was read: a clock that
// is set back does not lengthen a lease that nobody can renew.
func (m Memory) latest(c Clock) time.Time {
	passed := m.Seen.Add(max(0, c.Uptime-m.Uptime))
	if passed.After(c.Now) {
		return passed
	}
	return c.Now
}

// Remember returns what to remember after a look: a lease that was read takes the place of any before.
func Remember(c Clock, tag Tag, memory Memory) Memory {
	if !tag.readable() {
		return memory.after(tag)
	}
	return Memory{Until: tag.Until, Seen: c.Now, Uptime: c.Uptime}
}

// String says which lease it is and since when it has ended.
func (d Decision) String() string {
	if d.Until.IsZero() {
		return map[State]string{Unbound: "this machine has no lease", Unknown: "this machine's lease is not known"}[d.State]
	}
	which := fmt.Sprintf("the lease until %s", d.Until.UTC().Format(time.RFC3339Nano))
	if !d.Remembered.IsZero() {
		which += fmt.Sprintf(" (last read at %s)", d.Remembered.UTC().Format(time.RFC3339))
	}
	if d.State == Holds {
		return which + " holds"
	}
	return fmt.Sprintf("%s ended %s ago", which, d.Past.Round(time.Millisecond))
}
