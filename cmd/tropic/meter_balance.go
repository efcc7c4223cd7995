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

func (m *meterCommands) newBalance() *cobra.Command {
	var when string
	cmd := &cobra.Command{
		Use:   "balance ACCOUNT",
		Short: "Show what is left of an account's credits, now or at another time",
		Args:  exactArgs(1),
		RunE: m.onAccount(func(ctx context.Context, s *store.Store, a *meter.Account) error {
			at, err := m.instant(when)
			if err != nil {
				return err
			}
			if at == 0 {
				if at, err = s.Now(ctx); err != nil {
					return err
				}
			}
			b, err := report.Balance(a, at)
			if err != nil {
				return err
			}
			if m.app.json {
				return m.app.printJSON(b)
			}
			return m.printBalance(b)
		}),
	}
	cmd.Flags().StringVar(&when, "at", "", "the instant, as 2026-12-31 (in UTC) or RFC 3339 (default: now)")
	return cmd
}

func (m *meterCommands) printBalance(b *client.Balance) error {
	fmt.Fprintf(m.app.stdout, "%s has %s credits at %s.\n", b.Account, b.Credits, b.At)
	switch {
	case b.Rate == 0:
		fmt.Fprintln(m.app.stdout, "No machine runs.")
	case b.Exhausted == nil:
		fmt.Fprintf(m.app.stdout, "Machines spend %s credits an hour.\n", b.Rate)
	default:
		fmt.Fprintf(m.app.stdout, "Machines spend %s credits an hour; that lasts until %s.\n", b.Rate, b.Exhausted)
	}
	if len(b.Grants) == 0 {
		return nil
	}
	rows := [][]string{{"GRANT", "LEFT", "EXPIRES"}}
	for _, g := range b.Grants {
		expires := "never"
		if g.Expires != nil {
			expires = g.Expires.String()
		}
		rows = append(rows, []string{g.Key, g.Credits, expires})
	}
	fmt.Fprintln(m.app.stdout)
	return m.app.printTable(rows)
}
