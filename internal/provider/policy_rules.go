package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
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
	if config.Default.IsUnknown() {
		config.Default = types.StringNull()
	}
	compiled, err := tropic.CompilePolicy(config.document())
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Invalid tropic_policy", err, policyAttributeNames)...)
		return
	}
	resp.Diagnostics.Append(policyWarnings(compiled.Warnings)...)
}

// policyWarnings says what is probably not meant.
func policyWarnings(warnings []policy.Warning) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, w := range warnings {
		diags.AddAttributeWarning(path.Root("rules"), fmt.Sprintf("Policy rule in line %d: %s", w.Position.Line, warningTitles[w.Kind]),
			sentence(w.String()))
	}
	return diags
}

var warningTitles = map[policy.WarningKind]string{
	policy.Duplicate:   "said twice",
	policy.Conflict:    "contradicted",
	policy.NeverFires:  "has no effect",
	policy.UnknownFact: "asks for what is not known before a call",
}
