package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
)

// newLocalLogs shows the daemon's log, or an instance's console.
func newLocalLogs(a *app, dir *string) *cobra.Command {
	var follow bool
	cmd := &cobra.Command{
		Use:   "logs [INSTANCE]",
		Short: "Show the daemon's log, or the console of an instance",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.copyLog(cmd.Context(), daemon.LogPath(*dir), follow)
			}
			if follow {
				return &usageError{fmt.Errorf("--follow works on the daemon's log, not on a console")}
			}
			client := daemon.NewClient(*dir)
			status, err := client.Status(cmd.Context())
			if err != nil {
				return err
			}
			id, err := resolveInstance(status, args[0])
			if err != nil {
				return err
			}
			text, err := client.Console(cmd.Context(), id)
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		},
	}
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on as the log grows, until interrupted")
	return cmd
}

func (a *app) copyLog(ctx context.Context, path string, follow bool) error {
	log, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("there is no log of a background daemon: %w", err)
	}
	defer log.Close() //nolint:errcheck // read only
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := io.Copy(a.stdout, log); err != nil || !follow {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
