package pricebook

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAThousandCreditsAreTwentyFiveDollars(t *testing.T) {
	t.Parallel()
	want := []Package{{Credits: 1000 * Credit, USDCents: 2500, From: launch}}
	if diff := cmp.Diff(want, Packages(launch)); diff != "" {
		t.Errorf("Packages (-want +got):\n%s", diff)
	}
	if early := Packages(launch.Add(-1)); len(early) != 0 {
		t.Errorf("packages on sale before the launch: %v", early)
	}
}

func TestAPackageHoldsUntilTheNextOfItsSize(t *testing.T) {
	t.Parallel()
	dear := Package{Credits: 1000 * Credit, USDCents: 3000, From: launch.Add(time.Hour)}
	cheap := Package{Credits: 1000 * Credit, USDCents: 2500, From: launch}
	small := Package{Credits: 100 * Credit, USDCents: 300, From: launch}
	all := []Package{dear, cheap, small}
	for _, test := range []struct {
		at   time.Time
		want []Package
	}{
		{launch, []Package{cheap, small}},
		{launch.Add(time.Hour - 1), []Package{cheap, small}},
		{launch.Add(time.Hour), []Package{dear, small}},
	} {
		if diff := cmp.Diff(test.want, onSale(all, test.at)); diff != "" {
			t.Errorf("on sale at %s (-want +got):\n%s", test.at, diff)
		}
	}
}
