package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
)

// newLocalUp starts the daemon and returns when it answers.
func newLocalUp(a *app, dir *string) *cobra.Command {
	var flags cloudFlags
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start the embedded cloud in the background; does nothing when it is up",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			absolute, err := filepath.Abs(*dir)
			if err != nil {
				return err
			}
			record, err := daemon.Find(absolute)
			if errors.Is(err, daemon.ErrNotRunning) {
				ctx, cancel := context.WithTimeout(cmd.Context(), wait)
				defer cancel()
				record, err = a.startDaemon(ctx, absolute, flags)
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(record)
			}
			a.say("The embedded cloud is up: %s, driver %s, state in %s", record.Endpoint, record.Driver, absolute)
			for _, limit := range record.Limits {
				a.say("- %s", limit)
			}
			if record.Driver == "none" && flags.driver == "auto" {
				a.say("`tropic local logs` says why nothing runs in them here.")
			}
			a.say("Point a shell at it:  eval \"$(tropic local env --dir %s)\"", absolute)
			return nil
		},
	}
	flags.register(cmd.Flags())
	cmd.Flags().DurationVar(&wait, "wait", 30*time.Second, "how long to wait until it answers")
	return cmd
}

func (a *app) startDaemon(ctx context.Context, dir string, flags cloudFlags) (daemon.Record, error) {
	if _, err := flags.guestBinary(); err != nil {
		return daemon.Record{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return daemon.Record{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return daemon.Record{}, fmt.Errorf("make the state directory: %w", err)
	}
	log, err := os.OpenFile(daemon.LogPath(dir), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return daemon.Record{}, fmt.Errorf("open the daemon's log: %w", err)
	}
	defer log.Close() //nolint:errcheck // the daemon has its own descriptor
	start, err := log.Stat()
	if err != nil {
		return daemon.Record{}, err
	}

	args := []string{"local", "serve", "--dir", dir, "--addr", flags.addr, "--driver", flags.driver}
	if flags.guest != "" {
		args = append(args, "--guest", flags.guest)
	}
	// The daemon outlives this command, so it must not end with its context, its terminal or its process group.
	server := exec.Command(self, args...) //nolint:noctx // see above
	server.Stdout, server.Stderr, server.Dir = log, log, dir
	server.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := server.Start(); err != nil {
		return daemon.Record{}, fmt.Errorf("start the daemon: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()

	done := a.during("starting the embedded cloud")
	defer done()
	return awaitDaemon(ctx, dir, ended, start.Size())
}

func awaitDaemon(ctx context.Context, dir string, ended <-chan error, logStart int64) (daemon.Record, error) {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	client := daemon.NewClient(dir)
	for {
		if status, err := client.Status(ctx); err == nil {
			return status.Record, nil
		}
		select {
		case err := <-ended:
			return daemon.Record{}, fmt.Errorf("the daemon ended at once (%w); it said:\n%s", err, logSince(dir, logStart))
		case <-ctx.Done():
			return daemon.Record{}, fmt.Errorf("the daemon does not answer yet (%w); it said:\n%s", ctx.Err(), logSince(dir, logStart))
		case <-tick.C:
		}
	}
}

func logSince(dir string, offset int64) string {
	raw, err := os.ReadFile(daemon.LogPath(dir))
	if err != nil || int64(len(raw)) < offset {
		return "(no log)"
	}
	return strings.TrimSpace(string(raw[offset:]))
}
