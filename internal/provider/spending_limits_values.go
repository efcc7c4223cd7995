package provider

import (
	"context"
	"errors"
	"math/big"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// errNoCap is about a cap that the meter would read as none.
var errNoCap = errors.New("a cap must be more than zero, for to the meter zero is no cap; leave `daily_credit_cap` out for none, or set " +
	"`desired_state` of a machine to \"stopped\" to have it spend nothing")

// creditCap counts a cap in quanta.
func creditCap(credits *big.Float) (pricebook.Amount, error) {
	amount, err := amountOf(credits)
	if err == nil && amount == 0 {
		err = errNoCap
	}
	return amount, err
}

// creditCapValue has a cap checked at plan time.
type creditCapValue struct{}

var _ validator.Number = creditCapValue{}

func (creditCapValue) Description(context.Context) string { return "a number of credits above zero" }

func (creditCapValue) MarkdownDescription(context.Context) string {
	return "a number of credits above zero"
}

func (creditCapValue) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := creditCap(req.ConfigValue.ValueBigFloat()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), detail(err))
	}
}

// sessionLength reads how long a machine may run at a stretch.
func sessionLength(s string) (time.Duration, error) {
	return wholeSeconds("max_session", s, "is longer than a hundred years", func(d time.Duration) meter.Limits {
		return meter.Limits{MaxSession: d}
	})
}

func checkSessionLength(s string) error {
	_, err := sessionLength(s)
	return err
}

// graceLength reads how much longer a machine runs on while the meter cannot be reached.
func graceLength(s string) (time.Duration, error) {
	return wholeSeconds("control_plane_loss_grace", s, "is longer than 7 days", func(d time.Duration) meter.Limits {
		return meter.Limits{Grace: d}
	})
}

func checkGraceLength(s string) error {
	_, err := graceLength(s)
	return err
}

// wholeSeconds reads a duration as the meter keeps it. It is too long when the meter does not take limits with it.
func wholeSeconds(field, s, tooLong string, with func(time.Duration) meter.Limits) (time.Duration, error) {
	fault := func(reason string) error {
		return &manifest.FieldError{
			Field: field, Value: s, Reason: reason, Want: `a duration of whole seconds above zero, such as "8h" or "1h30m"`,
		}
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return 0, fault("is no duration")
	case d <= 0:
		return 0, fault("is no time at all")
	case d%time.Second != 0:
		return 0, fault("is no whole number of seconds")
	}
	if _, err := client.LimitsOf(with(d)).Meter(); err != nil {
		return 0, fault(tooLong)
	}
	return d, nil
}

// checkZone takes what the meter takes: it has the IANA zones built in.
func checkZone(s string) error {
	if _, err := time.LoadLocation(s); err != nil || s == "" || s == time.Local.String() {
		return &manifest.FieldError{
			Field: "time_zone", Value: s, Reason: "is no known time zone", Want: `an IANA name such as "Europe/Berlin" or "UTC"`,
		}
	}
	return nil
}

func checkAccount(s string) error {
	if err := client.CheckAccount(s); err != nil {
		return &manifest.FieldError{
			Field: "account", Value: s, Reason: "is no name of an account", Want: `1 to 128 bytes of UTF-8 without "/" and control characters`,
		}
	}
	return nil
}

var instanceIDForm = regexp.MustCompile(`^i-([0-9a-f]{8}|[0-9a-f]{17})$`)

func checkInstanceID(s string) error {
	if !instanceIDForm.MatchString(s) {
		return &manifest.FieldError{
			Field: "instance_id", Value: s, Reason: "is no EC2 instance id", Want: `one such as "i-0123456789abcdef0"`,
		}
	}
	return nil
}
