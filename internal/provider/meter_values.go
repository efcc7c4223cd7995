package provider

import (
	"math/big"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// moneyModel is an amount as data sources show it.
type moneyModel struct {
	Credits types.Number `tfsdk:"credits"`
	Quanta  int64        `tfsdk:"quanta"`
}

func moneyOf(m client.Money) moneyModel {
	return moneyModel{Credits: decimalNumber(m.Credits), Quanta: int64(m.Quanta)}
}

const quantaDescription = "The same, exactly, in quanta, of which 3,600,000,000 make a credit."

// money is an attribute for a moneyModel.
func money(description string) schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"credits": schema.NumberAttribute{Computed: true, MarkdownDescription: "Credits, cut to three places."},
			"quanta":  schema.Int64Attribute{Computed: true, MarkdownDescription: quantaDescription},
		},
	}
}

// accountArgument is the account that a data source is about.
var accountArgument = schema.StringAttribute{
	Required:            true,
	Validators:          []validator.String{checked{want: "the name of an account", check: checkAccount}},
	MarkdownDescription: "Billing account, as `account` of a `tropic_instance`.",
}

// instantArgument is an instant that may be left out; then it is what the meter took.
func instantArgument(field, description string) schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: description + ", as RFC 3339 text such as `2026-12-01T00:00:00Z`, no finer than a millisecond.",
		Validators: []validator.String{checked{
			want:  "an instant as RFC 3339 text",
			check: func(s string) error { _, err := meterInstant(field, types.StringValue(s)); return err },
		}},
	}
}

// meterInstant reads an instant of a configuration; 0 for none.
func meterInstant(field string, v types.String) (client.Instant, error) {
	if v.IsNull() || v.IsUnknown() {
		return 0, nil
	}
	s := v.ValueString()
	fault := func(reason string) error {
		return &manifest.FieldError{Field: field, Value: s, Reason: reason, Want: `RFC 3339 text such as "2026-12-01T00:00:00Z"`}
	}
	t, err := time.Parse(time.RFC3339, s)
	switch {
	case err != nil:
		return 0, fault("is no instant")
	case t.Nanosecond()%int(time.Millisecond) != 0:
		return 0, fault("is finer than a millisecond")
	case t.UnixMilli() <= 0:
		return 0, fault("lies before the first second of 1970")
	}
	return client.At(t), nil
}

// instantOr keeps how a configuration wrote an instant.
func instantOr(written types.String, i client.Instant) types.String {
	if written.IsNull() || written.IsUnknown() {
		return types.StringValue(i.String())
	}
	return written
}

// instantOrNull is null for never.
func instantOrNull(i *client.Instant) types.String {
	if i == nil {
		return types.StringNull()
	}
	return types.StringValue(i.String())
}

// hoursUntil is the time from one instant to another in hours, cut to three places; null for never.
func hoursUntil(from client.Instant, to *client.Instant) types.Number {
	if to == nil {
		return types.NumberNull()
	}
	return hours(max(0, int64(*to-from)))
}

// hours is a number of milliseconds in hours, cut to three places.
func hours(milliseconds int64) types.Number {
	return decimalNumber(big.NewRat(milliseconds/3600, 1000).FloatString(3))
}
