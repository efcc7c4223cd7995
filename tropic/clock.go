package tropic

import "time"

// Clock tells the time and waits. Implementations are safe for concurrent use; tests inject one that does not wait.
type Clock interface {
	Now() time.Time
	// NewTimer returns a channel that receives once after d, and a function that releases the timer early.
	NewTimer(d time.Duration) (fired <-chan time.Time, stop func())
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) NewTimer(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}
