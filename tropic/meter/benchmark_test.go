package meter_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// An account of 1,000 machines with 100 sessions each learns one more fact, and is asked what follows from it.
func BenchmarkAccountLearns(b *testing.B) {
	for _, ask := range []struct {
		name string
		do   func(*meter.Account, meter.Instant) error
	}{
		{"Segments", func(a *meter.Account, _ meter.Instant) error { _, err := a.Segments(); return err }},
		{"SegmentsOf", func(a *meter.Account, _ meter.Instant) error { _, err := a.SegmentsOf("i-7"); return err }},
		{"Deadlines", func(a *meter.Account, at meter.Instant) error { _, err := a.Deadlines(at); return err }},
		{"Allows", func(a *meter.Account, at meter.Instant) error { _, _, err := a.Allows("i-7", at); return err }},
	} {
		b.Run(ask.name, func(b *testing.B) {
			a, at := busy(b, 1000, 100)
			if err := ask.do(a, at); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				kind := []meter.Kind{meter.Stop, meter.Start}[n%2]
				at += meter.Instant(time.Minute.Milliseconds())
				learn(b, a, meter.Fact{Key: fmt.Sprint("more:", n), Kind: kind, Account: "a", Instance: "i-7", InstanceType: "t3.micro", Effective: at})
				if err := ask.do(a, at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// busy is an account whose machines have run for an hour of each two, and run now; each has a cap of its own, as has the
// account.
func busy(b *testing.B, machines, sessions int) (*meter.Account, meter.Instant) {
	a := meter.NewAccount("a", pricebook.Published())
	for day := range sessions/12 + 2 {
		learn(b, a, meter.Fact{Key: fmt.Sprint("grant:", day), Kind: meter.Grant, Account: "a", Amount: 10_000_000 * pricebook.Credit, Effective: epoch.Add(time.Duration(day) * 24 * time.Hour)})
	}
	learn(b, a, meter.Fact{Key: "limit", Kind: meter.Limit, Account: "a", Effective: epoch, Limits: meter.Limits{DailyCap: 9_000_000 * pricebook.Credit, Zone: "Europe/Berlin"}})
	for m := range machines {
		f := meter.Fact{Account: "a", Instance: fmt.Sprint("i-", m), InstanceType: "t3.micro"}
		limit := f
		limit.Key, limit.Kind, limit.Effective, limit.InstanceType = "limit:"+f.Instance, meter.Limit, epoch, ""
		limit.Limits.DailyCap = 1000 * pricebook.Credit
		learn(b, a, limit)
		for s := range sessions {
			start, stop := f, f
			start.Kind, stop.Kind = meter.Start, meter.Stop
			start.Effective = epoch.Add(time.Duration(s)*2*time.Hour + time.Duration(m)*time.Second)
			stop.Effective = start.Effective.Add(time.Hour)
			start.Key, stop.Key = fmt.Sprintf("start:%d:%d", m, s), fmt.Sprintf("stop:%d:%d", m, s)
			learn(b, a, start)
			if s < sessions-1 {
				learn(b, a, stop)
			}
		}
	}
	return a, epoch.Add(time.Duration(2*sessions) * time.Hour)
}

func learn(b *testing.B, a *meter.Account, f meter.Fact) {
	if _, err := a.Add(f); err != nil {
		b.Fatal(err)
	}
}
