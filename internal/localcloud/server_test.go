package localcloud_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/clienttest"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
)

// quick keeps intermediate states visible and tests short.
var quick = localcloud.Timing{
	Pending: 20 * time.Millisecond, Stopping: 20 * time.Millisecond, ShuttingDown: 20 * time.Millisecond,
	Registration: 10 * time.Millisecond, Delivery: 10 * time.Millisecond,
}

func start(t *testing.T, dir string, change func(*localcloud.Config)) *localcloud.Server {
	t.Helper()
	cfg := localcloud.Config{
		Dir: dir, Driver: none.New(), Timing: quick,
		Images: []localcloud.Image{{Image: driver.Image{Name: "tropic-openclaw-test"}, Architecture: "x86_64"}},
	}
	if change != nil {
		change(&cfg)
	}
	s, err := localcloud.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func config(s *localcloud.Server) aws.Config {
	id, secret := s.Credentials()
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(s.Endpoint()), Retryer: clienttest.Retryer,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	}
}

func errorCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func runInput(t *testing.T, client *ec2.Client, token string) *ec2.RunInstancesInput {
	t.Helper()
	images, err := client.DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil || len(images.Images) != 1 {
		t.Fatalf("images: %v, %v", images, err)
	}
	return &ec2.RunInstancesInput{
		ImageId: images.Images[0].ImageId, InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		ClientToken: aws.String(token),
		MetadataOptions: &types.InstanceMetadataOptionsRequest{
			HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(1), InstanceMetadataTags: types.InstanceMetadataTagsStateEnabled,
		},
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{{Key: aws.String("tropic:name"), Value: aws.String("one")}},
		}},
	}
}

func awaitState(ctx context.Context, t *testing.T, client *ec2.Client, id string, want types.InstanceStateName) types.Instance {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		out, err := client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
		if err != nil {
			t.Fatal(err)
		}
		instance := out.Reservations[0].Instances[0]
		if instance.State.Name == want {
			return instance
		}
		if time.Now().After(deadline) {
			t.Fatalf("instance is %s, want %s", instance.State.Name, want)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func TestInstanceLifeOverTheWire(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	client := ec2.NewFromConfig(config(s))
	ctx := t.Context()

	first, err := client.RunInstances(ctx, runInput(t, client, "token-1"))
	if err != nil {
		t.Fatal(err)
	}
	id := aws.ToString(first.Instances[0].InstanceId)
	if got := first.Instances[0].State.Name; got != types.InstanceStateNamePending {
		t.Errorf("state after launch = %s, want pending", got)
	}
	again, err := client.RunInstances(ctx, runInput(t, client, "token-1"))
	if err != nil || aws.ToString(again.Instances[0].InstanceId) != id {
		t.Errorf("same token: %v, %v; want instance %s", again, err, id)
	}
	other := runInput(t, client, "token-1")
	other.InstanceType = types.InstanceTypeT3Small
	if _, err := client.RunInstances(ctx, other); errorCode(err) != "IdempotentParameterMismatch" {
		t.Errorf("same token, other parameters: %v", err)
	}

	running := awaitState(ctx, t, client, id, types.InstanceStateNameRunning)
	if running.MetadataOptions.HttpTokens != types.HttpTokensStateRequired || aws.ToInt32(running.MetadataOptions.HttpPutResponseHopLimit) != 1 {
		t.Errorf("metadata options = %+v", running.MetadataOptions)
	}
	address := aws.ToString(running.PublicIpAddress)
	change := &ec2.ModifyInstanceAttributeInput{InstanceId: aws.String(id), InstanceType: &types.AttributeValue{Value: aws.String("t3.small")}}
	if _, err := client.ModifyInstanceAttribute(ctx, change); errorCode(err) != "IncorrectInstanceState" {
		t.Errorf("change type of a running instance: %v", err)
	}
	if _, err := client.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	awaitState(ctx, t, client, id, types.InstanceStateNameStopped)
	if _, err := client.ModifyInstanceAttribute(ctx, change); err != nil {
		t.Errorf("change type of a stopped instance: %v", err)
	}
	if _, err := client.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	running = awaitState(ctx, t, client, id, types.InstanceStateNameRunning)
	if running.InstanceType != types.InstanceTypeT3Small || aws.ToString(running.PublicIpAddress) == address {
		t.Errorf("after stop and start: type %s, address %s (before %s)", running.InstanceType, aws.ToString(running.PublicIpAddress), address)
	}
	if _, err := client.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	awaitState(ctx, t, client, id, types.InstanceStateNameTerminated)
	if _, err := client.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{id}}); errorCode(err) != "IncorrectInstanceState" {
		t.Errorf("start a terminated instance: %v", err)
	}
}

func TestRestartLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := t.Context()
	s := start(t, dir, nil)
	client := ec2.NewFromConfig(config(s))
	out, err := client.RunInstances(ctx, runInput(t, client, "restart"))
	if err != nil {
		t.Fatal(err)
	}
	id := aws.ToString(out.Instances[0].InstanceId)
	awaitState(ctx, t, client, id, types.InstanceStateNameRunning)
	put := &ssm.PutParameterInput{Name: aws.String("/tropic/x"), Value: aws.String("planted-secret"), Type: ssmtypes.ParameterTypeSecureString}
	if _, err := ssm.NewFromConfig(config(s)).PutParameter(ctx, put); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = start(t, dir, nil)
	awaitState(ctx, t, ec2.NewFromConfig(config(s)), id, types.InstanceStateNameRunning)
	got, err := ssm.NewFromConfig(config(s)).GetParameter(ctx, &ssm.GetParameterInput{Name: put.Name, WithDecryption: aws.Bool(true)})
	if err != nil || aws.ToString(got.Parameter.Value) != "planted-secret" {
		t.Errorf("parameter after restart: %v, %v", got, err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	client := ec2.NewFromConfig(config(s))
	ssmClient := ssm.NewFromConfig(config(s))
	ctx := t.Context()
	forged := config(s)
	id, _ := s.Credentials()
	forged.Credentials = credentials.NewStaticCredentialsProvider(id, "wrong", "")
	launch := func(change func(*ec2.RunInstancesInput)) error {
		in := runInput(t, client, "")
		change(in)
		_, err := client.RunInstances(ctx, in)
		return err
	}
	ingress := func(cidr string, from, to int32) error {
		_, err := client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
			GroupId: aws.String(defaultGroup(ctx, t, client)),
			IpPermissions: []types.IpPermission{{
				IpProtocol: aws.String("tcp"), FromPort: aws.Int32(from), ToPort: aws.Int32(to), IpRanges: []types.IpRange{{CidrIp: aws.String(cidr)}},
			}},
		})
		return err
	}
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"signature":         {second(sts.NewFromConfig(forged).GetCallerIdentity(ctx, nil)), "SignatureDoesNotMatch"},
		"unknown operation": {second(client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})), "UnsupportedOperation"},
		"unknown image":     {launch(func(in *ec2.RunInstancesInput) { in.ImageId = aws.String("ami-12345678") }), "InvalidAMIID.NotFound"},
		"unknown key":       {launch(func(in *ec2.RunInstancesInput) { in.KeyName = aws.String("nobody") }), "InvalidKeyPair.NotFound"},
		"unknown type":      {launch(func(in *ec2.RunInstancesInput) { in.InstanceType = "x9.huge" }), "InvalidParameterValue"},
		"unknown group":     {launch(func(in *ec2.RunInstancesInput) { in.SecurityGroupIds = []string{"sg-0123456789abcdef0"} }), "InvalidGroup.NotFound"},
		"malformed id":      {second(client.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{"i-?"}})), "InvalidInstanceID.Malformed"},
		"absent id":         {second(client.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{"i-12345678"}})), "InvalidInstanceID.NotFound"},
		"bad CIDR":          {ingress("300.0.0.0/8", 22, 22), "InvalidParameterValue"},
		"bad port":          {ingress("10.0.0.0/8", 22, 70000), "InvalidParameterValue"},
		"command to nobody": {second(ssmClient.SendCommand(ctx, &ssm.SendCommandInput{
			DocumentName: aws.String("AWS-RunShellScript"), InstanceIds: []string{"i-12345678"}, Parameters: map[string][]string{"commands": {"true"}},
		})), "InvalidInstanceId"},
		"absent parameter": {second(ssmClient.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/no")})), "ParameterNotFound"},
	} {
		if got := errorCode(test.err); got != test.want {
			t.Errorf("%s: code %q (%v), want %q", name, got, test.err, test.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func defaultGroup(ctx context.Context, t *testing.T, client *ec2.Client) string {
	t.Helper()
	out, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{{Name: aws.String("group-name"), Values: []string{"default"}}},
	})
	if err != nil || len(out.SecurityGroups) != 1 {
		t.Fatalf("default group: %v, %v", out, err)
	}
	return aws.ToString(out.SecurityGroups[0].GroupId)
}

func TestGroupRules(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	client := ec2.NewFromConfig(config(s))
	ctx := t.Context()
	group, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("tropic-x"), Description: aws.String("x")})
	if err != nil {
		t.Fatal(err)
	}
	permission := []types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []types.IpRange{{CidrIp: aws.String("10.1.1.1/24")}},
	}}
	added, err := client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: group.GroupId, IpPermissions: permission})
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(added.SecurityGroupRules[0].CidrIpv4); got != "10.1.1.0/24" {
		t.Errorf("host bits: rule has %s", got)
	}
	_, err = client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: group.GroupId, IpPermissions: permission})
	if errorCode(err) != "InvalidPermission.Duplicate" {
		t.Errorf("duplicate rule: %v", err)
	}
	ids := []string{aws.ToString(added.SecurityGroupRules[0].SecurityGroupRuleId)}
	if _, err := client.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: group.GroupId, SecurityGroupRuleIds: ids}); err != nil {
		t.Errorf("revoke by id: %v", err)
	}
	rules, err := client.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{
		Filters: []types.Filter{{Name: aws.String("group-id"), Values: []string{aws.ToString(group.GroupId)}}},
	})
	if err != nil || len(rules.SecurityGroupRules) != 1 || !aws.ToBool(rules.SecurityGroupRules[0].IsEgress) {
		t.Errorf("rules after revoke: %+v, %v; want the default egress rule alone", rules, err)
	}
	in := runInput(t, client, "")
	in.SecurityGroupIds = []string{aws.ToString(group.GroupId)}
	if _, err := client.RunInstances(ctx, in); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: group.GroupId}); errorCode(err) != "DependencyViolation" {
		t.Errorf("delete a group in use: %v", err)
	}
}
