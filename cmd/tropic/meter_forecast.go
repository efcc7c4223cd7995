package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

func (m *meterCommands) newForecast() *cobra.Command {
	return &cobra.Command{
		Use:   "forecast ACCOUNT",
		Short: "Show when and why each running machine must stop, if nothing else happens",
		Args:  exactArgs(1),
		RunE: m.onAccount(func(ctx context.Context, s *store.Store, a *meter.Account) error {
			now, err := s.Now(ctx)
			if err != nil {
				return err
			}
			deadlines, err := a.Deadlines(now)
			if err != nil {
				return err
			}
			if len(deadlines) == 0 && !m.app.json {
				_, err := fmt.Fprintf(m.app.stdout, "No machine of %s has to stop.\n", a.Name())
				return err
			}
			rows := [][]string{{"INSTANCE", "STOPS", "CAUSE", "RUNS AGAIN"}}
			for _, d := range deadlines {
				rows = append(rows, []string{d.Instance, d.At.String(), string(d.Cause), instantOr(d.Until, "-")})
			}
			return printList(m.app, deadlines, rows)
		}),
	}
}
