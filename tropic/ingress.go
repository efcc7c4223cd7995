package tropic

import (
	"context"
	"net/netip"
)

// IngressService keeps the inbound rules of machines' security groups.
type IngressService struct{ c *Client }

// IngressSpec says who may reach a machine: SSH prefixes reach port 22; Proxy prefixes reach 80, 443 and 18789.
type IngressSpec struct {
	SSH, Proxy []netip.Prefix
	// AllowSSHFromAnywhere permits a prefix of length 0 in SSH, which is refused otherwise.
	AllowSSHFromAnywhere bool
}

// IngressRule is one inbound rule.
type IngressRule struct {
	Protocol         string // tcp, udp, icmp, … or -1 for all
	FromPort, ToPort int32
	Source           netip.Prefix // invalid when the source is a group or a prefix list, then Description says which
	RuleID           string       // empty for a wanted rule
	Description      string
}

// IngressChange is what a reset did.
type IngressChange struct{ Authorized, Revoked []IngressRule }

// Changed reports whether anything was done.
func (c IngressChange) Changed() bool { return len(c.Authorized)+len(c.Revoked) > 0 }

// WantedIngress returns the rules of spec, in order.
func WantedIngress(spec IngressSpec) []IngressRule { return nil }

// ParsePrefix reads an address or CIDR prefix in canonical form; field is named in the error.
func ParsePrefix(field, s string) (netip.Prefix, error) { return netip.Prefix{}, errPending }

// Reset makes the inbound rules of a machine equal to spec's.
func (s *IngressService) Reset(ctx context.Context, instanceID string, spec IngressSpec) (IngressChange, error) {
	return IngressChange{}, errPending
}

// Get returns the inbound rules of a machine, sorted.
func (s *IngressService) Get(ctx context.Context, instanceID string) ([]IngressRule, error) {
	return nil, errPending
}

// DetectCallerIP returns the caller's public address as a /32 or /128.
func (s *IngressService) DetectCallerIP(ctx context.Context) (netip.Prefix, error) {
	return netip.Prefix{}, errPending
}
