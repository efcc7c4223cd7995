package localcloud

import (
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/imds"
)

// metadata is what one instance's metadata service says.
type metadata struct {
	server *Server
	id     string
}

var _ imds.Source = (*metadata)(nil)

// Metadata reads the instance's record as it is now.
func (m *metadata) Metadata() (imds.Instance, bool) {
	i, found := m.server.ec2.Instance(m.id)
	if !found {
		return imds.Instance{}, false
	}
	out := imds.Instance{
		ID: i.ID, Type: i.Type, ImageID: i.ImageID, Region: i.Region, Zone: i.Zone, AccountID: AccountID,
		PrivateIP: i.PrivateIP, PublicIP: i.PublicIP, Hostname: hostname(i.PrivateIP),
		KeyName: i.KeyName, PublicKey: m.server.ec2.PublicKey(i.Region, i.KeyName), UserData: i.UserData, Launched: i.Launched,
	}
	if i.MetadataTags == "enabled" {
		out.Tags = i.Tags
	}
	if arn, id, role, ok := m.server.iam.InstanceProfile(i.ProfileName); ok {
		out.ProfileARN, out.ProfileID, out.Role = arn, id, role
	}
	return out, true
}

// RoleCredentials makes fresh credentials of the instance's role.
func (m *metadata) RoleCredentials() (imds.Credentials, error) {
	i, _ := m.server.ec2.Instance(m.id)
	_, _, role, _ := m.server.iam.InstanceProfile(i.ProfileName)
	t, err := m.server.iam.InstanceCredentials(role, m.id)
	if err != nil {
		return imds.Credentials{}, err
	}
	return imds.Credentials(t), nil
}
