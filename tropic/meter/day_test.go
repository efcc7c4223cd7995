package meter_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// Where clocks change, a day is as long as it is, also where there is no midnight.
func TestDaysAreAsLongAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, noon, from string
		length           time.Duration
	}{
		{"UTC", "2026-11-25T12:00:00Z", "2026-11-25T00:00:00Z", 24 * time.Hour},
		{"America/Santiago", "2026-09-06T12:00:00-03:00", "2026-09-06T01:00:00-03:00", 23 * time.Hour}, // no midnight
		{"America/Santiago", "2026-09-05T12:00:00-04:00", "2026-09-05T00:00:00-04:00", 24 * time.Hour},
		{"America/Santiago", "2026-04-04T12:00:00-03:00", "2026-04-04T00:00:00-03:00", 25 * time.Hour},
		{"Africa/Cairo", "2026-04-24T12:00:00+03:00", "2026-04-24T01:00:00+03:00", 23 * time.Hour}, // no midnight
		{"Australia/Lord_Howe", "2026-10-04T12:00:00+11:00", "2026-10-04T00:00:00+10:30", 23*time.Hour + 30*time.Minute},
		{"Australia/Lord_Howe", "2026-04-05T12:00:00+10:30", "2026-04-05T00:00:00+11:00", 24*time.Hour + 30*time.Minute},
		{"America/New_York", "2026-03-08T12:00:00-04:00", "2026-03-08T00:00:00-05:00", 23 * time.Hour},
		{"America/New_York", "2026-11-01T12:00:00-05:00", "2026-11-01T00:00:00-04:00", 25 * time.Hour},
		{"Asia/Kathmandu", "2026-02-28T12:00:00+05:45", "2026-02-28T00:00:00+05:45", 24 * time.Hour},
		{"Pacific/Kiritimati", "2026-12-31T12:00:00+14:00", "2026-12-31T00:00:00+14:00", 24 * time.Hour},
		{"Etc/GMT+12", "2026-12-31T12:00:00-12:00", "2026-12-31T00:00:00-12:00", 24 * time.Hour},
	} {
		day := meter.DayOf(instant(t, c.noon), zone(t, c.zone))
		if day.From != instant(t, c.from) || day.Length() != c.length {
			t.Errorf("%s %s: from %s, %s long; want %s, %s", c.zone, c.noon, day.From, day.Length(), c.from, c.length)
		}
	}
}

// Days follow on one another without a gap, and an instant lies in its own.
func TestDaysCoverTime(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe", "America/New_York", "Pacific/Apia", "Asia/Gaza", "America/Sao_Paulo"}
	rapid.Check(t, func(t *rapid.T) {
		in := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		at := meter.Instant(rapid.Int64Range(946_684_800_000, 2_208_988_800_000).Draw(t, "at"))
		day := meter.DayOf(at, in)
		if at < day.From || at >= day.To {
			t.Fatalf("%s is not in %v", at, day)
		}
		if before := meter.DayOf(day.From-1, in); before.To != day.From {
			t.Fatalf("%v before %v", before, day)
		}
	})
}

func instant(t *testing.T, text string) meter.Instant {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return meter.At(at)
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}
