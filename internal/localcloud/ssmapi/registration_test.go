package ssmapi_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

const managedCore = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"

// A machine appears only when its role lets the agent report. A machine that may is online meanwhile, so an absence is
// no matter of patience.
func TestAMachineRegistersOnlyWhenItsRoleAllowsIt(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), newHostDriver(t), time.Millisecond)
	c.makeProfile(t, "powerless", "")
	without, powerless := c.launchAs(t, "a", ""), c.launchAs(t, "a", "powerless")
	for _, id := range []string{without, powerless} {
		eventually(t, "running", func() bool {
			out, err := c.ec2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
			return err == nil && out.Reservations[0].Instances[0].State.Name == "running"
		})
	}
	c.online(t, "a")
	for what, id := range map[string]string{"without a profile": without, "whose role allows nothing": powerless} {
		if got := c.pingStatus(t, id); got != "" {
			t.Errorf("a machine %s is %q", what, got)
		}
		if _, err := c.ssm.SendCommand(t.Context(), script([]string{id}, "true")); errorCode(err) != "InvalidInstanceId" {
			t.Errorf("a command to a machine %s: %v", what, err)
		}
	}

	c.attach(t, "powerless", managedCore)
	eventually(t, "registration", func() bool { return c.pingStatus(t, powerless) == "Online" })
	_, err := iam.NewFromConfig(config(c.Server)).DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{
		RoleName: aws.String("powerless"), PolicyArn: aws.String(managedCore),
	})
	must(t, err)
	if got := c.pingStatus(t, powerless); got != "ConnectionLost" {
		t.Errorf("after its role lost the permission the machine is %q", got)
	}
}
