package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

var (
	_ resource.ResourceWithConfigure        = (*agentResource)(nil)
	_ resource.ResourceWithConfigValidators = (*agentResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*agentResource)(nil)
	_ resource.ResourceWithImportState      = (*agentResource)(nil)
	_ resource.ResourceWithIdentity         = (*agentResource)(nil)
)

// agentReadyTimeout bounds the wait for a running machine to take an agent up.
const agentReadyTimeout = 5 * time.Minute

func newAgentResource() resource.Resource { return &agentResource{} }

type agentResource struct{ session *session }

func (r *agentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_agent"
}

func (r *agentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("An agent on a machine: its workspace files, its model and its policy. A machine holds at most %d.\n\n"+
			"An agent of a stopped machine is created with status `provisioning`, and becomes `ready` by itself when the machine starts.",
			manifest.MaxAgents),
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "`<instance_id>/<slug>`.",
			},
			"instance_id": schema.StringAttribute{
				Required: true, PlanModifiers: replace,
				MarkdownDescription: "Id of the `tropic_instance` the agent lives on. A change replaces the agent.",
			},
			"slug": schema.StringAttribute{
				Required: true, PlanModifiers: replace,
				MarkdownDescription: fmt.Sprintf("Short name, unique on the machine: lower-case letters, digits and inner hyphens, at most %d "+
					"characters. The workspace is `/home/ubuntu/.openclaw/workspace/<slug>/`. A change replaces the agent.",
					manifest.MaxSlugLength),
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Name for people. Default: the slug. Changed in place.",
			},
			"template": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Built-in template that gives the workspace files; the data source `tropic_agent_templates` lists them. " +
					"Default: none. Changed in place.",
			},
			"model": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Model of this agent, as `provider/model-id`. Default: the machine's. Changed in place.",
			},
			"policy_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Id of the `tropic_policy` that guards the agent. Default: none but the built-in packs. Changed in place.",
			},
			"files": schema.MapAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: fmt.Sprintf("Workspace files: relative path to UTF-8 text, such as `{ \"AGENTS.md\" = file(\"AGENTS.md\") }`. They go "+
					"over the template's. At most %d files of at most %d bytes each. Changed in place. Not for secrets: they are in state.",
					manifest.MaxFiles, manifest.MaxFileSize),
			},
			"digest": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "SHA-256 of the stored agent document, template files included. When someone edits the document the plan " +
					"shows a change here, and apply writes it anew.",
			},
			"status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`provisioning` (the machine has not taken it up yet), `ready`, `stopped` (the machine is) or `failed`. " +
					"Follows the machine at every refresh.",
			},
			"status_message": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Why the agent failed, as the machine says it; null otherwise.",
			},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
				Create: true, Update: true,
				CreateDescription: "How long to wait for a running machine to take the agent up, after which it is left `provisioning` with a " +
					"warning. Default `5m`.",
				UpdateDescription: "As `create`, for a change. Default `5m`.",
			}),
		},
	}
}

func (r *agentResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (r *agentResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{agentDocumentCheck{}}
}

func (r *agentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config, plan agentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Name.IsNull() {
		plan.Name = plan.Slug
	}
	if allKnown(plan.InstanceID, plan.Slug) {
		plan.ID = types.StringValue(plan.InstanceID.ValueString() + "/" + plan.Slug.ValueString())
		resp.Diagnostics.Append(r.refuseOneTooMany(plan)...)
	}
	plan.Digest = types.StringUnknown()
	if plan.known() {
		resp.Diagnostics.Append(planAgentDigest(&plan)...)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if !req.State.Raw.IsNull() && !resp.Plan.Raw.Equal(req.State.Raw) {
		for _, name := range []string{"status", "status_message"} {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
		}
	}
}

func (r *agentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan agentModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := plan.Timeouts.Create(ctx, agentReadyTimeout)
	resp.Diagnostics.Append(diags...)
	summary := `Creating tropic_agent "` + plan.Slug.ValueString() + `"`
	if err := refuseOtherAgent(ctx, client, plan); err != nil {
		resp.Diagnostics.Append(errorDiagnostics(summary, err, nil)...)
		return
	}
	resp.Diagnostics.Append(putAgent(ctx, client, limit, summary, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(plan))...)
}

func (r *agentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state agentModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(state))...)
	agent, err := client.Agents.Get(ctx, state.InstanceID.ValueString(), state.Slug.ValueString())
	if isAbsentDocument(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Reading tropic_agent "+state.ID.ValueString(), err, nil)...)
		return
	}
	state.setFrom(*agent)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *agentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan agentModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := plan.Timeouts.Update(ctx, agentReadyTimeout)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(putAgent(ctx, client, limit, "Updating tropic_agent "+plan.ID.ValueString(), &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(plan))...)
}

func (r *agentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state agentModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := "Deleting tropic_agent " + state.ID.ValueString()
	err := client.Agents.Delete(ctx, state.InstanceID.ValueString(), state.Slug.ValueString())
	switch {
	case err == nil || errors.Is(err, tropic.ErrNotFound):
	case isLate(err):
		resp.Diagnostics.Append(warningDiagnostics(summary+": the machine has not caught up yet", err)...)
	default:
		resp.Diagnostics.Append(errorDiagnostics(summary, err, nil)...)
	}
}

func (r *agentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	instanceID, slug, wellFormed := strings.Cut(req.ID, "/")
	m := agentModel{InstanceID: types.StringValue(instanceID), Slug: types.StringValue(slug)}
	if importedByIdentity(ctx, req, client.Region(), &resp.Diagnostics) {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("instance_id"), &m.InstanceID)...)
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("slug"), &m.Slug)...)
	} else if !wellFormed || instanceID == "" || slug == "" {
		resp.Diagnostics.AddError("Import id is not an agent's",
			`"`+req.ID+`" does not name an agent.`+"\n\nNext: write <instance id>/<slug>, such as i-0123456789abcdef0/researcher.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("instance_id"), m.InstanceID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("slug"), m.Slug)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(m))...)
}

func (r *agentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"instance_id": identityschema.StringAttribute{RequiredForImport: true, Description: "EC2 id of the agent's machine."},
		"slug":        identityschema.StringAttribute{RequiredForImport: true, Description: "Slug of the agent."},
		"region":      regionIdentity(),
	}}
}

func (r *agentResource) identity(m agentModel) agentIdentityModel {
	return agentIdentityModel{
		InstanceID: m.InstanceID, Slug: m.Slug, Region: types.StringValue(r.session.client.Region()),
	}
}

// refuseOneTooMany refuses at plan time what the library would refuse at apply. It sees the agents of this plan only.
func (r *agentResource) refuseOneTooMany(plan agentModel) diag.Diagnostics {
	var diags diag.Diagnostics
	if r.session == nil {
		return diags
	}
	instanceID := plan.InstanceID.ValueString()
	slugs := r.session.census.plan(instanceID, plan.Slug.ValueString())
	if len(slugs) > manifest.MaxAgents {
		diags.AddAttributeError(path.Root("instance_id"), "Too many agents on one machine",
			fmt.Sprintf("Machine %s would have %d agents (%s); it holds at most %d.\n\nNext: remove one of them, or put it on another "+
				"tropic_instance.", instanceID, len(slugs), strings.Join(slugs, ", "), manifest.MaxAgents))
	}
	return diags
}
