package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
)

// newLocalStatus shows the daemon and its instances.
func newLocalStatus(a *app, dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show the embedded cloud and its instances in all regions",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			status, err := daemon.NewClient(*dir).Status(cmd.Context())
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(status)
			}
			if err := a.printTable([][]string{
				{"endpoint", status.Endpoint},
				{"driver", status.Driver},
				{"up since", status.Started.Format("2006-01-02 15:04:05 MST")},
				{"state", *dir},
			}); err != nil {
				return err
			}
			for _, limit := range status.Limits {
				a.say("- %s", limit)
			}
			if len(status.Instances) == 0 {
				a.say("\nNo instances.")
				return nil
			}
			rows := [][]string{{"\nINSTANCE", "NAME", "REGION", "TYPE", "STATE"}}
			for _, i := range status.Instances {
				rows = append(rows, []string{i.ID, dash(i.Name), i.Region, i.Type, strings.ToLower(i.State)})
			}
			return a.printTable(rows)
		},
	}
}
