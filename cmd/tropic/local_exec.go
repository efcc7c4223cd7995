package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// maxExecOutput bounds what `exec` brings back of each stream, in bytes.
const maxExecOutput = 16 << 20

// newLocalExec runs a command as root in an instance.
func newLocalExec(a *app, dir *string) *cobra.Command {
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "exec INSTANCE -- COMMAND [ARG...]",
		Short: "Run a command as root in an instance, given by id or name",
		Long: `Run a command as root in an instance of the embedded cloud. Standard input is passed on unless it is a terminal;
standard output and error come when the command has ended, and its exit code is this command's.`,
		Example: `  tropic local exec my-machine -- cat /home/ubuntu/.openclaw/openclaw.json`,
		Args:    usage(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			client := daemon.NewClient(*dir)
			status, err := client.Status(cmd.Context())
			if err != nil {
				return err
			}
			id, err := resolveInstance(status, args[0])
			if err != nil {
				return err
			}
			stdin, err := pipedInput(cmd.InOrStdin())
			if err != nil {
				return err
			}
			result, err := client.Exec(cmd.Context(), id, driver.Command{
				Argv: args[1:], Stdin: stdin, Timeout: timeout, MaxStdout: maxExecOutput, MaxStderr: maxExecOutput,
			})
			if err != nil {
				return err
			}
			return a.printResult(result)
		},
	}
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "kill the command after this long (default: never)")
	return cmd
}

// resolveInstance finds an instance by id, or by name when just one live instance has it.
func resolveInstance(status daemon.Status, ref string) (string, error) {
	var ids []string
	for _, i := range status.Instances {
		if i.ID == ref {
			return ref, nil
		}
		if i.Name == ref && i.State != "terminated" && i.State != "shutting-down" {
			ids = append(ids, i.ID)
		}
	}
	switch len(ids) {
	case 0:
		return "", &usageError{fmt.Errorf("no instance has the id or name %q; `tropic local status` lists them", ref)}
	case 1:
		return ids[0], nil
	}
	return "", &usageError{fmt.Errorf("%d instances are named %q (%v): give the id", len(ids), ref, ids)}
}

func pipedInput(in io.Reader) ([]byte, error) {
	file, isFile := in.(*os.File)
	if isFile && term.IsTerminal(int(file.Fd())) {
		return nil, nil
	}
	if isFile {
		if info, err := file.Stat(); err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 && !info.Mode().IsRegular() {
			return nil, nil //nolint:nilerr // a closed or absent standard input is an empty one
		}
	}
	return io.ReadAll(in)
}

func (a *app) printResult(r driver.Result) error {
	if a.json {
		if err := a.printJSON(map[string]any{
			"exit_code": r.ExitCode, "stdout": string(r.Stdout), "stderr": string(r.Stderr), "timed_out": r.TimedOut,
		}); err != nil {
			return err
		}
	} else {
		if _, err := a.stdout.Write(r.Stdout); err != nil {
			return err
		}
		if _, err := a.stderr.Write(r.Stderr); err != nil {
			return err
		}
	}
	switch {
	case r.TimedOut:
		a.say("tropic: the command was killed at its --timeout")
	case r.StdoutTruncated || r.StderrTruncated:
		a.say("tropic: output beyond %d MiB was dropped", maxExecOutput>>20)
	}
	if r.ExitCode != 0 {
		return remoteExit(r.ExitCode)
	}
	return nil
}
