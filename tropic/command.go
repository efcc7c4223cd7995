package tropic

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// CommandService runs commands on machines through Systems Manager.
type CommandService struct {
	c     *Client
	pokes *pokes
}

func newCommandService(c *Client) *CommandService {
	s := &CommandService{c: c}
	s.pokes = newPokes(s.reconcile)
	return s
}

// RunOptions say how a command runs.
type RunOptions struct {
	Comment string        // shown in the command history, at most 100 characters
	Timeout time.Duration // of the execution on the machine, in whole seconds; default 1 h
}

// CommandResult is a command that ended with exit code 0.
type CommandResult struct {
	CommandID, InstanceID, Status string
	ExitCode                      int
	Stdout, Stderr                string
}

const (
	runShellScript = "AWS-RunShellScript"
	// maxTargets is how many instance ids one SendCommand takes (Systems Manager quotas).
	maxTargets = 50
	// invocationGrace is how long GetCommandInvocation may not know a command that this client just sent: it answers
	// InvocationDoesNotExist until the command has been distributed.
	invocationGrace = 60 * time.Second
	// registrationGrace is how long SendCommand may refuse a machine that DescribeInstanceInformation calls online.
	registrationGrace = 30 * time.Second
)

// Run runs a shell script as root and waits for its result. The script is kept in the account's command history, so it
// must not hold a secret. A machine that is not connected is ErrNotConnected; a script that fails is a *CommandError.
func (s *CommandService) Run(ctx context.Context, id, script string, opts RunOptions) (*CommandResult, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	commandID, err := s.sendTo(ctx, id, script, opts)
	if err != nil {
		return nil, failure("sending a command to", "instance", id, err)
	}
	return s.await(ctx, id, commandID)
}

// sendTo tries again for a while when Systems Manager does not know a machine it just called online.
func (s *CommandService) sendTo(ctx context.Context, id, script string, opts RunOptions) (commandID string, err error) {
	began := s.c.clock.Now()
	err = s.c.wait(ctx, wait{Resource: "instance", ID: id, Goal: "to take commands"}, func(ctx context.Context) (observation, error) {
		commandID, err = s.send(ctx, &ssm.SendCommandInput{InstanceIds: []string{id}}, script, opts)
		if !hasCode(err, "InvalidInstanceId") || s.c.clock.Now().Sub(began) > registrationGrace {
			return observation{Done: err == nil}, err
		}
		online, lookErr := s.isOnline(ctx, id)
		if lookErr != nil || !online {
			return observation{}, err
		}
		return observation{State: "online, and refused by SendCommand"}, nil
	})
	return commandID, err
}

func (s *CommandService) isOnline(ctx context.Context, id string) (bool, error) {
	seen, err := s.c.connections.Get(ctx, id)
	return seen[id].Online(), err
}

func (s *CommandService) send(ctx context.Context, in *ssm.SendCommandInput, script string, opts RunOptions) (string, error) {
	in.DocumentName = aws.String(runShellScript)
	in.Parameters = map[string][]string{"commands": strings.Split(script, "\n")}
	if opts.Comment != "" {
		in.Comment = aws.String(opts.Comment)
	}
	if seconds := int(opts.Timeout / time.Second); seconds > 0 {
		in.Parameters["executionTimeout"] = []string{strconv.Itoa(seconds)}
	}
	out, err := s.c.ssm.SendCommand(ctx, in)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Command.CommandId), nil
}

// await waits until the invocation has settled. InvocationDoesNotExist means "not yet" for invocationGrace.
func (s *CommandService) await(ctx context.Context, id, commandID string) (*CommandResult, error) {
	began := s.c.clock.Now()
	var out *ssm.GetCommandInvocationOutput
	err := s.c.wait(ctx, wait{Resource: "command", ID: commandID + " on instance " + id, Goal: "to end"},
		func(ctx context.Context) (observation, error) {
			var err error
			out, err = s.c.ssm.GetCommandInvocation(ctx, &ssm.GetCommandInvocationInput{CommandId: aws.String(commandID), InstanceId: aws.String(id)})
			if hasCode(err, "InvocationDoesNotExist") && s.c.clock.Now().Sub(began) < invocationGrace {
				return observation{State: "sent, not delivered yet"}, nil
			}
			if err != nil {
				return observation{}, failure("reading", "command", commandID, err)
			}
			return observation{State: string(out.Status), Done: settled(out.Status)}, nil
		})
	if err != nil {
		return nil, err
	}
	if out.Status != ssmtypes.CommandInvocationStatusSuccess {
		return nil, &CommandError{
			CommandID: commandID, InstanceID: id, Status: aws.ToString(out.StatusDetails), ExitCode: int(out.ResponseCode),
			Stdout: aws.ToString(out.StandardOutputContent), Stderr: aws.ToString(out.StandardErrorContent),
		}
	}
	return &CommandResult{
		CommandID: commandID, InstanceID: id, Status: string(out.Status), ExitCode: int(out.ResponseCode),
		Stdout: aws.ToString(out.StandardOutputContent), Stderr: aws.ToString(out.StandardErrorContent),
	}, nil
}

func settled(status ssmtypes.CommandInvocationStatus) bool {
	switch status {
	case ssmtypes.CommandInvocationStatusPending, ssmtypes.CommandInvocationStatusInProgress,
		ssmtypes.CommandInvocationStatusDelayed, ssmtypes.CommandInvocationStatusCancelling:
		return false
	case ssmtypes.CommandInvocationStatusSuccess, ssmtypes.CommandInvocationStatusCancelled,
		ssmtypes.CommandInvocationStatusTimedOut, ssmtypes.CommandInvocationStatusFailed:
		return true
	}
	return true // a status that is newer than this code is no reason to wait for ever
}
