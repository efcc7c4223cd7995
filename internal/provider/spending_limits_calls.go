package provider

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// readLimits asks the meter for the limits that were set for what m is about. An account that it does not know has none.
func readLimits(ctx context.Context, api *client.Client, m spendingLimitsModel) (meter.Limits, error) {
	found, err := api.Limits(ctx, m.Account.ValueString(), m.InstanceID.ValueString())
	var refusal *client.Error
	if errors.As(err, &refusal) && refusal.Code == client.NotFound {
		return meter.Limits{}, nil
	}
	if err != nil {
		return meter.Limits{}, err
	}
	limits, err := found.Meter()
	if m.InstanceID.ValueString() != "" { // days are the account's
		limits.Zone = ""
	}
	return limits, err
}

// writeLimits sets limits. Its key is one for all attempts of this call, so that an attempt whose answer was lost does not
// write over what was set after it.
func writeLimits(ctx context.Context, api *client.Client, m spendingLimitsModel, l meter.Limits) error {
	wanted, instance := client.LimitsOf(l), m.InstanceID.ValueString()
	if instance != "" { // days are the account's
		wanted.Zone = ""
	}
	_, err := api.SetLimits(ctx, m.Account.ValueString(), instance, "terraform-"+rand.Text(), wanted)
	return err
}

// isLimited reports whether anything is set. A zone alone is: it says when the days of machines' own caps begin.
func isLimited(l meter.Limits) bool { return !sameLimits(l, meter.Limits{}) }

func sameLimits(a, b meter.Limits) bool {
	a.Zone, b.Zone = zoneOf(a), zoneOf(b)
	return a == b
}

// describeLimits says limits in words.
func describeLimits(l meter.Limits) string {
	var parts []string
	if l.DailyCap != 0 {
		parts = append(parts, fmt.Sprintf("a daily cap of %s credits", l.DailyCap))
	}
	if l.MaxSession != 0 {
		parts = append(parts, "sessions of at most "+durationText(l.MaxSession))
	}
	if l.Grace != 0 {
		parts = append(parts, "a grace of "+durationText(l.Grace)+" on loss of the control plane")
	}
	return strings.Join(append(parts, "days in "+zoneOf(l)), ", ")
}
