package evidence_test

import (
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// epoch is where the histories of these tests begin; it is a whole second.
var epoch = meter.At(time.Date(2026, time.November, 25, 14, 0, 0, 0, time.UTC))

const id = "i-0abc"

// fataler is a *testing.T or a *rapid.T.
type fataler interface{ Fatal(...any) }

func machine(state string, launched, changed meter.Instant) evidence.Machine {
	return evidence.Machine{
		ID: id, Account: "a", Name: "desk", InstanceType: "t3.micro", State: state, Launched: launched, Changed: changed,
	}
}

func account(t fataler, facts ...meter.Fact) *meter.Account {
	a := meter.NewAccount("a", pricebook.Published())
	for _, f := range facts {
		f.Account = "a"
		if _, err := a.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func segmentsOf(t fataler, a *meter.Account) []meter.Segment {
	segments, err := a.Segments()
	if err != nil {
		t.Fatal(err)
	}
	return segments
}
