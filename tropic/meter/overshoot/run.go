package overshoot

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Row is how a policy fared.
type Row struct {
	Policy Policy
	Margin time.Duration
	Calm   Spread // past zero, in exhaustions that met no outage
	All    Spread // past zero, in all
	Left   Spread // left over when the machine was stopped too early, in all
}

// Spread is how amounts are spread: so much or less in half, 99 %, 99.9 % and all of them.
type Spread struct {
	P50, P99, P999, Max pricebook.Amount
}

// Run simulates the exhaustions under every policy. All policies meet the same circumstances. The error wraps ErrConfig
// for a configuration that cannot be, pricebook.ErrOverflow for amounts that do not fit, or is the context's.
func Run(ctx context.Context, c Config) ([]Row, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	policies := Policies()
	found := make([]outcomes, len(policies))
	r := rand.New(rand.NewPCG(c.Seed, 0)) //nolint:gosec // a simulation is to be repeatable, not unpredictable
	for i := range c.Exhaustions {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		x := c.draw(r)
		for p := range policies {
			if err := found[p].add(&x, c.stopped(policies[p], &x)); err != nil {
				return nil, err
			}
		}
	}
	rows := make([]Row, len(policies))
	for i, p := range policies {
		rows[i] = found[i].row(p, c.margin(p))
	}
	return rows, nil
}

// outcomes are the amounts that one policy led to.
type outcomes struct {
	calm, outage, left []pricebook.Amount
}

// add notes that a machine stopped so many milliseconds after its deadline.
func (o *outcomes) add(x *exhaustion, stopped int64) error {
	past, err := x.rate.Over(max(stopped, 0))
	if err != nil {
		return err
	}
	left, err := x.rate.Over(max(-stopped, 0))
	if err != nil {
		return err
	}
	o.left = append(o.left, left)
	if x.outage {
		o.outage = append(o.outage, past)
	} else {
		o.calm = append(o.calm, past)
	}
	return nil
}

func (o *outcomes) row(p Policy, margin time.Duration) Row {
	return Row{Policy: p, Margin: margin, Calm: spread(o.calm), All: spread(slices.Concat(o.calm, o.outage)), Left: spread(o.left)}
}

// spread sorts the amounts and takes the nearest rank: at most 1 in 1000 is above P999.
func spread(a []pricebook.Amount) Spread {
	if len(a) == 0 {
		return Spread{}
	}
	slices.Sort(a)
	rank := func(perMille int) pricebook.Amount { return a[(len(a)*perMille+999)/1000-1] }
	return Spread{P50: rank(500), P99: rank(990), P999: rank(999), Max: a[len(a)-1]}
}
