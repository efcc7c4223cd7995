package meter_test

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// oracle works out an account as slowly and plainly as can be: credits are rationals, and between any two instants at
// which anything changes everything is looked up anew.
type oracle struct {
	book  *pricebook.Book
	facts []meter.Fact
}

type oracleWallet struct{ granted, charged, expired, debt, left *big.Rat }

// rate is what machines cost at an instant, in credits per hour.
func (o oracle) rate(instance string, at meter.Instant) *big.Rat {
	state := map[string]*meter.Fact{}
	for _, f := range o.inOrder() {
		switch {
		case f.Effective > at:
		case f.Kind == meter.Start:
			state[f.Instance] = &f
		case f.Kind == meter.Rated && state[f.Instance] != nil:
			state[f.Instance] = &f
		case f.Kind == meter.Stop:
			delete(state, f.Instance)
		}
	}
	total := new(big.Rat)
	for name, f := range state {
		if instance != "" && instance != name {
			continue
		}
		for _, find := range []func() (pricebook.Rate, bool){
			func() (pricebook.Rate, bool) { return o.book.InstanceType(f.InstanceType, at.Time()) },
			func() (pricebook.Rate, bool) { return o.book.Model(f.Model, at.Time()) },
		} {
			if r, ok := find(); ok {
				total.Add(total, big.NewRat(int64(r), 1000))
			}
		}
	}
	return total
}

// inOrder sorts by instant; at one instant what ends comes first.
func (o oracle) inOrder() []meter.Fact {
	rank := map[meter.Kind]int{meter.Stop: 0, meter.Start: 1, meter.Rated: 2, meter.Grant: 3, meter.Adjust: 3, meter.Limit: 3}
	out := slices.Clone(o.facts)
	slices.SortFunc(out, func(a, b meter.Fact) int {
		return cmp.Or(cmp.Compare(a.Effective, b.Effective), cmp.Compare(rank[a.Kind], rank[b.Kind]), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// instants are all at which something may change, up to an end.
func (o oracle) instants(end meter.Instant) []meter.Instant {
	out := []meter.Instant{end}
	for _, f := range o.facts {
		out = append(out, f.Effective)
		if f.Expires != 0 {
			out = append(out, f.Expires)
		}
		if f.Kind == meter.Start || f.Kind == meter.Rated {
			for _, t := range o.book.Changes(f.InstanceType, f.Model, f.Effective.Time(), end.Time()) {
				out = append(out, meter.At(t))
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(i meter.Instant) bool { return i > end })
}

// charged is what machines cost in [from, to), in credits.
func (o oracle) charged(instance string, from, to meter.Instant) *big.Rat {
	total := new(big.Rat)
	points := slices.DeleteFunc(append([]meter.Instant{from}, o.instants(to)...), func(i meter.Instant) bool { return i < from })
	slices.Sort(points)
	for i := range len(points) - 1 {
		hours := big.NewRat(int64(points[i+1]-points[i]), 3_600_000)
		total.Add(total, hours.Mul(hours, o.rate(instance, points[i])))
	}
	return total
}

// wallet goes through all instants and takes from the grants what is charged.
func (o oracle) wallet(end meter.Instant) oracleWallet {
	type grant struct {
		meter.Fact
		left *big.Rat
	}
	w := oracleWallet{new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)}
	var grants []*grant
	spend := func(amount *big.Rat) {
		w.charged.Add(w.charged, amount)
		rest := new(big.Rat).Set(amount)
		for _, g := range grants {
			taken := g.left
			if taken.Cmp(rest) > 0 {
				taken = rest
			}
			taken = new(big.Rat).Set(taken)
			g.left.Sub(g.left, taken)
			rest.Sub(rest, taken)
		}
		w.debt.Add(w.debt, rest)
	}
	points := o.instants(end)
	for i, at := range points {
		for _, g := range grants {
			if g.Expires != 0 && g.Expires <= at {
				w.expired.Add(w.expired, g.left)
				g.left.SetInt64(0)
			}
		}
		for _, f := range o.inOrder() {
			if f.Effective != at || f.Kind != meter.Grant && f.Kind != meter.Adjust {
				continue
			}
			if f.Amount < 0 {
				spend(credits(-f.Amount))
				continue
			}
			g := &grant{f, credits(f.Amount)}
			w.granted.Add(w.granted, g.left)
			paid := new(big.Rat).Set(w.debt)
			if paid.Cmp(g.left) > 0 {
				paid.Set(g.left)
			}
			w.debt.Sub(w.debt, paid)
			g.left.Sub(g.left, paid)
			grants = append(grants, g)
			slices.SortStableFunc(grants, func(a, b *grant) int {
				return cmp.Or(cmp.Compare(turn(a.Fact), turn(b.Fact)), cmp.Compare(ends(a.Fact), ends(b.Fact)), cmp.Compare(a.Effective, b.Effective), cmp.Compare(a.Key, b.Key))
			})
		}
		if i+1 < len(points) {
			spend(o.charged("", at, points[i+1]))
		}
	}
	for _, g := range grants {
		w.left.Add(w.left, g.left)
	}
	return w
}

// day opens one day after the other, each by the zone that was set before it.
func (o oracle) day(at meter.Instant) meter.Day {
	begin, initial := at, ""
	for _, f := range o.facts {
		if f.Kind == meter.Limit {
			begin = min(begin, f.Effective)
		}
	}
	for _, f := range o.inOrder() {
		first := f.Kind == meter.Limit && !slices.ContainsFunc(o.facts, func(g meter.Fact) bool { return g.Kind == meter.Limit && g.Effective < f.Effective })
		if first && f.Instance == "" {
			initial = f.Limits.Zone
		}
	}
	var day meter.Day
	for day.To = begin.Add(-72 * time.Hour); day.To <= at; {
		name := initial
		for _, f := range o.inOrder() {
			if f.Kind == meter.Limit && f.Instance == "" && f.Effective < day.To {
				name = f.Limits.Zone
			}
		}
		in, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		day = meter.Day{From: day.To, To: meter.DayOf(day.To, in).To}
	}
	return day
}

// turn is when a grant is spent: adjustments after all grants.
func turn(f meter.Fact) int {
	if f.Kind == meter.Adjust {
		return 1 << 30
	}
	return f.Priority
}

func ends(f meter.Fact) meter.Instant {
	if f.Expires == 0 {
		return meter.Never
	}
	return f.Expires
}

func credits(a pricebook.Amount) *big.Rat { return big.NewRat(int64(a), int64(pricebook.Credit)) }
