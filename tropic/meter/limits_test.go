package meter_test

import (
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Limits are read back as they were set: a machine's are its own, in the account's zone, from when they hold.
func TestLimitsAt(t *testing.T) {
	t.Parallel()
	a := meter.NewAccount("a", pricebook.Published())
	ofAccount := meter.Limits{DailyCap: 5, MaxSession: time.Hour, Zone: "Asia/Tokyo"}
	ofMachine := meter.Limits{DailyCap: 3, Zone: "UTC"}
	for _, f := range []meter.Fact{
		{Key: "2", Kind: meter.Limit, Account: "a", Effective: 2000, Instance: "i-1", Limits: ofMachine},
		{Key: "3", Kind: meter.Limit, Account: "a", Effective: 3000},
		{Key: "1", Kind: meter.Limit, Account: "a", Effective: 1000, Limits: ofAccount},
	} {
		if _, err := a.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		instance string
		at       meter.Instant
		want     meter.Limits
	}{
		{"", 999, meter.Limits{}},
		{"", 1000, ofAccount},
		{"i-1", 1999, meter.Limits{Zone: "Asia/Tokyo"}},
		{"i-1", 2000, meter.Limits{DailyCap: 3, Zone: "Asia/Tokyo"}},
		{"i-2", 2000, meter.Limits{Zone: "Asia/Tokyo"}},
		{"", 3000, meter.Limits{}},
		{"i-1", 3000, meter.Limits{DailyCap: 3}},
	} {
		if got, err := a.LimitsAt(c.instance, c.at); got != c.want || err != nil {
			t.Errorf("%q at %d: %+v, %v; want %+v", c.instance, c.at, got, err, c.want)
		}
	}
}
