package ssmapi_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

func TestAPutParameterIsListedLate(t *testing.T) {
	t.Parallel()
	c := startBehind(t, t.TempDir(), none.New(), time.Millisecond, lag.Config{Reads: 2})
	listed := func() int64 {
		out, err := c.ssm.DescribeParameters(t.Context(), &ssm.DescribeParametersInput{})
		must(t, err)
		if len(out.Parameters) == 0 {
			return 0
		}
		return out.Parameters[0].Version
	}
	in := put("/tropic/a", "x", types.ParameterTypeString)
	for version := int64(1); version <= 2; version++ {
		_, err := c.ssm.PutParameter(t.Context(), in)
		must(t, err)
		got, err := c.ssm.GetParameters(t.Context(), &ssm.GetParametersInput{Names: []string{"/tropic/a"}})
		if err != nil || len(got.Parameters) != 1 || got.Parameters[0].Version != version {
			t.Errorf("read by name right after the put: %v, %v", got, err)
		}
		for n, want := range []int64{version - 1, version - 1, version, version} {
			if got := listed(); got != want {
				t.Errorf("listing %d after put %d shows version %d, want %d", n+1, version, got, want)
			}
		}
		in.Overwrite = aws.Bool(true)
	}
}

func TestARegisteredMachineIsReachedLate(t *testing.T) {
	t.Parallel()
	c := startBehind(t, t.TempDir(), newHostDriver(t), time.Millisecond, lag.Config{Reads: 2})
	c.makeProfile(t, machineProfile, managedCore)
	id := c.online(t, "a")
	for n, want := range []string{"InvalidInstanceId", "InvalidInstanceId", ""} {
		if _, err := c.ssm.SendCommand(t.Context(), script([]string{id}, "true")); errorCode(err) != want || want == "" && err != nil {
			t.Errorf("command %d to a machine that is shown online: %v, want %q", n+1, err, want)
		}
	}
}

func TestAnInvocationExistsLate(t *testing.T) {
	t.Parallel()
	c := startBehind(t, t.TempDir(), newHostDriver(t), time.Millisecond, lag.Config{Reads: 3})
	c.makeProfile(t, machineProfile, managedCore)
	id := c.online(t, "a")
	var command string
	eventually(t, "a command taken", func() bool {
		out, err := c.ssm.SendCommand(t.Context(), script([]string{id}, "echo ran"))
		if err == nil {
			command = aws.ToString(out.Command.CommandId)
		}
		return err == nil
	})
	get := func() (*ssm.GetCommandInvocationOutput, error) {
		return c.ssm.GetCommandInvocation(t.Context(), &ssm.GetCommandInvocationInput{CommandId: aws.String(command), InstanceId: aws.String(id)})
	}
	// The command ends before the first look: what is late is the reading alone.
	eventually(t, "the end of the command", func() bool {
		out, err := c.ssm.ListCommands(t.Context(), &ssm.ListCommandsInput{CommandId: aws.String(command)})
		return err == nil && out.Commands[0].Status == types.CommandStatusSuccess
	})
	for n := range 3 {
		if _, err := get(); errorCode(err) != "InvocationDoesNotExist" {
			t.Errorf("look %d: %v", n+1, err)
		}
	}
	if out, err := get(); err != nil || aws.ToString(out.StandardOutputContent) != "ran\n" {
		t.Errorf("look 4: %v, %v", out, err)
	}
}
