package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

type sshKeyModel struct {
	ID                  types.String `tfsdk:"id"`
	Name                types.String `tfsdk:"name"`
	KeyPairID           types.String `tfsdk:"key_pair_id"`
	Fingerprint         types.String `tfsdk:"fingerprint"`
	PublicKey           types.String `tfsdk:"public_key"`
	PrivateKeyParameter types.String `tfsdk:"private_key_parameter"`
}

// setFrom takes over what is.
func (m *sshKeyModel) setFrom(k tropic.SSHKey) {
	m.ID, m.Name = types.StringValue(k.Name), types.StringValue(k.Name)
	m.KeyPairID = textOrNull(k.KeyPairID)
	m.Fingerprint = textOrNull(k.Fingerprint)
	m.PublicKey = textOrNull(k.PublicKey)
	m.PrivateKeyParameter = types.StringValue(manifest.SSHPrivateKeyPath(k.Name))
}
