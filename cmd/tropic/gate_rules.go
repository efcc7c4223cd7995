package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
)

// newGateRules lists the rules that hold.
func newGateRules(a *app) *cobra.Command {
	var flags gateFlags
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules of packs and policies",
		Args:  exactArgs(0),
		RunE: func(*cobra.Command, []string) error {
			options, err := flags.options()
			if err != nil {
				return err
			}
			gate, err := sondera.New(options)
			if err != nil {
				return err
			}
			rules := gate.Rules("")
			rows := [][]string{{"RULE", "EFFECT", "SEVERITY", "ASI", "TITLE"}}
			for _, r := range rules {
				title := r.Title
				if title == "" {
					title = r.From
				}
				rows = append(rows, []string{r.ID, string(r.Effect), dash(string(r.Severity)), dash(r.ASI), dash(title)})
			}
			return printList(a, rules, rows)
		},
	}
	flags.register(cmd)
	return cmd
}

// newGateSchema prints the schema that policies are checked against.
func newGateSchema(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the Cedar schema: every action, tool and fact that a policy can speak about",
		Args:  exactArgs(0),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.stdout, sondera.Schema())
			return err
		},
	}
}
