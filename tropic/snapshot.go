package tropic

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// snapshot serves reads of all managed machines from a few list calls, so that a plan costs the same whether it reads one
// machine or a hundred: one DescribeInstances, one DescribeSecurityGroupRules and one DescribeInstanceInformation, each
// plus its further pages. Only what carries Tropic's own tag is listed. The client's own writes drop what they touched,
// and a machine that the snapshot misses is looked up by id before anyone says that it is gone.
type snapshot struct {
	instances     *cached[map[string]*Instance]     // by id; also terminated ones, while EC2 shows them
	rules         *cached[map[string][]IngressRule] // by security group id
	registrations *cached[map[string]Connection]    // by instance id
}

func newSnapshot(c *Client) snapshot {
	return snapshot{
		instances: newCached(c, func(ctx context.Context) (map[string]*Instance, error) {
			return c.describeInstances(ctx, tagFilter(TagManaged, tagTrue))
		}),
		rules: newCached(c, func(ctx context.Context) (map[string][]IngressRule, error) {
			instances, err := c.snapshot.instances.get(ctx)
			if err != nil {
				return nil, err
			}
			groups := make(map[string]bool)
			for _, i := range instances {
				if i.SecurityGroupID != "" {
					groups[i.SecurityGroupID] = true
				}
			}
			return c.Ingress.readGroups(ctx, slices.Sorted(maps.Keys(groups)))
		}),
		registrations: newCached(c, func(ctx context.Context) (map[string]Connection, error) {
			return c.describeConnections(ctx, "tag:"+TagManaged, tagTrue)
		}),
	}
}

func newCached[T any](c *Client, load func(context.Context) (T, error)) *cached[T] {
	return &cached[T]{clock: c.clock, ttl: c.settings.snapshotTTL, load: load}
}

// machinesChanged forgets what is known of machines, after an own write; their rules are listed by their groups.
func (s *snapshot) machinesChanged() {
	s.instances.drop()
	s.rules.drop()
	s.registrations.drop()
}

// describeInstances returns the machines that match all filters, by id.
func (c *Client) describeInstances(ctx context.Context, filters ...ec2types.Filter) (map[string]*Instance, error) {
	out := make(map[string]*Instance)
	pages := ec2.NewDescribeInstancesPaginator(c.ec2, &ec2.DescribeInstancesInput{
		Filters: filters, MaxResults: aws.Int32(1000),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Reservations {
			for _, i := range r.Instances {
				instance := c.instanceFromEC2(i, aws.ToString(r.OwnerId))
				out[instance.ID] = instance
			}
		}
	}
	return out, nil
}

// describeConnections returns what Systems Manager says of the machines that match the filter, by instance id.
func (c *Client) describeConnections(ctx context.Context, key string, values ...string) (map[string]Connection, error) {
	out := make(map[string]Connection)
	pages := ssm.NewDescribeInstanceInformationPaginator(c.ssm, &ssm.DescribeInstanceInformationInput{
		Filters:    []ssmtypes.InstanceInformationStringFilter{{Key: aws.String(key), Values: values}},
		MaxResults: aws.Int32(50),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page.InstanceInformationList {
			out[aws.ToString(i.InstanceId)] = Connection{
				InstanceID: aws.ToString(i.InstanceId), PingStatus: string(i.PingStatus),
				LastPing: aws.ToTime(i.LastPingDateTime), AgentVersion: aws.ToString(i.AgentVersion),
			}
		}
	}
	return out, nil
}

func tagFilter(key, value string) ec2types.Filter {
	return ec2types.Filter{Name: aws.String("tag:" + key), Values: []string{value}}
}

func filter(name string, values ...string) ec2types.Filter {
	return ec2types.Filter{Name: aws.String(name), Values: values}
}
