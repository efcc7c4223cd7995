package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
)

// newLocalDown stops the daemon and keeps its state.
func newLocalDown(a *app, dir *string) *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Stop the embedded cloud and its instances; records and disks stay",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), wait)
			defer cancel()
			done := a.during("stopping the embedded cloud")
			err := daemon.NewClient(*dir).Shutdown(ctx)
			done()
			if errors.Is(err, daemon.ErrNotRunning) {
				a.say("The embedded cloud was not running in %s.", *dir)
				return nil
			}
			if err == nil {
				a.say("The embedded cloud is down. Its state stays in %s; remove that directory to forget it.", *dir)
			}
			return err
		},
	}
	cmd.Flags().DurationVar(&wait, "wait", 60*time.Second, "how long to wait until it is gone")
	return cmd
}
