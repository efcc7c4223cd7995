package tropic

import (
	"context"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// PolicyService keeps policies.
type PolicyService struct{ c *Client }

// Policy is a stored policy.
type Policy struct {
	manifest.Policy
	Digest string // of the document
}

// Put creates or replaces a policy and pokes the machines that use it.
func (s *PolicyService) Put(ctx context.Context, p manifest.Policy) (*Policy, error) {
	return nil, errPending
}

// Get returns a policy, or ErrNotFound.
func (s *PolicyService) Get(ctx context.Context, id string) (*Policy, error) { return nil, errPending }

// List returns all policies, sorted by id.
func (s *PolicyService) List(ctx context.Context) ([]*Policy, error) { return nil, errPending }

// Delete removes a policy; ErrConflict while an agent uses it. An absent policy is no error.
func (s *PolicyService) Delete(ctx context.Context, id string) error { return errPending }
