package evidence

import (
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

const (
	// skew is how far EC2's clock may be ahead of whoever looks, before its instants are not believed.
	skew = 5 * time.Second
	// second is what EC2 cuts the instants of its transition reasons to.
	second = time.Second
	// moment is the shortest session: of a stop and a start of one instant, the stop comes first.
	moment = meter.Instant(1)
)

// Facts are what a look adds to what is known: none when nothing is new. Seen is when it was, no earlier than EC2's answer.
// A machine without an account tag has none.
func Facts(m Machine, k Known, seen meter.Instant) []meter.Fact {
	if m.ID == "" || m.Account == "" {
		return nil
	}
	l := look{Machine: m, k: k, seen: seen}
	switch {
	case m.Launched <= 0 || m.Launched < k.Launched: // an older look than what is known
	case m.Launched > k.Launched:
		l.newSession()
	case m.Ended():
		l.end(k.Session, k.LastStop)
	case m.Runs():
		l.rate()
	}
	l.limit()
	return l.facts
}

// Vanished is the fact about a machine that runs as far as is known, and that a complete listing does not have: it stopped
// when it was last seen. Ask EC2 about its id first: a session that has ended does not begin anew.
func Vanished(account, instance string, k Known, lastSeen meter.Instant) meter.Fact {
	l := look{Machine: Machine{ID: instance, Account: account}, k: k}
	l.stop(max(lastSeen, k.Session+moment), meter.Observed, byLook, "not listed any more")
	return l.facts[0]
}

// look gathers the facts that follow from one look.
type look struct {
	Machine
	k     Known
	seen  meter.Instant
	fresh bool // the session was not known
	facts []meter.Fact
}

// newSession is for a launch that is not known yet.
func (l *look) newSession() {
	ahead := l.Launched > l.seen.Add(skew)
	if l.Ended() && (ahead || l.k.Session == 0 && !l.endSaid()) {
		// It began and ended unseen, and nothing says how long it was: it is not charged.
		if l.k.Running {
			l.end(l.k.Session, 0)
		}
		return
	}
	if !l.Ended() && !l.Runs() {
		return
	}
	from, confidence, evidence := l.Launched, meter.Confirmed, byLaunch
	if ahead {
		from, confidence, evidence = l.seen, meter.Observed, byLook
	}
	end := earliestAfter(from, l.k.Acted) // our own stop after the launch ended it
	if l.Ended() {
		at, _, _ := l.ended()
		end = earliestAfter(from, max(at, from+moment), end)
	}
	late := l.k.Observed > from && (end == 0 || l.k.Observed < end) // a look that was behind ended the old session too late
	if l.k.Running || l.k.LastStop > from && !late {
		from = max(from, l.endOld(from))
	}
	if late {
		from = max(from, l.k.Observed)
	}
	l.add(meter.Fact{
		Key: startKey(l.ID, l.Launched), Kind: meter.Start, Effective: from,
		InstanceType: l.InstanceType, Model: l.Model, Confidence: confidence, Evidence: evidence,
	})
	if l.Ended() {
		l.fresh = true
		l.end(from, earliestAfter(from, l.k.LastStop, l.k.Observed, l.k.Acted))
	}
}

// earliestAfter is the first of some instants that is later than one; 0 if none is.
func earliestAfter(from meter.Instant, instants ...meter.Instant) (first meter.Instant) {
	for _, at := range instants {
		if at > from && (first == 0 || at < first) {
			first = at
		}
	}
	return first
}

// endOld ends the session before a new one, whose end nobody saw and EC2 does not say any more.
func (l *look) endOld(launched meter.Instant) meter.Instant {
	at := launched
	if l.k.LastSeen > 0 {
		at = min(at, l.k.LastSeen)
	}
	at = max(at, l.k.Session+moment)
	l.stop(at, meter.Observed, byLaunch, "it was started again at "+launched.String())
	return at
}

// end ends a session that is charged from an instant. Until is when it is known to have ended; 0 if it is not.
func (l *look) end(from, until meter.Instant) {
	said, confidence, evidence := l.ended()
	at := max(said, from+moment)
	news := until == 0 || at < until
	if said < from && (news || l.fresh) { // that is charged as part of the session before: see newSession
		l.stop(said, confidence, evidence, l.Reason)
	}
	if news {
		l.stop(at, confidence, evidence, l.Reason)
	}
}

// ended is when the session ended, how well that is known, and from where.
func (l *look) ended() (meter.Instant, meter.Confidence, string) {
	switch {
	case l.changeSaid():
		return max(l.Changed, l.Launched), meter.Confirmed, byReason
	case l.leaseSaid():
		return l.Lease, meter.Observed, byLease
	}
	return l.seen, meter.Observed, byLook
}

// endSaid tells whether anything but the look itself says when the session ended.
func (l *look) endSaid() bool { return l.changeSaid() || l.leaseSaid() }

// changeSaid tells whether EC2 says when it ended. EC2's instant may be up to a second early.
func (l *look) changeSaid() bool {
	return l.Changed > l.Launched.Add(-second) && l.Changed <= l.seen.Add(skew)
}

// leaseSaid tells whether the machine's lease ended before the look: it does not run longer than that.
func (l *look) leaseSaid() bool { return l.Lease > l.Launched && l.Lease < l.seen }

// rate is for a session that runs with another type or model than is known.
func (l *look) rate() {
	if !l.k.Running || l.seen <= l.k.Rated || l.InstanceType == l.k.InstanceType && l.Model == l.k.Model {
		return
	}
	l.add(meter.Fact{
		Key: key("rated", l.ID, l.seen), Kind: meter.Rated, Effective: l.seen,
		InstanceType: l.InstanceType, Model: l.Model, Evidence: byLook,
	})
}

// limit is for limits that are not as known.
func (l *look) limit() {
	limits := l.k.Limits // what no tag says stays as it is
	limits.DailyCap, limits.MaxSession = l.DailyCap, l.MaxSession
	if l.LimitsUnread || l.State == shuttingDown || l.State == terminated || l.seen <= l.k.Limited || limits == l.k.Limits {
		return
	}
	l.add(meter.Fact{
		Key: key("limit", l.ID, l.seen), Kind: meter.Limit, Effective: l.seen, Limits: limits, Evidence: byLook,
	})
}

func (l *look) stop(at meter.Instant, confidence meter.Confidence, evidence, reason string) {
	l.add(meter.Fact{
		Key: key("stop", l.ID, at), Kind: meter.Stop, Effective: at, Confidence: confidence, Evidence: evidence, Reason: reason,
	})
}

func (l *look) add(f meter.Fact) {
	f.Account, f.Instance = l.Account, l.ID
	l.facts = append(l.facts, f)
}
