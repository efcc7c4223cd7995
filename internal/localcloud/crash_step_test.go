package localcloud_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// fate is what a caller knows of a call.
type fate int

const (
	unknown fate = iota // it was cut: it happened as a whole, or not at all
	done                // it was answered with success
)

// step is one thing a caller does to the cloud, and how to see whether it happened.
type step struct {
	name string
	do   func(context.Context, *child) error
	// seen is how much of the step is there, from 0 to whole.
	seen  func(*testing.T, *child) int
	whole int
	token string // of a launch, which may be repeated
	fate  fate
}

// newStep takes turns among the kinds of change that touch more than one thing at a time.
func newStep(name string, turn int) *step {
	kinds := []func(string) *step{launchStep, groupStep, putStep, keyStep}
	return kinds[turn%len(kinds)](name)
}

func tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

// launch is a launch with a token, a volume and tags.
func (c *child) launch(ctx context.Context, token string) (*ec2.RunInstancesOutput, error) {
	images, err := c.ec2.DescribeImages(ctx, &ec2.DescribeImagesInput{})
	if err != nil {
		return nil, err
	}
	return c.ec2.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: images.Images[0].ImageId, InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		ClientToken:       aws.String(token),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{tag("a", token), tag("b", token)}}},
	})
}

func launchStep(name string) *step {
	return &step{
		name: name, whole: 3, token: name,
		do: func(ctx context.Context, c *child) error {
			_, err := c.launch(ctx, name)
			return err
		},
		seen: func(t *testing.T, c *child) int { return c.launchSeen(t, name) },
	}
}

// launchSeen counts the instance and its tags.
func (c *child) launchSeen(t *testing.T, token string) int {
	t.Helper()
	out, err := c.ec2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{
		Filters: []types.Filter{{Name: aws.String("client-token"), Values: []string{token}}},
	})
	must(t, err)
	if len(out.Reservations) == 0 {
		return 0
	}
	if len(out.Reservations) > 1 {
		t.Errorf("%d instances of the token %s", len(out.Reservations), token)
	}
	return 1 + len(out.Reservations[0].Instances[0].Tags)
}

// groupStep makes a group, and opens three ports of it in one call.
func groupStep(name string) *step {
	id := ""
	return &step{
		name: name, whole: 3,
		do: func(ctx context.Context, c *child) error {
			group, err := c.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String(name), Description: aws.String("x")})
			if err != nil {
				return err
			}
			id = aws.ToString(group.GroupId)
			in := &ec2.AuthorizeSecurityGroupIngressInput{GroupId: group.GroupId}
			for port := range int32(3) {
				in.IpPermissions = append(in.IpPermissions, types.IpPermission{
					IpProtocol: aws.String("tcp"), FromPort: aws.Int32(port), ToPort: aws.Int32(port), IpRanges: []types.IpRange{{CidrIp: aws.String("10.0.0.0/8")}},
				})
			}
			_, err = c.ec2.AuthorizeSecurityGroupIngress(ctx, in)
			return err
		},
		seen: func(t *testing.T, c *child) int {
			t.Helper()
			out, err := c.ec2.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{
				Filters: []types.Filter{{Name: aws.String("group-name"), Values: []string{name}}},
			})
			must(t, err)
			if len(out.SecurityGroups) == 0 {
				if id != "" {
					t.Errorf("the group %s was answered and is gone", id)
				}
				return 0
			}
			return len(out.SecurityGroups[0].IpPermissions)
		},
	}
}

// putStep makes three versions of a secret: the newest and its history.
func putStep(name string) *step {
	answered := 0
	return &step{
		name: name, whole: 3,
		do: func(ctx context.Context, c *child) error {
			for n := range 3 {
				_, err := c.ssm.PutParameter(ctx, &ssm.PutParameterInput{
					Name: aws.String("/" + name), Value: aws.String(fmt.Sprint("value-", n+1)), Type: ssmtypes.ParameterTypeSecureString, Overwrite: aws.Bool(n > 0),
				})
				if err != nil {
					return err
				}
				answered++
			}
			return nil
		},
		seen: func(t *testing.T, c *child) int {
			t.Helper()
			out, err := c.ssm.GetParameterHistory(t.Context(), &ssm.GetParameterHistoryInput{Name: aws.String("/" + name), WithDecryption: aws.Bool(true)})
			if errorCode(err) == "ParameterNotFound" {
				out, err = &ssm.GetParameterHistoryOutput{}, nil
			}
			must(t, err)
			for n, v := range out.Parameters {
				if aws.ToString(v.Value) != fmt.Sprint("value-", n+1) || v.Version != int64(n+1) {
					t.Errorf("%s: version %d is %q", name, v.Version, aws.ToString(v.Value))
				}
			}
			if got := len(out.Parameters); got < answered || got > answered+1 {
				t.Errorf("%s: %d versions are there, %d were answered", name, got, answered)
			}
			if answered == 3 {
				return len(out.Parameters)
			}
			return 0 // each put is a call of its own
		},
	}
}

// keyStep makes a key pair with a tag.
func keyStep(name string) *step {
	return &step{
		name: name, whole: 2,
		do: func(ctx context.Context, c *child) error {
			_, err := c.ec2.CreateKeyPair(ctx, &ec2.CreateKeyPairInput{
				KeyName: aws.String(name), KeyType: types.KeyTypeEd25519,
				TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeKeyPair, Tags: []types.Tag{tag("a", name)}}},
			})
			return err
		},
		seen: func(t *testing.T, c *child) int {
			t.Helper()
			out, err := c.ec2.DescribeKeyPairs(t.Context(), &ec2.DescribeKeyPairsInput{
				Filters: []types.Filter{{Name: aws.String("key-name"), Values: []string{name}}},
			})
			must(t, err)
			if len(out.KeyPairs) == 0 {
				return 0
			}
			return 1 + len(out.KeyPairs[0].Tags)
		},
	}
}
