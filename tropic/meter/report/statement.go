package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Statement is a statement as it goes over the wire.
func Statement(s *meter.Statement) *client.Statement {
	out := &client.Statement{
		Account: s.Account, From: client.Instant(s.From), To: client.Instant(s.To),
		Opening: client.MoneyOf(s.Opening), Closing: client.MoneyOf(s.Closing),
		Granted: client.MoneyOf(s.Granted), Charged: client.MoneyOf(s.Charged),
		Adjusted: client.MoneyOf(s.Adjusted), Expired: client.MoneyOf(s.Expired),
		Lines: make([]client.Line, len(s.Lines)),
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		out.Lines[i] = client.Line{
			At: client.Instant(l.At), Until: client.Maybe(l.Until), Entry: l.Entry, Instance: l.Instance, Rate: l.Rate,
			Key: l.Key, Reason: l.Reason, Money: client.MoneyOf(l.Amount),
		}
	}
	return out
}

// WriteText writes a statement as a table for people, with the balance after each line. Credits are cut to three places.
func WriteText(w io.Writer, s *client.Statement) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "AT\tWHAT\tFOR\tCREDITS\tBALANCE")
	fmt.Fprintf(table, "%s\topening balance\t\t\t%s\n", s.From, s.Opening.Credits)
	balance := s.Opening.Quanta
	for i := range s.Lines {
		l := &s.Lines[i]
		balance += l.Quanta
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", l.At, l.Entry, Purpose(l), l.Credits, balance)
	}
	fmt.Fprintf(table, "%s\tclosing balance\t\t\t%s\n", s.To, s.Closing.Credits)
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nGranted %s, charged %s, adjusted by %s, expired %s.\n",
		s.Granted.Credits, s.Charged.Credits, s.Adjusted.Credits, s.Expired.Credits)
	return err
}

// Purpose says in words what a line is for.
func Purpose(l *client.Line) string {
	switch {
	case l.Entry == meter.ChargeEntry && l.Until != nil:
		return fmt.Sprintf("%s, %s at %s credits/h", l.Instance, meter.Instant(*l.Until).Sub(meter.Instant(l.At)), l.Rate)
	case l.Reason != "":
		return printable(l.Reason)
	default:
		return l.Key
	}
}

// WriteCSV writes the lines of a statement. What a spreadsheet would take for a formula is written as text.
func WriteCSV(w io.Writer, s *client.Statement) error {
	rows := [][]string{{"at", "until", "entry", "instance", "milli_credits_per_hour", "key", "reason", "quanta", "credits"}}
	for i := range s.Lines {
		l := &s.Lines[i]
		until := ""
		if l.Until != nil {
			until = l.Until.String()
		}
		rows = append(rows, []string{
			l.At.String(), until, string(l.Entry), inert(l.Instance), rate(l.Rate), inert(l.Key), inert(l.Reason),
			strconv.FormatInt(int64(l.Quanta), 10), l.Credits,
		})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func rate(r pricebook.Rate) string { return strconv.FormatInt(int64(r), 10) }
