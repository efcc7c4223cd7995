package journal_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// million is a ledger of a million accounts with a running machine each, of the two types and three models or an own key;
// each was started at a time of its own.
func million(b *testing.B) *journal.Ledger {
	b.Helper()
	book := pricebook.Published()
	types, models := book.InstanceTypes(), append(book.Models(), "")
	l := journal.NewLedger(0, book)
	const batch = 10_000
	for n := 0; n < 1_000_000; n += batch {
		facts := make([]meter.Fact, batch)
		for i := range facts {
			m := n + i
			at := epoch + meter.Instant(m*7919%300_000)
			facts[i] = meter.Fact{
				Key: fmt.Sprintf("start:i-%017x:%d", m, at), Kind: meter.Start, Account: fmt.Sprintf("user_%024d", m),
				Instance: fmt.Sprintf("i-%017x", m), Effective: at, Recorded: at + 900, InstanceType: types[m%len(types)],
				Model: models[m*31%len(models)], Confidence: meter.Confirmed, Evidence: "describe",
			}
		}
		if _, _, err := l.Learn(facts...); err != nil {
			b.Fatal(err)
		}
	}
	return l
}

// BenchmarkTick posts and encodes the lines of a million running machines, on one core.
func BenchmarkTick(b *testing.B) {
	l := million(b)
	tick := epoch + journal.Interval
	start := time.Now()
	first, _, err := l.Post(tick)
	if err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	var lines, size int
	for b.Loop() {
		tick += journal.Interval
		block, _, err := l.Post(tick)
		if err != nil {
			b.Fatal(err)
		}
		lines, size = lines+len(block.Lines), size+len(block.Bytes)
	}
	b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "postings/s")
	b.ReportMetric(float64(size)/float64(lines), "B/posting")
	b.ReportMetric(float64(len(first.Bytes))/float64(len(first.Lines)), "B/first-posting")
	b.ReportMetric(took.Seconds(), "s/first-tick")
}

// BenchmarkDecode reads a block of a million lines.
func BenchmarkDecode(b *testing.B) {
	l := million(b)
	for _, c := range []struct {
		name string
		tick meter.Instant
	}{{"first", epoch + journal.Interval}, {"next", epoch + 2*journal.Interval}} {
		block, _, err := l.Post(c.tick)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(block.Bytes)))
			for b.Loop() {
				if _, err := journal.Decode(block.Bytes); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(block.Lines)*b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

// BenchmarkReplayYear replays the 105,120 ticks of a year of one machine that is stopped and started each day.
func BenchmarkReplayYear(b *testing.B) {
	book := pricebook.Published()
	l := journal.NewLedger(0, book)
	var stream []byte
	written := func(block journal.Block, _ bool, err error) {
		if err != nil {
			b.Fatal(err)
		}
		stream = append(stream, block.Bytes...)
	}
	const days, perDay = 365, 288
	for day := range days {
		start := meter.Fact{
			Key: fmt.Sprintf("start:%d", day), Kind: meter.Start, Account: "a", Instance: "i-0123456789abcdef0", InstanceType: "t3.small",
			Effective: epoch + meter.Instant(day*perDay)*journal.Interval + 1234,
		}
		stop := meter.Fact{Key: fmt.Sprintf("stop:%d", day), Kind: meter.Stop, Account: "a", Instance: start.Instance, Effective: start.Effective.Add(20 * time.Hour)}
		written(l.Learn(start, stop))
		for n := range perDay {
			written(l.Post(epoch + meter.Instant(day*perDay+n+1)*journal.Interval))
		}
	}
	for b.Loop() {
		again, err := journal.Replay(0, book, journal.Read(bytes.NewReader(stream)))
		if err != nil || again.Chain().Head() != l.Chain().Head() {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(stream)), "B/year")
}
