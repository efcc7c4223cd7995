package tropic

import (
	"testing"
	"time"
)

// TestStateChangedAt reads what EC2 writes, and concludes nothing from what it does not.
func TestStateChangedAt(t *testing.T) {
	t.Parallel()
	two := time.Date(2026, 11, 25, 14, 0, 0, 0, time.UTC)
	for reason, want := range map[string]time.Time{
		"User initiated (2026-11-25 14:00:00 GMT)":                 two,
		"Server.SpotInstanceTermination (2026-11-25 14:00:00 GMT)": two,
		"":               {},
		"User initiated": {},
		"Client.InstanceInitiatedShutdown: Instance initiated shutdown": {},
		"User initiated (2026-11-25 14:00:00 PST)":                      {},
		"User initiated (2026-13-25 14:00:00 GMT)":                      {},
		"User initiated (2026-11-25 14:00:00 GMT) or so":                {},
	} {
		if got := stateChangedAt(reason); !got.Equal(want) {
			t.Errorf("%q: %s, want %s", reason, got, want)
		}
	}
}
