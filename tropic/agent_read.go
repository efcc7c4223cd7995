package tropic

import (
	"context"
	"errors"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Get returns an agent and how it does, or ErrNotFound.
func (s *AgentService) Get(ctx context.Context, instanceID, slug string) (*Agent, error) {
	if err := firstError(validateInstanceID(instanceID), validation("agent", manifest.ValidateSlug(slug))); err != nil {
		return nil, err
	}
	var doc manifest.Agent
	header, err := manifest.Read(ctx, s.c.store, manifest.AgentPath(instanceID, slug), &doc)
	if errors.Is(err, manifest.ErrNotFound) {
		return nil, &Error{Op: "reading", Resource: "agent", ID: slug, Kind: ErrNotFound, Reason: "instance " + instanceID + " has no such agent"}
	}
	if err != nil {
		return nil, failure("reading", "agent", slug, err)
	}
	agent := &Agent{InstanceID: instanceID, Agent: doc, Digest: header.Digest}
	return agent, s.observe(ctx, agent)
}

// List returns the agents of a machine, sorted by slug.
func (s *AgentService) List(ctx context.Context, instanceID string) ([]*Agent, error) {
	slugs, err := s.slugs(ctx, instanceID)
	if err != nil {
		return nil, err
	}
	out := make([]*Agent, 0, len(slugs))
	for _, slug := range slugs {
		agent, err := s.Get(ctx, instanceID, slug)
		if errors.Is(err, ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, agent)
	}
	return out, nil
}

// WaitReady waits until the machine reports the agent ready. An agent that failed is ErrCommandFailed with the machine's
// reason; one whose machine does not run is ErrConflict, since it will not become ready by waiting.
func (s *AgentService) WaitReady(ctx context.Context, instanceID, slug string) (*Agent, error) {
	var agent *Agent
	err := s.c.wait(ctx, wait{Resource: "agent", ID: slug, Goal: "to be ready"}, func(ctx context.Context) (observation, error) {
		var err error
		if agent, err = s.Get(ctx, instanceID, slug); err != nil {
			return observation{}, err
		}
		switch agent.State {
		case manifest.AgentFailed:
			return observation{}, &Error{
				Op: "starting", Resource: "agent", ID: slug, Kind: ErrCommandFailed, Reason: agent.Message,
				Next: "look at the machine's report: tropic instance show " + instanceID,
			}
		case manifest.AgentStopped:
			return observation{}, &Error{
				Op: "waiting for", Resource: "agent", ID: slug, Kind: ErrConflict,
				Reason: "its machine " + instanceID + " is stopped", Next: "start the machine",
			}
		case manifest.AgentReady, manifest.AgentProvisioning:
		}
		return observation{State: string(agent.State), Done: agent.State == manifest.AgentReady}, nil
	})
	return agent, err
}

// observe concludes the agent's state from its machine's state and last report.
func (s *AgentService) observe(ctx context.Context, agent *Agent) error {
	agent.State = manifest.AgentProvisioning
	status, err := s.c.Instances.Status(ctx, agent.InstanceID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	reported, known := status.Agents[agent.Slug]
	if !known || reported.Digest != agent.Digest {
		return nil
	}
	agent.State, agent.Message = reported.State, reported.Message
	if agent.State != manifest.AgentReady {
		return nil
	}
	instance, err := s.c.Instances.Get(ctx, agent.InstanceID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if instance.State == StateStopped || instance.State == StateStopping {
		agent.State = manifest.AgentStopped
	}
	return nil
}

// slugs lists the agents of a machine, sorted. An agent that this client put and somebody else deleted a moment ago may
// be among them.
func (s *AgentService) slugs(ctx context.Context, instanceID string) ([]string, error) {
	if err := validateInstanceID(instanceID); err != nil {
		return nil, err
	}
	listed, err := s.c.documentNames(ctx, manifest.AgentsPath(instanceID))
	if err != nil {
		return nil, failure("listing", "agents of instance", instanceID, err)
	}
	slugs := slices.Concat(listed, s.recent.of(instanceID, s.c.clock.Now()))
	slices.Sort(slugs)
	return slices.Compact(slugs), nil
}

// policyOf returns the policy of an agent, or "" for none, as for an agent that is absent or cannot be read.
func (s *AgentService) policyOf(ctx context.Context, instanceID, slug string) (string, error) {
	var doc manifest.Agent
	_, err := manifest.Read(ctx, s.c.store, manifest.AgentPath(instanceID, slug), &doc)
	for _, none := range []error{manifest.ErrNotFound, manifest.ErrCorrupt, manifest.ErrIncomplete, manifest.ErrTooLarge} {
		if errors.Is(err, none) {
			return "", nil
		}
	}
	return doc.PolicyID, failure("reading", "agent", slug, err)
}

// documents returns the agent documents of a machine.
func (s *AgentService) documents(ctx context.Context, instanceID string) ([]manifest.Agent, error) {
	slugs, err := s.slugs(ctx, instanceID)
	if err != nil {
		return nil, err
	}
	var out []manifest.Agent
	for _, slug := range slugs {
		var doc manifest.Agent
		_, err := manifest.Read(ctx, s.c.store, manifest.AgentPath(instanceID, slug), &doc)
		if errors.Is(err, manifest.ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, failure("reading", "agent", slug, err)
		}
		out = append(out, doc)
	}
	return out, nil
}
