package sondera

// guard is what must be so for a rule to fire: of each clause at least one atom holds. It is necessary, not sufficient.
// No clauses: nothing is known. A clause without atoms: the rule never fires.
type guard []clause

type clause []atom

const (
	maxClauses = 8   // one of them is chosen, so more need not be kept
	maxAtoms   = 512 // in a clause that is put together from alternatives
)

// guard derives the clauses of a formula.
func (f *formula) guard() guard {
	switch f.op {
	case opNever:
		return guard{{}}
	case opAtom:
		return guard{{f.atom}}
	case opAnd:
		var g guard
		for i := range f.parts {
			g = both(g, f.parts[i].guard())
		}
		return g
	case opOr:
		if g, ok := f.alternatives(); ok {
			return g
		}
		g := f.parts[0].guard()
		for i := range f.parts[1:] {
			g = either(g, f.parts[i+1].guard())
		}
		return g
	case opMaybe, opWithout:
	}
	return nil
}

// alternatives is the guard of an opOr of atoms alone, however many.
func (f *formula) alternatives() (guard, bool) {
	c := make(clause, 0, len(f.parts))
	for i := range f.parts {
		if f.parts[i].op != opAtom {
			return nil, false
		}
		c = append(c, f.parts[i].atom)
	}
	return guard{c}, true
}

func both(a, b guard) guard {
	g := append(append(make(guard, 0, len(a)+len(b)), a...), b...)
	for len(g) > maxClauses {
		worst := 0
		for i, c := range g {
			if c.likelihood() > g[worst].likelihood() {
				worst = i
			}
		}
		g = append(g[:worst], g[worst+1:]...)
	}
	return g
}

// either holds if one of the two does: in each pair of their clauses, an atom of one or of the other.
func either(a, b guard) guard {
	if len(a)*len(b) > maxClauses {
		a, b = guard{a.best()}, guard{b.best()}
	}
	var g guard
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) <= maxAtoms {
				g = append(g, append(append(make(clause, 0, len(x)+len(y)), x...), y...))
			}
		}
	}
	return g
}

func (c clause) likelihood() float64 {
	sum := 0.0
	for _, a := range c {
		sum += a.likelihood()
	}
	return sum
}

// best is the clause that spares the most evaluations. The guard must not be empty.
func (g guard) best() clause {
	best := g[0]
	for _, c := range g[1:] {
		if c.likelihood() < best.likelihood() {
			best = c
		}
	}
	return best
}
