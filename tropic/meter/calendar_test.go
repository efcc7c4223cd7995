package meter_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// A change of zone lets the day in which it is made end where it did, and the next one begin there.
func TestAChangeOfZoneTakesEffectTheNextDay(t *testing.T) {
	t.Parallel()
	type set struct{ at, zone string }
	const first = "2026-09-01T00:00:00Z" // before all others: says the zone from the beginning
	for name, c := range map[string]struct {
		sets []set
		days []string // ends of days that follow on one another, the first one's beginning first
	}{
		"no limits": {nil, []string{"2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z"}},
		"the first zone holds at once": {
			[]set{{"2026-11-25T12:00:00Z", "Asia/Tokyo"}},
			[]string{"2026-11-23T15:00:00Z", "2026-11-24T15:00:00Z", "2026-11-25T15:00:00Z", "2026-11-26T15:00:00Z"},
		},
		"Santiago to Tokyo": {
			[]set{{first, "America/Santiago"}, {"2026-11-25T13:00:00Z", "Asia/Tokyo"}},
			[]string{"2026-11-24T03:00:00Z", "2026-11-25T03:00:00Z", "2026-11-26T03:00:00Z", "2026-11-26T15:00:00Z", "2026-11-27T15:00:00Z"},
		},
		"Santiago to Tokyo on a day of 23 hours": {
			[]set{{first, "America/Santiago"}, {"2026-09-06T04:00:00Z", "Asia/Tokyo"}}, // at its first instant, 01:00 there
			[]string{"2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z", "2026-09-07T15:00:00Z", "2026-09-08T15:00:00Z"},
		},
		"New York to Los Angeles": {
			[]set{{first, "America/New_York"}, {"2026-11-25T17:00:00Z", "America/Los_Angeles"}},
			[]string{"2026-11-25T05:00:00Z", "2026-11-26T05:00:00Z", "2026-11-26T08:00:00Z", "2026-11-27T08:00:00Z"},
		},
		"New York to Los Angeles on a day of 25 hours": {
			[]set{{first, "America/New_York"}, {"2026-11-02T04:59:59Z", "America/Los_Angeles"}},
			[]string{"2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", "2026-11-02T08:00:00Z", "2026-11-03T08:00:00Z"},
		},
		"UTC to Lord Howe, where the next day has 23.5 hours": {
			[]set{{first, "UTC"}, {"2026-10-03T12:00:00Z", "Australia/Lord_Howe"}},
			[]string{"2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z", "2026-10-04T13:00:00Z", "2026-10-05T13:00:00Z"},
		},
		"twice within a day": {
			[]set{{first, "UTC"}, {"2026-11-25T06:00:00Z", "Asia/Tokyo"}, {"2026-11-25T18:00:00Z", "America/Los_Angeles"}},
			[]string{"2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", "2026-11-26T08:00:00Z", "2026-11-27T08:00:00Z"},
		},
		"there and back within a day": {
			[]set{{first, "UTC"}, {"2026-11-25T06:00:00Z", "Asia/Tokyo"}, {"2026-11-25T18:00:00Z", "UTC"}},
			[]string{"2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", "2026-11-27T00:00:00Z"},
		},
		"again within the short day": {
			[]set{{first, "UTC"}, {"2026-11-25T06:00:00Z", "Asia/Tokyo"}, {"2026-11-26T03:00:00Z", "America/Los_Angeles"}},
			[]string{"2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", "2026-11-26T15:00:00Z", "2026-11-27T08:00:00Z", "2026-11-28T08:00:00Z"},
		},
		"at the instant at which another takes effect": {
			[]set{{first, "UTC"}, {"2026-11-25T06:00:00Z", "Asia/Tokyo"}, {"2026-11-26T00:00:00Z", "UTC"}},
			[]string{"2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", "2026-11-26T15:00:00Z", "2026-11-27T00:00:00Z"},
		},
	} {
		list := make([]meter.Fact, len(c.sets))
		for i, s := range c.sets {
			list[i] = meter.Fact{Key: s.at, Kind: meter.Limit, Account: "a", Effective: instant(t, s.at), Limits: meter.Limits{Zone: s.zone}}
		}
		a := account(t, pricebook.Published(), list)
		for i := range len(c.days) - 1 {
			want := meter.Day{From: instant(t, c.days[i]), To: instant(t, c.days[i+1])}
			for _, at := range []meter.Instant{want.From, want.To - 1} {
				if day, err := a.Day(at); day != want || err != nil {
					t.Errorf("%s: %s is in %s to %s, %v; want %s to %s", name, at, day.From, day.To, err, want.From, want.To)
				}
			}
		}
	}
}

// Machines' own limits open days in UTC: the account's first zone does not take them back.
func TestAMachinesLimitOpensDays(t *testing.T) {
	t.Parallel()
	a := account(t, pricebook.Published(), []meter.Fact{
		{Key: "1", Kind: meter.Limit, Account: "a", Instance: "i-1", Effective: instant(t, "2026-11-25T06:00:00Z"), Limits: meter.Limits{DailyCap: 1}},
		{Key: "2", Kind: meter.Limit, Account: "a", Effective: instant(t, "2026-11-25T12:00:00Z"), Limits: meter.Limits{Zone: "Asia/Tokyo"}},
	})
	at := instant(t, "2026-11-25T07:00:00Z")
	want := meter.Day{From: instant(t, "2026-11-25T00:00:00Z"), To: instant(t, "2026-11-26T00:00:00Z")}
	if day, err := a.Day(at); day != want || err != nil {
		t.Errorf("%s to %s, %v", day.From, day.To, err)
	}
}

// A cap that is reached holds to the end of the day, also for who moves to where the next day has begun.
func TestAnotherZoneDoesNotEndACap(t *testing.T) {
	t.Parallel()
	at := func(text string) meter.Instant { return instant(t, text) }
	a := account(t, pricebook.Published(), []meter.Fact{
		{Key: "grant", Kind: meter.Grant, Account: "a", Amount: 1000 * pricebook.Credit, Effective: at("2026-11-25T03:00:00Z")},
		{Key: "start", Kind: meter.Start, Account: "a", Instance: "i-1", InstanceType: "t3.micro", Effective: at("2026-11-25T03:00:00Z")},
		{Key: "santiago", Kind: meter.Limit, Account: "a", Effective: at("2026-11-25T03:00:00Z"), Limits: meter.Limits{DailyCap: 50 * pricebook.Credit, Zone: "America/Santiago"}},
		{Key: "stop", Kind: meter.Stop, Account: "a", Instance: "i-1", Effective: at("2026-11-25T13:00:00Z")},
		{Key: "tokyo", Kind: meter.Limit, Account: "a", Effective: at("2026-11-25T14:00:00Z"), Limits: meter.Limits{DailyCap: 50 * pricebook.Credit, Zone: "Asia/Tokyo"}},
	})
	for when, want := range map[string]meter.Cause{"2026-11-25T13:00:00Z": meter.DailyCap, "2026-11-25T15:00:00Z": meter.DailyCap, "2026-11-26T02:59:59Z": meter.DailyCap, "2026-11-26T03:00:00Z": ""} {
		cause, until, err := a.Allows("i-1", at(when))
		if cause != want || err != nil || want != "" && until != at("2026-11-26T03:00:00Z") {
			t.Errorf("%s: %q until %s, %v", when, cause, until, err)
		}
	}
}

// Days cover time, and are what one gets by opening one after the other, whatever the changes of zone and the order in
// which they are learnt.
func TestDaysCoverTimeWhateverTheZones(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var list []meter.Fact
		for i := range rapid.IntRange(0, 8).Draw(t, "changes") {
			list = append(list, meter.Fact{
				Key: fmt.Sprint(i), Kind: meter.Limit, Account: "a", Effective: moments().Draw(t, "effective"),
				Instance: rapid.SampledFrom([]string{"", "", "", "i-1"}).Draw(t, "instance"),
				Limits:   meter.Limits{Zone: rapid.SampledFrom(zones).Draw(t, "zone")},
			})
		}
		book := pricebook.Published()
		a, o := account(t, book, list), oracle{book, list}
		from, to := moments().Draw(t, "from"), moments().Draw(t, "to")
		from, to = min(from, to), max(from, to)
		day := dayOf(t, a, from)
		if from < day.From || from >= day.To || day != o.day(from) {
			t.Fatalf("%s is in %v, want %v", from, day, o.day(from))
		}
		b := account(t, book, rapid.Permutation(list).Draw(t, "order"))
		for ; day.To <= to; day = dayOf(t, a, day.To) {
			next := dayOf(t, a, day.To)
			if next.From != day.To || next.To <= next.From || next.Length() > 26*time.Hour {
				t.Fatalf("%v after %v", next, day)
			}
			if dayOf(t, a, next.From-1) != day || dayOf(t, a, next.To-1) != next || dayOf(t, b, next.From) != next {
				t.Fatalf("%v, seen from its last millisecond or in another order another one", day)
			}
		}
	})
}

// zones differ by up to 25 hours, and some change their clocks within the moments.
var zones = []string{"", "UTC", "America/Santiago", "Asia/Tokyo", "Australia/Lord_Howe", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Cairo"}

// moments are instants of two weeks around changes of clocks, many of them midnights somewhere.
func moments() *rapid.Generator[meter.Instant] {
	return rapid.Custom(func(t *rapid.T) meter.Instant {
		at := epoch + meter.Instant(rapid.Int64Range(0, (14*24*time.Hour).Milliseconds()).Draw(t, "milliseconds"))
		if rapid.Bool().Draw(t, "midnight") {
			at = meter.DayOf(at, zone(t, rapid.SampledFrom(zones).Draw(t, "where"))).From
		}
		return at
	})
}

func dayOf(t *rapid.T, a *meter.Account, at meter.Instant) meter.Day {
	day, err := a.Day(at)
	if err != nil {
		t.Fatal(err)
	}
	return day
}
