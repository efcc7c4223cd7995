package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
)

var (
	_ resource.ResourceWithConfigure        = (*policyResource)(nil)
	_ resource.ResourceWithConfigValidators = (*policyResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*policyResource)(nil)
	_ resource.ResourceWithImportState      = (*policyResource)(nil)
	_ resource.ResourceWithIdentity         = (*policyResource)(nil)
)

func newPolicyResource() resource.Resource { return &policyResource{} }

type policyResource struct{ session *session }

func (r *policyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_policy"
}

func (r *policyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A policy: what an agent may do freely, what it must ask for and what it may not do. It is written as rule " +
			"lines, as Cedar, or both, and is checked at plan time: what the rule language or the gate's schema does not know is refused, " +
			"with line and column, and what a rule hides or contradicts is a warning. The plan shows what each line compiles to. A change reaches every machine with an agent that uses the policy, without a restart.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Id of the policy: its name. Give it to `policy_id` of a `tropic_agent`.",
			},
			"name": schema.StringAttribute{
				Required:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{named("name")},
				MarkdownDescription: "Name of the policy, unique in the AWS account and region. A change replaces the policy.",
			},
			"rules": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Rules, one a line: `ALLOW:`, `REQUIRE CONFIRM:` or `DENY:` and what it is about, such as " +
					codeList(policy.Examples()[:exampleRules]) + ". `#` begins a comment; `default = confirm` sets what holds for the rest. Deny wins " +
					"over confirm, confirm over allow. At least one of `rules` and `cedar` is needed. Changed in place.",
			},
			"cedar": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Policies in Cedar (https://www.cedarpolicy.com), for what the rule language cannot say. Each needs an `@id` " +
					"of its own; `@decision(\"confirm\")` makes one ask a person. Changed in place.",
			},
			"default": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "What happens to a call that nothing mentions: `allow` (what the gate cannot understand is confirmed), `confirm` " +
					"or `deny`. It may not contradict a `default =` line of the rules. Default: what the rules set, else `allow`. Changed in place.",
			},
			"compiled": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "What the rules compile to: Cedar, with what each line means, and what the gate cannot know about it, above it; " +
					"and `cedar` as it stands. Machines compile the rules anew, so that policy and gate are of one version; their files are `/etc/tropic/gate/agents/<slug>.cedar`.",
			},
			"digest": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "SHA-256 of the stored policy. Machines report the digest they enforce, so the two can be compared.",
			},
		},
	}
}

func (r *policyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (r *policyResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{policyRules{}}
}

func (r *policyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan policyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := `Creating tropic_policy "` + plan.Name.ValueString() + `"`
	wanted := plan.document()
	if err := refuseOtherPolicy(ctx, client, wanted); err != nil {
		resp.Diagnostics.Append(errorDiagnostics(summary, err, policyAttributeNames)...)
		return
	}
	r.put(ctx, client, summary, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(plan))...)
}

func (r *policyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state policyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(state))...)
	stored, err := client.Policies.Get(ctx, state.Name.ValueString())
	if errors.Is(err, tropic.ErrNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err == nil {
		err = state.setStored(stored.Policy)
	}
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics(`Reading tropic_policy "`+state.Name.ValueString()+`"`, err, nil)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *policyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan policyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.put(ctx, client, `Updating tropic_policy "`+plan.Name.ValueString()+`"`, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(plan))...)
}

func (r *policyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state policyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	err := client.Policies.Delete(ctx, state.Name.ValueString())
	if err != nil && !errors.Is(err, tropic.ErrNotFound) {
		resp.Diagnostics.Append(errorDiagnostics(`Deleting tropic_policy "`+state.Name.ValueString()+`"`, err, nil)...)
	}
}

func (r *policyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importByName(ctx, r.session, req, resp)
}

func (r *policyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = namedIdentitySchema("Name of the policy.")
}

func (r *policyResource) identity(m policyModel) namedIdentityModel {
	return namedIdentityModel{Name: m.Name, Region: types.StringValue(r.session.client.Region())}
}

// put stores the policy. Machines that could not be told at once catch up at their next reconcile, so that is a warning.
func (r *policyResource) put(
	ctx context.Context, client *tropic.Client, summary string, plan *policyModel, diags *diag.Diagnostics,
) {
	_, err := client.Policies.Put(ctx, plan.document())
	switch {
	case err == nil:
	case isLate(err):
		diags.Append(warningDiagnostics(summary+": stored, but not every machine has it yet", err)...)
	default:
		diags.Append(errorDiagnostics(summary, err, policyAttributeNames)...)
		return
	}
	if err := plan.setFrom(plan.document()); err != nil {
		diags.Append(errorDiagnostics(summary, err, policyAttributeNames)...)
	}
}

// refuseOtherPolicy protects a policy of the same name that something else manages. The very same policy is taken over:
// it is what a create that was killed after its last call leaves behind.
func refuseOtherPolicy(ctx context.Context, client *tropic.Client, wanted manifest.Policy) error {
	stored, err := client.Policies.Get(ctx, wanted.ID)
	if errors.Is(err, tropic.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if stored.Rules == wanted.Rules && stored.Cedar == wanted.Cedar && stored.Default == wanted.Default {
		return nil
	}
	return &tropic.Error{
		Op: "creating", Resource: "policy", ID: wanted.ID, Kind: tropic.ErrConflict, Field: "name",
		Reason: "a policy of this name exists already and says something else",
		Next:   "choose another name, or adopt it: terraform import tropic_policy.<label> " + wanted.ID,
	}
}
