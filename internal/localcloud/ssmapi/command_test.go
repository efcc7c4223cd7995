package ssmapi_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
)

func script(ids []string, lines ...string) *ssm.SendCommandInput {
	return &ssm.SendCommandInput{
		DocumentName: aws.String("AWS-RunShellScript"), InstanceIds: ids, Parameters: map[string][]string{"commands": lines},
	}
}

func (c *cloud) send(t *testing.T, in *ssm.SendCommandInput) string {
	t.Helper()
	out, err := c.ssm.SendCommand(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.Command.CommandId)
}

// settled waits for the end of an invocation; while it does not exist yet, that is no error.
func (c *cloud) settled(t *testing.T, command, instance string) *ssm.GetCommandInvocationOutput {
	t.Helper()
	var last *ssm.GetCommandInvocationOutput
	eventually(t, "the end of the command", func() bool {
		out, err := c.ssm.GetCommandInvocation(t.Context(), &ssm.GetCommandInvocationInput{CommandId: aws.String(command), InstanceId: aws.String(instance)})
		if errorCode(err) == "InvocationDoesNotExist" {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		last = out
		return out.Status != types.CommandInvocationStatusPending && out.Status != types.CommandInvocationStatusInProgress
	})
	return last
}

func TestCommandsReallyRun(t *testing.T) {
	t.Parallel()
	d := newHostDriver(t)
	c := startCloud(t, t.TempDir(), d, time.Millisecond)
	id := c.online(t, "a")
	dir := t.TempDir()

	for _, test := range []struct {
		name           string
		lines          []string
		parameters     map[string][]string
		status         types.CommandInvocationStatus
		details        string
		code           int32
		stdout, stderr string
	}{
		{name: "success", lines: []string{"echo one", "echo two"}, status: "Success", details: "Success", stdout: "one\ntwo\n"},
		{name: "own machine", lines: []string{"echo $MACHINE"}, status: "Success", details: "Success", stdout: id + "\n"},
		{
			name: "exit code", lines: []string{"echo so far", "echo why >&2", "exit 3"}, status: "Failed", details: "Failed", code: 3,
			stdout: "so far\n", stderr: "why\nfailed to run commands: exit status 3",
		},
		{name: "a failing line alone does not stop a script", lines: []string{"false", "echo on"}, status: "Success", details: "Success", stdout: "on\n"},
		{name: "interpreter", lines: []string{"#!/bin/sh -e", "false", "echo on"}, status: "Failed", details: "Failed", code: 1, stderr: "failed to run commands: exit status 1"},
		{name: "empty stdin", lines: []string{"cat", "echo end"}, status: "Success", details: "Success", stdout: "end\n"},
		{name: "default directory", lines: []string{"pwd"}, status: "Success", details: "Success", stdout: "/usr/bin\n"},
		{
			name: "directory", lines: []string{"pwd"}, parameters: map[string][]string{"workingDirectory": {dir}},
			status: "Success", details: "Success", stdout: dir + "\n",
		},
		{
			name: "time-out", lines: []string{"echo begun", "sleep 60"}, parameters: map[string][]string{"executionTimeout": {"1"}},
			status: "TimedOut", details: "ExecutionTimedOut", code: 137, stdout: "begun\n",
		},
		{name: "killed", lines: []string{"kill -9 $$"}, status: "Failed", details: "Failed", code: 137, stderr: "failed to run commands: exit status 137"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := script([]string{id}, test.lines...)
			for k, v := range test.parameters {
				in.Parameters[k] = v
			}
			got := c.settled(t, c.send(t, in), id)
			if got.Status != test.status || aws.ToString(got.StatusDetails) != test.details || got.ResponseCode != test.code {
				t.Errorf("%s/%s/%d, want %s/%s/%d; stderr %q", got.Status, aws.ToString(got.StatusDetails), got.ResponseCode,
					test.status, test.details, test.code, aws.ToString(got.StandardErrorContent))
			}
			if out := aws.ToString(got.StandardOutputContent); out != test.stdout {
				t.Errorf("stdout %q, want %q", out, test.stdout)
			}
			if out := aws.ToString(got.StandardErrorContent); !strings.HasSuffix(out, test.stderr) || test.stderr == "" && test.name != "killed" && out != "" {
				t.Errorf("stderr %q, want %q", out, test.stderr)
			}
			if aws.ToString(got.ExecutionStartDateTime) == "" || aws.ToString(got.ExecutionEndDateTime) == "" {
				t.Error("no start or end time")
			}
		})
	}
	t.Cleanup(func() {
		left, err := filepath.Glob(filepath.Join(d.dir, "*", "orchestration", "*"))
		// A script killed by its time-out cannot clean up.
		if err != nil || len(left) > 1 {
			t.Errorf("scripts left behind: %v, %v", left, err)
		}
	})
}

func TestOutputIsCutAsTheAgentCutsIt(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), newHostDriver(t), time.Millisecond)
	id := c.online(t, "a")
	command := c.send(t, script([]string{id}, "i=0; while [ $i -lt 5000 ]; do echo 0123456789; echo abcdefghij >&2; i=$((i+1)); done"))
	got := c.settled(t, command, id)
	stdout, stderr := aws.ToString(got.StandardOutputContent), aws.ToString(got.StandardErrorContent)
	if len(stdout) != 24000 || !strings.HasSuffix(stdout, "\n---Output truncated---") || !strings.HasPrefix(stdout, "0123456789\n") {
		t.Errorf("stdout has %d characters and ends %q", len(stdout), stdout[max(0, len(stdout)-30):])
	}
	if len(stderr) != 8000 || !strings.HasSuffix(stderr, "\n---Error truncated----") {
		t.Errorf("stderr has %d characters and ends %q", len(stderr), stderr[max(0, len(stderr)-30):])
	}
	list, err := c.ssm.ListCommandInvocations(t.Context(), &ssm.ListCommandInvocationsInput{CommandId: aws.String(command), Details: true})
	if err != nil || len(list.CommandInvocations) != 1 || len(list.CommandInvocations[0].CommandPlugins) != 1 {
		t.Fatalf("invocations: %v, %v", list, err)
	}
	if n := len(aws.ToString(list.CommandInvocations[0].CommandPlugins[0].Output)); n != 2500 {
		t.Errorf("plugin output has %d characters, want 2500", n)
	}
}

func TestSendCommandRefusals(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), newHostDriver(t), time.Millisecond)
	id := c.online(t, "a")
	with := func(change func(*ssm.SendCommandInput)) *ssm.SendCommandInput {
		in := script([]string{id}, "true")
		change(in)
		return in
	}
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprintf("i-%017x", i)
	}
	for name, test := range map[string]struct {
		in   *ssm.SendCommandInput
		want string
	}{
		"unknown document":    {with(func(in *ssm.SendCommandInput) { in.DocumentName = aws.String("AWS-RunNothing") }), "InvalidDocument"},
		"unknown instance":    {with(func(in *ssm.SendCommandInput) { in.InstanceIds = []string{"i-00000000000000000"} }), "InvalidInstanceId"},
		"51 instances":        {with(func(in *ssm.SendCommandInput) { in.InstanceIds = many }), "ValidationException"},
		"no commands":         {with(func(in *ssm.SendCommandInput) { delete(in.Parameters, "commands") }), "InvalidParameters"},
		"unknown parameter":   {with(func(in *ssm.SendCommandInput) { in.Parameters["command"] = []string{"x"} }), "InvalidParameters"},
		"bad time-out":        {with(func(in *ssm.SendCommandInput) { in.Parameters["executionTimeout"] = []string{"0"} }), "InvalidParameters"},
		"short delivery":      {with(func(in *ssm.SendCommandInput) { in.TimeoutSeconds = aws.Int32(29) }), "ValidationException"},
		"no target":           {with(func(in *ssm.SendCommandInput) { in.InstanceIds = nil }), "InvalidTarget"},
		"zero concurrency":    {with(func(in *ssm.SendCommandInput) { in.MaxConcurrency = aws.String("0") }), "ValidationException"},
		"101 % errors":        {with(func(in *ssm.SendCommandInput) { in.MaxErrors = aws.String("101%") }), "ValidationException"},
		"another region's id": {with(func(in *ssm.SendCommandInput) { in.InstanceIds = []string{"i-0123456789abcdef0"} }), "InvalidInstanceId"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := c.ssm.SendCommand(t.Context(), test.in); errorCode(err) != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestInvocationDoesNotExistAtFirst(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), newHostDriver(t), 200*time.Millisecond)
	id := c.online(t, "a")
	command := c.send(t, script([]string{id}, "true"))
	_, err := c.ssm.GetCommandInvocation(t.Context(), &ssm.GetCommandInvocationInput{CommandId: aws.String(command), InstanceId: aws.String(id)})
	if errorCode(err) != "InvocationDoesNotExist" {
		t.Errorf("right after SendCommand: %v, want InvocationDoesNotExist", err)
	}
	if got := c.settled(t, command, id); got.Status != "Success" {
		t.Errorf("status %s", got.Status)
	}
}

func TestNothingRunsOnRecords(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), none.New(), time.Millisecond)
	id := c.launch(t, "a")
	eventually(t, "running", func() bool {
		out, err := c.ec2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
		return err == nil && out.Reservations[0].Instances[0].State.Name == "running"
	})
	if got := c.pingStatus(t, id); got != "" {
		t.Errorf("ping status %q, want none", got)
	}
	if _, err := c.ssm.SendCommand(t.Context(), script([]string{id}, "true")); errorCode(err) != "InvalidInstanceId" {
		t.Errorf("SendCommand: %v, want InvalidInstanceId", err)
	}
	out, err := c.ssm.GetConnectionStatus(t.Context(), &ssm.GetConnectionStatusInput{Target: aws.String(id)})
	if err != nil || out.Status != types.ConnectionStatusNotConnected {
		t.Errorf("connection: %v, %v", out, err)
	}
}

func TestTargetsByTag(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), newHostDriver(t), time.Millisecond)
	ids := []string{c.online(t, "one"), c.online(t, "one")}
	c.online(t, "two")
	byTag := func(value string) *ssm.SendCommandInput {
		in := script(nil, "echo hello")
		in.Targets = []types.Target{{Key: aws.String("tag:fleet"), Values: []string{value}}}
		return in
	}
	command := c.send(t, byTag("one"))
	for _, id := range ids {
		if got := c.settled(t, command, id); got.Status != "Success" {
			t.Errorf("%s: %s", id, got.Status)
		}
	}
	list, err := c.ssm.ListCommands(t.Context(), &ssm.ListCommandsInput{CommandId: aws.String(command)})
	if err != nil || len(list.Commands) != 1 {
		t.Fatalf("commands: %v, %v", list, err)
	}
	if got := list.Commands[0]; got.TargetCount != 2 || got.CompletedCount != 2 || got.Status != "Success" {
		t.Errorf("%d targets, %d completed, %s", got.TargetCount, got.CompletedCount, got.Status)
	}
	nobody, err := c.ssm.SendCommand(t.Context(), byTag("three"))
	if err != nil || aws.ToString(nobody.Command.StatusDetails) != "NoInstancesInTag" {
		t.Errorf("no machine has the tag: %v, %v", nobody, err)
	}
}

func TestMaxErrorsStopsTheRest(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), newHostDriver(t), time.Millisecond)
	ids := []string{c.online(t, "a"), c.online(t, "a"), c.online(t, "a")}
	in := script(ids, "exit 1")
	in.MaxConcurrency = aws.String("1")
	command := c.send(t, in)
	details := map[string]int{}
	for _, id := range ids {
		details[aws.ToString(c.settled(t, command, id).StatusDetails)]++
	}
	if details["Failed"] != 1 || details["Terminated"] != 2 {
		t.Errorf("details %v, want one Failed and two Terminated", details)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), newHostDriver(t), time.Millisecond)
	id := c.online(t, "a")
	mark := filepath.Join(t.TempDir(), "begun")
	command := c.send(t, script([]string{id}, "touch "+mark, "sleep 60"))
	eventually(t, "the script's begin", func() bool { _, err := os.Stat(mark); return err == nil })
	if _, err := c.ssm.CancelCommand(t.Context(), &ssm.CancelCommandInput{CommandId: aws.String(command)}); err != nil {
		t.Fatal(err)
	}
	if got := c.settled(t, command, id); got.Status != types.CommandInvocationStatusCancelled {
		t.Errorf("status %s", got.Status)
	}
}

// An interrupted command stays in progress until the agent is back, and has then failed; on a machine that is gone it
// cannot be delivered any more.
func TestMachineStopsMidway(t *testing.T) {
	t.Parallel()
	for _, terminate := range []bool{false, true} {
		t.Run(fmt.Sprintf("terminate=%t", terminate), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t, t.TempDir(), newHostDriver(t), time.Millisecond)
			id := c.online(t, "a")
			mark := filepath.Join(t.TempDir(), "begun")
			command := c.send(t, script([]string{id}, "touch "+mark, "sleep 60"))
			eventually(t, "the script's begin", func() bool { _, err := os.Stat(mark); return err == nil })
			if terminate {
				if _, err := c.ec2.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
					t.Fatal(err)
				}
				if got := c.settled(t, command, id); got.Status != "Failed" || aws.ToString(got.StatusDetails) != "Undeliverable" {
					t.Errorf("%s/%s, want Failed/Undeliverable", got.Status, aws.ToString(got.StatusDetails))
				}
				return
			}
			if _, err := c.ec2.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{id}}); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the stop", func() bool {
				out, err := c.ec2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
				return err == nil && out.Reservations[0].Instances[0].State.Name == "stopped"
			})
			if got := c.pingStatus(t, id); got != "ConnectionLost" {
				t.Errorf("ping status %q of a stopped machine", got)
			}
			out, err := c.ssm.GetCommandInvocation(t.Context(), &ssm.GetCommandInvocationInput{CommandId: aws.String(command), InstanceId: aws.String(id)})
			if err != nil || out.Status != "InProgress" {
				t.Errorf("while stopped: %v, %v", out, err)
			}
			if _, err := c.ec2.StartInstances(t.Context(), &ec2.StartInstancesInput{InstanceIds: []string{id}}); err != nil {
				t.Fatal(err)
			}
			if got := c.settled(t, command, id); got.Status != "Failed" || !strings.Contains(aws.ToString(got.StandardErrorContent), "document process failed unexpectedly") {
				t.Errorf("after the start: %s, stderr %q", got.Status, aws.ToString(got.StandardErrorContent))
			}
		})
	}
}

func TestHistoryOutlivesTheCloud(t *testing.T) {
	t.Parallel()
	dir, d := t.TempDir(), newHostDriver(t)
	first := startCloud(t, dir, d, time.Millisecond)
	id := first.online(t, "a")
	done := first.send(t, script([]string{id}, "echo kept"))
	first.settled(t, done, id)
	mark := filepath.Join(t.TempDir(), "begun")
	cut := first.send(t, script([]string{id}, "touch "+mark, "sleep 60"))
	eventually(t, "the script's begin", func() bool { _, err := os.Stat(mark); return err == nil })
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := startCloud(t, dir, d, time.Millisecond)
	if got := second.settled(t, done, id); aws.ToString(got.StandardOutputContent) != "kept\n" {
		t.Errorf("stdout %q", aws.ToString(got.StandardOutputContent))
	}
	if got := second.settled(t, cut, id); got.Status != "Failed" {
		t.Errorf("a command cut by the end of the cloud is %s, want Failed", got.Status)
	}
}
