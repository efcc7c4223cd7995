package evidence_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
)

// run is one true session of a machine: [from, to).
type run struct {
	from, to meter.Instant
	said     bool          // EC2 says when it ended
	acked    meter.Instant // when EC2 acknowledged our own stop; 0 if it was not ours
}

// glance is a look that comes at one instant and shows what was so at another.
type glance struct{ seen, of meter.Instant }

// life is a true history of a machine, and the looks at it.
type life struct {
	runs  []run
	looks []glance
	track bool // whoever looks remembers when it last saw the machine run
}

const never = meter.Never

// at is what EC2 shows of an instant, and which run it is about; false before the first.
func (l life) at(of meter.Instant) (m evidence.Machine, n int, exists bool) {
	for i, r := range l.runs {
		if r.from > of {
			break
		}
		m, n, exists = machine("running", r.from, 0), i, true
		if of >= r.to {
			m = machine("stopped", r.from, 0)
			if r.said {
				m.Changed = r.to - r.to%1000
			}
		}
	}
	return m, n, exists
}

func lives(lag int) *rapid.Generator[life] {
	return rapid.Custom(func(t *rapid.T) life {
		l := life{track: rapid.Bool().Draw(t, "track")}
		at := epoch
		step := func(name string) meter.Instant { // often short, to meet EC2's seconds
			most := rapid.SampledFrom([]int64{3, 1_500, 100_000}).Draw(t, name+" most")
			return meter.Instant(rapid.Int64Range(1, most).Draw(t, name))
		}
		for range rapid.IntRange(0, 5).Draw(t, "runs") {
			r := run{from: at + step("pause"), said: rapid.Bool().Draw(t, "said")}
			r.to = r.from + step("length")
			at = r.to + 1
			if r.said && rapid.Bool().Draw(t, "ours") {
				r.acked = r.to + meter.Instant(rapid.Int64Range(0, 900).Draw(t, "acknowledged"))
				at = r.acked + 1
			}
			l.runs = append(l.runs, r)
		}
		if n := len(l.runs); n > 0 && rapid.Bool().Draw(t, "open") {
			l.runs[n-1].to, l.runs[n-1].said, l.runs[n-1].acked = never, false, 0
		}
		seen := epoch
		for range rapid.IntRange(0, 12).Draw(t, "looks") {
			seen += step("between looks")
			l.looks = append(l.looks, glance{seen: seen})
		}
		for i := range l.looks {
			oldest := l.looks[max(0, i-lag)].seen
			l.looks[i].of = meter.Instant(rapid.Int64Range(int64(oldest), int64(l.looks[i].seen)).Draw(t, "of"))
		}
		return l
	})
}

// ledger is an account that is fed with looks, and what they proved.
type ledger struct {
	account  *meter.Account
	lastSeen meter.Instant
	known    []bool          // by run: its launch was shown
	ended    []meter.Instant // by run: the earliest instant to which it can be charged, never if nothing says
}

// feed gives a ledger all looks and acknowledgements in the order in which they came.
func feed(t *rapid.T, l life) *ledger {
	g := &ledger{account: account(t), known: make([]bool, len(l.runs)), ended: make([]meter.Instant, len(l.runs))}
	for i := range g.ended {
		g.ended[i] = never
	}
	acks := slices.DeleteFunc(slices.Clone(l.runs), func(r run) bool { return r.acked == 0 })
	newest := -1
	for _, look := range l.looks {
		for ; len(acks) > 0 && acks[0].acked <= look.seen; acks = acks[1:] {
			g.add(t, meter.Fact{Key: "ack:" + acks[0].acked.String(), Kind: meter.Stop, Account: "a", Instance: id, Effective: acks[0].acked, Confidence: meter.Observed, Evidence: "StopInstances"}, look.seen)
		}
		m, n, exists := l.at(look.of)
		if !exists {
			continue
		}
		k := g.look(t, l, m, look.seen)
		if m.State == "stopped" && m.Changed == 0 && k.Session == 0 {
			continue // of a machine that is not known, nothing says how long it ran
		}
		if n >= newest && m.State == "stopped" {
			end := look.seen
			if m.Changed != 0 {
				end = l.runs[n].to
			}
			g.ended[n] = min(g.ended[n], end)
		}
		newest = max(newest, n)
		g.known[n] = g.known[n] || n == newest
	}
	for _, r := range acks {
		g.add(t, meter.Fact{Key: "ack:" + r.acked.String(), Kind: meter.Stop, Account: "a", Instance: id, Effective: r.acked, Confidence: meter.Observed, Evidence: "StopInstances"}, r.acked)
	}
	return g
}

func (g *ledger) add(t *rapid.T, f meter.Fact, seen meter.Instant) {
	f.Recorded = seen
	if _, err := g.account.Add(f); err != nil {
		t.Fatal(err)
	}
}

// look takes one look in, and the same again, which must add nothing.
func (g *ledger) look(t *rapid.T, l life, m evidence.Machine, seen meter.Instant) (before evidence.Known) {
	for again := range 2 {
		k, err := evidence.KnownOf(g.account, id, seen)
		if err != nil {
			t.Fatal(err)
		}
		if l.track {
			k.LastSeen = g.lastSeen
		}
		facts := evidence.Facts(m, k, seen)
		if again == 1 && len(facts) > 0 {
			t.Fatalf("the look of %s at %+v adds %+v again", seen, m, facts)
		}
		if again == 0 {
			before = k
		}
		for _, f := range facts {
			g.add(t, f, seen)
		}
		if k.Running && m.State == "running" && m.Launched == k.Launched {
			g.lastSeen = seen
		}
	}
	segments := segmentsOf(t, g.account)
	open := 0
	for i := range segments {
		if segments[i].Open() {
			open++
		}
		if i > 0 && segments[i].From < segments[i-1].To {
			t.Fatalf("segments overlap: %+v", segments)
		}
	}
	if open > 1 {
		t.Fatalf("%d open segments: %+v", open, segments)
	}
	return before
}

// charged is for how many milliseconds before an instant the ledger charges.
func (g *ledger) charged(t *rapid.T, until meter.Instant) meter.Instant {
	var sum meter.Instant
	for _, s := range segmentsOf(t, g.account) {
		sum += max(0, min(s.To, until)-s.From)
	}
	return sum
}

// Whatever EC2 shows, however late and whatever it never shows: what is charged is no more than the time in which the
// machine truly ran and, for each session that became known, the time from its true end to the first thing that could be
// known of its end: a look that shows it ended, our own stop, or a launch of the machine that a look shows. And a
// millisecond for each, the shortest session. There is never more than one open segment, and a look twice adds nothing.
func TestNoMoreIsChargedThanRanOrCannotBeKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := lives(rapid.IntRange(0, 3).Draw(t, "lag")).Draw(t, "life")
		g := feed(t, l)
		horizon := epoch.Add(time.Hour)
		var bound meter.Instant
		for i, r := range l.runs {
			bound += min(r.to, horizon) - r.from
			if !g.known[i] || r.to >= horizon {
				continue
			}
			end := min(g.ended[i], horizon)
			for j := i; j < len(l.runs); j++ {
				if acked := l.runs[j].acked; acked != 0 {
					end = min(end, acked)
				}
				if j > i && g.known[j] {
					end = min(end, l.runs[j].from)
				}
			}
			bound += end - r.to + 1
		}
		if got := g.charged(t, horizon); got > bound {
			t.Fatalf("charged %d ms, more than the %d that ran or cannot be known\n%+v\n%+v", got, bound, l, g.account.Facts())
		}
	})
}

// Once a look shows how things are after the last change, and EC2 says when that was, the ledger says the same: of the
// last session it knows the end to EC2's second, or that it runs.
func TestTheLastLookSettlesTheLastSession(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := lives(rapid.IntRange(0, 3).Draw(t, "lag")).Draw(t, "life")
		if len(l.runs) == 0 {
			return
		}
		last := l.runs[len(l.runs)-1]
		if last.to < never && !last.said {
			return
		}
		after := max(epoch, last.from, last.acked)
		if last.to < never {
			after = max(after, last.to)
		}
		if n := len(l.looks); n > 0 {
			after = max(after, l.looks[n-1].seen)
		}
		l.looks = append(l.looks, glance{after + 1, after + 1})
		g := feed(t, l)
		k, err := evidence.KnownOf(g.account, id, after+1)
		if err != nil {
			t.Fatal(err)
		}
		want := max(last.to-last.to%1000, k.Session+1)
		switch {
		case k.Launched != last.from || k.Running != (last.to == never):
			t.Fatalf("known is %+v, want the session of %s\n%+v", k, last.from, l)
		case !k.Running && k.LastStop != want:
			t.Fatalf("the last session ends at %s, want %s\n%+v\n%+v", k.LastStop, want, l, g.account.Facts())
		}
	})
}

// When every session is looked at while it runs and after, without lag, and EC2 says when each ended, what is charged is
// the time in which the machine ran, to EC2's second.
func TestTheChargeIsExactWhenEC2SaysWhen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := lives(0).Draw(t, "life")
		horizon := epoch.Add(time.Hour)
		var want meter.Instant
		for i := range l.looks {
			l.looks[i].of = l.looks[i].seen
		}
		for i := range l.runs {
			r := &l.runs[i]
			if r.to == never {
				want += horizon - r.from
				l.looks = append(l.looks, glance{r.from, r.from})
				continue
			}
			r.said = true
			want += max(1, r.to-r.to%1000-r.from)
			l.looks = append(l.looks, glance{r.to, r.to})
		}
		slices.SortFunc(l.looks, func(a, b glance) int { return int(a.seen - b.seen) })
		if got := feed(t, l).charged(t, horizon); got != want {
			t.Fatalf("charged %d ms, want %d\n%+v", got, want, l)
		}
	})
}
