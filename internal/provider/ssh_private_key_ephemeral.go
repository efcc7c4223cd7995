package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*sshPrivateKeyEphemeral)(nil)

func newSSHPrivateKeyEphemeral() ephemeral.EphemeralResource { return &sshPrivateKeyEphemeral{} }

type sshPrivateKeyEphemeral struct{ session *session }

type sshPrivateKeyModel struct {
	Name       types.String `tfsdk:"name"`
	PrivateKey types.String `tfsdk:"private_key"`
}

func (e *sshPrivateKeyEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ssh_private_key"
}

func (e *sshPrivateKeyEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The private half of a `tropic_ssh_key`, read when it is needed and kept nowhere: not in state, not in a plan. " +
			"Needs Terraform 1.10 or OpenTofu 1.11.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{Required: true, MarkdownDescription: "Name of the `tropic_ssh_key`."},
			"private_key": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "Private key in OpenSSH's PEM form, ready for `ssh -i` once it is in a file of mode 0600.",
			},
		},
	}
}

func (e *sshPrivateKeyEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (e *sshPrivateKeyEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model sshPrivateKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	client := e.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	key, err := client.SSHKeys.PrivateKey(ctx, model.Name.ValueString())
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics(`Reading the private half of tropic_ssh_key "`+model.Name.ValueString()+`"`, err, nil)...)
		return
	}
	model.PrivateKey = types.StringValue(key)
	resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
}
