package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// newLocalEnv prints what points other programs at the embedded cloud. The key itself stays in its file.
func newLocalEnv(a *app, dir *string) *cobra.Command {
	return &cobra.Command{
		Use:     "env",
		Short:   "Print the environment that points Terraform, this CLI and AWS SDKs at the embedded cloud",
		Example: `  eval "$(tropic local env)"`,
		Args:    exactArgs(0),
		RunE: func(_ *cobra.Command, _ []string) error {
			absolute, err := filepath.Abs(*dir)
			if err != nil {
				return err
			}
			record, err := daemon.Find(absolute)
			if err != nil {
				return err
			}
			vars := [][2]string{
				{"TROPIC_ENDPOINT", record.Endpoint},
				{"AWS_ENDPOINT_URL", record.Endpoint},
				{"AWS_SHARED_CREDENTIALS_FILE", daemon.CredentialsPath(absolute)},
				{"AWS_PROFILE", daemon.Profile},
				{"AWS_REGION", tropic.DefaultRegion},
				{"AWS_EC2_METADATA_DISABLED", "true"},
			}
			if a.json {
				m := make(map[string]string, len(vars))
				for _, v := range vars {
					m[v[0]] = v[1]
				}
				return a.printJSON(m)
			}
			for _, v := range vars {
				fmt.Fprintf(a.stdout, "export %s=%s\n", v[0], shellQuote(v[1]))
			}
			return nil
		},
	}
}

// shellQuote quotes for any POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
