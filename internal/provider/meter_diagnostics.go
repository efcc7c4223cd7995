package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// meter returns the meter's client. When there is none, the diagnostic says what to set.
func (s *session) meter(diags *diag.Diagnostics) *client.Client {
	var a meterAccess
	if s != nil {
		a = s.meterAccess
	}
	if a.client != nil {
		return a.client
	}
	summary, text := a.lack()
	diags.AddError(summary, text)
	return nil
}

// lack says why there is no client, and what to do.
func (a meterAccess) lack() (summary, text string) {
	switch {
	case a.fault != nil:
		return "The meter cannot be asked", detail(a.fault) + "\n\nNext: correct `meter` in the provider block, or " + envMeterURL + " and " +
			envMeterToken + "."
	case len(a.deferred.Steps()) > 0:
		return "The meter is not configured yet",
			"The value of `" + a.deferred.String() + "` in the provider block is known only after apply, and this step has to ask the meter " +
				"now.\n\nNext: give the provider block a value known at plan time, or apply what it depends on first with -target."
	}
	return "No meter is configured", "This step has to ask the meter, and not all is set that it takes to reach one.\n\nNext: set\n- " +
		strings.Join(a.missing, "\n- ")
}

// meterDetail is the text below a diagnostic's summary for an error of the meter: what it said, what to do next where that
// is in Terraform's hands, and what the meter's operator would ask for.
func meterDetail(err error) string {
	var refusal *client.Error
	switch {
	case errors.As(err, &refusal):
	case errors.Is(err, context.DeadlineExceeded):
		return sentence(err.Error()) + "\n\nNext: see whether the meter runs and is reached from here."
	default:
		return sentence(err.Error())
	}
	bare := *refusal
	bare.RequestID = ""
	text := sentence(bare.Error())
	switch refusal.Code { //nolint:exhaustive // what the others say needs no more
	case client.Unauthenticated:
		text += "\n\nNext: set `meter.token` in the provider block, or " + envMeterToken + ", to a token that the meter gave out and did not revoke."
	case client.Forbidden:
		text += "\n\nNext: use a token of that account, or the admin token, as `meter.token` in the provider block or " + envMeterToken + "."
	case "":
		text += "\n\nNext: see that `meter.url` in the provider block, or " + envMeterURL + ", is the meter's address."
	}
	if refusal.RequestID != "" {
		text += "\n\nMeter request id: " + refusal.RequestID
	}
	return text
}
