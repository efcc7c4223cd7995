package tropic

import (
	"context"
	"errors"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// CommandService runs commands on machines through Systems Manager.
type CommandService struct{ c *Client }

func newCommandService(c *Client) *CommandService { return &CommandService{c: c} }

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

var errPending = errors.New("command service is being built")

// WaitConnected waits until every machine is online in Systems Manager.
func (s *CommandService) WaitConnected(ctx context.Context, ids ...string) error { return errPending }

// Run runs a shell script as root and waits for its result.
func (s *CommandService) Run(ctx context.Context, id, script string, opts RunOptions) (*CommandResult, error) {
	return nil, errPending
}

// Poke makes a machine reconcile now and returns its report. Concurrent pokes of one machine coalesce.
func (s *CommandService) Poke(ctx context.Context, id string) (*manifest.Report, error) {
	return nil, errPending
}

// PokeAll pokes many machines, one command per 50, without waiting for results.
func (s *CommandService) PokeAll(ctx context.Context, ids []string) error { return errPending }

// PokeTag pokes every machine that has the tag.
func (s *CommandService) PokeTag(ctx context.Context, key, value string) error { return errPending }
