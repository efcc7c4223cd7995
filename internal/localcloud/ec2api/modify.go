package ec2api

import (
	"fmt"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type modifyOutput struct {
	Return bool `xml:"return"`
}

// modifyInstanceAttribute changes the type (of a stopped instance), the shutdown behaviour or the groups: one a call.
func (s *Service) modifyInstanceAttribute(req wire.Request, q wire.Query) (any, error) {
	i, err := s.instance(req.Region, q.String("InstanceId"))
	if err != nil {
		return nil, err
	}
	changed := *i
	given := 0
	for name, set := range map[string]func() error{
		"InstanceType":                      func() error { return changed.setType(q.String("InstanceType.Value")) },
		"InstanceInitiatedShutdownBehavior": func() error { return changed.setShutdownBehavior(q.String("InstanceInitiatedShutdownBehavior.Value")) },
		"GroupId": func() (err error) {
			changed.Groups, err = s.launchGroups(req.Region, q.Strings("GroupId"))
			return err
		},
	} {
		if !q.Has(name) {
			continue
		}
		if given++; given > 1 {
			return nil, combination("Fields for multiple attribute types specified")
		}
		if err := set(); err != nil {
			return nil, err
		}
	}
	if given == 0 {
		return nil, combination("No attributes specified.")
	}
	if err := s.saveInstance(&changed); err != nil {
		return nil, err
	}
	*i = changed
	return modifyOutput{true}, nil
}

func (i *Instance) setType(kind string) error {
	if !slices.Contains(instanceTypes, kind) {
		return invalidValue("instanceType", kind, "It is not an instance type of this cloud.")
	}
	if i.State != stateStopped {
		return &wire.Error{
			Code: "IncorrectInstanceState", Message: fmt.Sprintf("The instance '%s' is not in the 'stopped' state.", i.ID),
		}
	}
	i.Type = kind
	return nil
}

func (i *Instance) setShutdownBehavior(b string) error {
	if b != "stop" && b != "terminate" {
		return invalidValue("InstanceInitiatedShutdownBehavior", b, "It must be stop or terminate.")
	}
	i.OnShutdown = b
	return nil
}
