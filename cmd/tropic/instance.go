package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// newInstance groups the commands of machines. Making and removing them is Terraform's work, or the library's.
func newInstance(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "instance",
		Short: "List, show, start, stop and reconcile machines",
	}
	cmd.AddCommand(newInstanceList(a), newInstanceShow(a),
		newInstanceVerb(a, "start", "Start a stopped machine and wait until it runs", (*tropic.InstanceService).Start),
		newInstanceVerb(a, "stop", "Stop a machine and wait until it has stopped; its disk stays", (*tropic.InstanceService).Stop),
		newInstanceReconcile(a))
	return cmd
}

func newInstanceList(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the machines of the region",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := a.client(cmd.Context())
			if err != nil {
				return err
			}
			instances, err := client.Instances.List(cmd.Context(), tropic.InstanceFilter{})
			if err != nil {
				return err
			}
			rows := [][]string{{"INSTANCE", "NAME", "ACCOUNT", "TYPE", "STATE", "PUBLIC IP", "HOLD"}}
			for _, i := range instances {
				rows = append(rows, []string{i.ID, i.Name, i.Account, i.Type, i.State, dash(i.PublicIP), dash(i.Hold)})
			}
			return printList(a, instances, rows)
		},
	}
}

func newInstanceShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show INSTANCE",
		Short: "Show a machine, by id or name, and what it last reported",
		Args:  exactArgs(1),
		RunE: a.onInstance(func(ctx context.Context, client *tropic.Client, i *tropic.Instance) error {
			status, err := client.Instances.Status(ctx, i.ID)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"instance": i, "status": status})
			}
			rows := [][]string{
				{"instance", i.ID},
				{"name", i.Name},
				{"type", i.Type},
				{"state", i.State},
				{"model", i.Model},
				{"public ip", dash(i.PublicIP)},
				{"security group", i.SecurityGroupID},
				{"hold", dash(i.Hold)},
			}
			if status != nil && !status.ReportedAt.IsZero() {
				rows = append(rows, []string{"reported", status.ReportedAt.Format("2006-01-02 15:04:05 MST")})
				for unit, service := range status.Services {
					rows = append(rows, []string{"service " + unit, strings.TrimSpace(string(service.State) + " " + service.Message)})
				}
				for slug, agent := range status.Agents {
					rows = append(rows, []string{"agent " + slug, strings.TrimSpace(string(agent.State) + " " + agent.Message)})
				}
				for _, problem := range status.Problems {
					rows = append(rows, []string{"problem", problem})
				}
			}
			return a.printTable(rows)
		}),
	}
}

func newInstanceVerb(a *app, verb, short string, do func(*tropic.InstanceService, context.Context, string) (*tropic.Instance, error)) *cobra.Command {
	return &cobra.Command{
		Use:   verb + " INSTANCE",
		Short: short,
		Args:  exactArgs(1),
		RunE: a.onInstance(func(ctx context.Context, client *tropic.Client, i *tropic.Instance) error {
			done := a.during(verb + " " + i.Name)
			i, err := do(client.Instances, ctx, i.ID)
			done()
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(i)
			}
			a.say("%s is %s.", i.Name, i.State)
			return nil
		}),
	}
}

func newInstanceReconcile(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "reconcile INSTANCE",
		Short: "Have a machine compare itself with its desired state now, and print its report",
		Args:  exactArgs(1),
		RunE: a.onInstance(func(ctx context.Context, client *tropic.Client, i *tropic.Instance) error {
			done := a.during("reconciling " + i.Name)
			report, err := client.Commands.Poke(ctx, i.ID)
			done()
			if err != nil {
				return err
			}
			return a.printJSON(report)
		}),
	}
}

// onInstance is a command about the machine that its first argument names.
func (a *app) onInstance(do func(context.Context, *tropic.Client, *tropic.Instance) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		client, err := a.client(cmd.Context())
		if err != nil {
			return err
		}
		i, err := findInstance(cmd.Context(), client, args[0])
		if err != nil {
			return err
		}
		return do(cmd.Context(), client, i)
	}
}

// findInstance takes an id, or a name of the default account.
func findInstance(ctx context.Context, client *tropic.Client, ref string) (*tropic.Instance, error) {
	if strings.HasPrefix(ref, "i-") {
		return client.Instances.Get(ctx, ref)
	}
	return client.Instances.GetByName(ctx, tropic.DefaultAccount, ref)
}
