package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

var (
	_ resource.ResourceWithConfigure        = (*instanceResource)(nil)
	_ resource.ResourceWithConfigValidators = (*instanceResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*instanceResource)(nil)
	_ resource.ResourceWithImportState      = (*instanceResource)(nil)
	_ resource.ResourceWithIdentity         = (*instanceResource)(nil)
)

// How long the slow steps may take when the configuration says nothing.
const (
	instanceCreateTimeout = 20 * time.Minute
	instanceUpdateTimeout = 20 * time.Minute
	instanceDeleteTimeout = 10 * time.Minute
)

type instanceResource struct {
	session *session
	prices  prices
}

func (r *instanceResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_instance"
}

func (r *instanceResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = instanceSchema(ctx)
}

func (r *instanceResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (r *instanceResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{instanceSpecCheck{}}
}

func (r *instanceResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config, plan, state instanceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if config.ProxyCIDRs.IsNull() {
		plan.ProxyCIDRs = types.SetUnknown(types.StringType)
		if r.session.ready() {
			plan.ProxyCIDRs = setOf(r.session.proxyCIDRs)
		}
	}
	if !req.State.Raw.IsNull() {
		planChange(&plan, state, &resp.Diagnostics)
	}
	plan.CreditsPerHour = r.prices.plannedRate(plan, state)
	r.foresee(ctx, plan, state, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if req.State.Raw.IsNull() || resp.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("status"), types.ObjectUnknown(instanceStatusTypes))...)
}

// Create saves the id as soon as EC2 accepted the machine, so that a death of the provider leaves nothing unknown to
// Terraform. What fails later is a warning: the machine is there, and the next plan shows what it lacks.
func (r *instanceResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, plan instanceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := plan.Timeouts.Create(ctx, instanceCreateTimeout)
	resp.Diagnostics.Append(diags...)
	work, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	summary := `Creating tropic_instance "` + plan.Name.ValueString() + `"`
	resp.Diagnostics.Append(detectCaller(work, client, &plan)...)
	plan.CreditsPerHour = r.prices.settledRate(plan)
	plan.APIKeysWO = config.APIKeysWO
	spec, err := plan.spec()
	plan.APIKeysWO = types.MapNull(types.StringType)
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics(summary, err, instanceAttributeNames)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	instance, err := client.Instances.Launch(work, spec)
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics(summary, err, instanceAttributeNames)...)
		return
	}
	plan.setInstance(*instance)
	plan.settle()
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(plan))...)
	if resp.Diagnostics.HasError() {
		return
	}

	report, err := client.Instances.Provision(work, instance.ID, spec)
	if plan.DesiredState.ValueString() == desiredStopped && !isGone(ctx, client, instance.ID) {
		_, stopErr := client.Instances.Stop(work, instance.ID)
		err = errors.Join(err, stopErr)
	}
	if err != nil && isGone(ctx, client, instance.ID) {
		resp.Diagnostics.Append(r.abandon(ctx, client, instance.ID, summary, err)...)
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(lateDiagnostics(instance.ID, report, err)...)
	if _, err := readInstance(ctx, client, &plan); err != nil {
		resp.Diagnostics.Append(warningDiagnostics(summary+": reading it back", err)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *instanceResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state instanceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(state))...)
	found, err := readInstance(ctx, client, &state)
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Reading tropic_instance "+state.ID.ValueString(), err, nil)...)
		return
	}
	if !found {
		resp.State.RemoveResource(ctx)
		return
	}
	state.CreditsPerHour = r.prices.machineRate(state)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *instanceResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state instanceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := plan.Timeouts.Update(ctx, instanceUpdateTimeout)
	resp.Diagnostics.Append(diags...)
	work, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	change := instanceChange{client: client, config: config, plan: plan, state: state}
	resp.Diagnostics.Append(change.apply(work)...)
	failed := resp.Diagnostics.HasError()
	plan.CreditsPerHour = r.prices.settledRate(plan)
	if _, err := readInstance(ctx, client, &plan); err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Reading tropic_instance "+state.ID.ValueString(), err, nil)...)
		return
	}
	if failed { // what was not done must show in the next plan, also where it cannot be read back
		plan.APIKeysWOVersion = state.APIKeysWOVersion
		plan.CreditsPerHour = r.prices.machineRate(plan)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(plan))...)
}

func (r *instanceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state instanceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := state.Timeouts.Delete(ctx, instanceDeleteTimeout)
	resp.Diagnostics.Append(diags...)
	work, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := client.Instances.Terminate(work, state.ID.ValueString())
	if err != nil && !errors.Is(err, tropic.ErrNotFound) {
		resp.Diagnostics.Append(errorDiagnostics("Deleting tropic_instance "+state.ID.ValueString(), err, nil)...)
	}
}

func (r *instanceResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id := types.StringValue(req.ID)
	if importedByIdentity(ctx, req, client.Region(), &resp.Diagnostics) {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(instanceModel{ID: id}))...)
}

func (r *instanceResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id":     identityschema.StringAttribute{RequiredForImport: true, Description: "EC2 instance id."},
		"region": regionIdentity(),
	}}
}

func (r *instanceResource) identity(m instanceModel) instanceIdentityModel {
	return instanceIdentityModel{ID: m.ID, Region: types.StringValue(r.session.client.Region())}
}
