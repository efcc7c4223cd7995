package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// balance is what balance --json prints.
type balance struct {
	Account   string           `json:"account"`
	At        meter.Instant    `json:"at"`
	Quanta    pricebook.Amount `json:"quanta"`
	Credits   string           `json:"credits"`
	Grants    []meter.Purse    `json:"grants"`
	Rate      pricebook.Rate   `json:"rate"` // milli-credits per hour
	Exhausted meter.Instant    `json:"exhausted,omitempty"`
}

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
			b, err := balanceOf(a, at)
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

func balanceOf(a *meter.Account, at meter.Instant) (balance, error) {
	w, err := a.Wallet(at)
	if err != nil {
		return balance{}, err
	}
	b := balance{Account: a.Name(), At: at, Quanta: w.Balance(), Credits: w.Balance().String(), Grants: w.Purses()}
	running, err := a.Running(at)
	if err != nil {
		return balance{}, err
	}
	for _, s := range running {
		b.Rate += s.Rate
	}
	end, err := a.Exhausted(at)
	if err == nil && end < meter.Never {
		b.Exhausted = end
	}
	return b, err
}

func (m *meterCommands) printBalance(b balance) error {
	fmt.Fprintf(m.app.stdout, "%s has %s credits at %s.\n", b.Account, b.Credits, b.At)
	switch {
	case b.Rate == 0:
		fmt.Fprintln(m.app.stdout, "No machine runs.")
	case b.Exhausted == 0:
		fmt.Fprintf(m.app.stdout, "Machines spend %s credits an hour.\n", b.Rate)
	default:
		fmt.Fprintf(m.app.stdout, "Machines spend %s credits an hour; that lasts until %s.\n", b.Rate, b.Exhausted)
	}
	if len(b.Grants) == 0 {
		return nil
	}
	rows := [][]string{{"GRANT", "LEFT", "EXPIRES"}}
	for _, p := range b.Grants {
		rows = append(rows, []string{p.Key, p.Left.String(), instantOr(p.Expires, "never")})
	}
	fmt.Fprintln(m.app.stdout)
	return m.app.printTable(rows)
}
