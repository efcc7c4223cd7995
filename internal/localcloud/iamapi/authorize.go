package iamapi

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Authorize refuses a call whose caller may not perform action on each of resources. The account's root may do
// everything; an assumed role may do what its policies allow at this moment.
func (s *Service) Authorize(req wire.Request, action string, resources []Resource) error {
	if req.Caller.Role == "" {
		return nil
	}
	documents, err := s.documents(req.Caller.Role)
	if err != nil {
		return err
	}
	for _, r := range resources {
		c := call{action: action, resource: r.ARN, keys: s.contextKeys(req, r)}
		if d := evaluate(documents, c); d != allowed {
			return denied(req, action, r.ARN, d)
		}
	}
	return nil
}

// InstanceCall is something an instance does to itself with the role of its profile.
type InstanceCall struct {
	Action, Service, Region, InstanceID string
	Tags                                map[string]string // of the instance
}

// InstanceMay reports whether the role of an instance profile allows it the call at this moment. Without a profile, or
// with one that holds no role, an instance may do nothing.
func (s *Service) InstanceMay(profile string, c InstanceCall) bool {
	_, _, role, _ := s.InstanceProfile(profile)
	if role == "" {
		return false
	}
	req := wire.Request{Service: c.Service, Region: c.Region, Caller: wire.Identity{Role: role, InstanceID: c.InstanceID}}
	arn := fmt.Sprintf("arn:aws:ec2:%s:%s:instance/%s", c.Region, s.AccountID, c.InstanceID)
	return s.Authorize(req, c.Action, []Resource{{ARN: arn, Tags: c.Tags}}) == nil
}

func (s *Service) documents(role string) ([]document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.roles[role]
	if r == nil {
		return nil, nil // a deleted role may do nothing
	}
	return r.documents()
}

// documents are the role's policies, inline and attached.
func (r *Role) documents() ([]document, error) {
	var out []document
	for _, source := range r.Inline {
		d, err := parseIdentityPolicy(source)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	for _, arn := range r.Attached {
		out = append(out, managedPolicies[arn])
	}
	return out, nil
}

// contextKeys are the condition keys a call has (IAM User Guide, global condition context keys).
func (s *Service) contextKeys(req wire.Request, r Resource) map[string]string {
	keys := map[string]string{
		"aws:userid": req.Caller.UserID, "aws:requestedregion": req.Region, "aws:principalaccount": s.AccountID,
	}
	if req.Caller.InstanceID != "" {
		keys["ec2:sourceinstancearn"] = fmt.Sprintf("arn:aws:ec2:%s:%s:instance/%s", req.Region, s.AccountID, req.Caller.InstanceID)
	}
	for key, value := range r.Tags {
		keys[strings.ToLower("aws:ResourceTag/"+key)] = value
		keys[strings.ToLower(req.Service+":resourceTag/"+key)] = value
	}
	return keys
}

func denied(req wire.Request, action, arn string, d decision) error {
	why := "because no identity-based policy allows the " + action + " action"
	if d == explicitDeny {
		why = "with an explicit deny in an identity-based policy"
	}
	text := fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", req.Caller.ARN, action, arn, why)
	switch req.Service {
	case "ec2":
		return &wire.Error{
			Code: "UnauthorizedOperation", Status: http.StatusForbidden, Message: "You are not authorized to perform this operation. " + text,
		}
	case "ssm":
		return &wire.Error{Code: "AccessDeniedException", Status: http.StatusBadRequest, Message: text}
	}
	return &wire.Error{Code: "AccessDenied", Status: http.StatusForbidden, Message: text}
}
