package tropic

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// groupName is the name of a machine's security group. The '@' cannot be in a name or an account, so no two machines
// share one.
func groupName(account, name string) string {
	if account == DefaultAccount || account == "" {
		return "tropic-" + name
	}
	return "tropic-" + name + "@" + account
}

// groupListingGrace is how long EC2 may not show a security group that exists.
const groupListingGrace = time.Minute

// ensureGroup returns the machine's security group, making it unless an earlier run did; made tells which.
func (s *InstanceService) ensureGroup(ctx context.Context, spec InstanceSpec) (id string, made bool, err error) {
	vpc, err := s.vpc(ctx, spec.SubnetID)
	if err != nil {
		return "", false, err
	}
	name := groupName(spec.Account, spec.Name)
	err = s.c.wait(ctx, wait{
		Resource: "security group", ID: name, Goal: "to be shown by EC2, which says that it exists",
		Timeout: groupListingGrace, Next: "try again in a minute",
	}, func(ctx context.Context) (observation, error) {
		if id, err = s.findGroup(ctx, vpc, name, spec); id != "" || err != nil {
			return observation{Done: true}, err
		}
		output, err := s.c.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
			GroupName: aws.String(name), VpcId: aws.String(vpc),
			Description:       aws.String("Ingress of the Tropic machine " + spec.Name),
			TagSpecifications: tagSpecifications(spec.tags(), ec2types.ResourceTypeSecurityGroup),
		})
		switch {
		case hasCode(err, "InvalidGroup.Duplicate"): // another run of ours, or a list that lags
			return observation{State: "not shown"}, nil
		case err != nil:
			return observation{}, failure("creating", "security group", name, err)
		}
		id, made = aws.ToString(output.GroupId), true
		return observation{Done: true}, nil
	})
	return id, made, err
}

func (s *InstanceService) findGroup(ctx context.Context, vpc, name string, spec InstanceSpec) (string, error) {
	groups, err := s.c.describeGroups(ctx, filter("vpc-id", vpc), filter("group-name", name))
	if err != nil || len(groups) == 0 {
		return "", failure("reading", "security group", name, err)
	}
	tags := make(map[string]string)
	for _, t := range groups[0].Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	if tags[TagManaged] != tagTrue || tags[TagName] != spec.Name || tags[TagAccount] != spec.Account {
		return "", &Error{
			Op: "using", Resource: "security group", ID: name, Kind: ErrConflict,
			Reason: fmt.Sprintf("%s bears the name but is not this machine's", aws.ToString(groups[0].GroupId)),
			Next:   "delete or rename that group, or choose another instance name",
		}
	}
	return aws.ToString(groups[0].GroupId), nil
}

func (s *InstanceService) vpc(ctx context.Context, subnet string) (string, error) {
	if subnet == "" {
		output, err := s.c.ec2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []ec2types.Filter{filter("is-default", "true")}})
		if err != nil {
			return "", failure("finding", "default VPC", "", err)
		}
		if len(output.Vpcs) == 0 {
			return "", &Error{
				Op: "finding", Resource: "default VPC", Kind: ErrValidation, Field: "subnet_id",
				Reason: "this AWS account has none in " + s.c.region,
				Next:   "set subnet_id to a public subnet, or make one with `aws ec2 create-default-vpc`",
			}
		}
		return aws.ToString(output.Vpcs[0].VpcId), nil
	}
	output, err := s.c.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{subnet}})
	if hasCode(err, "InvalidSubnetID.NotFound") || err == nil && len(output.Subnets) == 0 {
		e := invalid("instance", "subnet_id", subnet, "is not a subnet in "+s.c.region, "a subnet of this region and AWS account")
		e.AWSCode, e.RequestID, e.Err = awsCode(err), requestID(err), err
		return "", e
	}
	if err != nil {
		return "", failure("reading", "subnet", subnet, err)
	}
	return aws.ToString(output.Subnets[0].VpcId), nil
}

// deleteGroup removes a security group. While the network interface of a terminated machine still holds it, it waits.
func (s *InstanceService) deleteGroup(ctx context.Context, id string) error {
	w := wait{
		Resource: "security group", ID: id, Goal: "to be free", Timeout: 3 * time.Minute,
		Next: "find what still uses it under EC2, Network interfaces",
	}
	return s.c.wait(ctx, w, func(ctx context.Context) (observation, error) {
		_, err := s.c.ec2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: aws.String(id)})
		switch {
		case err == nil, hasCode(err, "InvalidGroup.NotFound", "InvalidGroupId.NotFound"):
			return observation{Done: true}, nil
		case hasCode(err, "DependencyViolation", "InvalidGroup.InUse"):
			return observation{State: "in use"}, nil
		}
		return observation{}, failure("deleting", "security group", id, err)
	})
}

func (c *Client) describeGroups(ctx context.Context, filters ...ec2types.Filter) ([]ec2types.SecurityGroup, error) {
	var out []ec2types.SecurityGroup
	pages := ec2.NewDescribeSecurityGroupsPaginator(c.ec2, &ec2.DescribeSecurityGroupsInput{Filters: filters})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.SecurityGroups...)
	}
	return out, nil
}
