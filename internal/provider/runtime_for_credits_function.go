package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ function.Function = runtimeForCredits{}

// runtimeForCredits is provider::tropic::runtime_for_credits.
type runtimeForCredits struct{ prices prices }

func (runtimeForCredits) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "runtime_for_credits"
}

func (f runtimeForCredits) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	credits := function.NumberParameter{
		Name: "credits",
		MarkdownDescription: "Credits to spend, with any number of decimals; not negative. They are counted in quanta, of which " +
			"3,600,000,000 make a credit; less than one is dropped.",
	}
	resp.Definition = function.Definition{
		Summary: "How long a machine runs for some credits",
		MarkdownDescription: "Seconds for which a machine runs for a number of credits: the largest whole number whose charge does not exceed " +
			"them. It is exact, from the price book that the meter charges by, and calls nothing. A change of price that is still to come " +
			"is not foreseen.\n\n" + atDescription,
		Parameters:        append([]function.Parameter{credits}, machineParameters(codeList(f.prices.book.InstanceTypes()))...),
		VariadicParameter: atParameter,
		Return:            function.Int64Return{},
	}
}

func (f runtimeForCredits) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var credits types.Number
	var instanceType string
	var model types.String
	var at []string
	if resp.Error = req.Arguments.Get(ctx, &credits, &instanceType, &model, &at); resp.Error != nil {
		return
	}
	amount, err := amountOf(credits.ValueBigFloat())
	if err != nil {
		resp.Error = argumentError(0, err)
		return
	}
	rate, refusal := f.prices.rate(instanceType, model, at, 1)
	if refusal != nil {
		resp.Error = refusal
		return
	}
	seconds, err := rate.WholeSeconds(amount)
	if err != nil {
		resp.Error = argumentError(1, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, seconds)
}
