package meter

import (
	"sort"
	"time"
	_ "time/tzdata" // the same zones on every machine
)

// Day is a day of a zone as a stretch of time: [From, To), 23 to 25 hours long where clocks change, and shorter where an
// account comes from another zone.
type Day struct{ From, To Instant }

// Length is how long the day is.
func (d Day) Length() time.Duration { return d.To.Sub(d.From) }

// DayOf is the local day of a zone that an instant lies in. Account.Day is the one that caps are counted by.
func DayOf(at Instant, zone *time.Location) Day {
	year, month, day := at.Time().In(zone).Date()
	return Day{startOfDay(year, month, day, zone), startOfDay(year, month, day+1, zone)}
}

// startOfDay is the first instant whose local date is the given one. time.Date is no help where midnight does not exist: it
// gives 23:00 of the day before in Santiago, and 01:00 in Cairo.
func startOfDay(year int, month time.Month, day int, zone *time.Location) Instant {
	date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC) // with day+1 of a month's last day made a date
	const widest = 16 * time.Hour                             // between a zone and UTC
	from := At(date.Add(-widest))
	steps := int((2 * widest).Milliseconds())
	return from + Instant(sort.Search(steps, func(n int) bool {
		y, m, d := (from + Instant(n)).Time().In(zone).Date()
		return !time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Before(date)
	}))
}
