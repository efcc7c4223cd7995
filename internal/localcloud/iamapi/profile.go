package iamapi

import (
	"maps"
	"net/http"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type instanceProfileXML struct {
	Path    string    `xml:"Path"`
	Name    string    `xml:"InstanceProfileName"`
	ID      string    `xml:"InstanceProfileId"`
	ARN     string    `xml:"Arn"`
	Created string    `xml:"CreateDate"`
	Roles   []roleXML `xml:"Roles>member"`
	Tags    []tagXML  `xml:"Tags>member"`
}

type instanceProfileOutput struct {
	Profile instanceProfileXML `xml:"InstanceProfile"`
}

func (s *Service) renderProfile(p *Profile) instanceProfileXML {
	out := instanceProfileXML{
		Path: p.Path, Name: p.Name, ID: p.ID, ARN: s.arn("instance-profile", p.Name), Created: stamp(p.Created), Tags: renderTags(p.Tags),
	}
	if r := s.roles[p.Role]; r != nil {
		out.Roles = []roleXML{s.renderRole(r)}
	}
	return out
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
	if err := checkName("instanceProfileName", name, 128); err != nil {
		return nil, err
	}
	if path := q.String("Path"); path != "" && path != "/" {
		return nil, pathRefused(path)
	}
	if s.profiles[name] != nil {
		return nil, exists("Instance Profile", name)
	}
	p := &Profile{Name: name, ID: newID("AIPA"), Path: "/", Created: s.Now().UTC(), Tags: tags(q)}
	if err := s.Journal.Put(kindProfile, name, p); err != nil {
		return nil, err
	}
	s.profiles[name] = p
	return instanceProfileOutput{s.renderProfile(p)}, nil
}

func (s *Service) getInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	p, err := s.profile(q)
	if err != nil {
		return nil, err
	}
	return instanceProfileOutput{s.renderProfile(p)}, nil
}

func (s *Service) deleteInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	p, err := s.profile(q)
	if err != nil {
		return nil, err
	}
	if p.Role != "" {
		return nil, deleteConflict("must remove roles from instance profile first.")
	}
	if err := s.Journal.Delete(kindProfile, p.Name); err != nil {
		return nil, err
	}
	delete(s.profiles, p.Name)
	return struct{}{}, nil
}

type profilesOutput struct {
	Profiles  []instanceProfileXML `xml:"InstanceProfiles>member"`
	Truncated bool                 `xml:"IsTruncated"`
}

func (s *Service) listInstanceProfiles(wire.Request, wire.Query) (any, error) {
	return s.listProfiles(func(*Profile) bool { return true }), nil
}

func (s *Service) listInstanceProfilesForRole(_ wire.Request, q wire.Query) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	return s.listProfiles(func(p *Profile) bool { return p.Role == r.Name }), nil
}

func (s *Service) listProfiles(wanted func(*Profile) bool) profilesOutput {
	var out profilesOutput
	for _, name := range slices.Sorted(maps.Keys(s.profiles)) {
		if p := s.profiles[name]; wanted(p) {
			out.Profiles = append(out.Profiles, s.renderProfile(p))
		}
	}
	return out
}

func (s *Service) addRoleToInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	return s.editProfile(q, func(p *Profile) error {
		if p.Role != "" {
			return &wire.Error{
				Code: "LimitExceeded", Status: http.StatusConflict, Message: "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
			}
		}
		p.Role = r.Name
		return nil
	})
}

func (s *Service) removeRoleFromInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	return s.editProfile(q, func(p *Profile) error {
		if p.Role == "" || p.Role != q.String("RoleName") {
			return noSuchEntity("role in the instance profile", q.String("RoleName"))
		}
		p.Role = ""
		return nil
	})
}

// editProfile keeps a changed copy, so that a failed write changes nothing.
func (s *Service) editProfile(q wire.Query, edit func(*Profile) error) (any, error) {
	p, err := s.profile(q)
	if err != nil {
		return nil, err
	}
	changed := *p
	if err := edit(&changed); err != nil {
		return nil, err
	}
	if err := s.Journal.Put(kindProfile, p.Name, changed); err != nil {
		return nil, err
	}
	s.profiles[p.Name] = &changed
	return struct{}{}, nil
}
