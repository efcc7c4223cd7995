package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
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
			f, err := report.Forecast(a, now)
			if err != nil {
				return err
			}
			if m.app.json {
				return m.app.printJSON(f)
			}
			return m.printForecast(f)
		}),
	}
}

func (m *meterCommands) printForecast(f *client.Forecast) error {
	if len(f.Machines) == 0 {
		_, err := fmt.Fprintf(m.app.stdout, "No machine of %s runs.\n", f.Account)
		return err
	}
	rows := [][]string{{"INSTANCE", "CREDITS/H", "STOPS", "CAUSE", "RUNS AGAIN"}}
	for _, machine := range f.Machines {
		row := []string{machine.Instance, machine.Rate.String(), "-", "-", "-"}
		if d := machine.Deadline; d != nil {
			row[2], row[3] = d.At.String(), string(d.Cause)
			if d.Until != nil {
				row[4] = d.Until.String()
			}
		}
		rows = append(rows, row)
	}
	return m.app.printTable(rows)
}
