package tropic

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Start starts a stopped machine, waits until it runs and is connected, and has it reconcile. It is idempotent. A machine
// that the meter holds is ErrConflict. As with Provision, ErrNotConnected and ErrCommandFailed are late failures: the
// machine runs, and is returned with the error.
func (s *InstanceService) Start(ctx context.Context, id string) (*Instance, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	defer s.c.snapshot.machinesChanged()
	instance, err := s.waitRunning(ctx, id)
	if err != nil {
		return nil, err
	}
	_, err = s.connectAndPoke(ctx, id)
	return instance, err
}

// Stop stops a machine and waits until it is stopped. It is idempotent. Its disk and desired state stay.
func (s *InstanceService) Stop(ctx context.Context, id string) (*Instance, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	defer s.c.snapshot.machinesChanged()
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

// ChangeType gives the machine another size. A running machine is stopped for it and started again, which changes its
// public address; a stopped one stays stopped. When it fails half-way the machine may be left stopped: the error says so.
func (s *InstanceService) ChangeType(ctx context.Context, id, instanceType string) (*Instance, error) {
	if err := errors.Join(validateInstanceID(id), ValidateInstanceType(instanceType)); err != nil {
		return nil, err
	}
	defer s.c.snapshot.machinesChanged()
	instance, err := s.read(ctx, id)
	if err != nil || instance.Type == instanceType {
		return instance, err
	}
	ran := instance.State == StateRunning || instance.State == StatePending
	if _, err := s.Stop(ctx, id); err != nil {
		return instance, err
	}
	_, err = s.c.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{
		InstanceId: aws.String(id), InstanceType: &ec2types.AttributeValue{Value: aws.String(instanceType)},
	})
	if err != nil {
		err = failure("changing the type of", "instance", id, err)
		if ran {
			err = errors.Join(err, s.startAgain(ctx, id))
		}
		return instance, err
	}
	if ran {
		return s.Start(ctx, id)
	}
	return s.read(ctx, id)
}

// startAgain brings a machine back after its type could not be changed.
func (s *InstanceService) startAgain(ctx context.Context, id string) error {
	_, err := s.c.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}})
	if err == nil {
		return nil
	}
	err = failure("starting", "instance", id, err)
	if e, typed := asError(err); typed && e.Next == "" {
		e.Next = "the machine is stopped: start it with `tropic instance start " + id + "`"
	}
	return err
}
