package tropic

import (
	"context"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Launch makes the machine and returns as soon as EC2 accepted it: save the id, then call Provision.
func (s *InstanceService) Launch(ctx context.Context, spec InstanceSpec) (*Instance, error) {
	return nil, errPending
}

// Provision completes a launched machine: running, ingress, desired state, connected, reconciled.
func (s *InstanceService) Provision(ctx context.Context, id string, spec InstanceSpec) (*manifest.Report, error) {
	return nil, errPending
}

// Create is Launch and Provision. The machine is returned also when Provision failed.
func (s *InstanceService) Create(ctx context.Context, spec InstanceSpec) (*Instance, *manifest.Report, error) {
	return nil, nil, errPending
}
