package provider

import (
	"math/big"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Whatever limits the meter holds, a state that took them over asks for the very same, so that a plan finds nothing to do.
func TestSpendingLimits_roundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := meter.Limits{
			DailyCap:   pricebook.Amount(rapid.Int64Range(0, 1<<62).Draw(t, "cap")),
			MaxSession: time.Duration(rapid.Int64Range(0, 3_000_000_000).Draw(t, "seconds")) * time.Second,
			Grace:      time.Duration(rapid.Int64Range(0, 7*24*3600).Draw(t, "grace")) * time.Second,
			Zone:       rapid.SampledFrom([]string{"", "UTC", "Europe/Berlin", "Australia/Lord_Howe"}).Draw(t, "zone"),
		}
		m := spendingLimitsModel{Account: types.StringValue("a")}
		m.setLimits(want)
		got, err := m.limits()
		if err != nil || !sameLimits(got, want) {
			t.Fatalf("%+v became %+v (%v), by way of %+v", want, got, err, m)
		}
		again := m
		again.setLimits(want)
		if again != m {
			t.Fatalf("%+v changed to %+v although the meter says the same", m, again)
		}
	})
}

// What means the same stays as a configuration wrote it; what does not is replaced.
func TestSpendingLimits_keepsWriting(t *testing.T) {
	t.Parallel()
	third := types.NumberValue(new(big.Float).SetPrec(terraformPrecision).Quo(big.NewFloat(10), big.NewFloat(3)))
	written := spendingLimitsModel{
		ID: types.StringValue("a"), Account: types.StringValue("a"),
		DailyCreditCap: third, MaxSession: types.StringValue("90m"), Grace: types.StringValue("60m"), TimeZone: types.StringValue("UTC"),
	}
	m := written
	m.setLimits(meter.Limits{DailyCap: 12_000_000_000, MaxSession: 90 * time.Minute, Grace: time.Hour})
	if m != written {
		t.Errorf("%+v became %+v", written, m)
	}
	m.setLimits(meter.Limits{MaxSession: 2 * time.Hour, Zone: "Asia/Tokyo"})
	if !m.DailyCreditCap.IsNull() || m.MaxSession.ValueString() != "2h" || !m.Grace.IsNull() || m.TimeZone.ValueString() != "Asia/Tokyo" {
		t.Errorf("limits of another tool do not show: %+v", m)
	}
}

func TestDurationText(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "", time.Second: "1s", time.Minute: "1m", 10 * time.Minute: "10m", time.Hour: "1h", 20 * time.Hour: "20h",
		90 * time.Minute: "1h30m", time.Hour + 5*time.Second: "1h0m5s",
	} {
		if got := durationText(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// A decimal that the meter can hold is the same number whether it comes from a configuration or from the meter.
func TestAmountNumber_equalsConfiguration(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		milli := rapid.Int64Range(1, 1<<40).Draw(t, "milli-credits")
		decimal := big.NewRat(milli, 1000).FloatString(3)
		amount, err := pricebook.ParseAmount(decimal)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := amountNumber(amount), decimalNumber(decimal); !got.Equal(want) {
			t.Fatalf("%s credits are %s by the meter and %s in a configuration", decimal, got, want)
		}
	})
}

func TestSpanText(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 min 0 s", 59*time.Minute + 4*time.Second: "59 min 4 s", 18*time.Hour + 10*time.Minute + 59*time.Second: "18 h 10 min",
		12*24*time.Hour + 7*time.Hour: "12 d 7 h",
	} {
		if got := spanText(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
