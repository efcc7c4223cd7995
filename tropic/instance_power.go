package tropic

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// Start starts a stopped machine, waits until it runs and is connected, and has it reconcile. It is idempotent. A machine
// that the meter holds is ErrConflict. As with Provision, ErrNotConnected and ErrCommandFailed are late failures: the
// machine runs, and is returned with the error.
func (s *InstanceService) Start(ctx context.Context, id string) (*Instance, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	defer s.c.snapshot.machinesChanged()
	return s.bringUp(ctx, id, false)
}

// bringUp is Start; noted says that the machine bears TagResume for certain.
func (s *InstanceService) bringUp(ctx context.Context, id string, noted bool) (*Instance, error) {
	instance, err := s.waitRunning(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := s.forgetResume(ctx, instance, noted); err != nil {
		return instance, err
	}
	_, err = s.connectAndPoke(ctx, id, s.c.settings.connectTimeout)
	return instance, err
}

// Stop stops a machine and waits until it is stopped. It is idempotent. Its disk and desired state stay. One that the meter
// holds is not held any more: it is to stay stopped, whatever credits come.
func (s *InstanceService) Stop(ctx context.Context, id string) (*Instance, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	defer s.c.snapshot.machinesChanged()
	instance, err := s.stop(ctx, id)
	if err != nil {
		return instance, err
	}
	if err := s.forgetResume(ctx, instance, false); err != nil { // it is to stay stopped
		return instance, err
	}
	return instance, s.forgetHold(ctx, instance)
}

// forgetHold takes the meter's tag away, by which the meter would start the machine again.
func (s *InstanceService) forgetHold(ctx context.Context, instance *Instance) error {
	if instance.Hold == "" {
		return nil
	}
	if err := s.c.Fleet.Untag(ctx, TagHold, instance.ID); err != nil {
		return err
	}
	instance.Hold = ""
	return nil
}

func (s *InstanceService) stop(ctx context.Context, id string) (*Instance, error) {
	var instance *Instance
	err := s.c.wait(ctx, wait{Resource: "instance", ID: id, Goal: "to stop"}, func(ctx context.Context) (observation, error) {
		var err error
		if instance, err = s.read(ctx, id); err != nil {
			return observation{}, err
		}
		switch instance.State {
		case StateStopped:
			return observation{Done: true}, nil
		case StateShuttingDown:
			return observation{}, endedByItself(instance)
		case StateRunning:
			_, err := s.c.ec2.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}})
			if err != nil && !hasCode(err, "IncorrectInstanceState") {
				return observation{}, failure("stopping", "instance", id, err)
			}
		}
		return observation{State: instance.State}, nil
	})
	return instance, err
}
