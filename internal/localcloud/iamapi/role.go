package iamapi

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// managedPrefix is how ARNs of AWS managed policies begin.
const managedPrefix = "arn:aws:iam::aws:policy/"

type roleXML struct {
	Path    string `xml:"Path"`
	Name    string `xml:"RoleName"`
	ID      string `xml:"RoleId"`
	ARN     string `xml:"Arn"`
	Created string `xml:"CreateDate"`
	Trust   string `xml:"AssumeRolePolicyDocument"`
}

type roleOutput struct {
	Role roleXML `xml:"Role"`
}

func (s *Service) renderRole(r *Role) roleXML {
	return roleXML{r.Path, r.Name, r.ID, s.arn("role", r.Name), stamp(r.Created), url.QueryEscape(r.Trust)}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (s *Service) role(q wire.Query) (*Role, error) {
	name := q.String("RoleName")
	if r := s.roles[name]; r != nil {
		return r, nil
	}
	return nil, noSuchEntity("role", name)
}

func (s *Service) createRole(_ wire.Request, q wire.Query) (any, error) {
	name := q.String("RoleName")
	if err := checkName("roleName", name); err != nil {
		return nil, err
	}
	if s.roles[name] != nil {
		return nil, exists("Role", name)
	}
	trust := q.String("AssumeRolePolicyDocument")
	if _, err := parsePolicy(trust); err != nil {
		return nil, err
	}
	r := &Role{
		Name: name, ID: newID("AROA"), Path: "/", Trust: trust, Created: s.Now().UTC(),
		Inline: map[string]string{}, Tags: tags(q),
	}
	if err := s.Journal.Put(kindRole, name, r); err != nil {
		return nil, err
	}
	s.roles[name] = r
	return roleOutput{s.renderRole(r)}, nil
}

func tags(q wire.Query) map[string]string {
	out := map[string]string{}
	for _, tag := range q.List("Tags.member") {
		out[tag.String("Key")] = tag.String("Value")
	}
	return out
}

func (s *Service) getRole(_ wire.Request, q wire.Query) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	return roleOutput{s.renderRole(r)}, nil
}

func (s *Service) deleteRole(_ wire.Request, q wire.Query) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	inUse := slices.ContainsFunc(slices.Collect(maps.Values(s.profiles)), func(p *Profile) bool { return p.Role == r.Name })
	if inUse || len(r.Inline) > 0 || len(r.Attached) > 0 {
		return nil, &wire.Error{
			Code: "DeleteConflict", Status: http.StatusConflict,
			Message: "Cannot delete entity, must remove policies and roles from instance profile first.",
		}
	}
	if err := s.Journal.Delete(kindRole, r.Name); err != nil {
		return nil, err
	}
	delete(s.roles, r.Name)
	return struct{}{}, nil
}

// editRole keeps a changed copy, so that a failed write changes nothing.
func (s *Service) editRole(q wire.Query, edit func(*Role) error) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	changed := *r
	changed.Inline = maps.Clone(r.Inline)
	changed.Attached = slices.Clone(r.Attached)
	if err := edit(&changed); err != nil {
		return nil, err
	}
	if err := s.Journal.Put(kindRole, r.Name, changed); err != nil {
		return nil, err
	}
	s.roles[r.Name] = &changed
	return struct{}{}, nil
}

func (s *Service) putRolePolicy(_ wire.Request, q wire.Query) (any, error) {
	name, document := q.String("PolicyName"), q.String("PolicyDocument")
	if err := checkName("policyName", name); err != nil {
		return nil, err
	}
	if _, err := parsePolicy(document); err != nil {
		return nil, err
	}
	return s.editRole(q, func(r *Role) error {
		r.Inline[name] = document
		return nil
	})
}

type rolePolicyOutput struct {
	Role     string `xml:"RoleName"`
	Name     string `xml:"PolicyName"`
	Document string `xml:"PolicyDocument"`
}

func (s *Service) getRolePolicy(_ wire.Request, q wire.Query) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	name := q.String("PolicyName")
	document, found := r.Inline[name]
	if !found {
		return nil, noSuchEntity("role policy", name)
	}
	return rolePolicyOutput{r.Name, name, url.QueryEscape(document)}, nil
}

func (s *Service) deleteRolePolicy(_ wire.Request, q wire.Query) (any, error) {
	return s.editRole(q, func(r *Role) error {
		name := q.String("PolicyName")
		if _, found := r.Inline[name]; !found {
			return noSuchEntity("role policy", name)
		}
		delete(r.Inline, name)
		return nil
	})
}

type policyNamesOutput struct {
	Names     []string `xml:"PolicyNames>member"`
	Truncated bool     `xml:"IsTruncated"`
}

func (s *Service) listRolePolicies(_ wire.Request, q wire.Query) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	return policyNamesOutput{Names: slices.Sorted(maps.Keys(r.Inline))}, nil
}

func (s *Service) attachRolePolicy(_ wire.Request, q wire.Query) (any, error) {
	arn := q.String("PolicyArn")
	if _, known := managedPolicies[arn]; !known {
		return nil, &wire.Error{
			Code: "NoSuchEntity", Status: http.StatusNotFound,
			Message: fmt.Sprintf("Policy %s does not exist or is not attachable.", arn),
		}
	}
	return s.editRole(q, func(r *Role) error {
		if !slices.Contains(r.Attached, arn) {
			r.Attached = append(r.Attached, arn)
		}
		return nil
	})
}

func (s *Service) detachRolePolicy(_ wire.Request, q wire.Query) (any, error) {
	return s.editRole(q, func(r *Role) error {
		arn := q.String("PolicyArn")
		n := slices.Index(r.Attached, arn)
		if n < 0 {
			return noSuchEntity("policy", arn)
		}
		r.Attached = slices.Delete(r.Attached, n, n+1)
		return nil
	})
}

type attachedXML struct {
	Name string `xml:"PolicyName"`
	ARN  string `xml:"PolicyArn"`
}

type attachedOutput struct {
	Policies  []attachedXML `xml:"AttachedPolicies>member"`
	Truncated bool          `xml:"IsTruncated"`
}

func (s *Service) listAttachedRolePolicies(_ wire.Request, q wire.Query) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	var out attachedOutput
	for _, arn := range r.Attached {
		out.Policies = append(out.Policies, attachedXML{strings.TrimPrefix(arn, managedPrefix), arn})
	}
	return out, nil
}
