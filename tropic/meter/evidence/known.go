package evidence

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// Known is what the ledger knows of a machine.
type Known struct {
	Running  bool
	Session  meter.Instant // from when the last session is charged, also when it has ended; 0 if there was none
	Launched meter.Instant // LaunchTime of the last session: mostly that of Session, see startKey; 0 if there was none

	InstanceType, Model string        // of the last session
	Rated               meter.Instant // from when they hold

	LastStop meter.Instant // when the last session ended; 0 while it runs, or if there was none
	Observed meter.Instant // the latest stop that may be later than the true one, whether or not it ended a session
	Acted    meter.Instant // the latest other stop, such as our own: whatever was launched before had ended by then

	Limits  meter.Limits  // the machine's own
	Limited meter.Instant // from when they hold; 0 if none were ever set

	// LastSeen is the last look that showed the session running. The ledger does not know it: whoever looks may fill it
	// in, and a session whose end nobody saw is charged no further than that; 0 leaves it to the next launch.
	LastSeen meter.Instant
}

// What facts name as their evidence.
const (
	byLaunch = "LaunchTime"
	byReason = "StateTransitionReason"
	byLook   = "DescribeInstances" // at the instant of a look
	byLease  = "lease"             // at the end of the machine's lease
)

// conclusions are what a stop was concluded from without an instant of its own.
var conclusions = []string{byLaunch, byLook, byLease}

// KnownOf is what an account's ledger knows of a machine: of limits, those that hold at an instant.
func KnownOf(a *meter.Account, instance string, at meter.Instant) (Known, error) {
	var k Known
	for _, f := range a.Facts() {
		if f.Instance == instance {
			k.take(&f, at)
		}
	}
	return k, nil
}

// KnownMachines is KnownOf for every machine of which the ledger has a fact, in one pass.
func KnownMachines(a *meter.Account, at meter.Instant) (map[string]Known, error) {
	out := map[string]Known{}
	for _, f := range a.Facts() {
		if f.Instance == "" {
			continue
		}
		k := out[f.Instance]
		k.take(&f, at)
		out[f.Instance] = k
	}
	return out, nil
}

// take goes on to the next fact, in the order in which facts take effect, as meter's segments do.
func (k *Known) take(f *meter.Fact, at meter.Instant) {
	switch f.Kind {
	case meter.Start:
		if !k.Running {
			k.Session = f.Effective
		}
		k.Running, k.LastStop = true, 0
		k.Launched = max(k.Launched, launchOf(f))
		k.InstanceType, k.Model, k.Rated = f.InstanceType, f.Model, f.Effective
	case meter.Rated:
		if k.Running {
			k.InstanceType, k.Model, k.Rated = f.InstanceType, f.Model, f.Effective
		}
	case meter.Stop:
		if k.Running {
			k.Running, k.LastStop = false, f.Effective
		}
		if f.Confidence == meter.Observed && slices.Contains(conclusions, f.Evidence) {
			k.Observed = f.Effective
		} else {
			k.Acted = f.Effective
		}
	case meter.Limit:
		// Those that somebody set by the meter's own means are none of EC2's business, and no tag is missing for them.
		if f.Effective <= at && f.Key == key("limit", f.Instance, f.Effective) {
			k.Limits, k.Limited = f.Limits, f.Effective
		}
		if f.Effective <= at {
			k.Limits.Grace = f.Limits.Grace // has no tag: it stays when the tags change
		}
	default:
	}
}

// startKey names a session by its LaunchTime. It takes effect later than that where a stop that is known already, from a
// look that was behind, would end it at once; and earlier where EC2's clock is ahead.
func startKey(instance string, launched meter.Instant) string {
	return key("start", instance, launched)
}

// launchOf is the LaunchTime that a start was made of. One from elsewhere is named by when it took effect.
func launchOf(f *meter.Fact) meter.Instant {
	text, ours := strings.CutPrefix(f.Key, "start:"+f.Instance+":")
	ms, err := strconv.ParseInt(text, 10, 64)
	if !ours || err != nil {
		return f.Effective
	}
	return meter.Instant(ms)
}

func key(what, instance string, at meter.Instant) string {
	return what + ":" + instance + ":" + strconv.FormatInt(int64(at), 10)
}
