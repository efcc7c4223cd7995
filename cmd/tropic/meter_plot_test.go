package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Each point of a plot is exact: what was spent between points adds up to what was charged, and each balance is the
// wallet's, whatever the stretch and the width.
func TestPlotIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := meter.NewAccount("a", pricebook.Published())
		begin := meter.At(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC))
		at := func(name string) meter.Instant {
			return begin + meter.Instant(rapid.Int64Range(0, 10*24*3_600_000).Draw(t, name))
		}
		for i, kind := range rapid.SliceOfN(rapid.SampledFrom([]meter.Kind{meter.Start, meter.Stop, meter.Grant}), 1, 12).Draw(t, "kinds") {
			f := meter.Fact{Key: fmt.Sprint(i), Kind: kind, Account: "a", Effective: at("fact")}
			switch kind {
			case meter.Grant:
				f.Amount = pricebook.Amount(rapid.Int64Range(1, 1e13).Draw(t, "amount"))
			default:
				f.Instance, f.InstanceType = "i", "t3.small"
			}
			if _, err := a.Add(f); err != nil {
				t.Fatal(err)
			}
		}
		from := at("from")
		to := from + meter.Instant(rapid.Int64Range(1, 20*24*3_600_000).Draw(t, "length"))
		columns := rapid.IntRange(22, 222).Draw(t, "columns")
		p, err := newPlot(a, from, to, columns)
		if err != nil {
			t.Fatal(err)
		}
		if first, last := p.points[0], p.points[len(p.points)-1]; first.at != from || last.at != to || len(p.points) > columns {
			t.Fatalf("%d points from %s to %s", len(p.points), first.at, last.at)
		}
		var spent pricebook.Amount
		for _, q := range p.points {
			spent += q.spent
			if w, err := a.Wallet(q.at); err != nil || w.Balance() != q.balance {
				t.Fatalf("at %s: %d instead of %d, %v", q.at, q.balance, w.Balance(), err)
			}
		}
		if charged, err := a.Charged("", from, to); err != nil || charged != spent {
			t.Fatalf("%d was spent, %d charged, %v", spent, charged, err)
		}
		for line := range strings.Lines(p.draw(false)) {
			if len(line) != utf8.RuneCountInString(line) || len(line) > columns+margin+1 {
				t.Fatalf("%d columns: %q", columns, line)
			}
		}
	})
}

// A machine at 15 credits an hour for two hours draws a fall from 40 to 10, and a burn of 15.
func TestPlotDraws(t *testing.T) {
	t.Parallel()
	run := meterStore(t)
	begin := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	facts := fmt.Sprintf(`{"key":"g","kind":"grant","account":"bob","effective":%d,"amount":%d}
{"key":"s","kind":"start","account":"bob","instance":"i-1","effective":%d,"instance_type":"t3.small"}
`, meter.At(begin), 40*pricebook.Credit, meter.At(begin))
	if out, errs, code := run(facts, "record"); code != 0 {
		t.Fatal(out, errs, code)
	}
	out, errs, code := run("", "statement", "bob", "--plot", "--from", "2026-03-01", "--to", "2026-03-01T02:00:00Z")
	for _, want := range []string{"Balance in credits", "40.0", "Burn in credits an hour", "15.00", "00:00", "01:00", "02:00"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing: exit %d, %s\n%s", want, code, errs, out)
		}
	}
	for _, args := range [][]string{{"--csv"}, {"--json"}, {"--from", "2026-03-01", "--to", "2026-03-01"}} {
		if out, errs, code := run("", append([]string{"statement", "bob", "--plot"}, args...)...); code != exitUsage || out != "" {
			t.Errorf("%q: exit %d, %s%s", args, code, out, errs)
		}
	}
}
