package tropic

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// FleetService is for a service that watches over all machines of the region, such as the meter: it reads and writes many
// machines with few calls, and waits for none of them. What is wrong with one machine does not keep the others from what
// was asked for. It does not look at TagHold or TagResume: those are for whoever calls it to set.
type FleetService struct{ c *Client }

// How many machines one call may name. CreateTags and DeleteTags: 1,000 resources (EC2 API Reference). A filter: 200
// values. StopInstances and StartInstances have no stated bound below 1,000, the size of their resource token bucket
// ("Request throttling for the Amazon EC2 API"): 100 leave room for other callers, and keep a failed call small.
const (
	maxTagged   = 1000
	maxFiltered = 200
	maxPowered  = 100
)

// Machines returns every managed machine, also terminated ones while EC2 shows them, by id, past the client's snapshot.
// With ids it returns those of them that EC2 knows and that are Tropic's. The answer is complete, or there is an error.
func (s *FleetService) Machines(ctx context.Context, ids ...string) ([]*Instance, error) {
	if err := validateInstanceIDs(ids); err != nil {
		return nil, err
	}
	batches := [][]ec2types.Filter{{tagFilter(TagManaged, tagTrue)}}
	if len(ids) > 0 {
		batches = nil
		for batch := range slices.Chunk(distinct(ids), maxFiltered) {
			batches = append(batches, []ec2types.Filter{tagFilter(TagManaged, tagTrue), filter("instance-id", batch...)})
		}
	}
	var out []*Instance
	for _, filters := range batches {
		found, err := s.c.describeInstances(ctx, filters...)
		if err != nil {
			return nil, failure("listing", "instances", "", err)
		}
		for _, i := range found {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b *Instance) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// Tag sets one tag on many machines. A machine that is gone is no error. The error joins one *Error for each call that
// failed for good; the machines of other calls are tagged nonetheless.
func (s *FleetService) Tag(ctx context.Context, key, value string, ids ...string) error {
	tags := []ec2types.Tag{{Key: aws.String(key), Value: aws.String(value)}}
	_, err := s.each(ctx, "tagging", ids, maxTagged, func(ids []string) ([]string, error) {
		_, err := s.c.ec2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: ids, Tags: tags})
		return ids, err
	})
	return err
}

// Untag takes one tag, whatever its value, from many machines. Errors are as those of Tag.
func (s *FleetService) Untag(ctx context.Context, key string, ids ...string) error {
	tags := []ec2types.Tag{{Key: aws.String(key)}}
	_, err := s.each(ctx, "untagging", ids, maxTagged, func(ids []string) ([]string, error) {
		_, err := s.c.ec2.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: ids, Tags: tags})
		return ids, err
	})
	return err
}

// Stop has EC2 stop machines, and does not wait. Accepted are the ids that EC2 acknowledged, also those that were stopped
// or stopping already. A machine that is gone, or in a state that cannot be stopped, is not among them and is no error.
// Accepted counts also when there is an error, which joins one *Error for each call that failed.
func (s *FleetService) Stop(ctx context.Context, ids ...string) (accepted []string, err error) {
	return s.each(ctx, "stopping", ids, maxPowered, func(ids []string) ([]string, error) {
		out, err := s.c.ec2.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: ids})
		if err != nil {
			return nil, err
		}
		return changedIDs(out.StoppingInstances), nil
	})
}

// Start has EC2 start machines, and does not wait. The results are as those of Stop; a machine that is still stopping
// cannot be started yet.
func (s *FleetService) Start(ctx context.Context, ids ...string) (accepted []string, err error) {
	return s.each(ctx, "starting", ids, maxPowered, func(ids []string) ([]string, error) {
		out, err := s.c.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: ids})
		if err != nil {
			return nil, err
		}
		return changedIDs(out.StartingInstances), nil
	})
}

func changedIDs(changes []ec2types.InstanceStateChange) []string {
	out := make([]string, len(changes))
	for n := range changes {
		out[n] = aws.ToString(changes[n].InstanceId)
	}
	return out
}

// each makes a call for all machines in batches, and returns those for which it was done.
func (s *FleetService) each(
	ctx context.Context, op string, ids []string, size int, call func(ids []string) ([]string, error),
) (done []string, err error) {
	if err := validateInstanceIDs(ids); err != nil {
		return nil, err
	}
	var failures []error
	for batch := range slices.Chunk(distinct(ids), size) {
		if err := ctx.Err(); err != nil {
			failures = append(failures, failure(op, "instances", "", err))
			break
		}
		some, err := s.c.makeForAll(op, batch, call)
		done = append(done, some...)
		failures = append(failures, err)
	}
	slices.Sort(done)
	return done, errors.Join(failures...)
}

// distinct sorts ids, and has each once.
func distinct(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }

func validateInstanceIDs(ids []string) error {
	var faults faultList
	for _, id := range ids {
		faults.add(validateInstanceID(id))
	}
	return faults.err()
}
