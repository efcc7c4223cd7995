package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

var (
	_ resource.ResourceWithConfigure   = (*sshKeyResource)(nil)
	_ resource.ResourceWithImportState = (*sshKeyResource)(nil)
	_ resource.ResourceWithIdentity    = (*sshKeyResource)(nil)
)

func newSSHKeyResource() resource.Resource { return &sshKeyResource{} }

type sshKeyResource struct{ session *session }

func (r *sshKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ssh_key"
}

func (r *sshKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An Ed25519 SSH key pair made by EC2. The private half goes straight into an encrypted parameter and is in no " +
			"state or plan; read it with the ephemeral resource `tropic_ssh_private_key`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "The key's name. Give it to `ssh_key` of a `tropic_instance`.",
			},
			"name": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{named("name")},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "Name of the key, unique in the AWS account and region. A change replaces the key.",
			},
			"key_pair_id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "EC2's id of the key pair, such as `key-0123456789abcdef0`.",
			},
			"fingerprint": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "SHA-256 of the public key in base64, as `ssh-keygen -l` prints it (source: EC2).",
			},
			"public_key": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Public half, as a line for `authorized_keys`.",
			},
			"private_key_parameter": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "Name of the encrypted parameter (SecureString) that holds the private half. When someone deletes it the " +
					"half is lost, and the plan makes a new key.",
			},
		},
	}
}

func (r *sshKeyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (r *sshKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan sshKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := `Creating tropic_ssh_key "` + plan.Name.ValueString() + `"`
	key, err := client.SSHKeys.Create(ctx, plan.Name.ValueString())
	switch {
	case err == nil:
	case key != nil && isLate(err):
		resp.Diagnostics.Append(warningDiagnostics(summary+": made, but not every machine has it yet", err)...)
	default:
		resp.Diagnostics.Append(errorDiagnostics(summary, err, nil)...)
		return
	}
	plan.setFrom(*key)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(plan))...)
}

func (r *sshKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state sshKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.identity(state))...)
	key, err := client.SSHKeys.Get(ctx, state.Name.ValueString())
	if errors.Is(err, tropic.ErrNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics(`Reading tropic_ssh_key "`+state.Name.ValueString()+`"`, err, nil)...)
		return
	}
	state.setFrom(*key)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update has nothing to do: every argument replaces the key.
func (r *sshKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan sshKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *sshKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state sshKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client := r.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	err := client.SSHKeys.Delete(ctx, state.Name.ValueString())
	if err != nil && !errors.Is(err, tropic.ErrNotFound) {
		resp.Diagnostics.Append(errorDiagnostics(`Deleting tropic_ssh_key "`+state.Name.ValueString()+`"`, err, nil)...)
	}
}

func (r *sshKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importByName(ctx, r.session, req, resp)
}

func (r *sshKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = namedIdentitySchema("Name of the SSH key.")
}

func (r *sshKeyResource) identity(m sshKeyModel) namedIdentityModel {
	return namedIdentityModel{Name: m.Name, Region: types.StringValue(r.session.client.Region())}
}
