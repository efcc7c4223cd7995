package main

import (
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// plot is an account's balance and burn over a stretch of time.
type plot struct {
	from, to meter.Instant
	points   []point // one for each column, at least two, the first at from and the last at to
}

// point is what is so at an instant, exactly. Between points there is nothing but a line.
type point struct {
	at      meter.Instant
	balance pricebook.Amount
	spent   pricebook.Amount // by machines since the last point
}

// newPlot works out as many points, or fewer when there are not as many milliseconds.
func newPlot(a *meter.Account, from, to meter.Instant, columns int) (plot, error) {
	span := to - from
	last := min(meter.Instant(columns-1), span)
	p := plot{from, to, make([]point, 0, last+1)}
	before := from
	for i := range last + 1 {
		at := from + span*i/last
		w, err := a.Wallet(at)
		if err != nil {
			return plot{}, err
		}
		spent, err := a.Charged("", before, at)
		if err != nil {
			return plot{}, err
		}
		p.points = append(p.points, point{at, w.Balance(), spent})
		before = at
	}
	return p, nil
}

// draw is the plot as text, in ASCII or with the lines of Unicode.
func (p plot) draw(unicode bool) string {
	balance, burn := p.balances(), p.burns()
	text := p.graph("Balance in credits", balance, 12, labelWidth) + "\n\n" + p.graph("Burn in credits an hour", burn, 6, labelWidth) + "\n\n" +
		"From " + p.from.String() + "\nto   " + p.to.String() + "\n"
	if unicode {
		return text
	}
	return ascii.Replace(text)
}

// labelWidth is how wide the labels of upright axes are, those of very large numbers aside; margin is what a line of the
// plot takes beside its columns, half of the last time included.
const (
	labelWidth = 8
	margin     = labelWidth + 4 + 6
)

// ascii stands for the lines of Unicode.
var ascii = strings.NewReplacer("┤", "|", "┼", "+", "─", "-", "│", "|", "╭", ".", "╮", ".", "╯", "'", "╰", "'", "└", "+", "┬", "+")

func (p plot) balances() []float64 {
	out := make([]float64, len(p.points))
	for i, q := range p.points {
		out[i] = credits(q.balance)
	}
	return out
}

// burns are the credits an hour that machines spent between a point and the one before; the first has those of the second.
func (p plot) burns() []float64 {
	out := make([]float64, len(p.points))
	for i := 1; i < len(p.points); i++ {
		hours := p.points[i].at.Sub(p.points[i-1].at).Hours()
		out[i] = credits(p.points[i].spent) / hours
	}
	out[0] = out[1]
	return out
}

// credits are for the eye: a float has fifteen places.
func credits(a pricebook.Amount) float64 { return float64(a) / float64(pricebook.Credit) }
