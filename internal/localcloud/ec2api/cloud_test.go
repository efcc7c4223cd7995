package ec2api_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/clienttest"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

// cloud is EC2 over the wire, with the AWS SDK.
type cloud struct {
	*ec2.Client
	image string
}

func startCloud(t *testing.T, behind lag.Config) *cloud {
	t.Helper()
	return startCloudOf(t, none.New(), behind)
}

func startCloudOf(t *testing.T, machines driver.Driver, behind lag.Config) *cloud {
	t.Helper()
	s, err := localcloud.Start(t.Context(), localcloud.Config{
		Dir: t.TempDir(), Driver: machines, Lag: behind,
		Timing: localcloud.Timing{Pending: time.Millisecond, Stopping: time.Millisecond, ShuttingDown: time.Millisecond},
		Images: []localcloud.Image{{Image: driver.Image{Name: "test"}, Architecture: "x86_64"}},
	})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	id, secret := s.Credentials()
	client := ec2.NewFromConfig(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(s.Endpoint()), Retryer: clienttest.Retryer,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	})
	images, err := client.DescribeImages(t.Context(), &ec2.DescribeImagesInput{})
	must(t, err)
	return &cloud{client, aws.ToString(images.Images[0].ImageId)}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func errorCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// expect is for a call that is refused with a code, or not at all.
func expect(t *testing.T, what string, err error, code string) {
	t.Helper()
	if errorCode(err) != code || code == "" && err != nil {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

// second is the error of a call.
func second[T any](_ T, err error) error { return err }

func (c *cloud) launchInput() *ec2.RunInstancesInput {
	return &ec2.RunInstancesInput{
		ImageId: aws.String(c.image), InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
	}
}

func (c *cloud) launch(t *testing.T, in *ec2.RunInstancesInput) string {
	t.Helper()
	out, err := c.RunInstances(t.Context(), in)
	must(t, err)
	return aws.ToString(out.Instances[0].InstanceId)
}

func (c *cloud) describe(t *testing.T, ids ...string) (*ec2.DescribeInstancesOutput, error) {
	return c.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: ids})
}

// await polls until the instance has a state, for at most 20 seconds.
func (c *cloud) await(t *testing.T, id string, want types.InstanceStateName) {
	t.Helper()
	var last types.InstanceStateName
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-time.After(2 * time.Millisecond) {
		out, err := c.describe(t, id)
		must(t, err)
		if last = out.Reservations[0].Instances[0].State.Name; last == want {
			return
		}
	}
	t.Fatalf("instance is %s, want %s", last, want)
}

func tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: aws.String(name), Values: values}
}
