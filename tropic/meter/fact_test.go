package meter_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// What cannot be a fact is refused with its reason, and the account is as before.
func TestBadFactsAreRefused(t *testing.T) {
	t.Parallel()
	good := meter.Fact{Key: "k", Kind: meter.Grant, Account: "a", Effective: epoch, Amount: pricebook.Credit}
	for want, change := range map[string]func(*meter.Fact){
		"no key":                          func(f *meter.Fact) { f.Key = "" },
		"out of range":                    func(f *meter.Fact) { f.Effective = -1 },
		"is no kind":                      func(f *meter.Fact) { f.Kind = "gift" },
		"a grant of 0 credits":            func(f *meter.Fact) { f.Amount = 0 },
		"a grant of -1 credits":           func(f *meter.Fact) { f.Amount = -pricebook.Credit },
		"more than 100000000":             func(f *meter.Fact) { f.Amount = math.MaxInt64 },
		"less than nothing":               func(f *meter.Fact) { f.CostCents = -1 },
		"expires before":                  func(f *meter.Fact) { f.Expires = f.Effective },
		"names no instance":               func(f *meter.Fact) { f.Kind, f.InstanceType = meter.Start, "t3.micro" },
		`instance type "m5.metal" has no`: func(f *meter.Fact) { f.Kind, f.Instance, f.InstanceType = meter.Start, "i-1", "m5.metal" },
		`model "gpt" has no price`: func(f *meter.Fact) {
			f.Kind, f.Instance, f.InstanceType, f.Model = meter.Start, "i-1", "t3.micro", "gpt"
		},
		"in the future": func(f *meter.Fact) {
			f.Kind, f.Instance, f.Recorded = meter.Stop, "i-1", f.Effective-meter.Instant(6*60_000)
		},
		"changes nothing":  func(f *meter.Fact) { f.Kind, f.Amount = meter.Adjust, 0 },
		"an adjustment by": func(f *meter.Fact) { f.Kind, f.Amount = meter.Adjust, math.MinInt64 },
		"needs a reason":   func(f *meter.Fact) { f.Kind, f.Reason = meter.Adjust, " " },
		"is negative":      func(f *meter.Fact) { f.Kind, f.Limits.DailyCap = meter.Limit, -1 },
		`"Mars/Base"`:      func(f *meter.Fact) { f.Kind, f.Limits.Zone = meter.Limit, "Mars/Base" },
		`"Local"`:          func(f *meter.Fact) { f.Kind, f.Limits.Zone = meter.Limit, "Local" },
		"whole milli":      func(f *meter.Fact) { f.Kind, f.Limits.MaxSession = meter.Limit, time.Microsecond },
		"a grace of 1µs":   func(f *meter.Fact) { f.Kind, f.Limits.Grace = meter.Limit, time.Microsecond },
		"at most 168h":     func(f *meter.Fact) { f.Kind, f.Limits.Grace = meter.Limit, meter.MaxGrace+time.Millisecond },
		"limit is neg":     func(f *meter.Fact) { f.Kind, f.Limits.Grace = meter.Limit, -time.Millisecond },
		"another account":  func(f *meter.Fact) { f.Account = "b" },
	} {
		a := account(t, pricebook.Published(), []meter.Fact{{Key: "first", Kind: meter.Grant, Account: "a", Effective: epoch, Amount: 7}})
		f := good
		change(&f)
		_, dry := a.Check(f)
		_, err := a.Add(f)
		if !errors.Is(err, meter.ErrFact) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if dry == nil || dry.Error() != err.Error() {
			t.Errorf("%s: Check says %v", want, dry)
		}
		if w := wallet(t, a, epoch); w.Granted != 7 {
			t.Errorf("%s: the account changed: %d", want, w.Granted)
		}
	}
}

// A key says which fact it is: another fact cannot have it, and the same one may come again, from whatever source.
func TestKeysAreOfOneFact(t *testing.T) {
	t.Parallel()
	f := meter.Fact{Key: "k", Kind: meter.Grant, Account: "a", Effective: epoch, Amount: 7, Recorded: epoch + 1}
	a := account(t, pricebook.Published(), []meter.Fact{f})
	again := f
	again.Recorded, again.Evidence = epoch+99, "webhook, delivered twice"
	if added, err := a.Add(again); added || err != nil {
		t.Errorf("the same fact again: %v, %v", added, err)
	}
	if fresh, err := a.Check(again); fresh || err != nil {
		t.Errorf("the same fact, looked at: %v, %v", fresh, err)
	}
	f.Amount = 8
	if _, err := a.Check(f); !errors.Is(err, meter.ErrConflict) {
		t.Errorf("another fact with the key, looked at: %v", err)
	}
	if _, err := a.Add(f); !errors.Is(err, meter.ErrConflict) || !errors.Is(err, meter.ErrFact) {
		t.Errorf("another fact with the key: %v", err)
	}
	if w := wallet(t, a, epoch); w.Granted != 7 {
		t.Errorf("granted %d", w.Granted)
	}
}

// What an account cannot hold is refused before it is taken in.
func TestSumsThatOverflowAreRefused(t *testing.T) {
	t.Parallel()
	a := meter.NewAccount("a", pricebook.Published())
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		f := meter.Fact{Key: strings.Repeat("k", n+1), Kind: meter.Grant, Account: "a", Effective: epoch, Amount: meter.MaxGrant}
		_, dry := a.Check(f)
		if _, err = a.Add(f); errors.Is(dry, meter.ErrOverflow) != errors.Is(err, meter.ErrOverflow) {
			t.Fatalf("grant %d: Check says %v, Add %v", n, dry, err)
		}
	}
	if !errors.Is(err, meter.ErrOverflow) || n != 26 {
		t.Fatalf("grant %d: %v", n, err)
	}
	if w := wallet(t, a, epoch); w.Granted != 25*meter.MaxGrant {
		t.Errorf("granted %s", w.Granted)
	}
}
