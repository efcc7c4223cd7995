package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ function.Function = creditsPerHour{}

// creditsPerHour is provider::tropic::credits_per_hour.
type creditsPerHour struct{ prices prices }

func (creditsPerHour) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "credits_per_hour"
}

func (f creditsPerHour) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "What a running machine costs",
		MarkdownDescription: "Credits that a machine costs for each hour in which it runs: compute, and the model with Tropic's API key. It is " +
			"exact, from the price book that the meter charges by, and calls nothing.\n\n" + atDescription,
		Parameters:        machineParameters(codeList(f.prices.book.InstanceTypes())),
		VariadicParameter: atParameter,
		Return:            function.NumberReturn{},
	}
}

func (f creditsPerHour) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var instanceType string
	var model types.String
	var at []string
	if resp.Error = req.Arguments.Get(ctx, &instanceType, &model, &at); resp.Error != nil {
		return
	}
	rate, err := f.prices.rate(instanceType, model, at, 0)
	if err != nil {
		resp.Error = err
		return
	}
	resp.Error = resp.Result.Set(ctx, rateNumber(rate))
}
