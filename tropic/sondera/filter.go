package sondera

// filter is a formula with the numbers of its atoms.
type filter struct {
	op    connective
	atom  int32
	parts []filter
}

func (ix *index) filter(f *formula) filter {
	out := filter{op: f.op, atom: -1}
	if f.op == opAtom || f.op == opWithout {
		out.atom = ix.numbers[f.atom]
	}
	for i := range f.parts {
		out.parts = append(out.parts, ix.filter(&f.parts[i]))
	}
	return out
}

// passes tells whether the rule may fire, by the atoms that hold.
func (f *filter) passes(s *scratch) bool {
	switch f.op {
	case opNever:
		return false
	case opAtom:
		return s.holds(f.atom)
	case opWithout:
		return !s.holds(f.atom)
	case opAnd:
		for i := range f.parts {
			if !f.parts[i].passes(s) {
				return false
			}
		}
		return true
	case opOr:
		for i := range f.parts {
			if f.parts[i].passes(s) {
				return true
			}
		}
		return false
	case opMaybe:
	}
	return true
}

// each calls do for every atom of the formula.
func (f *formula) each(do func(atom)) {
	if f.op == opAtom || f.op == opWithout {
		do(f.atom)
	}
	for i := range f.parts {
		f.parts[i].each(do)
	}
}
