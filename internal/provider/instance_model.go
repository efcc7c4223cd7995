package provider

import (
	"errors"
	"net/netip"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// instanceAttributeNames maps fields of tropic.InstanceSpec to attributes, where the names differ.
var instanceAttributeNames = attributeNames{
	"type":        "instance_type",
	"image_id":    "ami",
	"credentials": "api_keys_wo",
	"provider":    "api_keys_wo",
	"ssh":         "ssh_cidrs",
	"proxy":       "proxy_cidrs",
}

type instanceModel struct {
	ID                    types.String   `tfsdk:"id"`
	ARN                   types.String   `tfsdk:"arn"`
	Name                  types.String   `tfsdk:"name"`
	Account               types.String   `tfsdk:"account"`
	InstanceType          types.String   `tfsdk:"instance_type"`
	AMI                   types.String   `tfsdk:"ami"`
	Model                 types.String   `tfsdk:"model"`
	APIKey                types.String   `tfsdk:"api_key"`
	APIKeysWO             types.Map      `tfsdk:"api_keys_wo"`
	APIKeysWOVersion      types.String   `tfsdk:"api_keys_wo_version"`
	SSHKey                types.String   `tfsdk:"ssh_key"`
	SSHCIDRs              types.Set      `tfsdk:"ssh_cidrs"`
	AllowSSHFromAnywhere  types.Bool     `tfsdk:"allow_ssh_from_anywhere"`
	ProxyCIDRs            types.Set      `tfsdk:"proxy_cidrs"`
	AllowedOrigins        types.Set      `tfsdk:"allowed_origins"`
	InstanceProfile       types.String   `tfsdk:"instance_profile"`
	CreateInstanceProfile types.Bool     `tfsdk:"create_instance_profile"`
	SubnetID              types.String   `tfsdk:"subnet_id"`
	DesiredState          types.String   `tfsdk:"desired_state"`
	Tags                  types.Map      `tfsdk:"tags"`
	State                 types.String   `tfsdk:"state"`
	Hold                  types.String   `tfsdk:"hold"`
	PublicIP              types.String   `tfsdk:"public_ip"`
	PrivateIP             types.String   `tfsdk:"private_ip"`
	AvailabilityZone      types.String   `tfsdk:"availability_zone"`
	SecurityGroupID       types.String   `tfsdk:"security_group_id"`
	Ingress               types.Set      `tfsdk:"ingress"`
	SettingsDigest        types.String   `tfsdk:"settings_digest"`
	Status                types.Object   `tfsdk:"status"`
	CreditsPerHour        types.Number   `tfsdk:"credits_per_hour"`
	Timeouts              timeouts.Value `tfsdk:"timeouts"`
}

type instanceIdentityModel struct {
	ID     types.String `tfsdk:"id"`
	Region types.String `tfsdk:"region"`
}

var (
	ingressType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"protocol": types.StringType, "from_port": types.Int32Type, "to_port": types.Int32Type, "source": types.StringType,
	}}
	instanceStatusTypes = map[string]attr.Type{
		"connected": types.BoolType, "gateway": types.StringType, "problems": types.ListType{ElemType: types.StringType},
	}
)

// spec is the machine as the library knows it. Unknown values are left out, so that a configuration can be checked
// before all of it is known. The error joins every address that cannot be read.
func (m instanceModel) spec() (tropic.InstanceSpec, error) {
	ssh, sshErr := prefixes("ssh_cidrs", m.SSHCIDRs)
	proxy, proxyErr := prefixes("proxy_cidrs", m.ProxyCIDRs)
	return tropic.InstanceSpec{
		Name:                  m.Name.ValueString(),
		Type:                  m.InstanceType.ValueString(),
		ImageID:               m.AMI.ValueString(),
		Account:               m.Account.ValueString(),
		Model:                 m.Model.ValueString(),
		APIKey:                manifest.APIKeyMode(m.APIKey.ValueString()),
		SSHKey:                m.SSHKey.ValueString(),
		InstanceProfile:       m.InstanceProfile.ValueString(),
		CreateInstanceProfile: m.CreateInstanceProfile.ValueBool(),
		SubnetID:              m.SubnetID.ValueString(),
		Ingress:               tropic.IngressSpec{SSH: ssh, Proxy: proxy, AllowSSHFromAnywhere: m.AllowSSHFromAnywhere.ValueBool()},
		AllowedOrigins:        stringsOf(m.AllowedOrigins),
		Credentials:           stringMapOf(m.APIKeysWO),
		Tags:                  stringMapOf(m.Tags),
	}, errors.Join(sshErr, proxyErr)
}

// prefixes is nil for a null or unknown set only: to the library no list means "detect", an empty one "nobody".
func prefixes(field string, set types.Set) ([]netip.Prefix, error) {
	if set.IsNull() || set.IsUnknown() {
		return nil, nil
	}
	out := []netip.Prefix{}
	var errs []error
	for _, s := range stringsOf(set) {
		p, err := tropic.ParsePrefix(field, s)
		if err == nil && p.String() != s {
			err = &tropic.Error{
				Resource: "instance", Kind: tropic.ErrValidation, Field: field,
				Reason: field + " \"" + s + "\" is not written as a range", Next: `write "` + p.String() + `"`,
			}
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, p)
	}
	return out, errors.Join(errs...)
}

// settingsDigest is the digest of the settings document this model asks for.
func (m instanceModel) settingsDigest() (string, error) {
	return manifest.Digest(manifest.Settings{
		Name:           m.Name.ValueString(),
		Account:        m.Account.ValueString(),
		Model:          m.Model.ValueString(),
		APIKey:         manifest.APIKeyMode(m.APIKey.ValueString()),
		AllowedOrigins: stringsOf(m.AllowedOrigins),
	})
}

// setInstance takes over what EC2 says.
func (m *instanceModel) setInstance(i tropic.Instance) {
	m.ID = types.StringValue(i.ID)
	m.ARN = textOrNull(i.ARN)
	m.Name = types.StringValue(i.Name)
	m.Account = types.StringValue(i.Account)
	m.InstanceType = types.StringValue(i.Type)
	m.AMI = types.StringValue(i.ImageID)
	m.Model = types.StringValue(i.Model)
	m.APIKey = types.StringValue(string(i.APIKey))
	m.SSHKey = textOrPrior(i.SSHKey, m.SSHKey)
	m.InstanceProfile = textOrPrior(i.InstanceProfile, m.InstanceProfile)
	m.SubnetID = textOrNull(i.SubnetID)
	m.AvailabilityZone = textOrNull(i.AvailabilityZone)
	m.SecurityGroupID = textOrNull(i.SecurityGroupID)
	m.PublicIP = textOrNull(i.PublicIP)
	m.PrivateIP = textOrNull(i.PrivateIP)
	m.State = types.StringValue(i.State)
	m.Hold = textOrNull(i.Hold)
	m.Tags = mapOrPrior(i.Tags, m.Tags)
	m.adoptPower(i)
}

// adoptPower fills, after an import, what only a configuration says otherwise.
func (m *instanceModel) adoptPower(i tropic.Instance) {
	if m.DesiredState.IsNull() {
		m.DesiredState = types.StringValue(desiredRunning)
		if i.Hold == "" && !isUp(i.State) {
			m.DesiredState = types.StringValue(desiredStopped)
		}
	}
	if m.CreateInstanceProfile.IsNull() {
		m.CreateInstanceProfile = types.BoolValue(false)
	}
}

// isUp reports whether a machine in that EC2 state runs or is about to.
func isUp(state string) bool { return state == tropic.StateRunning || state == tropic.StatePending }

// setIngress takes over the rules as they are. What the configuration wants is learnt from them only after an import.
func (m *instanceModel) setIngress(rules []tropic.IngressRule) {
	m.Ingress = ingressSet(rules)
	if !m.SSHCIDRs.IsNull() && !m.ProxyCIDRs.IsNull() && !m.AllowSSHFromAnywhere.IsNull() {
		return
	}
	var ssh, proxy []string
	anywhere := false
	for _, r := range rules {
		switch {
		case !r.Source.IsValid() || r.Protocol != "tcp" || r.FromPort != r.ToPort:
		case r.FromPort == 22:
			ssh = append(ssh, r.Source.String())
			anywhere = anywhere || r.Source.Bits() == 0
		case !slices.Contains(proxy, r.Source.String()):
			proxy = append(proxy, r.Source.String())
		}
	}
	if m.SSHCIDRs.IsNull() {
		m.SSHCIDRs = setOf(ssh)
	}
	if m.ProxyCIDRs.IsNull() {
		m.ProxyCIDRs = setOf(proxy)
	}
	if m.AllowSSHFromAnywhere.IsNull() {
		m.AllowSSHFromAnywhere = types.BoolValue(anywhere)
	}
}

func ingressSet(rules []tropic.IngressRule) types.Set {
	elements := make([]attr.Value, 0, len(rules))
	for _, r := range rules {
		source := r.Description
		if r.Source.IsValid() {
			source = r.Source.String()
		}
		element := types.ObjectValueMust(ingressType.AttrTypes, map[string]attr.Value{
			"protocol": types.StringValue(r.Protocol), "from_port": types.Int32Value(r.FromPort),
			"to_port": types.Int32Value(r.ToPort), "source": types.StringValue(source),
		})
		if !slices.ContainsFunc(elements, element.Equal) {
			elements = append(elements, element)
		}
	}
	return types.SetValueMust(ingressType, elements)
}

// setSettings takes over the settings document; nil says that there is none.
func (m *instanceModel) setSettings(s *manifest.Settings) error {
	if s == nil {
		m.SettingsDigest = types.StringNull()
		return nil
	}
	digest, err := manifest.Digest(*s)
	if err != nil {
		return err
	}
	m.SettingsDigest = types.StringValue(digest)
	m.AllowedOrigins = setOrPrior(s.AllowedOrigins, m.AllowedOrigins)
	return nil
}

// setStatus takes over what the machine reported; nil says that it has not.
func (m *instanceModel) setStatus(connected bool, s *manifest.Status) {
	gateway := types.StringNull()
	problems := []attr.Value{}
	if s != nil {
		gateway = textOrNull(string(s.Services[manifestGatewayUnit].State))
		for _, p := range s.Problems {
			problems = append(problems, types.StringValue(p))
		}
	}
	m.Status = types.ObjectValueMust(instanceStatusTypes, map[string]attr.Value{
		"connected": types.BoolValue(connected),
		"gateway":   gateway,
		"problems":  types.ListValueMust(types.StringType, problems),
	})
}

// manifestGatewayUnit is the unit under which a machine reports its OpenClaw gateway (architecture 4.3).
const manifestGatewayUnit = "openclaw-gateway"

// settle replaces what is unknown by null, for a state saved before everything is known.
func (m *instanceModel) settle() {
	if m.Ingress.IsUnknown() {
		m.Ingress = types.SetNull(ingressType)
	}
	if m.SettingsDigest.IsUnknown() {
		m.SettingsDigest = types.StringNull()
	}
	if m.Status.IsUnknown() {
		m.Status = types.ObjectNull(instanceStatusTypes)
	}
}
