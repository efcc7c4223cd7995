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
	ofAccount := meter.Limits{DailyCap: 5, MaxSession: time.Hour, Grace: time.Minute, Zone: "Asia/Tokyo"}
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

// Limits that are set later hold, also where the clock has not gone on, or a fact lies ahead of it.
func TestLimitsFrom(t *testing.T) {
	t.Parallel()
	a := account(t, pricebook.Published(), []meter.Fact{
		{Key: "1", Kind: meter.Limit, Account: "a", Effective: 1000}, {Key: "2", Kind: meter.Limit, Account: "a", Instance: "i-1", Effective: 5000},
	})
	for _, c := range []struct {
		instance string
		at, want meter.Instant
	}{{"", 999, 1001}, {"", 1000, 1001}, {"", 1001, 1001}, {"", 4000, 4000}, {"i-1", 4000, 5001}, {"i-2", 4000, 4000}} {
		if got := a.LimitsFrom(c.instance, c.at); got != c.want {
			t.Errorf("%q at %d: %d, want %d", c.instance, c.at, got, c.want)
		}
	}
}

// A machine's own grace holds instead of the account's, from when it was set and until it is taken away.
func TestGraces(t *testing.T) {
	t.Parallel()
	limit := func(key, instance string, at meter.Instant, grace time.Duration) meter.Fact {
		return meter.Fact{Key: key, Kind: meter.Limit, Account: "a", Instance: instance, Effective: at, Limits: meter.Limits{Grace: grace}}
	}
	a := account(t, pricebook.Published(), []meter.Fact{
		limit("1", "", 1000, time.Hour), limit("2", "i-1", 2000, meter.MaxGrace), limit("3", "i-1", 3000, 0), limit("4", "", 4000, 0),
	})
	for _, c := range []struct {
		at     meter.Instant
		i1, i2 time.Duration
	}{{999, 0, 0}, {1000, time.Hour, time.Hour}, {2000, meter.MaxGrace, time.Hour}, {3000, time.Hour, time.Hour}, {4000, 0, 0}} {
		got, err := a.Graces(c.at, "i-1", "i-2")
		if err != nil || got["i-1"] != c.i1 || got["i-2"] != c.i2 {
			t.Errorf("at %d: %v, %v; want %s and %s", c.at, got, err, c.i1, c.i2)
		}
	}
}
