package pricebook_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

func TestWholeSecondsAreTheMostThatAnAmountPaysFor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := pricebook.Rate(rapid.Int64Range(1, math.MaxInt64).Draw(t, "rate"))
		amount := pricebook.Amount(rapid.Int64Range(0, math.MaxInt64).Draw(t, "amount"))
		seconds, err := rate.WholeSeconds(amount)
		if err != nil || seconds < 0 {
			t.Fatalf("%d seconds, %v", seconds, err)
		}
		if cost, err := rate.Over(seconds * 1000); err != nil || cost > amount {
			t.Fatalf("%d seconds cost %d, %v, more than %d", seconds, cost, err, amount)
		}
		cost, err := rate.Over((seconds + 1) * 1000)
		if !errors.Is(err, pricebook.ErrOverflow) && (err != nil || cost <= amount) {
			t.Fatalf("a second more costs %d, %v, no more than %d", cost, err, amount)
		}
	})
}

func TestWholeSecondsRefuseWhatHasNoAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rate   pricebook.Rate
		amount pricebook.Amount
		want   error
	}{{0, 1, pricebook.ErrFree}, {1, -1, pricebook.ErrNegative}, {-1, 1, pricebook.ErrNegative}} {
		if _, err := test.rate.WholeSeconds(test.amount); !errors.Is(err, test.want) {
			t.Errorf("WholeSeconds of %d at %d: %v, want %v", test.amount, test.rate, err, test.want)
		}
	}
}

func TestTheListsHoldWhatIsInForce(t *testing.T) {
	t.Parallel()
	old := pricebook.Entry{Name: "t3.micro", From: noon, Rate: 5_000}
	dear := pricebook.Entry{Name: "t3.micro", From: noon.Add(time.Hour), Rate: 7_000}
	late := pricebook.Entry{Name: "t3.small", From: noon.Add(time.Hour), Rate: 15_000}
	book, err := pricebook.New([]pricebook.Entry{old, dear, late}, []pricebook.Entry{late})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at            time.Time
		types, models []pricebook.Entry
	}{
		{noon.Add(-1), nil, nil},
		{noon, []pricebook.Entry{old}, nil},
		{noon.Add(time.Hour), []pricebook.Entry{dear, late}, []pricebook.Entry{late}},
	} {
		if diff := cmp.Diff(test.types, book.InstanceTypePrices(test.at)); diff != "" {
			t.Errorf("instance types at %s (-want +got):\n%s", test.at, diff)
		}
		if diff := cmp.Diff(test.models, book.ModelPrices(test.at)); diff != "" {
			t.Errorf("models at %s (-want +got):\n%s", test.at, diff)
		}
	}
}

func TestAnUnpricedNameIsTyped(t *testing.T) {
	t.Parallel()
	_, err := pricebook.Published().Running("t3.micro", "anthropic/claude-sonet-4-6", noon)
	var unpriced *pricebook.UnpricedError
	if !errors.As(err, &unpriced) || unpriced.Kind != pricebook.KindModel {
		t.Fatalf("error %v, want an UnpricedError of a model", err)
	}
	if want := "anthropic/claude-sonnet-4-6"; !strings.Contains(err.Error(), want) {
		t.Errorf("error %q does not list %q", err, want)
	}
}
