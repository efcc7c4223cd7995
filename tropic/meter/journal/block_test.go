package journal_test

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// anyFact fills every member of a fact, also with what no account would take.
func anyFact() *rapid.Generator[meter.Fact] { return rapid.Make[meter.Fact]() }

// anyBlock is any block that can be sealed.
func anyBlock() *rapid.Generator[journal.Block] {
	return rapid.Custom(func(t *rapid.T) journal.Block {
		b := journal.Block{Shard: rapid.Uint32().Draw(t, "shard"), Sequence: rapid.Uint64().Draw(t, "sequence")}
		for i := range b.Previous {
			b.Previous[i] = rapid.Byte().Draw(t, "previous")
		}
		if rapid.Bool().Draw(t, "of facts") {
			b.Facts = rapid.SliceOfN(anyFact(), 1, 5).Draw(t, "facts")
			return b
		}
		b.Tick = journal.Interval * meter.Instant(rapid.Int64Range(1, 844_674_335).Draw(t, "tick"))
		amounts := rapid.OneOf(rapid.SampledFrom([]int64{1_500_000_000, 4_500_000_000, -1, math.MinInt64, math.MaxInt64}), rapid.Int64())
		for machine := uint64(0); len(b.Lines) < 300; machine++ {
			machine += rapid.OneOf(rapid.Just(uint64(0)), rapid.Uint64Range(0, 1<<32)).Draw(t, "gap")
			if machine > math.MaxUint32 {
				break
			}
			if amount := amounts.Draw(t, "amount"); amount != 0 {
				b.Lines = append(b.Lines, journal.Line{Machine: uint32(machine), Amount: pricebook.Amount(amount)})
			}
		}
		return b
	})
}

// What was sealed is read back as it was.
func TestBlocksAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sealed, err := journal.Seal(anyBlock().Draw(t, "block"))
		if err != nil {
			t.Fatal(err)
		}
		read, err := journal.Decode(sealed.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read, sealed) {
			t.Fatalf("%+v, read back %+v", sealed, read)
		}
	})
}

// Every member of a fact is kept: one that is added to meter.Fact and not to the encoding is found here.
func TestEveryMemberOfAFactIsKept(t *testing.T) {
	t.Parallel()
	var f meter.Fact
	fill(t, reflect.ValueOf(&f).Elem(), 1)
	sealed, err := journal.Seal(journal.Block{Facts: []meter.Fact{f, {}, f}})
	if err != nil {
		t.Fatal(err)
	}
	read, err := journal.Decode(sealed.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read.Facts, sealed.Facts) {
		t.Errorf("%+v, read back %+v", sealed.Facts, read.Facts)
	}
}

// fill gives each member a value of its own.
func fill(t *testing.T, v reflect.Value, n int) int {
	t.Helper()
	for i := range v.NumField() {
		n++
		switch m := v.Field(i); m.Kind() {
		case reflect.String:
			m.SetString(string(rune('a' + n)))
		case reflect.Int, reflect.Int64:
			m.SetInt(int64(n))
		case reflect.Struct:
			n = fill(t, m, n)
		default:
			t.Fatalf("member %s is a %s", v.Type().Field(i).Name, m.Kind())
		}
	}
	return n
}

// A block that says what no block can say is not sealed.
func TestWhatNoBlockCanSayIsRefused(t *testing.T) {
	t.Parallel()
	fact, line := []meter.Fact{{Key: "k"}}, []journal.Line{{Machine: 1, Amount: 1}}
	for name, c := range map[string]struct {
		block journal.Block
		want  error
	}{
		"nothing":                  {journal.Block{}, journal.ErrMalformed},
		"lines without a tick":     {journal.Block{Lines: line}, journal.ErrMalformed},
		"lines beside facts":       {journal.Block{Facts: fact, Lines: line}, journal.ErrMalformed},
		"facts with a tick":        {journal.Block{Tick: journal.Interval, Facts: fact}, journal.ErrMalformed},
		"a tick between two":       {journal.Block{Tick: journal.Interval + 1, Lines: line}, journal.ErrTick},
		"a tick before 1970":       {journal.Block{Tick: -journal.Interval, Lines: line}, journal.ErrTick},
		"a tick after all":         {journal.Block{Tick: journal.Interval << 40, Lines: line}, journal.ErrTick},
		"a line of nothing":        {journal.Block{Tick: journal.Interval, Lines: []journal.Line{{Machine: 1}}}, journal.ErrMalformed},
		"two lines of one machine": {journal.Block{Tick: journal.Interval, Lines: append(line[:1:1], line...)}, journal.ErrMalformed},
		"lines out of order":       {journal.Block{Tick: journal.Interval, Lines: append(line[:1:1], journal.Line{Amount: 1})}, journal.ErrMalformed},
	} {
		if _, err := journal.Seal(c.block); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// A machine that runs at one of a few rates through the interval costs one byte.
func TestALineOfACommonAmountIsAByte(t *testing.T) {
	t.Parallel()
	book := pricebook.Published()
	var amounts []pricebook.Amount
	for _, instanceType := range book.InstanceTypes() {
		for _, model := range append(book.Models(), "") {
			rate, err := book.Running(instanceType, model, epoch.Time())
			if err != nil {
				t.Fatal(err)
			}
			amount, err := rate.Over(int64(journal.Interval))
			if err != nil {
				t.Fatal(err)
			}
			amounts = append(amounts, amount)
		}
	}
	b := journal.Block{Tick: epoch}
	for n := range 10_000 {
		b.Lines = append(b.Lines, journal.Line{Machine: uint32(n), Amount: amounts[n%len(amounts)]})
	}
	sealed, err := journal.Seal(b)
	if err != nil {
		t.Fatal(err)
	}
	if most := len(b.Lines) + 6*len(amounts) + 80; len(sealed.Bytes) > most {
		t.Errorf("%d bytes, want at most %d", len(sealed.Bytes), most)
	}
}
