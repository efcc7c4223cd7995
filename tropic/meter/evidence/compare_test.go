package evidence_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// seconds is what a t3.micro costs in a number of seconds: 5 credits per hour.
func seconds(n int) pricebook.Amount { return pricebook.Amount(n) * 1000 * 5_000 }

// TestCompare has one disagreement of each kind, and what agrees. The comparison is at second 100.
func TestCompare(t *testing.T) {
	t.Parallel()
	runs := machine("running", sec(10), 0)
	ended := told(machine("stopped", sec(10), 0))
	ack := func(at int) meter.Fact { return stop(sec(at), meter.Confirmed, "StopInstances") }
	for name, test := range map[string]struct {
		known    []meter.Fact
		machines []evidence.Machine
		want     *evidence.Disagreement
	}{
		"runs":                 {known: []meter.Fact{launch(sec(10))}, machines: []evidence.Machine{runs}},
		"stopped":              {known: []meter.Fact{launch(sec(10)), ack(60)}, machines: []evidence.Machine{ended}},
		"stopped, nobody says": {known: []meter.Fact{launch(sec(10)), ack(60)}, machines: []evidence.Machine{machine("stopped", sec(10), 0)}},
		"stopped and gone":     {known: []meter.Fact{launch(sec(10)), ack(60)}},
		"an older look":        {known: []meter.Fact{launch(sec(50))}, machines: []evidence.Machine{ended}},
		"stopped without an account": {
			machines: []evidence.Machine{with(ended, func(m *evidence.Machine) { m.Account = "" })},
		},
		"runs without an account": {
			machines: []evidence.Machine{with(runs, func(m *evidence.Machine) { m.Account = "" })},
			want:     &evidence.Disagreement{Account: "", What: evidence.NoAccount, EC2: sec(10)},
		},
		"runs for an account without a ledger": {
			machines: []evidence.Machine{with(runs, func(m *evidence.Machine) { m.Account = "b" })},
			want:     &evidence.Disagreement{Account: "b", What: evidence.NoAccount, EC2: sec(10)},
		},
		"not charged": {
			machines: []evidence.Machine{runs},
			want:     &evidence.Disagreement{What: evidence.NotCharged, EC2: sec(10), Milliseconds: -90_000, Credits: -seconds(90)},
		},
		"not charged, and over": {
			machines: []evidence.Machine{ended},
			want:     &evidence.Disagreement{What: evidence.NotCharged, EC2: sec(10), Milliseconds: -50_000, Credits: -seconds(50)},
		},
		"charged as the session before": {
			known: []meter.Fact{launch(sec(1))}, machines: []evidence.Machine{runs},
			want: &evidence.Disagreement{What: evidence.NotCharged, EC2: sec(10)},
		},
		"charged from later on": {
			known: []meter.Fact{started(sec(10), sec(30), meter.Confirmed, "")}, machines: []evidence.Machine{runs},
			want: &evidence.Disagreement{What: evidence.StartDiffer, Ledger: sec(30), EC2: sec(10), Milliseconds: -20_000, Credits: -seconds(20)},
		},
		"charged from before": {
			known: []meter.Fact{started(sec(10), sec(4), meter.Observed, "")}, machines: []evidence.Machine{runs},
			want: &evidence.Disagreement{What: evidence.StartDiffer, Ledger: sec(4), EC2: sec(10), Milliseconds: 6_000, Credits: seconds(6)},
		},
		"charged too long": {
			known: []meter.Fact{launch(sec(10)), ack(70)}, machines: []evidence.Machine{ended},
			want: &evidence.Disagreement{What: evidence.StopDiffer, Ledger: sec(70), EC2: sec(60), Milliseconds: 10_000, Credits: seconds(10)},
		},
		"charged too short": {
			known: []meter.Fact{launch(sec(10)), ack(55)}, machines: []evidence.Machine{ended},
			want: &evidence.Disagreement{What: evidence.StopDiffer, Ledger: sec(55), EC2: sec(60), Milliseconds: -5_000, Credits: -seconds(5)},
		},
		"charged on": {
			known: []meter.Fact{launch(sec(10))}, machines: []evidence.Machine{ended},
			want: &evidence.Disagreement{What: evidence.StillCharged, Ledger: meter.Never, EC2: sec(60), Milliseconds: 40_000, Credits: seconds(40)},
		},
		"charged on, and EC2 does not say since when": {
			known: []meter.Fact{launch(sec(10))}, machines: []evidence.Machine{machine("stopped", sec(10), 0)},
			want: &evidence.Disagreement{What: evidence.StillCharged, Ledger: meter.Never},
		},
		"runs on": {
			known: []meter.Fact{launch(sec(10)), ack(60)}, machines: []evidence.Machine{runs},
			want: &evidence.Disagreement{What: evidence.RunsOn, Ledger: sec(60), EC2: meter.Never, Milliseconds: -40_000, Credits: -seconds(40)},
		},
		"not listed": {
			known: []meter.Fact{launch(sec(10))},
			want:  &evidence.Disagreement{What: evidence.NotListed, Ledger: meter.Never},
		},
		"another type": {
			known: []meter.Fact{launch(sec(10))}, machines: []evidence.Machine{with(runs, func(m *evidence.Machine) { m.InstanceType = "t3.small" })},
			want: &evidence.Disagreement{What: evidence.RateDiffer, Ledger: sec(10)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := evidence.Compare(test.machines, map[string]*meter.Account{"a": account(t, test.known...)}, sec(100))
			if err != nil {
				t.Fatal(err)
			}
			var want []evidence.Disagreement
			if test.want != nil {
				one := *test.want
				one.Instance = id
				if one.What != evidence.NoAccount {
					one.Account = "a"
				}
				want = append(want, one)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCompareReportsWhatHasNoPrice names the machine, and still reports the others.
func TestCompareReportsWhatHasNoPrice(t *testing.T) {
	t.Parallel()
	odd := with(machine("running", sec(10), 0), func(m *evidence.Machine) { m.ID, m.InstanceType = "i-0def", "m5.large" })
	got, err := evidence.Compare([]evidence.Machine{odd, machine("running", sec(10), 0)}, map[string]*meter.Account{"a": account(t)}, sec(100))
	var unpriced *pricebook.UnpricedError
	if !errors.As(err, &unpriced) || unpriced.Name != "m5.large" {
		t.Errorf("error %v, want the type without a price", err)
	}
	want := []evidence.Disagreement{
		{Account: "a", Instance: id, What: evidence.NotCharged, EC2: sec(10), Milliseconds: -90_000, Credits: -seconds(90)},
		{Account: "a", Instance: "i-0def", What: evidence.NotCharged, EC2: sec(10), Milliseconds: -90_000},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}
