package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// Exit codes, as the root command's help lists them.
const (
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
	exitRefused  = 4
	exitTimeout  = 5
)

// usageError is a command called in a way it does not have.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// remoteExit carries the exit code of a command that ran in an instance; it is not an error of ours.
type remoteExit int

func (e remoteExit) Error() string { return fmt.Sprintf("the command ended with exit code %d", int(e)) }

// exactArgs wraps cobra's check so that a wrong number of arguments ends with exitUsage.
func exactArgs(n int) cobra.PositionalArgs { return usage(cobra.ExactArgs(n)) }

func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return &usageError{fmt.Errorf("%w\n\n%s", err, cmd.UsageString())}
		}
		return nil
	}
}

// exitCode prints err and says what the process ends with.
func exitCode(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	var remote remoteExit
	if errors.As(err, &remote) {
		return int(remote)
	}
	fmt.Fprintf(stderr, "tropic: %v\n", err)
	var wrongUse *usageError
	switch {
	case errors.Is(err, meter.ErrConflict):
		return exitRefused // which is a bad fact as well
	case errors.As(err, &wrongUse), errors.Is(err, tropic.ErrValidation), errors.Is(err, meter.ErrFact):
		return exitUsage
	case errors.Is(err, tropic.ErrNotFound), errors.Is(err, errUnknownAccount), errors.Is(err, errUnknownToken):
		return exitNotFound
	case errors.Is(err, tropic.ErrPermission), errors.Is(err, tropic.ErrConflict):
		return exitRefused
	case errors.Is(err, tropic.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return exitTimeout
	}
	return exitFailed
}
