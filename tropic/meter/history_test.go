package meter_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// epoch is where the histories of these tests begin; all lie within the hours that follow.
var epoch = meter.At(time.Date(2026, time.March, 28, 20, 0, 0, 0, time.UTC))

const history = 30 * time.Hour

// changing is a book whose prices change within the histories.
func changing(t interface{ Fatal(...any) }) *pricebook.Book {
	start := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	book, err := pricebook.New(
		[]pricebook.Entry{
			{Name: "t3.micro", From: start, Rate: 5_000},
			{Name: "t3.micro", From: epoch.Add(7*time.Hour + time.Millisecond).Time(), Rate: 7_001},
			{Name: "t3.small", From: start, Rate: 15_000},
		},
		[]pricebook.Entry{
			{Name: "m", From: start, Rate: 100_000}, {Name: "m", From: epoch.Add(11 * time.Hour).Time(), Rate: 0}, {Name: "m", From: epoch.Add(12 * time.Hour).Time(), Rate: 33_333},
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func instants() *rapid.Generator[meter.Instant] {
	return rapid.Custom(func(t *rapid.T) meter.Instant {
		if rapid.Bool().Draw(t, "round") { // so that facts fall together
			return epoch.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "hours")) * time.Hour)
		}
		return epoch + meter.Instant(rapid.Int64Range(0, history.Milliseconds()).Draw(t, "milliseconds"))
	})
}

func facts() *rapid.Generator[[]meter.Fact] {
	return rapid.Custom(func(t *rapid.T) []meter.Fact {
		n := rapid.IntRange(0, 14).Draw(t, "facts")
		out := make([]meter.Fact, n)
		for i := range out {
			f := meter.Fact{Key: fmt.Sprintf("%c%d", 'a'+rune(rapid.IntRange(0, 25).Draw(t, "letter")), i), Account: "a", Effective: instants().Draw(t, "effective")}
			f.Kind = rapid.SampledFrom([]meter.Kind{meter.Start, meter.Start, meter.Stop, meter.Rated, meter.Grant, meter.Grant, meter.Adjust, meter.Limit}).Draw(t, "kind")
			f.Instance = rapid.SampledFrom([]string{"i-1", "i-2"}).Draw(t, "instance")
			switch f.Kind {
			case meter.Start, meter.Rated:
				f.InstanceType = rapid.SampledFrom([]string{"t3.micro", "t3.small"}).Draw(t, "type")
				f.Model = rapid.SampledFrom([]string{"", "m"}).Draw(t, "model")
			case meter.Grant:
				f.Instance, f.Amount = "", pricebook.Amount(rapid.Int64Range(1, int64(900*pricebook.Credit)).Draw(t, "amount"))
				f.Priority = rapid.IntRange(0, 2).Draw(t, "priority")
				if rapid.Bool().Draw(t, "expires") {
					f.Expires = f.Effective + meter.Instant(rapid.Int64Range(1, history.Milliseconds()).Draw(t, "life"))
				}
			case meter.Adjust:
				f.Instance, f.Amount, f.Reason = "", pricebook.Amount(rapid.Int64Range(1, int64(50*pricebook.Credit)).Draw(t, "amount")), "test"
				if rapid.Bool().Draw(t, "against") {
					f.Amount = -f.Amount
				}
			case meter.Limit:
				f.Limits.Zone = rapid.SampledFrom([]string{"Europe/Berlin", "Asia/Tokyo", ""}).Draw(t, "zone") // Berlin's clocks change in these hours
				f.Limits.DailyCap = pricebook.Amount(rapid.Int64Range(0, int64(500*pricebook.Credit)).Draw(t, "cap"))
				f.Limits.MaxSession = time.Duration(rapid.Int64Range(0, history.Milliseconds()).Draw(t, "session")) * time.Millisecond
				f.Limits.Grace = time.Duration(rapid.Int64Range(0, meter.MaxGrace.Milliseconds()).Draw(t, "grace")) * time.Millisecond
				if rapid.Bool().Draw(t, "of the account") {
					f.Instance = ""
				}
			case meter.Stop:
			}
			out[i] = f
		}
		return out
	})
}

func account(t interface{ Fatal(...any) }, book *pricebook.Book, facts []meter.Fact) *meter.Account {
	a := meter.NewAccount("a", book)
	for _, f := range facts {
		if _, err := a.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func wallet(t interface{ Fatal(...any) }, a *meter.Account, at meter.Instant) meter.Wallet {
	w, err := a.Wallet(at)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func charged(t interface{ Fatal(...any) }, a *meter.Account, instance string, from, to meter.Instant) pricebook.Amount {
	c, err := a.Charged(instance, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
