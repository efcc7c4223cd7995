package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/templates"
)

// newAgent groups the commands of agents.
func newAgent(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "List the agents of a machine, and the built-in templates",
	}
	cmd.AddCommand(newAgentList(a), newAgentTemplates(a))
	return cmd
}

func newAgentList(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list INSTANCE",
		Short: "List the agents of a machine, given by id or name",
		Args:  exactArgs(1),
		RunE: a.onInstance(func(ctx context.Context, client *tropic.Client, i *tropic.Instance) error {
			agents, err := client.Agents.List(ctx, i.ID)
			if err != nil {
				return err
			}
			rows := [][]string{{"AGENT", "NAME", "STATE", "TEMPLATE", "POLICY", "MESSAGE"}}
			for _, agent := range agents {
				rows = append(rows, []string{
					agent.Slug, agent.Name, string(agent.State), dash(agent.Template), dash(agent.PolicyID), dash(agent.Message),
				})
			}
			return printList(a, agents, rows)
		}),
	}
}

func newAgentTemplates(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "templates",
		Short: "List the built-in agent templates",
		Args:  exactArgs(0),
		RunE: func(_ *cobra.Command, _ []string) error {
			all := templates.List()
			rows := [][]string{{"TEMPLATE", "TITLE", "WHAT IT IS FOR"}}
			for _, t := range all {
				rows = append(rows, []string{t.Name, t.Title, t.Description})
			}
			return printList(a, all, rows)
		},
	}
}
