package meter_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// Charges and wallets are what plain rational arithmetic says, to the last quantum.
func TestAccountIsWhatTheOracleSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book := changing(t)
		list := facts().Draw(t, "facts")
		a, o := account(t, book, list), oracle{book, list}
		from, at := instants().Draw(t, "from"), instants().Draw(t, "at")
		for _, instance := range []string{"", "i-1"} {
			if got, want := credits(charged(t, a, instance, from, at)), o.charged(instance, from, max(from, at)); got.Cmp(want) != 0 {
				t.Fatalf("charged %q %s to %s: %s, want %s", instance, from, at, got, want)
			}
		}
		w, want := wallet(t, a, at), o.wallet(at)
		for name, pair := range map[string][2]*big.Rat{
			"granted": {credits(w.Granted), want.granted}, "charged": {credits(w.Charged), want.charged}, "expired": {credits(w.Expired), want.expired},
			"debt": {credits(w.Debt), want.debt}, "left": {credits(w.Left()), want.left},
		} {
			if pair[0].Cmp(pair[1]) != 0 {
				t.Fatalf("%s at %s: %s, want %s", name, at, pair[0], pair[1])
			}
		}
	})
}

// No credit comes from nowhere or goes nowhere.
func TestConservation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := account(t, changing(t), facts().Draw(t, "facts"))
		w := wallet(t, a, instants().Draw(t, "at"))
		if w.Granted != w.Spent+w.Expired+w.Left() || w.Charged != w.Spent+w.Debt {
			t.Fatalf("%+v, left %d", w, w.Left())
		}
		if w.Debt > 0 && w.Left() > 0 {
			t.Fatalf("owes %d with %d left", w.Debt, w.Left())
		}
	})
}

// charge(a,c) = charge(a,b) + charge(b,c).
func TestSplitIndependence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := account(t, changing(t), facts().Draw(t, "facts"))
		from, middle, to := instants().Draw(t, "a"), instants().Draw(t, "b"), instants().Draw(t, "c")
		from, middle, to = min(from, middle, to), max(min(from, middle), min(max(from, middle), to)), max(from, middle, to)
		whole, left, right := charged(t, a, "", from, to), charged(t, a, "", from, middle), charged(t, a, "", middle, to)
		if whole != left+right {
			t.Fatalf("%d, in parts %d and %d", whole, left, right)
		}
	})
}

// It does not matter in which order facts are learnt, how often, and what was asked in between.
func TestOrderIndependence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book := changing(t)
		list := facts().Draw(t, "facts")
		at := instants().Draw(t, "at")
		a, b := account(t, book, list), meter.NewAccount("a", book)
		for _, f := range rapid.Permutation(append(list[:len(list):len(list)], list...)).Draw(t, "order") {
			if _, err := b.Add(f); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "ask") {
				wallet(t, b, at)
				learnt(t, b)
			}
		}
		if x, y := learnt(t, a), learnt(t, b); x != y {
			t.Fatalf("%s, in another order %s", x, y)
		}
		if x, y := fmt.Sprintf("%+v", wallet(t, a, at)), fmt.Sprintf("%+v", wallet(t, b, at)); x != y {
			t.Fatalf("%s, in another order %s", x, y)
		}
		x, _ := a.Deadlines(at)
		y, _ := b.Deadlines(at)
		if fmt.Sprint(x) != fmt.Sprint(y) {
			t.Fatalf("%v, in another order %v", x, y)
		}
	})
}

// learnt is when machines ran, all at once and one by one.
func learnt(t *rapid.T, a *meter.Account) string {
	all, err := a.Segments()
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprint(all)
	for _, instance := range []string{"i-1", "i-2", "i-3"} {
		one, err := a.SegmentsOf(instance)
		if err != nil {
			t.Fatal(err)
		}
		if own := slices.DeleteFunc(slices.Clone(all), func(s meter.Segment) bool { return s.Instance != instance }); !slices.Equal(one, own) {
			t.Fatalf("%s: %v, among all %v", instance, one, own)
		}
		out += fmt.Sprint(one)
	}
	return out
}

// A look at a fact says what taking it in does, and leaves the account as it was.
func TestCheckIsADryAdd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book := changing(t)
		list := facts().Draw(t, "facts")
		at := instants().Draw(t, "at")
		a, plain := meter.NewAccount("a", book), meter.NewAccount("a", book)
		for _, f := range append(list, list...) {
			if rapid.IntRange(0, 4).Draw(t, "broken") == 0 {
				f.Amount, f.Effective = f.Amount+1, f.Effective+1
			}
			fresh, dry := a.Check(f)
			if x, y := a.Facts(), plain.Facts(); fmt.Sprint(x) != fmt.Sprint(y) {
				t.Fatalf("a look changed %v to %v", y, x)
			}
			added, err := a.Add(f)
			if fresh != added || fmt.Sprint(dry) != fmt.Sprint(err) {
				t.Fatalf("Check says %v, %v; Add %v, %v", fresh, dry, added, err)
			}
			_, _ = plain.Add(f)
		}
		if x, y := fmt.Sprintf("%+v", wallet(t, a, at)), fmt.Sprintf("%+v", wallet(t, plain, at)); x != y {
			t.Fatalf("%s, without a look %s", x, y)
		}
	})
}

// A machine has one segment at a time, and at most one that is open.
func TestSegmentsDoNotOverlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		segments, err := account(t, changing(t), facts().Draw(t, "facts")).Segments()
		if err != nil {
			t.Fatal(err)
		}
		end := map[string]meter.Instant{}
		for _, s := range segments {
			if s.From < end[s.Instance] || s.To <= s.From || s.Session > s.From {
				t.Fatalf("%+v follows on a segment until %s", s, end[s.Instance])
			}
			end[s.Instance] = s.To
		}
	})
}

// The deadline of a balance is the first millisecond at which nothing is left while a machine runs: never one before, and
// so never for a machine that is paid for.
func TestExhaustedIsTheFirstInstantWithoutCredits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := account(t, changing(t), facts().Draw(t, "facts"))
		from := instants().Draw(t, "from")
		end, err := a.Exhausted(from)
		if err != nil {
			t.Fatal(err)
		}
		if end == meter.Never {
			at := max(from, instants().Draw(t, "at"))
			if w := wallet(t, a, at); w.Balance() <= 0 && runs(t, a, at) {
				t.Fatalf("%d left at %s, and no deadline", w.Balance(), at)
			}
			return
		}
		if end < from {
			t.Fatalf("%s is before %s", end, from)
		}
		if w := wallet(t, a, end); w.Balance() > 0 {
			t.Fatalf("%d left at the deadline %s", w.Balance(), end)
		}
		if end > from && runs(t, a, end-1) {
			if w := wallet(t, a, end-1); w.Balance() <= 0 {
				t.Fatalf("nothing left a millisecond before the deadline %s", end)
			}
		}
		if at := instants().Draw(t, "at"); at >= from && at < end && runs(t, a, at) {
			if w := wallet(t, a, at); w.Balance() <= 0 {
				t.Fatalf("nothing left at %s, before the deadline %s", at, end)
			}
		}
	})
}

func runs(t *rapid.T, a *meter.Account, at meter.Instant) bool {
	segments, err := a.Running(at)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segments {
		if s.Rate > 0 {
			return true
		}
	}
	return false
}

// A deadline has a cause that is true at its instant and was not a millisecond before.
func TestDeadlinesAreTrue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := facts().Draw(t, "facts")
		at := instants().Draw(t, "at")
		a := account(t, changing(t), list)
		deadlines, err := a.Deadlines(at)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range deadlines {
			if d.At < at {
				t.Fatalf("%+v is before %s", d, at)
			}
			day := oracle{facts: list}.day(d.At)
			if d.Cause == meter.BalanceSpent && d.Until != 0 || d.Cause == meter.SessionOver && d.Until != day.To {
				t.Fatalf("%+v may run again at another instant than the end of %v", d, day)
			}
			if d.Cause != meter.DailyCap {
				continue
			}
			most := charged(t, a, "", day.From, d.At)
			var reached, early bool
			for _, f := range list {
				if f.Kind != meter.Limit || f.Limits.DailyCap == 0 || f.Instance != "" && f.Instance != d.Instance {
					continue
				}
				reached = reached || charged(t, a, f.Instance, day.From, d.At) >= f.Limits.DailyCap
				early = early || d.At > at && charged(t, a, f.Instance, day.From, d.At-1) < f.Limits.DailyCap
			}
			if !reached || d.At > at && !early || d.Until != day.To {
				t.Fatalf("%+v: charged %d of the day", d, most)
			}
		}
	})
}
