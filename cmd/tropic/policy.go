package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// newPolicy groups the commands of policies.
func newPolicy(a *app) *cobra.Command {
	cmd := &cobra.Command{Use: "policy", Short: "Check, compile and explain policy files; list and show those of the region"}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "list",
			Short: "List the policies of the region",
			Args:  exactArgs(0),
			RunE: func(cmd *cobra.Command, _ []string) error {
				client, err := a.client(cmd.Context())
				if err != nil {
					return err
				}
				policies, err := client.Policies.List(cmd.Context())
				if err != nil {
					return err
				}
				rows := [][]string{{"POLICY", "NAME", "RULE LINES", "CEDAR"}}
				for _, p := range policies {
					rows = append(rows, []string{
						p.ID, dash(p.Name), strconv.Itoa(len(strings.Split(strings.TrimSpace(p.Rules), "\n"))), strconv.FormatBool(p.Cedar != ""),
					})
				}
				return printList(a, policies, rows)
			},
		},
		&cobra.Command{
			Use:   "show POLICY",
			Short: "Show a policy",
			Args:  exactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				client, err := a.client(cmd.Context())
				if err != nil {
					return err
				}
				p, err := client.Policies.Get(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(p)
				}
				_, err = a.stdout.Write([]byte(p.Rules + p.Cedar))
				return err
			},
		},
		newPolicyCheck(a), newPolicyCompile(a), newPolicyExplain(a))
	return cmd
}
