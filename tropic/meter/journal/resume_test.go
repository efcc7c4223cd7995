package journal_test

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

// A ledger that goes on from the facts alone writes what the one that went on all the time writes.
func TestResumeGoesOnAsIfNothingHadBeen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := histories().Draw(t, "history")
		at := rapid.IntRange(0, len(steps)).Draw(t, "stopped at")
		before, blocks := live(t, steps[:at])
		after, err := resume(t, before.Chain().Head(), blocks)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range append(steps[at:], step{tick: epoch + (ticks+1)*journal.Interval}) {
			var want, got journal.Block
			var err1, err2 error
			if s.tick != 0 {
				want, _, err1 = before.Post(s.tick)
				got, _, err2 = after.Post(s.tick)
			} else {
				want, _, err1 = before.Learn(s.facts...)
				got, _, err2 = after.Learn(s.facts...)
			}
			if (err1 == nil) != (err2 == nil) || !bytes.Equal(want.Bytes, got.Bytes) {
				t.Fatalf("%+v, %v\nwant %+v, %v", got, err2, want, err1)
			}
		}
	})
}

// resume goes on from the blocks of facts.
func resume(t interface{ Fatal(...any) }, head journal.Head, blocks []journal.Block) (*journal.Ledger, error) {
	var posted uint64
	var facts []journal.Block
	for _, b := range blocks {
		if b.Tick != 0 {
			posted = b.Sequence
		} else {
			facts = append(facts, b)
		}
	}
	return journal.Resume(head, posted, book(t), journal.Read(stream(facts)))
}

// Blocks of facts that are missing, moved, or of lines are found as far as their neighbours show it.
func TestResumeRefusesWhatDoesNotFollow(t *testing.T) {
	t.Parallel()
	facts := samples(t)[0].Facts
	l, blocks := live(t, []step{{facts: facts[:1]}, {facts: facts[1:]}, {tick: epoch + 2*journal.Interval}})
	head := l.Chain().Head()
	for name, c := range map[string]struct {
		head   journal.Head
		blocks []journal.Block
		want   error
	}{
		"lines among them":    {head, blocks, journal.ErrMalformed},
		"out of order":        {head, []journal.Block{blocks[1], blocks[0]}, journal.ErrSequence},
		"beyond the head":     {journal.Head{Shard: 7, Blocks: 1, Hash: blocks[0].Hash}, blocks[:2], journal.ErrSequence},
		"of another shard":    {journal.Head{Shard: 8, Blocks: 3}, blocks[:2], journal.ErrForeign},
		"not those of a head": {journal.Head{Shard: 7, Blocks: 2, Hash: head.Hash}, blocks[:2], journal.ErrPrevious},
	} {
		if _, err := journal.Resume(c.head, 2, book(t), journal.Read(stream(c.blocks))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
