package meter

import "time"

// Instant is a point in time in milliseconds since 1970-01-01 UTC.
type Instant int64

// Never is later than any instant that a fact may have.
const Never Instant = 1<<62 - 1

// At is the instant of t, which is cut to whole milliseconds.
func At(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time is i in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// Add is d later, d in whole milliseconds.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Sub is how long after j, as a duration; both are within some hundred years of each other.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Millisecond }

// String writes i as RFC 3339.
func (i Instant) String() string {
	if i >= Never {
		return "never"
	}
	return i.Time().Format("2006-01-02T15:04:05.000Z")
}
