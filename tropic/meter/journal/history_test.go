package journal_test

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// epoch is where the histories of these tests begin. They last for some ticks.
var epoch = meter.At(time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC))

const ticks = 12

// price is one of the book of these tests; the second price of a type holds from an instant that is no tick.
type price struct {
	name string
	from meter.Instant
	rate pricebook.Rate
}

var prices = []price{
	{"t3.micro", epoch - 1000, 5_000},
	{"t3.micro", epoch + 7*journal.Interval + 1, 7_001},
	{"t3.small", epoch - 1000, 15_000},
}

func book(t interface{ Fatal(...any) }) *pricebook.Book {
	var entries []pricebook.Entry
	for _, p := range prices {
		entries = append(entries, pricebook.Entry{Name: p.name, From: p.from.Time(), Rate: p.rate})
	}
	b, err := pricebook.New(entries, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// step is one of a history: facts are learnt, or a tick is posted.
type step struct {
	facts []meter.Fact
	tick  meter.Instant
}

// histories are ticks, and between them facts about any time before and after.
func histories() *rapid.Generator[[]step] {
	return rapid.Custom(func(t *rapid.T) []step {
		var out []step
		key := 0
		for n := range ticks {
			if facts := rapid.SliceOfN(someFact(), 0, 4).Draw(t, "facts"); len(facts) > 0 {
				for i := range facts {
					key++
					facts[i].Key = fmt.Sprint(key)
				}
				out = append(out, step{facts: facts})
			}
			if n == ticks-1 || rapid.IntRange(0, 3).Draw(t, "skipped") > 0 {
				out = append(out, step{tick: epoch + meter.Instant(n+1)*journal.Interval})
			}
		}
		return out
	})
}

func someFact() *rapid.Generator[meter.Fact] {
	return rapid.Custom(func(t *rapid.T) meter.Fact {
		f := meter.Fact{
			Kind:      rapid.SampledFrom([]meter.Kind{meter.Start, meter.Start, meter.Stop, meter.Rated, meter.Grant}).Draw(t, "kind"),
			Effective: epoch + meter.Instant(rapid.Int64Range(0, int64(ticks*journal.Interval)).Draw(t, "effective")),
			Evidence:  rapid.SampledFrom([]string{"", "describe", "event"}).Draw(t, "evidence"),
		}
		f.Recorded = f.Effective + meter.Instant(rapid.Int64Range(0, 1000).Draw(t, "recorded"))
		machine := rapid.IntRange(0, 3).Draw(t, "machine")
		f.Account = fmt.Sprintf("a%d", machine/2)
		if f.Kind == meter.Grant {
			f.Amount = pricebook.Credit
			return f
		}
		f.Instance = fmt.Sprintf("i-%d", machine)
		if f.Kind != meter.Stop {
			f.InstanceType = rapid.SampledFrom([]string{"t3.micro", "t3.small"}).Draw(t, "type")
		}
		return f
	})
}

// live writes the blocks of a history.
func live(t interface{ Fatal(...any) }, history []step) (*journal.Ledger, []journal.Block) {
	l := journal.NewLedger(7, book(t))
	var out []journal.Block
	for _, s := range history {
		var b journal.Block
		var err error
		var written bool
		if s.tick != 0 {
			b, written, err = l.Post(s.tick)
		} else {
			b, written, err = l.Learn(s.facts...)
		}
		if err != nil {
			t.Fatal(err)
		}
		if written {
			out = append(out, b)
		}
	}
	return l, out
}

// cost is what the oracle says that an instance cost until an instant, in credits: between any two instants at which
// anything changes, all is looked up anew.
func cost(facts []meter.Fact, instance string, until meter.Instant) *big.Rat {
	facts = slices.DeleteFunc(slices.Clone(facts), func(f meter.Fact) bool { return f.Instance != instance })
	points := []meter.Instant{until}
	for _, f := range facts {
		points = append(points, f.Effective)
	}
	for _, p := range prices {
		points = append(points, p.from)
	}
	slices.Sort(points)
	total := new(big.Rat)
	for i, at := range points {
		if at < until {
			hours := big.NewRat(int64(points[i+1]-at), 3_600_000)
			total.Add(total, hours.Mul(hours, big.NewRat(int64(rateAt(facts, at)), 1000)))
		}
	}
	return total
}

// rateAt is the rate of the machine that facts are about. At one instant it is stopped first, then started, then rated.
func rateAt(facts []meter.Fact, at meter.Instant) pricebook.Rate {
	turn := []meter.Kind{meter.Stop, meter.Start, meter.Rated}
	slices.SortStableFunc(facts, func(a, b meter.Fact) int {
		switch {
		case a.Effective != b.Effective:
			return int(a.Effective - b.Effective)
		case a.Kind != b.Kind:
			return slices.Index(turn, a.Kind) - slices.Index(turn, b.Kind)
		}
		return compare(a.Key, b.Key)
	})
	kind := ""
	for _, f := range facts {
		switch {
		case f.Effective > at:
		case f.Kind == meter.Stop:
			kind = ""
		case f.Kind == meter.Start || kind != "":
			kind = f.InstanceType
		}
	}
	var rate pricebook.Rate
	for _, p := range prices {
		if p.name == kind && p.from <= at {
			rate = p.rate
		}
	}
	return rate
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

func credits(a pricebook.Amount) *big.Rat { return big.NewRat(int64(a), int64(pricebook.Credit)) }
