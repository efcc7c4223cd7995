package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*gatewayTokenEphemeral)(nil)

func newGatewayTokenEphemeral() ephemeral.EphemeralResource { return &gatewayTokenEphemeral{} }

type gatewayTokenEphemeral struct{ session *session }

type gatewayTokenModel struct {
	InstanceID types.String `tfsdk:"instance_id"`
	Token      types.String `tfsdk:"token"`
}

func (e *gatewayTokenEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gateway_token"
}

func (e *gatewayTokenEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The token of a machine's OpenClaw gateway, read when it is needed and kept nowhere: not in state, not in a " +
			"plan. Needs Terraform 1.10 or OpenTofu 1.11.",
		Attributes: map[string]schema.Attribute{
			"instance_id": schema.StringAttribute{Required: true, MarkdownDescription: "Id of the `tropic_instance`."},
			"token": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "The token: 48 hexadecimal characters.",
			},
		},
	}
}

func (e *gatewayTokenEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (e *gatewayTokenEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model gatewayTokenModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	client := e.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	token, err := client.Gateway.Token(ctx, model.InstanceID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Reading the gateway token of "+model.InstanceID.ValueString(), err, nil)...)
		return
	}
	model.Token = types.StringValue(token)
	resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
}
