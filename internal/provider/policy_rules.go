package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// policyRules has the library read a policy, as far as it is known.
type policyRules struct{}

var _ resource.ConfigValidator = policyRules{}

func (policyRules) Description(context.Context) string { return "every rule is understood" }

func (c policyRules) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

func (policyRules) ValidateResource(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var config policyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || config.Rules.IsUnknown() || config.Cedar.IsUnknown() {
		return
	}
	if config.Name.IsUnknown() {
		config.Name = types.StringValue("unknown")
	}
	if err := tropic.ValidatePolicy(config.document()); err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Invalid tropic_policy", err, policyAttributeNames)...)
	}
}
