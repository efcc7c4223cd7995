package tropic

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ChangeType gives the machine another size. A running machine is stopped for it and started again, which changes its
// public address; a stopped one stays stopped. A machine that a failure leaves stopped half-way bears TagResume: the same
// call again finishes the change and starts it, and Start starts it as it is.
func (s *InstanceService) ChangeType(ctx context.Context, id, instanceType string) (*Instance, error) {
	if err := errors.Join(validateInstanceID(id), ValidateInstanceType(instanceType)); err != nil {
		return nil, err
	}
	unlock, err := s.c.locks.lock(ctx, "type:"+id)
	if err != nil {
		return nil, failure("changing the type of", "instance", id, err)
	}
	defer unlock()
	defer s.c.snapshot.machinesChanged()

	instance, err := s.read(ctx, id)
	if err != nil {
		return nil, err
	}
	resume := instance.Resume
	if instance.Type != instanceType {
		if resume, err = s.stopForChange(ctx, instance); err != nil {
			return instance, err
		}
		if err := s.modifyType(ctx, id, instanceType); err != nil {
			if resume {
				err = errors.Join(err, s.startAgain(ctx, id))
			}
			return instance, err
		}
	}
	if resume {
		return s.bringUp(ctx, id, true)
	}
	return s.read(ctx, id)
}

// stopForChange stops the machine; resume tells whether it is to run again afterwards, which is noted on the machine
// first, so that whoever finds it stopped can tell.
func (s *InstanceService) stopForChange(ctx context.Context, instance *Instance) (resume bool, err error) {
	resume = instance.Resume
	if !resume && (instance.State == StateRunning || instance.State == StatePending) {
		_, err := s.c.ec2.CreateTags(ctx, &ec2.CreateTagsInput{
			Resources: []string{instance.ID}, Tags: ec2Tags(map[string]string{TagResume: tagTrue}),
		})
		if err != nil {
			return false, failure("tagging", "instance", instance.ID, err)
		}
		resume = true
	}
	_, err = s.stop(ctx, instance.ID)
	return resume, err
}

func (s *InstanceService) modifyType(ctx context.Context, id, instanceType string) error {
	_, err := s.c.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{
		InstanceId: aws.String(id), InstanceType: &ec2types.AttributeValue{Value: aws.String(instanceType)},
	})
	return failure("changing the type of", "instance", id, err)
}

// startAgain brings a machine back after its type could not be changed.
func (s *InstanceService) startAgain(ctx context.Context, id string) error {
	instance, err := s.read(ctx, id)
	if err == nil {
		err = s.start(ctx, instance)
	}
	if err == nil {
		return s.forgetResume(ctx, instance, true)
	}
	if e, typed := asError(err); typed && e.Next == "" {
		e.Next = "the machine is stopped: start it with `tropic instance start " + id + "`"
	}
	return err
}

// forgetResume takes the note away that the machine is to run again; noted says that it is there although a read may
// not show it yet.
func (s *InstanceService) forgetResume(ctx context.Context, instance *Instance, noted bool) error {
	if !instance.Resume && !noted {
		return nil
	}
	_, err := s.c.ec2.DeleteTags(ctx, &ec2.DeleteTagsInput{
		Resources: []string{instance.ID}, Tags: []ec2types.Tag{{Key: aws.String(TagResume)}},
	})
	if err != nil {
		return failure("untagging", "instance", instance.ID, err)
	}
	instance.Resume = false
	delete(instance.tropicTags, TagResume)
	return nil
}
