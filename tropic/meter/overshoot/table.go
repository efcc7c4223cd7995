package overshoot

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Table renders rows for a terminal, in credits: past zero without an outage
// and in all exhaustions, and what was left over in all. A plain 0 is nothing at all; 0.000 is less than a thousandth.
func Table(rows []Row) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tpast zero:\tno outage\t\t\t\tall\t\t\t\tleft\t\t\t\t")
	fmt.Fprintln(w, "policy\tmargin"+strings.Repeat("\tp50\tp99\tp99.9\tmax", 3)+"\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", r.Policy, r.Margin, r.Calm, r.All, r.Left)
	}
	_ = w.Flush()
	return out.String()
}

// String renders the spread in credits, in the order of its fields, between tabs.
func (s Spread) String() string {
	cells := make([]string, 0, 4)
	for _, a := range []pricebook.Amount{s.P50, s.P99, s.P999, s.Max} {
		if a == 0 {
			cells = append(cells, "0")
		} else {
			cells = append(cells, a.String())
		}
	}
	return strings.Join(cells, "\t")
}
