package ec2api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type changeXML struct {
	ID       string   `xml:"instanceId"`
	Current  stateXML `xml:"currentState"`
	Previous stateXML `xml:"previousState"`
}

type changesOutput struct {
	Changes []changeXML `xml:"instancesSet>item"`
}

func (s *Service) startInstances(req wire.Request, q wire.Query) (any, error) {
	return s.change(req, q, func(i *Instance) error {
		switch i.State {
		case stateRunning, statePending:
			return nil
		case stateStopped:
			i.PublicIP = s.publicIP()
			i.Launched = s.Now().UTC()
			i.Reason, i.ReasonCode = "", ""
			return s.enter(i, statePending, s.boot)
		}
		return incorrectState(i, "started")
	})
}

func (s *Service) stopInstances(req wire.Request, q wire.Query) (any, error) {
	return s.change(req, q, func(i *Instance) error {
		switch i.State {
		case stateStopped, stateStopping:
			return nil
		case stateRunning, statePending:
			i.Reason, i.ReasonCode = s.userInitiated(), "Client.UserInitiatedShutdown"
			return s.enter(i, stateStopping, s.halt)
		}
		return incorrectState(i, "stopped")
	})
}

func (s *Service) terminateInstances(req wire.Request, q wire.Query) (any, error) {
	return s.change(req, q, func(i *Instance) error {
		if !i.Live() {
			return nil
		}
		i.Reason, i.ReasonCode = s.userInitiated(), "Client.UserInitiatedShutdown"
		return s.enter(i, stateShuttingDown, s.destroy)
	})
}

func (s *Service) userInitiated() string {
	return "User initiated (" + s.Now().UTC().Format("2006-01-02 15:04:05 MST") + ")"
}

func incorrectState(i *Instance, verb string) error {
	return &wire.Error{
		Code:    "IncorrectInstanceState",
		Message: fmt.Sprintf("The instance '%s' is not in a state from which it can be %s (it is '%s').", i.ID, verb, i.State),
	}
}

// change applies one transition to every named instance, or to none when one of the ids is wrong.
func (s *Service) change(req wire.Request, q wire.Query, apply func(*Instance) error) (any, error) {
	ids := q.Strings("InstanceId")
	if len(ids) == 0 {
		return nil, missing("InstanceIds")
	}
	for _, id := range ids {
		if _, err := s.instance(req.Region, id); err != nil {
			return nil, err
		}
	}
	var out changesOutput
	for _, id := range ids {
		i := s.instances[id]
		before := i.State
		if err := apply(i); err != nil {
			return nil, err
		}
		out.Changes = append(out.Changes, changeXML{
			id, stateXML{stateCodes[i.State], i.State}, stateXML{stateCodes[before], before},
		})
	}
	return out, nil
}

// enter records an intermediate state and begins the work that ends it.
func (s *Service) enter(i *Instance, state string, work func(context.Context, Instance) error) error {
	i.State = state
	i.TransitionTurn++
	if err := s.saveInstance(i); err != nil {
		return err
	}
	s.begin(i, work)
	return nil
}

// begin runs work for the instance as it is now, in the background.
func (s *Service) begin(i *Instance, work func(context.Context, Instance) error) {
	snapshot := *i
	s.work.Go(func() {
		if err := work(s.life, snapshot); err != nil && s.life.Err() == nil {
			s.Logger.Error("instance transition failed", "instance", snapshot.ID, "state", snapshot.State, "error", err)
		}
	})
}

// settle records the state a transition led to, unless another transition began meanwhile.
func (s *Service) settle(of Instance, update func(*Instance)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.instances[of.ID]
	if i == nil || i.TransitionTurn != of.TransitionTurn || s.life.Err() != nil {
		return nil
	}
	update(i)
	return s.saveInstance(i)
}

func (s *Service) boot(ctx context.Context, of Instance) error {
	if !s.pass(ctx, s.Timing.Pending) {
		return nil
	}
	err := s.createAndStart(ctx, of)
	if err != nil && ctx.Err() == nil {
		return s.failBoot(of, err)
	}
	return s.settle(of, func(i *Instance) { i.State = stateRunning })
}

func (s *Service) createAndStart(ctx context.Context, of Instance) error {
	s.mu.Lock()
	image, err := s.image(of.ImageID)
	key := s.keys[keyID(of.Region, of.KeyName)]
	s.mu.Unlock()
	if err != nil {
		return err
	}
	m := driver.Machine{ID: of.ID, Hostname: hostname(of.PrivateIP), Image: image.Driver, UserData: of.UserData}
	if key != nil {
		m.AuthorizedKey = key.PublicKey
	}
	if err := s.Machines.Create(ctx, m); err != nil {
		return fmt.Errorf("create the machine: %w", err)
	}
	return s.Machines.Start(ctx, of.ID, func(why error) { s.exited(of, why) })
}

// failBoot ends an instance whose machine could not be made as EC2 ends one with an internal error.
func (s *Service) failBoot(of Instance, why error) error {
	s.Logger.Error("the machine did not boot", "instance", of.ID, "error", why)
	return s.settle(of, func(i *Instance) {
		i.State, i.ReasonCode, i.Reason = stateStopped, "Server.InternalError", "the machine did not boot: "+why.Error()
		i.PublicIP = ""
	})
}

// exited records that a machine ended by itself: it powered off, or crashed.
func (s *Service) exited(of Instance, why error) {
	s.mu.Lock()
	i := s.instances[of.ID]
	ended := i != nil && (i.State == stateRunning || i.State == statePending) && s.life.Err() == nil
	if !ended {
		s.mu.Unlock()
		return
	}
	state, work := stateStopping, s.halt
	if i.OnShutdown == "terminate" {
		state, work = stateShuttingDown, s.destroy
	}
	i.Reason, i.ReasonCode = "Instance initiated shutdown", "Client.InstanceInitiatedShutdown"
	err := s.enter(i, state, work)
	s.mu.Unlock()
	s.Logger.Info("a machine ended by itself", "instance", of.ID, "why", why, "error", err)
}

func (s *Service) halt(ctx context.Context, of Instance) error {
	err := s.Machines.Stop(ctx, of.ID)
	if !s.pass(ctx, s.Timing.Stopping) {
		return err
	}
	if err != nil {
		return err
	}
	return s.settle(of, func(i *Instance) { i.State, i.PublicIP = stateStopped, "" })
}

func (s *Service) destroy(ctx context.Context, of Instance) error {
	err := s.Machines.Destroy(ctx, of.ID)
	if !s.pass(ctx, s.Timing.ShuttingDown) {
		return err
	}
	if err != nil {
		return err
	}
	return s.settle(of, func(i *Instance) {
		i.State, i.PublicIP, i.Groups, i.Ended = stateTerminated, "", nil, s.Now().UTC()
	})
}

// pass waits, and is false when the cloud closed meanwhile.
func (s *Service) pass(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-s.After(d):
		return ctx.Err() == nil
	}
}

// Resume goes on with what an earlier run left: running machines boot again, and transitions are finished.
func (s *Service) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.instances {
		switch i.State {
		case statePending, stateRunning:
			s.begin(i, s.boot)
		case stateStopping:
			s.begin(i, s.halt)
		case stateShuttingDown:
			s.begin(i, s.destroy)
		}
	}
}

// Instance returns a copy of the record, in whatever region, and false when there is none.
func (s *Service) Instance(id string) (Instance, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.instances[id]; i != nil {
		return *i, true
	}
	return Instance{}, false
}

// All returns copies of all records, sorted by region and id.
func (s *Service) All() []Instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetTombstones()
	out := make([]Instance, 0, len(s.instances))
	for _, i := range s.instances {
		out = append(out, *i)
	}
	slices.SortFunc(out, func(a, b Instance) int { return strings.Compare(a.Region+a.ID, b.Region+b.ID) })
	return out
}

// PublicKey returns the OpenSSH line of a key pair, or empty.
func (s *Service) PublicKey(region, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.keys[keyID(region, name)]; k != nil {
		return k.PublicKey
	}
	return ""
}
