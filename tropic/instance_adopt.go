package tropic

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// AdoptionWindow is how long after it was provisioned a machine may still be adopted by a create with the same settings,
// whose first caller died between the last call and telling anyone.
const AdoptionWindow = time.Hour

// namesakes returns all machines of the spec's name and account, also terminated ones that EC2 still shows, by age.
func (s *InstanceService) namesakes(ctx context.Context, spec InstanceSpec) ([]*Instance, error) {
	found, err := s.c.describeInstances(ctx,
		tagFilter(TagManaged, tagTrue), tagFilter(TagName, spec.Name), tagFilter(TagAccount, spec.Account))
	if err != nil {
		return nil, failure("looking for", "instance", spec.Name, err)
	}
	out := make([]*Instance, 0, len(found))
	for _, i := range found {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b *Instance) int {
		return cmp.Or(a.LaunchTime.Compare(b.LaunchTime), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// adoptable picks the living machine that a create of spec may complete, or nil when there is none to be met. A living
// machine that may not be adopted is ErrConflict.
func adoptable(namesakes []*Instance, spec InstanceSpec, now time.Time) (*Instance, error) {
	var living []*Instance
	for _, i := range namesakes {
		if i.alive() {
			living = append(living, i)
		}
	}
	if len(living) == 0 {
		return nil, nil //nolint:nilnil // nil is the documented answer for none
	}
	one := living[0]
	difference := settingsDifference(one, spec)
	conflict := &Error{Op: "creating", Resource: "instance", ID: spec.Name, Kind: ErrConflict}
	switch {
	case len(living) > 1:
		conflict.Reason = fmt.Sprintf("the name is borne by %s and %s", one.ID, living[1].ID)
		conflict.Next = "terminate what is not needed"
	case one.ProvisionedAt.IsZero() && difference != "":
		conflict.Reason = fmt.Sprintf("%s is left from an unfinished create with other settings (%s)", one.ID, difference)
		conflict.Next = "create it with those settings, or terminate it first: `tropic instance terminate " + one.ID + "`"
	case one.ProvisionedAt.IsZero():
		return one, nil
	case difference == "" && one.ProvisionedAt.Add(AdoptionWindow).After(now):
		return one, nil
	default:
		conflict.Reason = fmt.Sprintf("account %s has a machine of this name already: %s", spec.Account, one.ID)
		conflict.Next = "choose another name, or take it over: `terraform import tropic_instance.NAME " + one.ID + "`"
	}
	return nil, conflict
}

// settingsDifference says in which of the settings that are fixed at launch the machine is not what spec wants; what may
// change later, Provision puts right.
func settingsDifference(i *Instance, spec InstanceSpec) string {
	var out []string
	for _, setting := range []struct{ name, have, want string }{
		{"type", i.Type, spec.Type},
		{"image_id", i.ImageID, spec.ImageID},
		{"subnet_id", i.SubnetID, spec.SubnetID},
		{"instance_profile", i.InstanceProfile, spec.InstanceProfile},
	} {
		if setting.want != "" && setting.have != setting.want {
			out = append(out, fmt.Sprintf("%s %s, not %s", setting.name, setting.have, setting.want))
		}
	}
	return strings.Join(out, "; ")
}
