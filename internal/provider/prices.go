package provider

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/nearest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// prices are a price book and the instant whose prices are shown. The instant is one for the life of the provider, which
// is a step of Terraform's (a plan, an apply): so a function gives the same answer to the same arguments all through it.
type prices struct {
	book *pricebook.Book
	at   time.Time
}

// pricesNow are Tropic's, as they are now.
func pricesNow() prices { return prices{book: pricebook.Published(), at: time.Now()} }

// atDescription says to a reader of the docs which prices are meant.
const atDescription = "Prices are those of the moment at which the step of Terraform began, or of `at`. Should a price change between a " +
	"saved plan and its apply, Terraform refuses to apply a resource that uses the answer, because it is another than in the plan: " +
	"plan again, or give `plantimestamp()` as `at`, which Terraform keeps with the plan."

// machineParameters are what a price depends on.
func machineParameters(types string) []function.Parameter {
	return []function.Parameter{
		function.StringParameter{
			Name:                "instance_type",
			MarkdownDescription: "EC2 instance type: " + types + ".",
		},
		function.StringParameter{
			Name: "model", AllowNullValue: true,
			MarkdownDescription: "Model reference, such as `anthropic/claude-sonnet-4-6`; null or `\"\"` for your own API key, where only " +
				"compute is charged.",
		},
	}
}

// atParameter lets a caller name the instant.
var atParameter = function.StringParameter{
	Name:                "at",
	MarkdownDescription: "At most one instant, as RFC 3339 text such as `2026-12-01T00:00:00Z`, whose prices to take.",
}

// rate answers for arguments, of which instance_type is number first, model the next and at the one after.
func (p prices) rate(instanceType string, model types.String, at []string, first int64) (pricebook.Rate, *function.FuncError) {
	switch len(at) {
	case 0:
	case 1:
		instant, err := parseInstant(at[0])
		if err != nil {
			return 0, argumentError(first+2, err)
		}
		p.at = instant
	default:
		return 0, argumentError(first+3, errors.New("there is one instant at most"))
	}
	rate, err := p.book.Running(instanceType, model.ValueString(), p.at)
	if err == nil {
		return rate, nil
	}
	var unpriced *pricebook.UnpricedError
	if !errors.As(err, &unpriced) {
		return 0, function.NewFuncError(err.Error())
	}
	if near, ok := nearest.Word(unpriced.Name, unpriced.Priced); ok && near != unpriced.Name {
		err = fmt.Errorf("%w; write %q, if that was meant", err, near)
	}
	if unpriced.Kind == pricebook.KindModel {
		return 0, argumentError(first+1, fmt.Errorf("%w; for your own API key write null", err))
	}
	return 0, argumentError(first, err)
}

// parseInstant reads what a configuration gives as `at`.
func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, &manifest.FieldError{
			Field: "at", Value: s, Reason: "is no instant", Want: `RFC 3339 text such as "2026-12-01T00:00:00Z"`,
		}
	}
	return t, nil
}

// terraformPrecision is that of Terraform's numbers, in bits.
const terraformPrecision = 512

// rateNumber is a rate in credits per hour, equal to the same decimal written in a configuration.
func rateNumber(r pricebook.Rate) types.Number { return decimalNumber(r.String()) }

// decimalNumber is a decimal that Go wrote as Terraform reads it.
func decimalNumber(decimal string) types.Number {
	n, _, err := big.ParseFloat(decimal, 10, terraformPrecision, big.ToNearestEven)
	if err != nil {
		return types.NumberNull()
	}
	return types.NumberValue(n)
}
