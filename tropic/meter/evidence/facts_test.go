package evidence_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

func sec(n int) meter.Instant { return epoch.Add(time.Duration(n) * time.Second) }

func key(what string, at meter.Instant) string {
	return what + ":" + id + ":" + strconv.FormatInt(int64(at), 10)
}

func started(launched, from meter.Instant, how meter.Confidence, evidence string) meter.Fact {
	return meter.Fact{
		Key: key("start", launched), Kind: meter.Start, Account: "a", Instance: id, Effective: from,
		InstanceType: "t3.micro", Confidence: how, Evidence: evidence,
	}
}

func launch(at meter.Instant) meter.Fact { return started(at, at, meter.Confirmed, "LaunchTime") }

func stop(at meter.Instant, how meter.Confidence, evidence string) meter.Fact {
	return meter.Fact{
		Key: key("stop", at), Kind: meter.Stop, Account: "a", Instance: id, Effective: at, Confidence: how, Evidence: evidence,
	}
}

func reasoned(f meter.Fact, reason string) meter.Fact {
	f.Reason = reason
	return f
}

const (
	reasonGiven = "User initiated (2026-11-25 14:01:00 GMT)" // at second 60
	look        = "DescribeInstances"
)

func with(m evidence.Machine, change func(*evidence.Machine)) evidence.Machine {
	change(&m)
	return m
}

func told(m evidence.Machine) evidence.Machine {
	m.Changed, m.Reason = sec(60), reasonGiven
	return m
}

// TestFacts is every rule by example. A machine launched at second 10 is looked at, mostly at second 100.
func TestFacts(t *testing.T) {
	t.Parallel()
	runs := machine("running", sec(10), 0)
	ended := told(machine("stopped", sec(10), 0))
	silent := machine("stopped", sec(10), 0) // it powered itself off
	early := sec(10).Add(999 * time.Millisecond)
	rated := meter.Fact{
		Key: key("rated", sec(100)), Kind: meter.Rated, Account: "a", Instance: id, Effective: sec(100),
		InstanceType: "t3.small", Model: "anthropic/claude-sonnet-4-6", Evidence: look,
	}
	limits := meter.Limits{DailyCap: 12 * pricebook.Credit, MaxSession: 8 * time.Hour}
	limited := meter.Fact{
		Key: key("limit", sec(100)), Kind: meter.Limit, Account: "a", Instance: id, Effective: sec(100), Limits: limits, Evidence: look,
	}
	bigger := func(m *evidence.Machine) { m.InstanceType, m.Model = "t3.small", "anthropic/claude-sonnet-4-6" }
	capped := func(m *evidence.Machine) { m.DailyCap, m.MaxSession = limits.DailyCap, limits.MaxSession }
	ack := reasoned(stop(sec(60)+400, meter.Observed, "StopInstances"), "balance")
	for name, test := range map[string]struct {
		known    []meter.Fact
		lastSeen meter.Instant
		machine  evidence.Machine
		seen     meter.Instant // second 100 if 0
		want     []meter.Fact
	}{
		"pending":                    {machine: machine("pending", sec(10), 0), want: []meter.Fact{launch(sec(10))}},
		"running":                    {machine: runs, want: []meter.Fact{launch(sec(10))}},
		"running, known":             {known: []meter.Fact{launch(sec(10))}, machine: runs},
		"of no account":              {machine: with(runs, func(m *evidence.Machine) { m.Account = "" })},
		"in a state yet to be":       {machine: machine("hibernating", sec(10), 0)},
		"without a launch":           {machine: machine("running", 0, 0)},
		"stopping, EC2 says when":    {known: []meter.Fact{launch(sec(10))}, machine: told(machine("stopping", sec(10), 0)), want: []meter.Fact{reasoned(stop(sec(60), meter.Confirmed, "StateTransitionReason"), reasonGiven)}},
		"stopped, EC2 says when":     {known: []meter.Fact{launch(sec(10))}, machine: ended, want: []meter.Fact{reasoned(stop(sec(60), meter.Confirmed, "StateTransitionReason"), reasonGiven)}},
		"shutting down":              {known: []meter.Fact{launch(sec(10))}, machine: told(machine("shutting-down", sec(10), 0)), want: []meter.Fact{reasoned(stop(sec(60), meter.Confirmed, "StateTransitionReason"), reasonGiven)}},
		"terminated":                 {known: []meter.Fact{launch(sec(10))}, machine: told(machine("terminated", sec(10), 0)), want: []meter.Fact{reasoned(stop(sec(60), meter.Confirmed, "StateTransitionReason"), reasonGiven)}},
		"stopped, EC2 does not say":  {known: []meter.Fact{launch(sec(10))}, machine: silent, want: []meter.Fact{stop(sec(100), meter.Observed, look)}},
		"stopped, the lease is over": {known: []meter.Fact{launch(sec(10))}, machine: with(silent, func(m *evidence.Machine) { m.Lease = sec(70) }), want: []meter.Fact{stop(sec(70), meter.Observed, "lease")}},
		"stopped, the lease is not":  {known: []meter.Fact{launch(sec(10))}, machine: with(silent, func(m *evidence.Machine) { m.Lease = sec(170) }), want: []meter.Fact{stop(sec(100), meter.Observed, look)}},
		"stopped, the lease is old":  {known: []meter.Fact{launch(sec(10))}, machine: with(silent, func(m *evidence.Machine) { m.Lease = sec(9) }), want: []meter.Fact{stop(sec(100), meter.Observed, look)}},
		"stopped within the second of the launch": {
			known: []meter.Fact{launch(early)}, machine: machine("stopped", early, sec(10)),
			want: []meter.Fact{stop(early+1, meter.Confirmed, "StateTransitionReason")},
		},
		"an instant before the launch is of another session": {
			known: []meter.Fact{launch(sec(10))}, machine: machine("stopped", sec(10), sec(9)), want: []meter.Fact{stop(sec(100), meter.Observed, look)},
		},
		"an instant after the look is not believed": {
			known: []meter.Fact{launch(sec(10))}, machine: machine("stopped", sec(10), sec(106)), want: []meter.Fact{stop(sec(100), meter.Observed, look)},
		},
		"our own stop was acknowledged later than EC2 says": {
			known: []meter.Fact{launch(sec(10)), ack}, machine: ended,
			want: []meter.Fact{reasoned(stop(sec(60), meter.Confirmed, "StateTransitionReason"), reasonGiven)},
		},
		"our own stop, known to EC2's second": {
			known: []meter.Fact{launch(sec(10)), ack, stop(sec(60), meter.Confirmed, "StateTransitionReason")}, machine: ended,
		},
		"our own stop, and a look that does not know of it": {known: []meter.Fact{launch(sec(10)), ack}, machine: runs, seen: sec(61)},
		"an observed stop that EC2 says no more of":         {known: []meter.Fact{launch(sec(10)), stop(sec(90), meter.Observed, look)}, machine: silent},
		"a whole run between two looks": {
			known: []meter.Fact{launch(sec(1)), stop(sec(5), meter.Confirmed, "StateTransitionReason")}, machine: ended,
			want: []meter.Fact{launch(sec(10)), reasoned(stop(sec(60), meter.Confirmed, "StateTransitionReason"), reasonGiven)},
		},
		"a whole run of a machine never seen": {
			machine: ended, want: []meter.Fact{launch(sec(10)), reasoned(stop(sec(60), meter.Confirmed, "StateTransitionReason"), reasonGiven)},
		},
		"a whole run of which nothing says how long it was": {machine: silent},
		"a stop and a start between two looks": {
			known: []meter.Fact{launch(sec(1))}, machine: runs,
			want: []meter.Fact{reasoned(stop(sec(10), meter.Observed, "LaunchTime"), "it was started again at 2026-11-25T14:00:10.000Z"), launch(sec(10))},
		},
		"a stop and a start since it was last seen": {
			known: []meter.Fact{launch(sec(1))}, lastSeen: sec(4), machine: runs,
			want: []meter.Fact{reasoned(stop(sec(4), meter.Observed, "LaunchTime"), "it was started again at 2026-11-25T14:00:10.000Z"), launch(sec(10))},
		},
		"a stop, a start and a stop between two looks": {
			known: []meter.Fact{launch(sec(1))}, machine: ended,
			want: []meter.Fact{
				reasoned(stop(sec(10), meter.Observed, "LaunchTime"), "it was started again at 2026-11-25T14:00:10.000Z"),
				launch(sec(10)), reasoned(stop(sec(60), meter.Confirmed, "StateTransitionReason"), reasonGiven),
			},
		},
		"started again before a look that was behind": {
			known: []meter.Fact{launch(sec(1)), stop(sec(20), meter.Observed, look)}, machine: runs,
			want: []meter.Fact{started(sec(10), sec(20), meter.Confirmed, "LaunchTime")},
		},
		"started again before our own stop, which ended it": {
			known: []meter.Fact{launch(sec(1)), ack}, machine: runs, seen: sec(61),
			want: []meter.Fact{reasoned(stop(sec(10), meter.Observed, "LaunchTime"), "it was started again at 2026-11-25T14:00:10.000Z"), launch(sec(10))},
		},
		"a look at an older session":    {known: []meter.Fact{launch(sec(50))}, machine: runs},
		"the end of an older session":   {known: []meter.Fact{launch(sec(50))}, machine: ended},
		"EC2's clock is ahead a little": {machine: machine("running", sec(105), 0), want: []meter.Fact{launch(sec(105))}},
		"EC2's clock is far ahead":      {machine: machine("running", sec(1000), 0), want: []meter.Fact{started(sec(1000), sec(100), meter.Observed, look)}},
		"EC2's clock is far ahead, known": {
			known: []meter.Fact{started(sec(1000), sec(90), meter.Observed, look)}, machine: machine("running", sec(1000), 0),
		},
		"EC2's clock is far ahead, ended":      {known: []meter.Fact{launch(sec(1))}, machine: machine("stopped", sec(1000), 0), want: []meter.Fact{stop(sec(100), meter.Observed, look)}},
		"another type and model while it runs": {known: []meter.Fact{launch(sec(10))}, machine: with(runs, bigger), want: []meter.Fact{rated}},
		"another type and model, an old look":  {known: []meter.Fact{launch(sec(10)), rated}, machine: runs, seen: sec(99)},
		"another type and model while stopped": {known: []meter.Fact{launch(sec(1)), stop(sec(5), meter.Confirmed, look)}, machine: with(machine("stopped", sec(1), sec(5)), bigger)},
		"another type and model from the next start": {
			known: []meter.Fact{launch(sec(1)), stop(sec(5), meter.Confirmed, look)}, machine: with(runs, bigger),
			want: []meter.Fact{func() meter.Fact {
				f := launch(sec(10))
				f.InstanceType, f.Model = rated.InstanceType, rated.Model
				return f
			}()},
		},
		"limits":        {known: []meter.Fact{launch(sec(10))}, machine: with(runs, capped), want: []meter.Fact{limited}},
		"limits, known": {known: []meter.Fact{launch(sec(10)), limited}, machine: with(runs, capped), seen: sec(101)},
		"limits of the account are not the machine's": {
			known:   []meter.Fact{launch(sec(10)), {Key: "limit", Kind: meter.Limit, Effective: sec(1), Limits: limits}},
			machine: with(runs, capped), want: []meter.Fact{limited},
		},
		"limits that somebody set by the API stay": {
			known:   []meter.Fact{launch(sec(10)), {Key: "limit:by-request", Kind: meter.Limit, Instance: id, Effective: sec(1), Limits: limits}},
			machine: runs,
		},
		"a grace that somebody set by the API stays when tags change": {
			known: []meter.Fact{
				launch(sec(10)),
				{Key: "limit:by-request", Kind: meter.Limit, Instance: id, Effective: sec(1), Limits: meter.Limits{Grace: time.Hour}},
			},
			machine: with(runs, capped),
			want: []meter.Fact{{
				Key: key("limit", sec(100)), Kind: meter.Limit, Account: "a", Instance: id, Effective: sec(100), Evidence: look,
				Limits: meter.Limits{DailyCap: limits.DailyCap, MaxSession: limits.MaxSession, Grace: time.Hour},
			}},
		},
		"limits that cannot be read": {known: []meter.Fact{launch(sec(10)), limited}, machine: with(runs, func(m *evidence.Machine) { m.LimitsUnread = true }), seen: sec(101)},
		"limits, an old look":        {known: []meter.Fact{launch(sec(10)), limited}, machine: runs, seen: sec(99)},
		"limits, terminated":         {known: []meter.Fact{launch(sec(10)), stop(sec(60), meter.Confirmed, "")}, machine: with(told(machine("terminated", sec(10), 0)), capped)},
		"limits taken away": {
			known: []meter.Fact{launch(sec(10)), limited}, machine: runs, seen: sec(200),
			want: []meter.Fact{{Key: key("limit", sec(200)), Kind: meter.Limit, Account: "a", Instance: id, Effective: sec(200), Evidence: look}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.seen == 0 {
				test.seen = sec(100)
			}
			a := account(t, test.known...)
			k, err := evidence.KnownOf(a, id, test.seen)
			if err != nil {
				t.Fatal(err)
			}
			k.LastSeen = test.lastSeen
			got := evidence.Facts(test.machine, k, test.seen)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
			account(t, append(test.known, got...)...) // the core accepts them
		})
	}
}

// TestAnEarlierStopRefunds holds the core to what the correction of our own stop relies on.
func TestAnEarlierStopRefunds(t *testing.T) {
	t.Parallel()
	a := account(t, launch(sec(10)), stop(sec(70), meter.Confirmed, "StopInstances"))
	before, err := a.Charged(id, epoch, sec(1000))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := evidence.KnownOf(a, id, sec(100))
	for _, f := range evidence.Facts(told(machine("stopped", sec(10), 0)), k, sec(100)) {
		if _, err := a.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	after, err := a.Charged(id, epoch, sec(1000))
	if want := pricebook.Amount(10_000 * 5_000); err != nil || before-after != want { // 10 s at 5 credits per hour
		t.Errorf("the correction refunds %d quanta, %v, want %d", before-after, err, want)
	}
}

func TestVanished(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ lastSeen, want meter.Instant }{
		"when it was last seen":             {sec(50), sec(50)},
		"not before it began":               {sec(1), sec(10) + 1},
		"and not never, if it was not seen": {0, sec(10) + 1},
	} {
		a := account(t, launch(sec(10)))
		k, _ := evidence.KnownOf(a, id, sec(100))
		got := evidence.Vanished("a", id, k, test.lastSeen)
		if diff := cmp.Diff(reasoned(stop(test.want, meter.Observed, look), "not listed any more"), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if _, err := a.Add(got); err != nil {
			t.Error(err)
		}
		if k, _ := evidence.KnownOf(a, id, sec(100)); k.Running || k.LastStop != test.want {
			t.Errorf("%s: then known is %+v", name, k)
		}
	}
}
