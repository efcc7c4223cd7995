package journal_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// After each tick the lines of a machine add up to what plain rational arithmetic says that it cost by what was known, to
// the last quantum; the two sides of a line to zero; and no line has the key of another.
func TestLinesAddUpToTheCharge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, blocks := live(t, histories().Draw(t, "history"))
		var known []meter.Fact
		posted := map[string]pricebook.Amount{}
		books := map[string]pricebook.Amount{}
		keys := map[string]bool{}
		for _, b := range blocks {
			known = append(known, b.Facts...)
			postings, err := l.Chain().Postings(b)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range postings {
				posted[p.Instance] += p.Amount
				if keys[p.Key()] || p.Through != b.Tick {
					t.Fatalf("%+v in the block of %s", p, b.Tick)
				}
				keys[p.Key()] = true
				for _, e := range p.Entries() {
					books[e.Book] += e.Amount
				}
			}
			for n := 0; n < 4 && b.Tick != 0; n++ {
				instance := fmt.Sprintf("i-%d", n)
				if want := cost(known, instance, b.Tick); credits(posted[instance]).Cmp(want) != 0 {
					t.Fatalf("%s at %s: %s posted, %s charged", instance, b.Tick, credits(posted[instance]), want)
				}
			}
		}
		var balance pricebook.Amount
		for _, amount := range books {
			balance += amount
		}
		if balance != 0 {
			t.Fatalf("the books add up to %d", balance)
		}
		for instance, amount := range posted {
			if l.Posted(instance) != amount {
				t.Fatalf("%s: %d posted, the ledger says %d", instance, amount, l.Posted(instance))
			}
		}
	})
}

// What was posted in the end does not depend on which ticks there were between, nor on when and in which order facts came.
func TestTheSumDoesNotDependOnTheWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		history := histories().Draw(t, "history")
		l, _ := live(t, history)
		var all []meter.Fact
		for _, s := range history {
			all = append(all, s.facts...)
		}
		other := []step{{tick: epoch + ticks*journal.Interval}}
		if len(all) > 0 {
			other = append([]step{{facts: rapid.Permutation(all).Draw(t, "order")}}, other...)
		}
		m, _ := live(t, other)
		for n := range 4 {
			instance := fmt.Sprintf("i-%d", n)
			if l.Posted(instance) != m.Posted(instance) {
				t.Fatalf("%s: %d, in one go %d", instance, l.Posted(instance), m.Posted(instance))
			}
		}
	})
}

// Facts and ticks alone give the same chain, and so do the blocks.
func TestReplayGivesTheSameChain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, blocks := live(t, histories().Draw(t, "history"))
		var again []step
		for _, b := range blocks {
			again = append(again, step{b.Facts, b.Tick})
		}
		rebuilt, _ := live(t, again)
		if rebuilt.Chain().Head() != l.Chain().Head() {
			t.Fatalf("%+v, rebuilt %+v", l.Chain().Head(), rebuilt.Chain().Head())
		}
		replayed, err := journal.Replay(7, book(t), journal.Read(stream(blocks)))
		if err != nil {
			t.Fatal(err)
		}
		if replayed.Chain().Head() != l.Chain().Head() {
			t.Fatalf("%+v, replayed %+v", l.Chain().Head(), replayed.Chain().Head())
		}
		for n := range 4 {
			instance := fmt.Sprintf("i-%d", n)
			if l.Posted(instance) != replayed.Posted(instance) {
				t.Fatalf("%s: %d, replayed %d", instance, l.Posted(instance), replayed.Posted(instance))
			}
			account := fmt.Sprintf("a%d", n/2)
			if a, b := l.Account(account), replayed.Account(account); (a == nil) != (b == nil) || a != nil && !slices.Equal(a.Facts(), b.Facts()) {
				t.Fatalf("account %s has other facts", account)
			}
		}
	})
}
