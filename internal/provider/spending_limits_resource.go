package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

var (
	_ resource.ResourceWithConfigure        = (*spendingLimitsResource)(nil)
	_ resource.ResourceWithConfigValidators = (*spendingLimitsResource)(nil)
	_ resource.ResourceWithImportState      = (*spendingLimitsResource)(nil)
	_ resource.ResourceWithIdentity         = (*spendingLimitsResource)(nil)
)

func newSpendingLimitsResource() resource.Resource { return &spendingLimitsResource{} }

type spendingLimitsResource struct{ session *session }

type spendingLimitsIdentityModel struct {
	Account    types.String `tfsdk:"account"`
	InstanceID types.String `tfsdk:"instance_id"`
}

func (r *spendingLimitsResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_spending_limits"
}

func (r *spendingLimitsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = spendingLimitsSchema()
}

func (r *spendingLimitsResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (r *spendingLimitsResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		resourcevalidator.AtLeastOneOf(
			path.MatchRoot("daily_credit_cap"), path.MatchRoot("max_session"), path.MatchRoot("control_plane_loss_grace"),
			path.MatchRoot("time_zone"),
		),
		resourcevalidator.Conflicting(path.MatchRoot("instance_id"), path.MatchRoot("time_zone")),
	}
}

// Create refuses to write over limits that something else set, unless they are the very same.
func (r *spendingLimitsResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan spendingLimitsModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	api := r.session.meter(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := "Creating tropic_spending_limits of " + plan.subject()
	there, err := readLimits(ctx, api, plan)
	if err != nil {
		resp.Diagnostics.AddError(summary, meterDetail(err))
		return
	}
	wanted, err := plan.limits()
	if err == nil && isLimited(there) && !sameLimits(there, wanted) {
		id := limitsID(plan.Account.ValueString(), plan.InstanceID.ValueString())
		resp.Diagnostics.AddAttributeError(path.Root("account"), summary,
			"There are limits already, and they say something else: "+describeLimits(there)+".\n\n"+
				"Next: adopt them: terraform import tropic_spending_limits.<label> "+id)
		return
	}
	r.put(ctx, api, summary, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.identity())...)
}

// Read takes limits that are none for a resource that is gone, which is what Delete leaves behind, unless none is what the
// state has: days in UTC, and nothing else.
func (r *spendingLimitsResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state spendingLimitsModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	api := r.session.meter(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.identity())...)
	there, err := readLimits(ctx, api, state)
	if err != nil {
		resp.Diagnostics.AddError("Reading tropic_spending_limits of "+state.subject(), meterDetail(err))
		return
	}
	if was, err := state.limits(); !isLimited(there) && (err != nil || isLimited(was) || state.TimeZone.IsNull()) {
		resp.State.RemoveResource(ctx)
		return
	}
	state.setLimits(there)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *spendingLimitsResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan spendingLimitsModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	api := r.session.meter(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.put(ctx, api, "Updating tropic_spending_limits of "+plan.subject(), &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.identity())...)
}

func (r *spendingLimitsResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state spendingLimitsModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	api := r.session.meter(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := writeLimits(ctx, api, state, meter.Limits{}); err != nil {
		resp.Diagnostics.AddError("Deleting tropic_spending_limits of "+state.subject(), meterDetail(err))
	}
}

// put has the meter hold what is planned.
func (r *spendingLimitsResource) put(
	ctx context.Context, api *client.Client, summary string, plan *spendingLimitsModel, diags *diag.Diagnostics,
) {
	wanted, err := plan.limits()
	if err == nil {
		err = writeLimits(ctx, api, *plan, wanted)
	}
	if err != nil {
		diags.AddError(summary, meterDetail(err))
		return
	}
	plan.setLimits(wanted)
}

// ImportState takes "account" or "account/instance_id".
func (r *spendingLimitsResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	var identity spendingLimitsIdentityModel
	if req.ID == "" && req.Identity != nil && !req.Identity.Raw.IsNull() {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	} else {
		account, instance, _ := strings.Cut(req.ID, "/")
		identity = spendingLimitsIdentityModel{Account: types.StringValue(account), InstanceID: textOrNull(instance)}
	}
	err := checkAccount(identity.Account.ValueString())
	if instance := identity.InstanceID.ValueString(); err == nil && instance != "" {
		err = checkInstanceID(instance)
	}
	if err != nil {
		resp.Diagnostics.AddError("Importing tropic_spending_limits", detail(err)+"\n\nExpected: \"account\", or \"account/instance-id\".")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("account"), identity.Account)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("instance_id"), identity.InstanceID)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, identity)...)
}

func (r *spendingLimitsResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account": identityschema.StringAttribute{RequiredForImport: true, Description: "Billing account."},
		"instance_id": identityschema.StringAttribute{
			OptionalForImport: true, Description: "EC2 instance id of the machine that is limited; the whole account when left out.",
		},
	}}
}
