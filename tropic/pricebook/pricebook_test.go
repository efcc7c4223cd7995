package pricebook_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func TestPublishedPricesAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	book := pricebook.Published()
	for _, test := range []struct {
		instanceType, model, want string
	}{
		{"t3.micro", "", "5"},
		{"t3.small", "", "15"},
		{"t3.micro", "anthropic/claude-opus-4-6", "105"},
		{"t3.micro", "anthropic/claude-sonnet-4-6", "55"},
		{"t3.micro", "anthropic/claude-haiku-4-5", "25"},
	} {
		got, err := book.Running(test.instanceType, test.model, noon)
		if err != nil || got.String() != test.want {
			t.Errorf("Running(%q, %q) = %s, %v, want %s credits per hour", test.instanceType, test.model, got, err, test.want)
		}
	}
	if diff := cmp.Diff([]string{"t3.micro", "t3.small"}, book.InstanceTypes()); diff != "" {
		t.Errorf("InstanceTypes (-want +got):\n%s", diff)
	}
	if len(book.Models()) != 3 {
		t.Errorf("Models = %v, want three", book.Models())
	}
}

func TestWhatHasNoPriceIsRefused(t *testing.T) {
	t.Parallel()
	book := pricebook.Published()
	before := time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, instanceType, model string
		at                        time.Time
	}{
		{"unknown type", "m7i.large", "", noon},
		{"unknown model", "t3.micro", "openai/gpt-9", noon},
		{"before the first price", "t3.micro", "", before},
	} {
		if _, err := book.Running(test.instanceType, test.model, test.at); err == nil || !strings.Contains(err.Error(), "no price") {
			t.Errorf("%s: error %v, want one that says there is no price", test.name, err)
		}
	}
}

func TestAPriceHoldsFromItsInstantUntilTheNext(t *testing.T) {
	t.Parallel()
	book, err := pricebook.New([]pricebook.Entry{
		{Name: "t3.micro", From: noon.Add(time.Hour), Rate: 7_000},
		{Name: "t3.micro", From: noon, Rate: 5_000},
	}, []pricebook.Entry{{Name: "a/b", From: noon.Add(time.Hour), Rate: 1}, {Name: "a/b", From: noon.Add(2 * time.Hour), Rate: 2}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at   time.Duration
		want pricebook.Rate
		some bool
	}{{-1, 0, false}, {0, 5_000, true}, {time.Hour - 1, 5_000, true}, {time.Hour, 7_000, true}, {9 * time.Hour, 7_000, true}} {
		if got, some := book.InstanceType("t3.micro", noon.Add(test.at)); got != test.want || some != test.some {
			t.Errorf("price %s after noon = %d, %t, want %d, %t", test.at, got, some, test.want, test.some)
		}
	}
	want := []time.Time{noon.Add(time.Hour), noon.Add(2 * time.Hour)}
	if diff := cmp.Diff(want, book.Changes("t3.micro", "a/b", noon, noon.Add(2*time.Hour))); diff != "" {
		t.Errorf("Changes (-want +got):\n%s", diff)
	}
}

func TestABookRefusesWhatCannotBeCharged(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want    string
		entries []pricebook.Entry
	}{
		{"no name", []pricebook.Entry{{From: noon, Rate: 1}}},
		{"negative", []pricebook.Entry{{Name: "x", From: noon, Rate: -1}}},
		{"two prices", []pricebook.Entry{{Name: "x", From: noon, Rate: 1}, {Name: "x", From: noon, Rate: 2}}},
	} {
		if _, err := pricebook.New(nil, test.entries); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New: error %v, want one that says %q", err, test.want)
		}
	}
}

func TestForIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Int64Range(0, math.MaxInt64).Draw(t, "rate")
		ms := rapid.Int64Range(0, math.MaxInt64/int64(time.Millisecond)).Draw(t, "milliseconds")
		want := new(big.Int).Mul(big.NewInt(rate), big.NewInt(ms))
		got, err := pricebook.Rate(rate).For(time.Duration(ms) * time.Millisecond)
		if !want.IsInt64() {
			if !errors.Is(err, pricebook.ErrOverflow) {
				t.Fatalf("%d for %d ms = %d, %v, want ErrOverflow", rate, ms, got, err)
			}
			return
		}
		if err != nil || int64(got) != want.Int64() {
			t.Fatalf("%d for %d ms = %d, %v, want %s", rate, ms, got, err, want)
		}
	})
}

func TestFiveMinutesOfTheDefaultMachine(t *testing.T) {
	t.Parallel()
	got, err := pricebook.Rate(55_000).For(5 * time.Minute)
	if err != nil || got != 16_500_000_000 || got.String() != "4.583" {
		t.Errorf("55 cr/h for 5 minutes = %d quanta, %q credits, %v; want 16500000000, 4.583", int64(got), got, err)
	}
	if hour, err := pricebook.Rate(55_000).For(time.Hour); err != nil || hour != 55*pricebook.Credit {
		t.Errorf("55 cr/h for an hour = %s, %v", hour, err)
	}
	for _, d := range []time.Duration{-time.Second, time.Microsecond} {
		if _, err := pricebook.Rate(1).For(d); !errors.Is(err, pricebook.ErrInexact) {
			t.Errorf("For(%s): %v, want ErrInexact", d, err)
		}
	}
}

func TestAmountsAndRatesRead(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"0": pricebook.Rate(0).String(), "0.125": pricebook.Rate(125).String(), "1.5": pricebook.Rate(1500).String(),
		"-1.002": (-1002 * pricebook.MilliCredit).String(), "-0.5": (-500 * pricebook.MilliCredit).String(),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
