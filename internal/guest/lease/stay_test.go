package lease_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
)

// life is a machine in the fake time of testing/synctest: its metadata, wall clock and services are as a test says, by the
// time since it began.
type life struct {
	tag    func(at time.Duration) lease.Tag
	slow   time.Duration                        // metadata takes this long to answer, or until it is waited for no longer
	set    func(at time.Duration) time.Duration // by how much the wall clock is wrong
	uptime time.Duration                        // when it began
	down   time.Duration                        // how long the services take to end; < 0 = for ever
	ask    func(ctx context.Context) error      // instead of an orderly power-off

	began      time.Time
	reads      []time.Duration
	asked, off time.Duration // when; -1 = never
	forced     bool
}

func (l *life) at() time.Duration { return time.Since(l.began) }

// watch runs one Watch, which the shutdown ends once the services have.
func (l *life) watch(t testing.TB, root string) lease.Decision {
	l.began, l.asked, l.off = time.Now(), -1, -1
	ctx, shutdown := context.WithCancel(context.Background())
	defer shutdown()
	d, _ := lease.Watch(ctx, lease.Options{
		Root: root, Timeout: 5 * time.Second, BootGrace: lease.BootGrace, Ahead: lease.Ahead, Wait: lease.Sleep,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Read: func(ctx context.Context) lease.Tag {
			if err := lease.Sleep(ctx, l.slow); err != nil {
				return lease.Tag{Err: err}
			}
			l.reads = append(l.reads, l.at())
			return l.tag(l.at())
		},
		Clock: func() (lease.Clock, error) {
			c := lease.Clock{Now: noon.Add(l.at()), Uptime: l.uptime + l.at()}
			if l.set != nil {
				c.Now = c.Now.Add(l.set(l.at()))
			}
			return c, nil
		},
		PowerOff: func(ctx context.Context) error {
			l.asked = l.at()
			if l.ask != nil {
				return l.ask(ctx)
			}
			if l.down >= 0 {
				time.AfterFunc(l.down, func() { l.off = l.at(); shutdown() })
			}
			return nil
		},
		Force: func() error { l.forced, l.off = true, l.at(); return nil },
	})
	if l.off >= 0 && l.asked < 0 {
		t.Error("forced without having asked")
	}
	return d
}

func newRoot(t testing.TB) string {
	t.Helper()
	root, err := os.MkdirTemp(t.TempDir(), "root")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"run", "var/lib"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func always(tag lease.Tag) func(time.Duration) lease.Tag {
	return func(time.Duration) lease.Tag { return tag }
}

// from is a tag that becomes another one.
func from(at time.Duration, before, after lease.Tag) func(time.Duration) lease.Tag {
	return func(now time.Duration) lease.Tag {
		if now < at {
			return before
		}
		return after
	}
}

const never = time.Duration(-1)

// A lease that ends soon ends at the very instant, one that was renewed goes on, and the services have ForceAfter.
func TestWatchStaysForTheEnd(t *testing.T) {
	t.Parallel()
	s := time.Second
	for name, c := range map[string]struct {
		life   life
		state  lease.State
		asked  time.Duration // never = the machine runs on
		off    time.Duration
		forced bool
	}{
		"not soon":               {life{tag: always(until(31 * s))}, lease.Holds, never, never, false},
		"at the very end":        {life{tag: always(until(7*s + 1)), down: 2 * s}, lease.Ended, 7*s + 1, 9*s + 1, false},
		"the longest it stays":   {life{tag: always(until(30 * s))}, lease.Ended, 30 * s, 30 * s, false},
		"has ended":              {life{tag: always(until(-time.Hour)), down: 9 * s}, lease.Ended, 0, 9 * s, false},
		"no lease":               {life{tag: always(vanished)}, lease.Unbound, never, never, false},
		"renewed while it stays": {life{tag: from(6*s, until(7*s), until(time.Hour))}, lease.Holds, never, never, false},
		"renewed, but by little": {life{tag: from(6*s, until(7*s), until(20*s))}, lease.Ended, 20 * s, 20 * s, false},
		"shortened while it stays": { // seen by the read that is due, not only at the end of the lease that it had
			life{tag: from(s, until(28*s), until(5*s))}, lease.Ended, 15 * s, 15 * s, false,
		},
		"removed while it stays": {life{tag: from(s, until(28*s), vanished)}, lease.Ended, 28 * s, 28 * s, false},
		"unread at the end":      {life{tag: from(s, until(28*s), unread)}, lease.Ended, 28 * s, 28 * s, false},
		"a service that does not end": {
			life{tag: always(until(7 * s)), down: never}, lease.Ended, 7 * s, 17 * s, true,
		},
		"a service that does not end, on a machine started without credits": {
			life{tag: always(until(-time.Hour)), down: never}, lease.Ended, 0, 10 * s, true,
		},
		"nobody to ask": {
			life{tag: always(until(7 * s)), ask: func(context.Context) error { return errors.New("no bus") }}, lease.Ended, 7 * s, 17 * s, true,
		},
		"whoever is asked never answers": {
			life{tag: always(until(7 * s)), ask: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			lease.Ended, 7 * s, 17 * s, true,
		},
		// Metadata that has fallen silent is not waited for beyond a second at the end, which the services pay.
		"silent at the end": {
			life{tag: always(vanished), slow: time.Minute, down: never}, lease.Ended, 9 * s, 18 * s, true,
		},
		"clock set back":    {life{tag: always(until(20 * s)), set: jump(5*s, -time.Hour)}, lease.Ended, 20 * s, 20 * s, false},
		"clock set forward": {life{tag: always(until(20 * s)), set: jump(5500*time.Millisecond, 10*s)}, lease.Ended, 10 * s, 10 * s, false},
		"just booted": {
			life{tag: always(until(-time.Hour)), uptime: -longUp + 60*s}, lease.Ended, 15 * s, 15 * s, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := newRoot(t)
			synctest.Test(t, func(t *testing.T) {
				l := c.life
				l.uptime += longUp
				if name == "silent at the end" { // a lease that was read 12 s ago
					before := life{tag: always(until(8 * s)), uptime: longUp}
					remember(t, &before, root)
				}
				d := l.watch(t, root)
				if d.State != c.state || l.asked != c.asked || l.off != c.off || l.forced != c.forced {
					t.Errorf("%s, asked at %s, off at %s, forced %t; want %s, %s, %s, %t",
						d.State, l.asked, l.off, l.forced, c.state, c.asked, c.off, c.forced)
				}
			})
		})
	}
}

// A force that fails is trouble, so that the next look tries again; and a machine that is only looked at is left alone.
func TestForceFailsOrIsNotWanted(t *testing.T) {
	t.Parallel()
	root := newRoot(t)
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("operation not permitted")
		o := lease.Options{
			Root: root, Timeout: time.Second, Logger: slog.New(slog.DiscardHandler), Wait: lease.Sleep,
			Read:     func(context.Context) lease.Tag { return until(-time.Minute) },
			Clock:    func() (lease.Clock, error) { return lease.Clock{Now: noon, Uptime: longUp}, nil },
			PowerOff: func(context.Context) error { return nil },
			Force:    func() error { return refused },
		}
		if d, err := lease.Watch(t.Context(), o); d.State != lease.Ended || !errors.Is(err, refused) {
			t.Errorf("%s, %v; want ended, %v", d.State, err, refused)
		}
		o.PowerOff, o.Force = nil, nil
		begun := time.Now()
		if d, err := lease.Watch(t.Context(), o); d.State != lease.Ended || err != nil || time.Since(begun) != 0 {
			t.Errorf("%s, %v after %s; want ended at once", d.State, err, time.Since(begun))
		}
	})
}

// remember has a machine look once, and not stay.
func remember(t testing.TB, l *life, root string) {
	_, err := lease.Watch(t.Context(), lease.Options{
		Root: root, Timeout: time.Second, Logger: slog.New(slog.DiscardHandler), Wait: lease.Sleep,
		Read:  func(context.Context) lease.Tag { return l.tag(0) },
		Clock: func() (lease.Clock, error) { return lease.Clock{Now: noon, Uptime: l.uptime}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
}

func jump(at, by time.Duration) func(time.Duration) time.Duration {
	return func(now time.Duration) time.Duration {
		if now < at {
			return 0
		}
		return by
	}
}

// However often a lease is moved while a watch stays: the tag is never read more than Check apart (and the second that a
// silent metadata may take), the machine is off no later than ForceAfter after the end of the last lease that was read,
// and it is never asked to end while that holds.
func TestWatchOverRenewals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		root, err := os.MkdirTemp(dir, "root")
		if err != nil {
			rt.Fatal(err)
		}
		if err := errors.Join(os.Mkdir(filepath.Join(root, "run"), 0o755), os.MkdirAll(filepath.Join(root, "var/lib"), 0o755)); err != nil {
			rt.Fatal(err)
		}
		ends := rapid.SliceOfN(rapid.Int64Range(0, int64(35*time.Second)), 1, 12).Draw(rt, "leases")
		every := time.Duration(rapid.Int64Range(int64(time.Second), int64(20*time.Second)).Draw(rt, "moved every"))
		down := time.Duration(rapid.Int64Range(-1, int64(15*time.Second)).Draw(rt, "services"))
		var last time.Duration // end of the last lease that was read
		l := life{uptime: longUp, down: down, tag: func(at time.Duration) lease.Tag {
			move := min(int(at/every), len(ends)-1)
			last = time.Duration(move)*every + time.Duration(ends[move])
			return until(last)
		}}
		var d lease.Decision
		synctest.Test(t, func(t *testing.T) { d = l.watch(t, root) })
		for i := 1; i < len(l.reads); i++ {
			if gap := l.reads[i] - l.reads[i-1]; gap > lease.Check {
				rt.Fatalf("not read for %s", gap)
			}
		}
		final := l.reads[len(l.reads)-1]
		switch {
		case l.asked < 0 && (d.State != lease.Holds || last-final <= lease.Ahead):
			rt.Fatalf("left to the next look: %s, %s before its end", d.State, last-final)
		case l.asked >= 0 && (l.asked < last || l.asked != final):
			rt.Fatalf("asked at %s, last read at %s, lease until %s", l.asked, final, last)
		case l.asked >= 0 && l.off > max(final, last)+lease.ForceAfter:
			rt.Fatalf("off at %s, lease until %s, seen at %s", l.off, last, final)
		}
	})
}
