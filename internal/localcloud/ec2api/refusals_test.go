package ec2api_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

// adding sends one parameter more than the SDK would.
func adding(parameter string) func(*ec2.Options) {
	return ec2.WithAPIOptions(func(stack *middleware.Stack) error {
		return stack.Build.Add(middleware.BuildMiddlewareFunc("adding", func(
			ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
		) (middleware.BuildOutput, middleware.Metadata, error) {
			req := in.Request.(*smithyhttp.Request)
			body, err := io.ReadAll(req.GetStream())
			if err != nil {
				return middleware.BuildOutput{}, middleware.Metadata{}, err
			}
			if in.Request, err = req.SetStream(strings.NewReader(string(body) + "&" + parameter)); err != nil {
				return middleware.BuildOutput{}, middleware.Metadata{}, err
			}
			return next.HandleBuild(ctx, in)
		}), middleware.Before)
	})
}

func TestAnUnknownParameterIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	for parameter, want := range map[string]string{
		"Filter.1.Name=instance-id&Filter.1.Value.1=i-12345678": "",
		"Filters.1.Name=instance-id":                            "UnknownParameter",
		"Filter.0.Name=instance-id":                             "UnknownParameter",
		"Filter.99999.Name=instance-id":                         "UnknownParameter",
		"InstanceId=i-12345678":                                 "UnknownParameter",
		"instanceid.1=i-12345678":                               "UnknownParameter",
		"Hibernate=true":                                        "UnknownParameter",
	} {
		_, err := c.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}, adding(parameter))
		expect(t, parameter, err, want)
	}
	in := c.launchInput()
	in.InstanceMarketOptions = &types.InstanceMarketOptionsRequest{MarketType: types.MarketTypeSpot}
	_, err := c.RunInstances(t.Context(), in)
	expect(t, "a wish this cloud cannot grant", err, "UnknownParameter")
	if out, err := c.describe(t); err != nil || len(out.Reservations) != 0 {
		t.Errorf("after the refusal: %v, %v", out, err)
	}
}

func TestLaunchRefusals(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	ebs := func(e types.EbsBlockDevice) func(*ec2.RunInstancesInput) {
		return func(in *ec2.RunInstancesInput) {
			in.BlockDeviceMappings = []types.BlockDeviceMapping{{DeviceName: aws.String("/dev/sda1"), Ebs: &e}}
		}
	}
	tags := func(kind types.ResourceType, tags ...types.Tag) func(*ec2.RunInstancesInput) {
		return func(in *ec2.RunInstancesInput) {
			in.TagSpecifications = append(in.TagSpecifications, types.TagSpecification{ResourceType: kind, Tags: tags})
		}
	}
	many := make([]types.Tag, 51)
	for i := range many {
		many[i] = tag(fmt.Sprint(i), "")
	}
	for name, test := range map[string]struct {
		change func(*ec2.RunInstancesInput)
		want   string
	}{
		"malformed image": {func(in *ec2.RunInstancesInput) { in.ImageId = aws.String("ubuntu") }, "InvalidAMIID.Malformed"},
		"absent image":    {func(in *ec2.RunInstancesInput) { in.ImageId = aws.String("ami-00000000") }, "InvalidAMIID.NotFound"},
		"two at once":     {func(in *ec2.RunInstancesInput) { in.MaxCount = aws.Int32(2) }, "InvalidParameterValue"},
		"long token":      {func(in *ec2.RunInstancesInput) { in.ClientToken = aws.String(strings.Repeat("x", 65)) }, "InvalidParameterValue"},
		"absent subnet":   {func(in *ec2.RunInstancesInput) { in.SubnetId = aws.String("subnet-00000000") }, "InvalidSubnetID.NotFound"},
		"malformed group": {func(in *ec2.RunInstancesInput) { in.SecurityGroupIds = []string{"default"} }, "InvalidGroupId.Malformed"},
		"absent group":    {func(in *ec2.RunInstancesInput) { in.SecurityGroupIds = []string{"sg-00000000"} }, "InvalidGroup.NotFound"},
		"user data":       {func(in *ec2.RunInstancesInput) { in.UserData = aws.String("not base64") }, "InvalidUserData.Malformed"},
		"small volume":    {ebs(types.EbsBlockDevice{VolumeSize: aws.Int32(7)}), "InvalidParameterValue"},
		"cold volume":     {ebs(types.EbsBlockDevice{VolumeType: types.VolumeTypeSc1}), "InvalidParameterValue"},
		"a volume that stays": {
			ebs(types.EbsBlockDevice{DeleteOnTermination: aws.Bool(false)}), "UnsupportedOperation",
		},
		"tags of a group": {tags(types.ResourceTypeSecurityGroup, tag("a", "b")), "InvalidParameterValue"},
		"a tag twice":     {tags(types.ResourceTypeInstance, tag("a", "b"), tag("a", "c")), "InvalidParameterValue"},
		"51 tags":         {tags(types.ResourceTypeInstance, many...), "TagLimitExceeded"},
		"a tag of AWS":    {tags(types.ResourceTypeInstance, tag("AWS:x", "b")), "InvalidParameterValue"},
		"metadata endpoint": {func(in *ec2.RunInstancesInput) {
			in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpEndpoint: "disabled"}
		}, "InvalidParameterValue"},
		"metadata tokens": {func(in *ec2.RunInstancesInput) {
			in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpTokens: "maybe"}
		}, "InvalidParameterValue"},
		"hop limit": {func(in *ec2.RunInstancesInput) {
			in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpPutResponseHopLimit: aws.Int32(65)}
		}, "InvalidParameterValue"},
		"shutdown behaviour": {func(in *ec2.RunInstancesInput) { in.InstanceInitiatedShutdownBehavior = "sleep" }, "InvalidParameterValue"},
	} {
		in := c.launchInput()
		test.change(in)
		_, err := c.RunInstances(t.Context(), in)
		expect(t, name, err, test.want)
	}
	if out, err := c.describe(t); err != nil || len(out.Reservations) != 0 {
		t.Errorf("refused launches left instances: %v, %v", out, err)
	}
	dry := c.launchInput()
	dry.DryRun = aws.Bool(true)
	expect(t, "dry run", second(c.RunInstances(t.Context(), dry)), "DryRunOperation")
}

// An unknown filter is refused also where nothing is that it could be held against.
func TestFilterRefusals(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	unknown := []types.Filter{filter("colour", "red")}
	many := filter("tag:a", make([]string, 201)...)
	for i := range many.Values {
		many.Values[i] = fmt.Sprint(i)
	}
	ctx := t.Context()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"instances":  {second(c.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: unknown})), "InvalidParameterValue"},
		"groups":     {second(c.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: unknown})), "InvalidParameterValue"},
		"rules":      {second(c.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{Filters: unknown})), "InvalidParameterValue"},
		"key pairs":  {second(c.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{Filters: unknown})), "InvalidParameterValue"},
		"images":     {second(c.DescribeImages(ctx, &ec2.DescribeImagesInput{Filters: unknown})), "InvalidParameterValue"},
		"VPCs":       {second(c.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: unknown})), "InvalidParameterValue"},
		"subnets":    {second(c.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: unknown})), "InvalidParameterValue"},
		"201 values": {second(c.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: []types.Filter{many}})), "FilterLimitExceeded"},
		"ids and a page": {
			second(c.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{"i-12345678"}, MaxResults: aws.Int32(5)})),
			"InvalidParameterCombination",
		},
		"a small page":  {second(c.DescribeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(4)})), "InvalidParameterValue"},
		"absent subnet": {second(c.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-1"}})), "InvalidSubnetID.NotFound"},
		"absent VPC":    {second(c.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{"vpc-1"}})), "InvalidVpcID.NotFound"},
		"absent key":    {second(c.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{KeyPairIds: []string{"key-1"}})), "InvalidKeyPair.NotFound"},
		"malformed id":  {second(c.describe(t, "i-1")), "InvalidInstanceID.Malformed"},
	} {
		expect(t, name, test.err, test.want)
	}
}
