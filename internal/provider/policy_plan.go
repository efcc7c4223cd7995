package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan works out what a policy means and whether machines will see another one, as far as the policy is known. What
// the configuration leaves out is taken from nowhere else: a default that was taken out of it is the rules' again.
func (r *policyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var plan policyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("default"), &plan.Default)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.known() {
		plan.unknow()
	} else if err := plan.work(); err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Reading the policy", err, policyAttributeNames)...)
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// unknow leaves open what follows from parts that are not known yet.
func (m *policyModel) unknow() {
	if m.Default.IsNull() {
		m.Default = types.StringUnknown()
	}
	m.Compiled, m.Digest = types.StringUnknown(), types.StringUnknown()
}

// work fills in what follows from a policy that is known.
func (m *policyModel) work() error { return m.setFrom(m.document()) }
