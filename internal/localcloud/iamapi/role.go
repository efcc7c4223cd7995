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

// maxSession is how long a session of a role lasts at most when the role says nothing, in seconds.
const maxSession = 3600

// managedPrefix is how ARNs of AWS managed policies begin.
const managedPrefix = "arn:aws:iam::aws:policy/"

type roleXML struct {
	Path    string `xml:"Path"`
	Name    string `xml:"RoleName"`
	ID      string `xml:"RoleId"`
	ARN     string `xml:"Arn"`
	Created string `xml:"CreateDate"`
	Trust   string `xml:"AssumeRolePolicyDocument"`

	Description string   `xml:"Description,omitempty"`
	MaxSession  int      `xml:"MaxSessionDuration"` // seconds
	Tags        []tagXML `xml:"Tags>member"`
}

type roleOutput struct {
	Role roleXML `xml:"Role"`
}

func (s *Service) renderRole(r *Role) roleXML {
	return roleXML{
		Path: r.Path, Name: r.Name, ID: r.ID, ARN: s.arn("role", r.Name), Created: stamp(r.Created), Trust: escape(r.Trust),
		Description: r.Description, MaxSession: maxSession, Tags: renderTags(r.Tags),
	}
}

// escape encodes a policy document as IAM does (RFC 3986: a space is %20).
func escape(document string) string { return strings.ReplaceAll(url.QueryEscape(document), "+", "%20") }

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
	if err := checkName("roleName", name, 64); err != nil {
		return nil, err
	}
	if path := q.String("Path"); path != "" && path != "/" {
		return nil, pathRefused(path)
	}
	if s.roles[name] != nil {
		return nil, exists("Role", name)
	}
	trust := q.String("AssumeRolePolicyDocument")
	if err := parseTrustPolicy(trust); err != nil {
		return nil, err
	}
	r := &Role{
		Name: name, ID: newID("AROA"), Path: "/", Trust: trust, Created: s.Now().UTC(), Description: q.String("Description"),
		Inline: map[string]string{}, Tags: tags(q),
	}
	if err := s.Journal.Put(kindRole, name, r); err != nil {
		return nil, err
	}
	s.roles[name] = r
	return roleOutput{s.renderRole(r)}, nil
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
	switch {
	case inUse:
		return nil, deleteConflict("must remove roles from instance profile first.")
	case len(r.Attached) > 0:
		return nil, deleteConflict("must detach all policies first.")
	case len(r.Inline) > 0:
		return nil, deleteConflict("must delete policies first.")
	}
	if err := s.Journal.Delete(kindRole, r.Name); err != nil {
		return nil, err
	}
	delete(s.roles, r.Name)
	return struct{}{}, nil
}

func deleteConflict(why string) error {
	return &wire.Error{Code: "DeleteConflict", Status: http.StatusConflict, Message: "Cannot delete entity, " + why}
}

type rolesOutput struct {
	Roles     []roleXML `xml:"Roles>member"`
	Truncated bool      `xml:"IsTruncated"`
}

func (s *Service) listRoles(wire.Request, wire.Query) (any, error) {
	var out rolesOutput
	for _, name := range slices.Sorted(maps.Keys(s.roles)) {
		out.Roles = append(out.Roles, s.renderRole(s.roles[name]))
	}
	return out, nil
}

func (s *Service) updateAssumeRolePolicy(_ wire.Request, q wire.Query) (any, error) {
	return s.editRole(q, func(r *Role) error {
		r.Trust = q.String("PolicyDocument")
		return parseTrustPolicy(r.Trust)
	})
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
	if err := checkName("policyName", name, 128); err != nil {
		return nil, err
	}
	if _, err := parseIdentityPolicy(document); err != nil {
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
	return rolePolicyOutput{r.Name, name, escape(document)}, nil
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
