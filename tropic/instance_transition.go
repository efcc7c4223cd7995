package tropic

import (
	"regexp"
	"time"
)

// transitionInstant is what EC2 ends its StateTransitionReason with when a call changed the state, such as
// "User initiated (2026-11-25 14:00:00 GMT)". A machine that shut itself down, and one that runs, has no instant.
var transitionInstant = regexp.MustCompile(`\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) GMT\)$`)

// stateChangedAt reads the instant in a StateTransitionReason, in whole seconds; zero when it has none.
func stateChangedAt(reason string) time.Time {
	match := transitionInstant.FindStringSubmatch(reason)
	if match == nil {
		return time.Time{}
	}
	at, err := time.Parse(time.DateTime, match[1])
	if err != nil {
		return time.Time{}
	}
	return at
}
