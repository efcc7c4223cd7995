package client

import (
	"fmt"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// Instant is a meter.Instant that is RFC 3339 with milliseconds on the wire.
type Instant meter.Instant

// At is the instant of t, which is cut to whole milliseconds.
func At(t time.Time) Instant { return Instant(meter.At(t)) }

// Time is i in UTC.
func (i Instant) Time() time.Time { return meter.Instant(i).Time() }

// String writes i as RFC 3339.
func (i Instant) String() string { return meter.Instant(i).String() }

// MarshalText writes i as RFC 3339. An instant beyond the year 9999 has no such form.
func (i Instant) MarshalText() ([]byte, error) {
	if year := i.Time().Year(); year < 0 || year > 9999 {
		return nil, fmt.Errorf("instant %d has no year of four digits", int64(i))
	}
	return []byte(i.String()), nil
}

// UnmarshalText reads RFC 3339, with any offset and no more than milliseconds.
func (i *Instant) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q is no instant; want one such as 2026-12-31T18:00:00Z", text)
	}
	if t.Nanosecond()%int(time.Millisecond) != 0 {
		return fmt.Errorf("%q is finer than a millisecond", text)
	}
	*i = At(t)
	return nil
}

// Maybe is an instant on the wire that may be absent: nil for 0 and for never.
func Maybe(i meter.Instant) *Instant {
	if i == 0 || i >= meter.Never {
		return nil
	}
	out := Instant(i)
	return &out
}
