package ec2api_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

// A call about several instances changes all of them or, when one refuses, none.
func TestPowerOfSeveralInstances(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	one, other, gone := c.launch(t, c.launchInput()), c.launch(t, c.launchInput()), c.launch(t, c.launchInput())
	for _, id := range []string{one, other, gone} {
		c.await(t, id, types.InstanceStateNameRunning)
	}
	_, err := c.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{gone}})
	must(t, err)
	c.await(t, gone, types.InstanceStateNameTerminated)

	for bad, want := range map[string]string{gone: "IncorrectInstanceState", "i-00000000": "InvalidInstanceID.NotFound"} {
		_, err = c.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{one, other, bad}})
		expect(t, "stop with "+bad, err, want)
	}
	for _, id := range []string{one, other} {
		c.await(t, id, types.InstanceStateNameRunning)
	}
	out, err := c.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{one, other, one}})
	must(t, err)
	if len(out.StoppingInstances) != 2 || out.StoppingInstances[0].CurrentState.Name != types.InstanceStateNameStopping ||
		out.StoppingInstances[0].PreviousState.Name != types.InstanceStateNameRunning {
		t.Errorf("stopping %+v", out.StoppingInstances)
	}
	for _, id := range []string{one, other} {
		c.await(t, id, types.InstanceStateNameStopped)
	}
}

// EC2 says when a call stopped or ended a machine, in whole seconds and as GMT; once it runs again, nothing.
func TestTheTransitionReasonHasEC2sInstant(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	id := c.launch(t, c.launchInput())
	c.await(t, id, types.InstanceStateNameRunning)
	look := func() types.Instance {
		out, err := c.describe(t, id)
		must(t, err)
		return out.Reservations[0].Instances[0]
	}
	expectReason := func(what string, since time.Time) {
		t.Helper()
		i := look()
		text := aws.ToString(i.StateTransitionReason)
		at, err := time.Parse("User initiated (2006-01-02 15:04:05 GMT)", text)
		if err != nil || at.Before(since.Truncate(time.Second)) || at.After(time.Now()) {
			t.Errorf("%s: transition reason %q, want the second of the call", what, text)
		}
		if i.StateReason == nil || aws.ToString(i.StateReason.Message) != "Client.UserInitiatedShutdown: User initiated shutdown" {
			t.Errorf("%s: state reason %+v", what, i.StateReason)
		}
	}
	before := time.Now()
	_, err := c.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{id}})
	must(t, err)
	expectReason("stopping", before)
	c.await(t, id, types.InstanceStateNameStopped)
	expectReason("stopped", before)
	_, err = c.StartInstances(t.Context(), &ec2.StartInstancesInput{InstanceIds: []string{id}})
	must(t, err)
	c.await(t, id, types.InstanceStateNameRunning)
	if i := look(); aws.ToString(i.StateTransitionReason) != "" || i.StateReason != nil {
		t.Errorf("a machine that runs again: transition reason %q, state reason %+v, want none",
			aws.ToString(i.StateTransitionReason), i.StateReason)
	}
	before = time.Now()
	_, err = c.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{id}})
	must(t, err)
	c.await(t, id, types.InstanceStateNameTerminated)
	expectReason("terminated", before)
}

// quitting is a driver whose machines power themselves off when the test says so.
type quitting struct {
	*none.Driver
	exits chan func(error)
}

func (d quitting) Start(ctx context.Context, id string, att driver.Attachments) error {
	d.exits <- att.Exited
	return d.Driver.Start(ctx, id, att)
}

// Of a machine that powered itself off EC2 says so, and not when.
func TestAMachineThatEndsByItselfHasNoInstant(t *testing.T) {
	t.Parallel()
	machines := quitting{none.New(), make(chan func(error), 1)}
	c := startCloudOf(t, machines, lag.Config{})
	id := c.launch(t, c.launchInput())
	c.await(t, id, types.InstanceStateNameRunning)
	(<-machines.exits)(nil)
	c.await(t, id, types.InstanceStateNameStopped)
	out, err := c.describe(t, id)
	must(t, err)
	i := out.Reservations[0].Instances[0]
	if text := aws.ToString(i.StateTransitionReason); text != "" {
		t.Errorf("transition reason %q, want none", text)
	}
	if i.StateReason == nil || aws.ToString(i.StateReason.Message) != "Client.InstanceInitiatedShutdown: Instance initiated shutdown" {
		t.Errorf("state reason %+v", i.StateReason)
	}
}

func TestModifyOneAttributeACall(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	id := aws.String(c.launch(t, c.launchInput()))
	c.await(t, *id, types.InstanceStateNameRunning)
	kind := &types.AttributeValue{Value: aws.String("t3.small")}
	group := c.makeGroup(t, "g")
	for name, test := range map[string]struct {
		in   ec2.ModifyInstanceAttributeInput
		want string
	}{
		"nothing":        {ec2.ModifyInstanceAttributeInput{InstanceId: id}, "InvalidParameterCombination"},
		"two":            {ec2.ModifyInstanceAttributeInput{InstanceId: id, Groups: []string{*group}, InstanceInitiatedShutdownBehavior: &types.AttributeValue{Value: aws.String("stop")}}, "InvalidParameterCombination"},
		"type, running":  {ec2.ModifyInstanceAttributeInput{InstanceId: id, InstanceType: kind}, "IncorrectInstanceState"},
		"unknown type":   {ec2.ModifyInstanceAttributeInput{InstanceId: id, InstanceType: &types.AttributeValue{Value: aws.String("x")}}, "InvalidParameterValue"},
		"absent group":   {ec2.ModifyInstanceAttributeInput{InstanceId: id, Groups: []string{"sg-00000000"}}, "InvalidGroup.NotFound"},
		"another wish":   {ec2.ModifyInstanceAttributeInput{InstanceId: id, EbsOptimized: &types.AttributeBooleanValue{Value: aws.Bool(true)}}, "UnknownParameter"},
		"bad behaviour":  {ec2.ModifyInstanceAttributeInput{InstanceId: id, InstanceInitiatedShutdownBehavior: &types.AttributeValue{Value: aws.String("x")}}, "InvalidParameterValue"},
		"the behaviour":  {ec2.ModifyInstanceAttributeInput{InstanceId: id, InstanceInitiatedShutdownBehavior: &types.AttributeValue{Value: aws.String("terminate")}}, ""},
		"the groups":     {ec2.ModifyInstanceAttributeInput{InstanceId: id, Groups: []string{*group}}, ""},
		"a malformed id": {ec2.ModifyInstanceAttributeInput{InstanceId: aws.String("x"), InstanceType: kind}, "InvalidInstanceID.Malformed"},
	} {
		_, err := c.ModifyInstanceAttribute(t.Context(), &test.in)
		expect(t, name, err, test.want)
	}
	out, err := c.describe(t, *id)
	must(t, err)
	if got := out.Reservations[0].Instances[0]; len(got.SecurityGroups) != 1 || got.SecurityGroups[0].GroupId == nil || *got.SecurityGroups[0].GroupId != *group {
		t.Errorf("groups %v, want %s", got.SecurityGroups, *group)
	}
}
