package tropic

import "context"

// InstanceUpdate is what may change while a machine lives; nil fields stay.
type InstanceUpdate struct {
	Model          *string
	APIKey         *string
	SSHKey         *string // name of an SSH key; empty removes access
	AllowedOrigins *[]string
	Ingress        *IngressSpec
	Credentials    map[string]string  // set or replaced; an empty key removes the provider's
	Tags           *map[string]string // the user's own, all of them
}

// Start starts a stopped machine, waits until it runs and is connected, and pokes it. It is idempotent.
func (s *InstanceService) Start(ctx context.Context, id string) (*Instance, error) {
	return nil, errPending
}

// Stop stops a machine and waits until it is stopped. It is idempotent.
func (s *InstanceService) Stop(ctx context.Context, id string) (*Instance, error) {
	return nil, errPending
}

// ChangeType stops the machine when it runs, changes its type, and starts it again when it ran.
func (s *InstanceService) ChangeType(ctx context.Context, id, instanceType string) (*Instance, error) {
	return nil, errPending
}

// Update changes a machine in place and pokes it.
func (s *InstanceService) Update(ctx context.Context, id string, u InstanceUpdate) (*Instance, error) {
	return nil, errPending
}

// Terminate ends a machine and removes everything made for it. It is idempotent and may be run again after a failure.
func (s *InstanceService) Terminate(ctx context.Context, id string) error { return errPending }
