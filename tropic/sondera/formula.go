package sondera

import (
	"slices"

	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// formula is a rule's scope and conditions in terms of atoms, as far as they are such. Where it is false the rule does not
// fire; where it is true the rule may.
type formula struct {
	op    connective
	atom  atom
	parts []formula
}

type connective uint8

const (
	opMaybe connective = iota // nothing is known
	opNever
	opAtom    // the atom holds
	opWithout // the atom does not hold
	opAnd
	opOr
)

// formulaOf reads a policy. Conditions count only if none can fail to evaluate: a rule that fails must be seen to fail.
func formulaOf(p *ast.Policy) formula {
	parts := []formula{scopeFormula(attrPrincipal, p.Principal), scopeFormula(attrAction, p.Action), scopeFormula(attrResource, p.Resource)}
	for _, c := range p.Conditions {
		if mayFail(c.Body) {
			return junction(opAnd, parts)
		}
	}
	for _, c := range p.Conditions {
		parts = append(parts, outcome(c.Body, c.Condition == ast.ConditionWhen))
	}
	return junction(opAnd, parts)
}

func scopeFormula(field attribute, scope ast.IsScopeNode) formula {
	r := reference{field: field}
	switch s := scope.(type) {
	case ast.ScopeTypeEq:
		return r.oneOf([]types.Value{s.Entity}, true)
	case ast.ScopeTypeIn:
		return r.oneOf([]types.Value{s.Entity}, true)
	case ast.ScopeTypeIsIn:
		return r.oneOf([]types.Value{s.Entity}, true)
	case ast.ScopeTypeInSet:
		values := make([]types.Value, 0, len(s.Entities))
		for _, e := range s.Entities {
			values = append(values, e)
		}
		return r.oneOf(values, true)
	}
	return formula{}
}

// junction joins formulas by opAnd or opOr, and leaves out what adds nothing.
func junction(op connective, parts []formula) formula {
	neutral, absorbing := opMaybe, opNever
	if op == opOr {
		neutral, absorbing = opNever, opMaybe
	}
	kept := make([]formula, 0, len(parts))
	for _, f := range parts {
		switch f.op {
		case absorbing:
			return f
		case neutral:
		case op:
			kept = append(kept, f.parts...)
		default:
			kept = append(kept, f)
		}
	}
	switch len(kept) {
	case 0:
		return formula{op: neutral}
	case 1:
		return kept[0]
	}
	return formula{op: op, parts: kept}
}

// outcome is the formula for an expression to be as wanted.
func outcome(n ast.IsNode, want bool) formula {
	all, any := opAnd, opOr
	if !want {
		all, any = opOr, opAnd
	}
	switch v := n.(type) {
	case ast.NodeTypeNot:
		return outcome(v.Arg, !want)
	case ast.NodeTypeAnd:
		return junction(all, []formula{outcome(v.Left, want), outcome(v.Right, want)})
	case ast.NodeTypeOr:
		return junction(any, []formula{outcome(v.Left, want), outcome(v.Right, want)})
	case ast.NodeTypeIfThenElse:
		then := junction(opAnd, []formula{outcome(v.If, true), outcome(v.Then, want)})
		return junction(opOr, []formula{then, junction(opAnd, []formula{outcome(v.If, false), outcome(v.Else, want)})})
	case ast.NodeTypeEquals:
		return equals(v.Left, v.Right, want)
	case ast.NodeTypeNotEquals:
		return equals(v.Left, v.Right, !want)
	case ast.NodeValue:
		if b, ok := v.Value.(types.Boolean); ok && bool(b) != want {
			return formula{op: opNever}
		}
	case ast.NodeTypeAccess:
		if r, ok := refer(v); ok && r.isFlag() {
			return formula{op: opAtom, atom: r.flag(want)}
		}
	case ast.NodeTypeContains:
		return contains(v.Left, v.Right, want)
	case ast.NodeTypeContainsAny:
		atoms, ok := members(v.Left, v.Right)
		if !ok {
			atoms, ok = members(v.Right, v.Left)
		}
		return ofAtoms(any, atoms, ok, want)
	case ast.NodeTypeContainsAll:
		atoms, ok := members(v.Left, v.Right)
		return ofAtoms(all, atoms, ok, want)
	case ast.NodeTypeIn:
		return within(v.Left, v.Right, want)
	case ast.NodeTypeLike:
		return like(v, want)
	}
	return formula{}
}

func (a atom) wanted(want bool) formula {
	if want {
		return formula{op: opAtom, atom: a}
	}
	return formula{op: opWithout, atom: a}
}

// ofAtoms joins atoms that are wanted, or not; if they are not ok nothing is known.
func ofAtoms(op connective, atoms []atom, ok, want bool) formula {
	if !ok {
		return formula{}
	}
	parts := make([]formula, 0, len(atoms))
	for _, a := range atoms {
		parts = append(parts, a.wanted(want))
	}
	return junction(op, parts)
}

// oneOf is the formula that the reference is one of the values, or none.
func (r reference) oneOf(values []types.Value, want bool) formula {
	atoms := make([]atom, 0, len(values))
	for _, v := range values {
		a, ok := r.is(v)
		if !ok {
			return formula{}
		}
		atoms = append(atoms, a)
	}
	if want {
		return ofAtoms(opOr, atoms, true, true)
	}
	return ofAtoms(opAnd, atoms, true, false)
}

func (r reference) flag(want bool) atom {
	t := testTrue
	if !want {
		t = testFalse
	}
	return atom{test: t, field: r.field, part: r.part}
}

func equals(left, right ast.IsNode, want bool) formula {
	r, ok := refer(left)
	value, isLiteral := literal(right)
	if !ok || !isLiteral {
		r, ok = refer(right)
		value, isLiteral = literal(left)
	}
	if !ok || !isLiteral {
		return formula{}
	}
	if b, isBool := value.(types.Boolean); isBool && r.isFlag() {
		return formula{op: opAtom, atom: r.flag(bool(b) == want)}
	}
	return r.oneOf([]types.Value{value}, want)
}

func contains(set, element ast.IsNode, want bool) formula {
	if r, ok := refer(set); ok && r.isSet() {
		if v, ok := literal(element); ok {
			if a, ok := r.member(v); ok {
				return a.wanted(want)
			}
		}
		return formula{}
	}
	if values, ok := literals(set); ok {
		if r, ok := refer(element); ok && r.isText() {
			return r.oneOf(values, want)
		}
	}
	return formula{}
}

// within is equality, because nothing contains an agent, an action or a tool but itself.
func within(left, right ast.IsNode, want bool) formula {
	r, ok := refer(left)
	if !ok {
		return formula{}
	}
	if v, ok := literal(right); ok {
		return r.oneOf([]types.Value{v}, want)
	}
	if values, ok := literals(right); ok {
		return r.oneOf(values, want)
	}
	return formula{}
}

// like needs every literal stretch of its pattern. A single one between two * is all that it needs.
func like(v ast.NodeTypeLike, want bool) formula {
	r, ok := refer(v.Arg)
	if !ok || !r.field.isText() {
		return formula{}
	}
	stretches, exact := stretchesOf(v.Value)
	if !want && !exact {
		return formula{}
	}
	longest := slices.MaxFunc(append(stretches, ""), func(a, b string) int { return len(a) - len(b) })
	if longest == "" {
		return formula{}
	}
	return atom{test: testContains, field: r.field, text: longest}.wanted(want)
}
