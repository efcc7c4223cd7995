package meter_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// The lines of a statement lead from its opening to its closing balance, and one statement closes where the next opens.
func TestStatementsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := account(t, changing(t), facts().Draw(t, "facts"))
		x, y, z := instants().Draw(t, "x"), instants().Draw(t, "y"), instants().Draw(t, "z")
		x, y, z = min(x, y, z), max(min(x, y), min(max(x, y), z)), max(x, y, z)
		first, second, whole := statement(t, a, x, y), statement(t, a, y, z), statement(t, a, x, z)
		for _, s := range []meter.Statement{first, second, whole} {
			sum := s.Opening
			for _, l := range s.Lines {
				sum += l.Amount
				if l.At < s.From || l.At >= s.To || l.Until > s.To {
					t.Fatalf("%+v is not of %s to %s", l, s.From, s.To)
				}
			}
			if sum != s.Closing || s.Opening+s.Granted+s.Adjusted-s.Charged-s.Expired != s.Closing {
				t.Fatalf("%d by the lines: %+v", sum, s)
			}
		}
		if first.Closing != second.Opening || whole.Opening != first.Opening || whole.Closing != second.Closing {
			t.Fatalf("%+v, then %+v; at once %+v", first, second, whole)
		}
		if whole.Charged != first.Charged+second.Charged || whole.Charged != charged(t, a, "", x, z) {
			t.Fatalf("charged %d and %d, at once %d", first.Charged, second.Charged, whole.Charged)
		}
		if all := statement(t, a, 0, z); all.Opening != 0 {
			t.Fatalf("an account began with %d", all.Opening)
		}
	})
}

func statement(t *rapid.T, a *meter.Account, from, to meter.Instant) meter.Statement {
	s, err := a.Statement(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A worked example: an hour of Opus on a t3.micro out of a grant that expires within it.
func TestStatement(t *testing.T) {
	t.Parallel()
	at := func(text string) meter.Instant { return instant(t, "2026-11-25T"+text+"Z") }
	a := account(t, pricebook.Published(), []meter.Fact{
		{Key: "welcome", Kind: meter.Grant, Account: "a", Effective: at("10:00:00"), Expires: at("11:00:00"), Amount: 200 * pricebook.Credit},
		{Key: "start", Kind: meter.Start, Account: "a", Instance: "i-1", Effective: at("10:00:00"), InstanceType: "t3.micro", Model: "anthropic/claude-opus-4-6"},
		{Key: "stop", Kind: meter.Stop, Account: "a", Instance: "i-1", Effective: at("11:20:00")},
	})
	s, err := a.Statement(at("10:00:00"), at("12:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		entry  meter.Entry
		amount pricebook.Amount
	}{{meter.GrantEntry, 200 * pricebook.Credit}, {meter.ChargeEntry, -140 * pricebook.Credit}, {meter.ExpiryEntry, -95 * pricebook.Credit}}
	for i, w := range want {
		if i >= len(s.Lines) || s.Lines[i].Entry != w.entry || s.Lines[i].Amount != w.amount {
			t.Fatalf("line %d: %+v", i, s.Lines)
		}
	}
	if s.Opening != 0 || s.Closing != -35*pricebook.Credit || len(s.Lines) != 3 {
		t.Errorf("%+v", s)
	}
}
