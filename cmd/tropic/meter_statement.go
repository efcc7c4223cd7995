package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

const statementHelp = `Statement lists all that changed an account's balance in [from, to): grants, adjustments, what expired unspent, and what
each machine cost. The opening balance and the amounts of the lines add up to the closing balance, to the last quantum; text
shows credits to three places, JSON and CSV have quanta too (3,600,000,000 to a credit). With --plot it draws the balance, and
how fast machines spend it, instead; each column is exact at its instant.`

func (m *meterCommands) newStatement() *cobra.Command {
	var from, to string
	var asCSV, asPlot bool
	cmd := &cobra.Command{
		Use:   "statement ACCOUNT",
		Short: "List what changed an account's balance",
		Long:  statementHelp,
		Args:  exactArgs(1),
		RunE: m.onAccount(func(ctx context.Context, s *store.Store, a *meter.Account) error {
			if asPlot && (asCSV || m.app.json) {
				return &usageError{errors.New("--plot draws for people; it goes neither with --csv nor with --json")}
			}
			begin, err := m.instant(from)
			if err != nil {
				return err
			}
			if from == "" {
				begin = a.Facts()[0].Effective
			}
			end, err := m.instant(to)
			if err != nil {
				return err
			}
			if end == 0 {
				if end, err = s.Now(ctx); err != nil {
					return err
				}
			}
			if end < begin {
				return &usageError{fmt.Errorf("the statement would end at %s, before it begins at %s", end, begin)}
			}
			if asPlot {
				return m.printPlot(a, begin, end)
			}
			statement, err := a.Statement(begin, end)
			if err != nil {
				return err
			}
			document := report.Statement(&statement)
			switch {
			case asCSV:
				return report.WriteCSV(m.app.stdout, document)
			case m.app.json:
				return m.app.printJSON(document)
			}
			return report.WriteText(m.app.stdout, document)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "its beginning, as 2026-11-01 (in UTC) or RFC 3339 (default: with the first fact)")
	flags.StringVar(&to, "to", "", "its end, which is not in it (default: now)")
	flags.BoolVar(&asCSV, "csv", false, "print the lines as CSV")
	flags.BoolVar(&asPlot, "plot", false, "draw balance and burn in the terminal")
	return cmd
}

// printPlot draws [from, to].
func (m *meterCommands) printPlot(a *meter.Account, from, to meter.Instant) error {
	if from == to {
		return &usageError{fmt.Errorf("there is no time between %s and %s to draw", from, to)}
	}
	p, err := newPlot(a, from, to, m.app.plotColumns())
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(m.app.stdout, p.draw(showsUnicode()))
	return err
}
