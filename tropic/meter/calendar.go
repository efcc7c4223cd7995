package meter

import (
	"sort"
	"time"
)

// calendar is by which zones an account's days are counted: each era begins where a day of the one before ends, the first
// before all time. So days cover time without gap or overlap, whatever the changes of zone.
type calendar []era

type era struct {
	from Instant
	zone *time.Location
}

// Day is the account's day in which an instant lies. A change of zone takes effect with the next day: the one in which it
// is made ends where it did before, and the first day of the new zone begins there, which makes that one shorter.
func (a *Account) Day(at Instant) (Day, error) {
	if err := a.derive(); err != nil {
		return Day{}, err
	}
	return a.calendar.day(at), nil
}

// newCalendar reads the zones out of all limits, in order. The first that are set say the zone from the beginning: no day
// was counted by another one before.
func newCalendar(limits []*Fact) (calendar, error) {
	c := calendar{{from: -Never, zone: time.UTC}}
	var first Instant
	name := ""
	if len(limits) > 0 {
		first = limits[0].Effective
	}
	for _, f := range limits {
		if f.Instance != "" || f.Limits.Zone == name {
			continue
		}
		name = f.Limits.Zone
		zone, err := time.LoadLocation(name)
		if err != nil {
			return nil, f.fault("its time zone: %w", err)
		}
		if f.Effective == first {
			c[0].zone = zone
			continue
		}
		c = c.change(f.Effective, zone)
	}
	return c, nil
}

// change is the calendar with another zone after the day in which an instant lies, no earlier than all changes before.
func (c calendar) change(at Instant, zone *time.Location) calendar {
	for len(c) > 1 && c[len(c)-1].from > at { // of the same day: the last one counts
		c = c[:len(c)-1]
	}
	return append(c, era{c.day(at).To, zone})
}

// day is the day in which an instant lies.
func (c calendar) day(at Instant) Day {
	next := sort.Search(len(c), func(n int) bool { return c[n].from > at })
	day := DayOf(at, c[next-1].zone)
	day.From = max(day.From, c[next-1].from)
	if next < len(c) {
		day.To = min(day.To, c[next].from)
	}
	return day
}
