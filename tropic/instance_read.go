package tropic

import (
	"context"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// InstanceFilter selects machines; empty fields select all. Terminated machines are never listed.
type InstanceFilter struct {
	Name, Account string
	States        []string          // any of
	Tags          map[string]string // the user's own, all of
}

// Get returns a machine, or ErrNotFound when it is terminated or was never there.
func (s *InstanceService) Get(ctx context.Context, id string) (*Instance, error) { return nil, errPending }

// GetByName returns the machine called name in the account, or ErrNotFound.
func (s *InstanceService) GetByName(ctx context.Context, account, name string) (*Instance, error) {
	return nil, errPending
}

// List returns the managed machines, sorted by account, name and id.
func (s *InstanceService) List(ctx context.Context, filter InstanceFilter) ([]*Instance, error) {
	return nil, errPending
}

// Settings returns the machine's settings document, or ErrNotFound.
func (s *InstanceService) Settings(ctx context.Context, id string) (*manifest.Settings, error) {
	return nil, errPending
}

// Status returns what the machine last reported, or ErrNotFound while it has not.
func (s *InstanceService) Status(ctx context.Context, id string) (*manifest.Status, error) {
	return nil, errPending
}

// Connection is what Systems Manager says of a machine's agent.
type Connection struct {
	InstanceID   string
	PingStatus   string // Online, ConnectionLost, Inactive; empty when never registered
	AgentVersion string
}

// Online reports whether commands reach the machine.
func (c Connection) Online() bool { return c.PingStatus == "Online" }

// Connection returns how Systems Manager sees the machine; a machine that never registered is not an error.
func (s *InstanceService) Connection(ctx context.Context, id string) (Connection, error) {
	return Connection{}, errPending
}
