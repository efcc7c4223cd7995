package ec2api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// begin runs work for the instance as it is now, in the background; not any more once the cloud closes. It is called
// with the lock held.
func (s *Service) begin(i *Instance, work work) {
	if s.life.Err() != nil {
		return
	}
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
	changed := *i
	update(&changed)
	if err := s.saveInstance(&changed); err != nil {
		return err
	}
	*i = changed
	return nil
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
	defer s.mu.Unlock()
	i := s.instances[of.ID]
	ended := i != nil && (i.State == stateRunning || i.State == statePending) && s.life.Err() == nil
	if !ended {
		return
	}
	state, then := stateStopping, work(s.halt)
	if i.OnShutdown == "terminate" {
		state, then = stateShuttingDown, s.destroy
	}
	next := i.enter(state)
	next.Reason, next.ReasonCode = "", byItself // EC2 gives the instant only of what a call did
	err := s.enterAll(map[string]Instance{i.ID: next}, map[string]work{i.ID: then})
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
