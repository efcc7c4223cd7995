package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
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
			switch {
			case err != nil:
				return err
			case asCSV:
				return m.writeCSV(statement)
			case m.app.json:
				return m.app.printJSON(statement)
			}
			return m.printStatement(statement)
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

func (m *meterCommands) printStatement(s meter.Statement) error {
	rows := [][]string{{"AT", "WHAT", "FOR", "CREDITS", "BALANCE"}, {s.From.String(), "opening balance", "", "", s.Opening.String()}}
	balance := s.Opening
	for _, l := range s.Lines {
		balance += l.Amount
		rows = append(rows, []string{l.At.String(), string(l.Entry), purpose(l), l.Amount.String(), balance.String()})
	}
	rows = append(rows, []string{s.To.String(), "closing balance", "", "", s.Closing.String()})
	if err := m.app.printTable(rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(m.app.stdout, "\nGranted %s, charged %s, adjusted by %s, expired %s.\n", s.Granted, s.Charged, s.Adjusted, s.Expired)
	return err
}

// purpose says what a line is for.
func purpose(l meter.Line) string {
	switch {
	case l.Entry == meter.ChargeEntry:
		return fmt.Sprintf("%s, %s at %s credits/h", l.Instance, l.Until.Sub(l.At), l.Rate)
	case l.Reason != "":
		return l.Reason
	default:
		return l.Key
	}
}

func (m *meterCommands) writeCSV(s meter.Statement) error {
	w := csv.NewWriter(m.app.stdout)
	rows := [][]string{{"at", "until", "entry", "instance", "milli_credits_per_hour", "key", "reason", "quanta", "credits"}}
	for _, l := range s.Lines {
		until := ""
		if l.Entry == meter.ChargeEntry {
			until = l.Until.String()
		}
		rows = append(rows, []string{
			l.At.String(), until, string(l.Entry), l.Instance, strconv.FormatInt(int64(l.Rate), 10), l.Key, l.Reason,
			strconv.FormatInt(int64(l.Amount), 10), l.Amount.String(),
		})
	}
	return w.WriteAll(rows)
}
