package pricebook

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestParseAmount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Amount{"0": 0, "1": Credit, "1000": 1000 * Credit, "0.001": MilliCredit, "12.5": 12_500 * MilliCredit, "-3": -3 * Credit, "0.00000001": 36, "007": 7 * Credit} {
		if got, err := ParseAmount(text); got != want || err != nil {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]error{"0.0000000001": ErrFraction, "999999999999": ErrOverflow, "-999999999999.5": ErrOverflow} {
		if _, err := ParseAmount(text); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
	for _, text := range []string{"", " 1", "1/3", "1e3", "0x10", "1_000", ".5", "5.", "NaN", "∞", "--1", "1000000000000000"} {
		if got, err := ParseAmount(text); err == nil {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

// What is printed in whole milli-credits is read back as it was.
func TestParseAmountReadsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := Amount(rapid.Int64Range(-2_500_000_000_000, 2_500_000_000_000).Draw(t, "milli")) * MilliCredit
		if got, err := ParseAmount(a.String()); got != a || err != nil {
			t.Fatal(fmt.Sprint(a), got, err)
		}
	})
}
