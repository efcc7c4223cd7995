package tropic

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Terminate ends a machine and removes everything made for it: its disk, its desired state and its security group. It is
// idempotent, and may be run again after a failure at any point, also when EC2 shows the machine no more. A machine that
// is not Tropic's is refused.
func (s *InstanceService) Terminate(ctx context.Context, id string) error {
	if err := validateInstanceID(id); err != nil {
		return err
	}
	unlock, err := s.c.locks.lock(ctx, "terminate:"+id)
	if err != nil {
		return failure("terminating", "instance", id, err)
	}
	defer unlock()
	defer s.c.snapshot.machinesChanged()

	found, err := s.c.describeInstances(ctx, filter("instance-id", id))
	if err != nil {
		return failure("reading", "instance", id, err)
	}
	groups, err := s.groupsToDelete(ctx, id, found[id])
	if err != nil {
		return err
	}
	if instance := found[id]; instance != nil && instance.State != StateTerminated {
		if err := s.end(ctx, instance); err != nil {
			return err
		}
	}
	s.unclaim(id)
	if err := s.deleteParameters(ctx, id); err != nil {
		return err
	}
	for _, group := range groups {
		if err := s.deleteGroup(ctx, group); err != nil {
			return err
		}
	}
	return nil
}

// groupsToDelete returns the security groups that go with the machine. A living machine's group is marked with the id
// first, because EC2 forgets a terminated machine's groups at once and the machine itself within the hour.
func (s *InstanceService) groupsToDelete(ctx context.Context, id string, instance *Instance) ([]string, error) {
	if instance != nil && !instance.managed {
		return nil, &Error{
			Op: "terminating", Resource: "instance", ID: id, Kind: ErrConflict,
			Reason: "the machine is not Tropic's: it lacks the tag " + TagManaged, Next: "check the id",
		}
	}
	marked, err := s.c.describeGroups(ctx, tagFilter(TagManaged, tagTrue), tagFilter(TagInstance, id))
	if err != nil {
		return nil, failure("looking for", "security group of instance", id, err)
	}
	if len(marked) > 0 || instance == nil {
		return groupIDs(marked), nil
	}
	own, err := s.c.describeGroups(ctx, tagFilter(TagManaged, tagTrue), tagFilter(TagName, instance.Name),
		tagFilter(TagAccount, instance.Account), filter("group-name", groupName(instance.Account, instance.Name)))
	if err != nil {
		return nil, failure("looking for", "security group of instance", id, err)
	}
	if len(own) == 0 {
		return nil, nil
	}
	if successor, err := s.successor(ctx, instance); err != nil || successor {
		return nil, err // the group serves the machine that bears the name now
	}
	_, err = s.c.ec2.CreateTags(ctx, &ec2.CreateTagsInput{
		Resources: groupIDs(own), Tags: ec2Tags(map[string]string{TagInstance: id}),
	})
	if err != nil && !hasCode(err, "InvalidGroup.NotFound", "InvalidGroupId.NotFound") {
		return nil, failure("tagging", "security group of instance", id, err)
	}
	return groupIDs(own), nil
}

// successor reports whether another living machine bears the name of an ended one.
func (s *InstanceService) successor(ctx context.Context, ended *Instance) (bool, error) {
	if ended.alive() {
		return false, nil
	}
	namesakes, err := s.namesakes(ctx, InstanceSpec{Name: ended.Name, Account: ended.Account})
	if err != nil {
		return false, err
	}
	for _, i := range namesakes {
		if i.ID != ended.ID && i.alive() {
			return true, nil
		}
	}
	return false, nil
}

// end terminates the machine and waits until it is gone.
func (s *InstanceService) end(ctx context.Context, instance *Instance) error {
	if instance.alive() {
		_, err := s.c.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{instance.ID}})
		if hasCode(err, "OperationNotPermitted") {
			return &Error{
				Op: "terminating", Resource: "instance", ID: instance.ID, Kind: ErrConflict, Err: err,
				AWSCode: awsCode(err), RequestID: requestID(err), Reason: "the machine has termination protection",
				Next: "turn it off under Instance settings in EC2, if the machine is really to go",
			}
		}
		if err != nil && !hasCode(err, "InvalidInstanceID.NotFound") {
			return failure("terminating", "instance", instance.ID, err)
		}
	}
	w := wait{Resource: "instance", ID: instance.ID, Goal: "to terminate"}
	return s.c.wait(ctx, w, func(ctx context.Context) (observation, error) {
		now, err := s.read(ctx, instance.ID)
		if errors.Is(err, ErrNotFound) {
			return observation{Done: true}, nil
		}
		if err != nil {
			return observation{}, err
		}
		return observation{State: now.State}, nil
	})
}

func (s *InstanceService) deleteParameters(ctx context.Context, id string) error {
	names, err := s.c.store.List(ctx, manifest.InstancePath(id))
	if err != nil {
		return failure("listing", "parameters of instance", id, err)
	}
	if len(names) == 0 {
		return nil
	}
	return failure("deleting", "parameters of instance", id, s.c.store.Delete(ctx, names...))
}

func groupIDs(groups []ec2types.SecurityGroup) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = aws.ToString(g.GroupId)
	}
	return out
}
