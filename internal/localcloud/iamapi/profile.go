package iamapi

import (
	"net/http"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type instanceProfileXML struct {
	Path    string    `xml:"Path"`
	Name    string    `xml:"InstanceProfileName"`
	ID      string    `xml:"InstanceProfileId"`
	ARN     string    `xml:"Arn"`
	Created string    `xml:"CreateDate"`
	Roles   []roleXML `xml:"Roles>member"`
}

type instanceProfileOutput struct {
	Profile instanceProfileXML `xml:"InstanceProfile"`
}

func (s *Service) renderProfile(p *Profile) instanceProfileOutput {
	out := instanceProfileXML{Path: p.Path, Name: p.Name, ID: p.ID, ARN: s.arn("instance-profile", p.Name), Created: stamp(p.Created)}
	if r := s.roles[p.Role]; r != nil {
		out.Roles = []roleXML{s.renderRole(r)}
	}
	return instanceProfileOutput{out}
}

func (s *Service) profile(q wire.Query) (*Profile, error) {
	name := q.String("InstanceProfileName")
	if p := s.profiles[name]; p != nil {
		return p, nil
	}
	return nil, noSuchEntity("Instance Profile", name)
}

func (s *Service) createInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	name := q.String("InstanceProfileName")
	if err := checkName("instanceProfileName", name); err != nil {
		return nil, err
	}
	if s.profiles[name] != nil {
		return nil, exists("Instance Profile", name)
	}
	p := &Profile{Name: name, ID: newID("AIPA"), Path: "/", Created: s.Now().UTC(), Tags: tags(q)}
	if err := s.Journal.Put(kindProfile, name, p); err != nil {
		return nil, err
	}
	s.profiles[name] = p
	return s.renderProfile(p), nil
}

func (s *Service) getInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	p, err := s.profile(q)
	if err != nil {
		return nil, err
	}
	return s.renderProfile(p), nil
}

func (s *Service) deleteInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	p, err := s.profile(q)
	if err != nil {
		return nil, err
	}
	if p.Role != "" {
		return nil, &wire.Error{
			Code: "DeleteConflict", Status: http.StatusConflict,
			Message: "Cannot delete entity, must remove roles from instance profile first.",
		}
	}
	if err := s.Journal.Delete(kindProfile, p.Name); err != nil {
		return nil, err
	}
	delete(s.profiles, p.Name)
	return struct{}{}, nil
}

func (s *Service) addRoleToInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	p, err := s.profile(q)
	if err != nil {
		return nil, err
	}
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	if p.Role != "" {
		return nil, &wire.Error{
			Code: "LimitExceeded", Status: http.StatusConflict, Message: "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
		}
	}
	return s.setRole(p, r.Name)
}

func (s *Service) removeRoleFromInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	p, err := s.profile(q)
	if err != nil {
		return nil, err
	}
	if p.Role == "" || p.Role != q.String("RoleName") {
		return nil, noSuchEntity("role in the instance profile", q.String("RoleName"))
	}
	return s.setRole(p, "")
}

func (s *Service) setRole(p *Profile, role string) (any, error) {
	changed := *p
	changed.Role = role
	if err := s.Journal.Put(kindProfile, p.Name, changed); err != nil {
		return nil, err
	}
	s.profiles[p.Name] = &changed
	return struct{}{}, nil
}
