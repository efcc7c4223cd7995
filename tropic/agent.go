package tropic

import (
	"context"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// AgentService keeps the agents of machines.
type AgentService struct{ c *Client }

// AgentSpec is what an agent is to be.
type AgentSpec struct {
	Slug, Name, Template, Model, PolicyID string
	Files                                 map[string]string
}

// Agent is an agent and how it does.
type Agent struct {
	InstanceID string
	manifest.Agent
	Digest  string
	State   manifest.AgentState
	Message string
}

// Put creates or replaces an agent and pokes its machine.
func (s *AgentService) Put(ctx context.Context, instanceID string, spec AgentSpec) (*Agent, error) {
	return nil, errPending
}

// Get returns an agent, or ErrNotFound.
func (s *AgentService) Get(ctx context.Context, instanceID, slug string) (*Agent, error) {
	return nil, errPending
}

// List returns the agents of a machine, sorted by slug.
func (s *AgentService) List(ctx context.Context, instanceID string) ([]*Agent, error) {
	return nil, errPending
}

// Delete removes an agent and pokes its machine; an absent agent is no error.
func (s *AgentService) Delete(ctx context.Context, instanceID, slug string) error { return errPending }

// WaitReady waits until the machine reports the agent ready.
func (s *AgentService) WaitReady(ctx context.Context, instanceID, slug string) (*Agent, error) {
	return nil, errPending
}
