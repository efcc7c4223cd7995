package lease_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
)

var (
	noon     = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	errRead  = errors.New("metadata does not answer")
	longUp   = time.Hour
	justUp   = 10 * time.Second
	unread   = lease.Tag{Err: errRead}
	vanished = lease.Tag{}
)

func until(d time.Duration) lease.Tag { return lease.Tag{Until: noon.Add(d)} }

// seen is a lease that was read some time ago.
func seen(end, ago time.Duration) lease.Memory {
	return lease.Memory{Until: noon.Add(end), Seen: noon.Add(-ago), Uptime: longUp - ago}
}

// earlier is a lease of an earlier, longer boot.
func earlier(end time.Duration) lease.Memory {
	return lease.Memory{Until: noon.Add(end), Seen: noon.Add(-2 * time.Hour), Uptime: 100 * time.Hour, Earlier: true}
}

func TestRule(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tag    lease.Tag
		memory lease.Memory
		uptime time.Duration
		want   lease.State
		past   time.Duration
	}{
		"no meter":                          {vanished, lease.Memory{}, longUp, lease.Unbound, 0},
		"no meter, just booted":             {vanished, lease.Memory{}, justUp, lease.Unbound, 0},
		"the future":                        {until(time.Second), lease.Memory{}, longUp, lease.Holds, 0},
		"a nanosecond left":                 {until(1), lease.Memory{}, longUp, lease.Holds, 0},
		"its very end":                      {until(0), lease.Memory{}, longUp, lease.Ended, 0},
		"ended":                             {until(-time.Minute), lease.Memory{}, longUp, lease.Ended, time.Minute},
		"ended, just booted":                {until(-time.Hour), lease.Memory{}, justUp, lease.Waiting, time.Hour},
		"ended, the grace is over":          {until(-time.Hour), lease.Memory{}, lease.BootGrace, lease.Ended, time.Hour},
		"renewed at the last moment":        {until(time.Minute), seen(0, 15*time.Second), longUp, lease.Holds, 0},
		"renewed after its end":             {until(time.Minute), seen(-time.Hour, 15*time.Second), longUp, lease.Holds, 0},
		"taken back":                        {until(-time.Second), seen(time.Hour, 15*time.Second), longUp, lease.Ended, time.Second},
		"unreachable, remembered":           {unread, seen(time.Second, 15*time.Second), longUp, lease.Holds, 0},
		"unreachable, remembered and ended": {unread, seen(-time.Second, 15*time.Second), longUp, lease.Ended, time.Second},
		"unreachable, remembered and ended, just booted": {unread, lease.Memory{Until: noon, Seen: noon}, justUp, lease.Waiting, 10 * time.Second},
		"unreachable, nothing remembered":                {unread, lease.Memory{}, longUp, lease.Unknown, 0},
		"of an earlier boot, unreachable":                {unread, earlier(time.Second), longUp, lease.Holds, 0},
		"of an earlier boot, unreachable, just booted":   {unread, earlier(-time.Hour), justUp, lease.Waiting, time.Hour},
		"of an earlier boot, unreachable, over":          {unread, earlier(-time.Hour), lease.BootGrace, lease.Ended, time.Hour},
		"of an earlier boot, malformed, over":            {lease.ParseTag("tomorrow"), earlier(-time.Hour), longUp, lease.Ended, time.Hour},
		"of an earlier boot, renewed":                    {until(time.Second), earlier(-time.Hour), longUp, lease.Holds, 0},
		"of an earlier boot, let go":                     {vanished, earlier(-time.Hour), longUp, lease.Unbound, 0},
		"malformed, remembered and ended":                {lease.ParseTag("tomorrow"), seen(-time.Second, time.Minute), longUp, lease.Ended, time.Second},
		"vanished, remembered":                           {vanished, seen(time.Second, 15*time.Second), longUp, lease.Holds, 0},
		"vanished, remembered and ended":                 {vanished, seen(0, 15*time.Second), longUp, lease.Ended, 0},
		"clock set back, the tag holds": {
			until(time.Minute), lease.Memory{Until: noon, Seen: noon.Add(time.Hour), Uptime: longUp}, longUp, lease.Holds, 0,
		},
		"clock set back an hour, unreachable": { // read an hour later by the clock of then, 10 minutes before that lease's end
			unread,
			lease.Memory{Until: noon.Add(70 * time.Minute), Seen: noon.Add(time.Hour), Uptime: longUp - 11*time.Minute},
			longUp, lease.Ended, time.Minute,
		},
		"clock set forward, unreachable": {unread, seen(-time.Minute, 15*time.Second), longUp, lease.Ended, time.Minute},
	} {
		d := lease.Decide(lease.Clock{Now: noon, Uptime: c.uptime}, c.tag, c.memory, lease.BootGrace)
		if d.State != c.want || d.Past != c.past {
			t.Errorf("%s: %s, past %s; want %s, past %s", name, d.State, d.Past, c.want, c.past)
		}
		letGo := c.memory.Earlier && c.tag.Err == nil
		if again := c.memory.Until.IsZero() || letGo || c.tag.Err == nil && !c.tag.Until.IsZero(); d.Remembered.IsZero() != again {
			t.Errorf("%s: remembered at %s", name, d.Remembered)
		}
	}
}

func TestDecisionSaysWhichLeaseAndSinceWhen(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		tag    lease.Tag
		memory lease.Memory
	}{
		"this machine has no lease":                           {},
		"this machine's lease is not known":                   {tag: unread},
		"the lease until 2026-11-25T12:01:00Z holds":          {tag: until(time.Minute)},
		"the lease until 2026-11-25T11:59:00Z ended 1m0s ago": {tag: until(-time.Minute)},
		"the lease until 2026-11-25T11:59:58Z (last read at 2026-11-25T11:59:45Z) ended 2s ago": {
			tag: unread, memory: seen(-2*time.Second, 15*time.Second),
		},
	} {
		if got := lease.Decide(lease.Clock{Now: noon, Uptime: longUp}, c.tag, c.memory, 0).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A machine's life in looks: whatever metadata answers and the clock does, the last lease that was read bounds it, and
// only a readable tag moves the end.
func TestRuleOverAMachinesLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var memory lease.Memory
		now, uptime := noon, time.Duration(0)
		grace := time.Duration(rapid.IntRange(0, 90).Draw(t, "grace")) * time.Second
		var last struct { // what an observer with a steady clock knows
			until time.Time
			left  time.Duration // of the lease when it was read
			at    time.Duration // uptime
			read  bool
		}
		for range rapid.IntRange(1, 40).Draw(t, "looks") {
			step := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "step"))
			uptime += step
			now = now.Add(step)
			if rapid.IntRange(0, 9).Draw(t, "clock") == 0 {
				now = now.Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(time.Hour)).Draw(t, "jump")))
			}
			var tag lease.Tag
			switch rapid.IntRange(0, 3).Draw(t, "answer") {
			case 0:
				tag = unread
			case 1: // vanished, or never there
			default:
				tag.Until = now.Add(time.Duration(rapid.Int64Range(-int64(5*time.Minute), int64(5*time.Minute)).Draw(t, "lease")))
			}
			c := lease.Clock{Now: now, Uptime: uptime}
			d := lease.Decide(c, tag, memory, grace)
			memory = lease.Remember(c, tag, memory)

			readable := tag.Err == nil && !tag.Until.IsZero()
			if readable {
				last.until, last.left, last.at, last.read = tag.Until, tag.Until.Sub(now), uptime, true
			}
			over := d.State == lease.Ended || d.State == lease.Waiting
			switch {
			case readable && over == now.Before(tag.Until):
				t.Fatalf("a readable tag did not decide: %s", d)
			case !last.read && d.State != lease.Unbound && d.State != lease.Unknown:
				t.Fatalf("bound by a lease that was never seen: %s", d)
			case last.read && !readable && uptime-last.at >= last.left && !over:
				t.Fatalf("the lease outlived the time it had left: %s", d)
			case last.read && !readable && now.Before(last.until) && uptime-last.at < last.left && over:
				t.Fatalf("the lease ended before its end, on either clock: %s", d)
			case d.State == lease.Waiting && uptime >= grace, d.State == lease.Ended && uptime < grace:
				t.Fatalf("%s at %s after boot, with a grace of %s", d.State, uptime, grace)
			}
		}
	})
}
