package tropic

import (
	"context"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// ownCreateGrace is how long EC2 may not know a machine that this client just made.
const ownCreateGrace = 2 * time.Minute

// Provision completes a launched machine: waits until it runs, resets its ingress, writes its desired state, waits until
// it is connected to Systems Manager, and has it reconcile. It may be repeated at any point. A nil Ingress.SSH is the
// caller's own address.
//
// When the machine is complete but does not connect (ErrNotConnected) or its reconcile fails (ErrCommandFailed), that is
// a late failure: the machine runs, and catches up at its next boot or poke. So callers may keep it and warn.
func (s *InstanceService) Provision(ctx context.Context, id string, spec InstanceSpec) (*manifest.Report, error) {
	report, err := s.provision(ctx, id, spec.WithDefaults())
	if err != nil {
		s.unclaim(id)
	}
	return report, err
}

func (s *InstanceService) provision(ctx context.Context, id string, spec InstanceSpec) (*manifest.Report, error) {
	if err := firstError(validateInstanceID(id), spec.ValidateAt(s.c.clock.Now())); err != nil {
		return nil, err
	}
	defer s.c.snapshot.machinesChanged()
	ingress, err := s.c.Ingress.withCaller(ctx, spec.Ingress)
	if err != nil {
		return nil, err
	}
	instance, err := s.waitRunning(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.c.Ingress.resetGroup(ctx, instance, ingress); err != nil {
		return nil, err
	}
	if err := s.writeDesired(ctx, instance, spec); err != nil {
		return nil, err
	}
	if err := s.markProvisioned(ctx, instance, spec); err != nil {
		return nil, err
	}
	return s.connectAndPoke(ctx, id, s.c.settings.connectTimeout)
}

// Create is Launch and Provision. The machine is returned also when Provision failed, as far as it is known.
func (s *InstanceService) Create(ctx context.Context, spec InstanceSpec) (*Instance, *manifest.Report, error) {
	spec = spec.WithDefaults()
	if err := spec.ValidateAt(s.c.clock.Now()); err != nil {
		return nil, nil, err
	}
	var err error
	if spec.Ingress, err = s.c.Ingress.withCaller(ctx, spec.Ingress); err != nil { // before anything is made
		return nil, nil, err
	}
	launched, err := s.Launch(ctx, spec)
	if err != nil {
		return nil, nil, err
	}
	report, err := s.Provision(ctx, launched.ID, spec)
	if err != nil {
		return launched, nil, err
	}
	instance, err := s.read(ctx, launched.ID)
	if err != nil {
		return launched, report, err
	}
	return instance, report, nil
}

// waitRunning waits until the machine runs, and starts it when it is stopped: a create that died may have left it so.
func (s *InstanceService) waitRunning(ctx context.Context, id string) (*Instance, error) {
	var instance *Instance
	began := s.c.clock.Now()
	err := s.c.wait(ctx, wait{Resource: "instance", ID: id, Goal: "to run"}, func(ctx context.Context) (observation, error) {
		var err error
		instance, err = s.read(ctx, id)
		if isNotFoundYet(err) && s.c.clock.Now().Sub(began) < ownCreateGrace && s.isClaimed(id) {
			return observation{State: "not known to EC2 yet"}, nil
		}
		if err != nil {
			return observation{}, err
		}
		switch instance.State {
		case StateRunning:
			return observation{Done: true}, nil
		case StateShuttingDown, StateTerminated:
			return observation{}, endedByItself(instance)
		case StateStopped:
			if err := s.start(ctx, instance); err != nil {
				return observation{}, err
			}
		}
		return observation{State: instance.State}, nil
	})
	return instance, err
}

// markProvisioned makes the tags what spec wants, with the instant of the first completion.
func (s *InstanceService) markProvisioned(ctx context.Context, instance *Instance, spec InstanceSpec) error {
	if instance.ProvisionedAt.IsZero() {
		instance.ProvisionedAt = s.c.clock.Now().UTC()
	}
	tags := spec.tags()
	tags[TagProvisioned] = instance.ProvisionedAt.Format(time.RFC3339)
	have := maps.Clone(instance.Tags)
	maps.Copy(have, instance.tropicTags)
	maps.DeleteFunc(tags, func(key, value string) bool { old, found := have[key]; return found && old == value })
	if len(tags) == 0 {
		return nil
	}
	_, err := s.c.ec2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{instance.ID}, Tags: ec2Tags(tags)})
	return failure("tagging", "instance", instance.ID, err)
}

// connectAndPoke waits for Systems Manager, at most for the given time, and has the machine reconcile. It looks at least
// once.
func (s *InstanceService) connectAndPoke(ctx context.Context, id string, limit time.Duration) (*manifest.Report, error) {
	if err := s.c.Commands.waitConnected(ctx, limit, id); err != nil {
		return nil, failure("connecting to", "instance", id, err)
	}
	report, err := s.c.Commands.Poke(ctx, id)
	return report, failure("reconciling", "instance", id, err)
}

func (s *InstanceService) start(ctx context.Context, instance *Instance) error {
	if instance.Hold != "" {
		return held(instance)
	}
	_, err := s.c.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{instance.ID}})
	if hasCode(err, "IncorrectInstanceState") {
		return nil // somebody else changed the state meanwhile; the next look tells
	}
	return failure("starting", "instance", instance.ID, err)
}

func (s *InstanceService) isClaimed(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.claimed[id]
}

// isNotFoundYet tells absence from a machine that is known to be terminated or somebody else's.
func isNotFoundYet(err error) bool {
	e, typed := asError(err)
	return typed && e.absent
}

func endedByItself(i *Instance) error {
	reason := "the machine is " + i.State
	if i.StateReason != "" {
		reason += ": " + i.StateReason
	}
	return &Error{
		Op: "waiting for", Resource: "instance", ID: i.ID, Kind: ErrConflict, Reason: reason,
		Next: "create it again; if it ends so each time, check the account's volume quota and the image's encryption key",
	}
}

// held refuses to start what the meter keeps stopped.
func held(i *Instance) error {
	why := map[string]string{
		HoldBalance:    "the account has no credits left",
		HoldDailyCap:   "the daily credit cap is reached",
		HoldSessionMax: "the longest session is over",
	}[i.Hold]
	if why == "" {
		why = i.Hold
	}
	next := map[string]string{
		HoldBalance:    "buy credits",
		HoldDailyCap:   "raise the cap, or wait until tomorrow",
		HoldSessionMax: "raise the session limit, or wait until tomorrow",
	}[i.Hold]
	return &Error{
		Op: "starting", Resource: "instance", ID: i.ID, Kind: ErrConflict,
		Reason: "the meter keeps the machine stopped: " + why, Next: next,
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
