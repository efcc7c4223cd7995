package journal_test

import (
	"errors"
	"iter"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// A chain that was written anew with right hashes, but says what does not follow from its facts, is found by replay.
func TestReplayFindsWhatDoesNotFollow(t *testing.T) {
	t.Parallel()
	start := samples(t)[0].Facts
	tick := epoch + journal.Interval
	line := samples(t)[1].Lines
	for name, blocks := range map[string][]journal.Block{
		"too much":      {{Facts: start}, {Tick: tick, Lines: []journal.Line{{Machine: 0, Amount: line[0].Amount + 1}, line[1]}}},
		"one line less": {{Facts: start}, {Tick: tick, Lines: line[:1]}},
		"charged twice": {{Facts: start}, {Tick: tick, Lines: line}, {Tick: tick + journal.Interval, Lines: line}, {Tick: tick + 2*journal.Interval}},
		"a fact twice":  {{Facts: start}, {Facts: start[:1]}},
		"a bad fact":    {{Facts: []meter.Fact{{Key: "k", Account: "a", Kind: "gift", Effective: epoch}}}},
	} {
		if _, err := journal.Replay(7, book(t), chained(t, blocks)); !errors.Is(err, journal.ErrLedger) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// chained seals blocks so that they follow on one another.
func chained(t *testing.T, blocks []journal.Block) iter.Seq2[journal.Block, error] {
	t.Helper()
	var previous journal.Hash
	out := slices.Clone(blocks)
	for i := range out {
		out[i].Shard, out[i].Sequence, out[i].Previous = 7, uint64(i), previous
		sealed, err := journal.Seal(out[i])
		if err != nil {
			t.Fatal(err)
		}
		out[i], previous = sealed, sealed.Hash
	}
	return journal.Read(stream(out))
}

// A block that does not follow is refused, and the chain takes the one that does.
func TestAChainIsAsBeforeAfterARefusal(t *testing.T) {
	t.Parallel()
	blocks := samples(t)
	c := journal.NewChain(7)
	for _, b := range blocks {
		for name, bad := range map[string]struct {
			change func(b *journal.Block)
			want   error
		}{
			"another shard":    {func(b *journal.Block) { b.Shard++ }, journal.ErrForeign},
			"one too far":      {func(b *journal.Block) { b.Sequence++ }, journal.ErrSequence},
			"another previous": {func(b *journal.Block) { b.Previous[3]++ }, journal.ErrPrevious},
			"a machine that was not started": {func(b *journal.Block) {
				*b = journal.Block{Shard: 7, Sequence: b.Sequence, Previous: b.Previous, Tick: epoch, Lines: []journal.Line{{Machine: 2, Amount: 1}}}
			}, journal.ErrForeign},
			"a machine of two accounts": {func(b *journal.Block) {
				other := blocks[0].Facts[0]
				other.Account = "b"
				*b = journal.Block{Shard: 7, Sequence: b.Sequence, Previous: b.Previous, Facts: []meter.Fact{blocks[0].Facts[0], other}}
			}, journal.ErrForeign},
		} {
			changed := b
			bad.change(&changed)
			sealed, err := journal.Seal(changed)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Append(sealed); !errors.Is(err, bad.want) {
				t.Errorf("%s in place of block %d: %v, want %v", name, b.Sequence, err, bad.want)
			}
		}
		if err := c.Append(b); err != nil {
			t.Fatal(err)
		}
	}
}

// A chain has a tick once, and no tick before one.
func TestAChainKeepsTheOrderOfTicks(t *testing.T) {
	t.Parallel()
	for _, again := range []meter.Instant{epoch, epoch - journal.Interval} {
		c := journal.NewChain(7)
		var errs []error
		for b, err := range chained(t, []journal.Block{{Tick: epoch}, {Tick: again}}) {
			if err != nil {
				t.Fatal(err)
			}
			errs = append(errs, c.Append(b))
		}
		if errs[0] != nil || !errors.Is(errs[1], journal.ErrTick) {
			t.Errorf("%s after %s: %v", again, epoch, errs)
		}
	}
}

// Facts that cannot be accepted are named and left out; those that are known write nothing.
func TestLearnTakesWhatItCan(t *testing.T) {
	t.Parallel()
	facts := samples(t)[0].Facts
	conflict, stolen, bad := facts[0], facts[0], facts[0]
	conflict.InstanceType = "t3.small"
	stolen.Account = "b"
	bad.Key, bad.InstanceType = "bad", "t3.huge"
	l := journal.NewLedger(7, book(t))
	b, ok, err := l.Learn(facts[0], conflict, stolen, bad, facts[0], facts[1])
	if !ok || !slices.Equal(b.Facts, facts) {
		t.Errorf("%v, %+v", ok, b.Facts)
	}
	for _, want := range []error{meter.ErrConflict, journal.ErrForeign, meter.ErrFact} {
		if !errors.Is(err, want) {
			t.Errorf("%v does not say %v", err, want)
		}
	}
	if _, ok, err := l.Learn(facts...); ok || err != nil {
		t.Errorf("known facts: %v, %v", ok, err)
	}
	if _, ok, err := l.Learn(stolen); ok || !errors.Is(err, journal.ErrForeign) || l.Account("b") != nil {
		t.Errorf("a machine of another account: %v, %v, %v", ok, err, l.Account("b"))
	}
	if head := l.Chain().Head(); head.Blocks != 1 {
		t.Errorf("%d blocks", head.Blocks)
	}
}

// Facts that are too many for a block change nothing, and are learnt in parts.
func TestTooManyFactsChangeNothing(t *testing.T) {
	t.Parallel()
	facts := samples(t)[0].Facts
	facts[1].Reason = strings.Repeat("x", journal.MaxBody)
	l := journal.NewLedger(7, book(t))
	if _, ok, err := l.Learn(facts...); ok || !errors.Is(err, journal.ErrTooLarge) || l.Account("a") != nil {
		t.Errorf("%v, %v, %v", ok, err, l.Account("a"))
	}
	if b, ok, err := l.Learn(facts[0]); !ok || err != nil || b.Sequence != 0 {
		t.Errorf("%v, %v, %+v", ok, err, b)
	}
	if _, err := journal.Seal(journal.Block{Facts: facts}); !errors.Is(err, journal.ErrTooLarge) {
		t.Error(err)
	}
}

// A tick that was posted, lies before one or is none is refused, and the next is posted as if nothing had been.
func TestATickIsPostedOnce(t *testing.T) {
	t.Parallel()
	l, blocks := live(t, []step{{facts: samples(t)[0].Facts}, {tick: epoch + 2*journal.Interval}})
	for _, tick := range []meter.Instant{epoch + 2*journal.Interval, epoch + journal.Interval, 0, -journal.Interval, epoch + 2*journal.Interval + 1, meter.Never} {
		if _, _, err := l.Post(tick); !errors.Is(err, journal.ErrTick) {
			t.Errorf("%s: %v", tick, err)
		}
	}
	b, ok, err := l.Post(epoch + 4*journal.Interval)
	if err != nil || !ok || !slices.Equal(b.Lines, blocks[1].Lines) || b.Previous != blocks[1].Hash {
		t.Errorf("%+v, %v", b, err)
	}
}

// A tick at which a charge overflows is refused, and the next is posted as if it had not been tried.
func TestATickThatOverflowsChangesNothing(t *testing.T) {
	t.Parallel()
	dear, err := pricebook.New([]pricebook.Entry{{Name: "dear", From: epoch.Time(), Rate: 1_000_000}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	l := journal.NewLedger(7, dear)
	start := meter.Fact{Kind: meter.Start, Key: "1", Account: "a", Instance: "i-1", InstanceType: "dear", Effective: epoch}
	stop := meter.Fact{Kind: meter.Stop, Key: "2", Account: "a", Instance: "i-1", Effective: epoch + 2*journal.Interval}
	forever := meter.Fact{Kind: meter.Start, Key: "3", Account: "b", Instance: "i-2", InstanceType: "dear", Effective: epoch}
	if _, _, err := l.Learn(start, stop, forever); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Post(epoch + 800_000_000*journal.Interval); !errors.Is(err, pricebook.ErrOverflow) {
		t.Error(err)
	}
	b, _, err := l.Post(epoch + journal.Interval)
	want := []journal.Line{{Machine: 0, Amount: 300 * pricebook.Credit / 3600 * 1000}, {Machine: 1, Amount: 300 * pricebook.Credit / 3600 * 1000}}
	if err != nil || !slices.Equal(b.Lines, want) {
		t.Errorf("%+v, want %+v: %v", b.Lines, want, err)
	}
}

// A block that promises more than it has takes no more memory than its bytes account for. Not parallel: memory is measured.
func TestPromisesTakeNoMemory(t *testing.T) { //nolint:paralleltest // see above
	header := func(tick byte) []byte { return append([]byte{1, 7, 0, tick}, make([]byte, 32)...) }
	huge := []byte{0xff, 0xff, 0xff, 7} // 16 MiB less one
	for name, data := range map[string][]byte{
		"a body":  append(header(1), huge...),
		"lines":   signed(append(append(header(1), 6), append(huge, 1, 1)...)),
		"facts":   signed(append(append(header(0), 6), append(huge, 1, 1)...)),
		"a text":  signed(append(append(header(0), 24, 1, 0), append(huge, make([]byte, 18)...)...)),
		"trailer": append(header(1), 0x80, 0x80, 0x80, 0x80, 1),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := journal.Decode(data)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; err == nil || taken > 16<<10 {
			t.Errorf("%s: %d bytes of memory for %d, %v", name, taken, len(data), err)
		}
	}
}
