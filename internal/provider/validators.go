package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// checked is a validator for a string, made from a check of the library, so that what is allowed is said in one place.
type checked struct {
	want  string // what a good value looks like, for people
	check func(string) error
}

var _ validator.String = checked{}

func (c checked) Description(context.Context) string         { return c.want }
func (c checked) MarkdownDescription(context.Context) string { return c.want }

func (c checked) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), detail(err))
	}
}

// named checks a name of an instance, an SSH key or a policy; field is what the message calls it.
func named(field string) validator.String {
	return checked{
		want:  "letters, digits, '.', '_' and '-', beginning and ending with a letter or digit",
		check: func(s string) error { return manifest.ValidateName(field, s) },
	}
}

// prefix checks one address range; field is what the message calls it.
func prefix(field string) validator.String {
	return checked{
		want: "an address range in canonical CIDR notation",
		check: func(s string) error {
			parsed, err := tropic.ParsePrefix(field, s)
			if err == nil && parsed.String() != s {
				return &manifest.FieldError{Field: field, Value: s, Reason: "is not in canonical form", Want: parsed.String()}
			}
			return err
		},
	}
}

// oneOf checks that a value is among those the library knows; field is what the message calls it.
func oneOf(field string, allowed ...string) validator.String {
	want := "one of " + strings.Join(allowed, ", ")
	return checked{want: want, check: func(s string) error {
		for _, a := range allowed {
			if a == s {
				return nil
			}
		}
		return &manifest.FieldError{Field: field, Value: s, Reason: "is not known", Want: want}
	}}
}
