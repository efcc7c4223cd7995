package sondera

import (
	"encoding/json"

	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// guard is what must be so for a rule to fire: of each clause at least one atom holds. It is necessary, not sufficient.
// No clauses: nothing is known. A clause without atoms: the rule never fires.
type guard []clause

type clause []atom

const (
	maxClauses = 8   // more would cost more to check than they spare
	maxAtoms   = 512 // in a clause that is put together from alternatives
)

// guardOf derives the guard of a policy. Conditions count only if none can fail to evaluate: a rule that fails must be
// seen to fail.
func guardOf(p *ast.Policy) guard {
	g := append(scopeGuard(attrPrincipal, p.Principal), scopeGuard(attrAction, p.Action)...)
	g = append(g, scopeGuard(attrResource, p.Resource)...)
	for _, c := range p.Conditions {
		if mayFail(c.Body) {
			return g
		}
	}
	for _, c := range p.Conditions {
		g = append(g, holds(c.Body, c.Condition == ast.ConditionWhen)...)
	}
	return g
}

func scopeGuard(field attribute, scope ast.IsScopeNode) guard {
	r := reference{field: field}
	switch s := scope.(type) {
	case ast.ScopeTypeEq:
		return r.oneOf([]types.Value{s.Entity})
	case ast.ScopeTypeIn:
		return r.oneOf([]types.Value{s.Entity})
	case ast.ScopeTypeIsIn:
		return r.oneOf([]types.Value{s.Entity})
	case ast.ScopeTypeInSet:
		values := make([]types.Value, 0, len(s.Entities))
		for _, e := range s.Entities {
			values = append(values, e)
		}
		return r.oneOf(values)
	}
	return nil
}

// oneOf is the guard that the reference is one of the values.
func (r reference) oneOf(values []types.Value) guard {
	c := make(clause, 0, len(values))
	for _, v := range values {
		a, ok := r.is(v)
		if !ok {
			return nil
		}
		c = append(c, a)
	}
	return guard{c}
}

// holds is the guard that an expression has the wanted outcome.
func holds(n ast.IsNode, want bool) guard {
	switch v := n.(type) {
	case ast.NodeTypeNot:
		return holds(v.Arg, !want)
	case ast.NodeTypeAnd:
		return junction(v.Left, v.Right, want, want)
	case ast.NodeTypeOr:
		return junction(v.Left, v.Right, !want, want)
	case ast.NodeTypeIfThenElse:
		then := both(holds(v.If, true), holds(v.Then, want))
		return either(then, both(holds(v.If, false), holds(v.Else, want)))
	case ast.NodeTypeEquals:
		return equals(v.Left, v.Right, want)
	case ast.NodeTypeNotEquals:
		return equals(v.Left, v.Right, !want)
	case ast.NodeValue:
		if b, ok := v.Value.(types.Boolean); ok && bool(b) != want {
			return guard{{}}
		}
		return nil
	case ast.NodeTypeAccess:
		if r, ok := refer(v); ok && r.isFlag() {
			return guard{{r.flag(want)}}
		}
		return nil
	}
	if !want {
		return nil
	}
	return asked(n)
}

// asked is the guard that a test of a set or a text is true.
func asked(n ast.IsNode) guard {
	switch v := n.(type) {
	case ast.NodeTypeContains:
		return contains(v.Left, v.Right)
	case ast.NodeTypeContainsAny:
		if g, ok := anyOf(v.Left, v.Right); ok {
			return g
		}
		g, _ := anyOf(v.Right, v.Left)
		return g
	case ast.NodeTypeContainsAll:
		return allOf(v.Left, v.Right)
	case ast.NodeTypeIn:
		return within(v.Left, v.Right)
	case ast.NodeTypeLike:
		return like(v)
	}
	return nil
}

// junction joins two sides: both must hold, or either.
func junction(left, right ast.IsNode, and, want bool) guard {
	if and {
		return both(holds(left, want), holds(right, want))
	}
	return either(holds(left, want), holds(right, want))
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

func (r reference) flag(want bool) atom {
	t := testTrue
	if !want {
		t = testFalse
	}
	return atom{test: t, field: r.field, part: r.part}
}

func equals(left, right ast.IsNode, want bool) guard {
	r, ok := refer(left)
	value, isLiteral := literal(right)
	if !ok || !isLiteral {
		r, ok = refer(right)
		value, isLiteral = literal(left)
	}
	if !ok || !isLiteral {
		return nil
	}
	if b, isBool := value.(types.Boolean); isBool && r.isFlag() {
		return guard{{r.flag(bool(b) == want)}}
	}
	if !want {
		return nil
	}
	return r.oneOf([]types.Value{value})
}

func contains(set, element ast.IsNode) guard {
	if r, ok := refer(set); ok && r.isSet() {
		if v, ok := literal(element); ok {
			if a, ok := r.member(v); ok {
				return guard{{a}}
			}
		}
		return nil
	}
	if values, ok := literals(set); ok {
		if r, ok := refer(element); ok && r.isText() {
			return r.oneOf(values)
		}
	}
	return nil
}

func anyOf(set, others ast.IsNode) (guard, bool) {
	atoms, ok := members(set, others)
	if !ok {
		return nil, false
	}
	return guard{atoms}, true
}

func allOf(set, others ast.IsNode) guard {
	atoms, ok := members(set, others)
	if !ok || len(atoms) > maxClauses {
		return nil
	}
	g := make(guard, 0, len(atoms))
	for _, a := range atoms {
		g = append(g, clause{a})
	}
	return g
}

// members are the atoms of a set of literals that is compared with a set of the call.
func members(set, others ast.IsNode) ([]atom, bool) {
	r, ok := refer(set)
	values, isLiteral := literals(others)
	if !ok || !isLiteral || !r.isSet() {
		return nil, false
	}
	atoms := make([]atom, 0, len(values))
	for _, v := range values {
		a, ok := r.member(v)
		if !ok {
			return nil, false
		}
		atoms = append(atoms, a)
	}
	return atoms, true
}

// within is a guard because nothing contains an agent, an action or a tool but itself.
func within(left, right ast.IsNode) guard {
	r, ok := refer(left)
	if !ok {
		return nil
	}
	if v, ok := literal(right); ok {
		return r.oneOf([]types.Value{v})
	}
	if values, ok := literals(right); ok {
		return r.oneOf(values)
	}
	return nil
}

// like needs the longest literal stretch of its pattern.
func like(v ast.NodeTypeLike) guard {
	r, ok := refer(v.Arg)
	if !ok || !r.field.isText() {
		return nil
	}
	longest := ""
	for _, chunk := range chunks(v.Value) {
		if len(chunk) > len(longest) {
			longest = chunk
		}
	}
	if longest == "" {
		return nil
	}
	return guard{{{test: testContains, field: r.field, text: longest}}}
}

// chunks are the literal stretches of a like pattern, which cedar-go shows only as JSON.
func chunks(p types.Pattern) []string {
	text, err := p.MarshalJSON()
	if err != nil {
		return nil
	}
	var components []any
	if json.Unmarshal(text, &components) != nil {
		return nil
	}
	var out []string
	for _, c := range components {
		if m, ok := c.(map[string]any); ok {
			if s, ok := m["Literal"].(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// mayFail tells whether an expression that passed the schema can still fail to evaluate: by arithmetic that overflows, or
// an extension's text that is none.
func mayFail(n ast.IsNode) bool {
	fails := false
	ast.Inspect(ast.NewNode(n), func(n ast.IsNode) bool {
		switch n.(type) {
		case ast.NodeTypeAdd, ast.NodeTypeSub, ast.NodeTypeMult, ast.NodeTypeNegate, ast.NodeTypeExtensionCall,
			ast.NodeTypeGetTag, ast.NodeTypeHasTag:
			fails = true
		case ast.NodeTypeLessThan, ast.NodeTypeLessThanOrEqual, ast.NodeTypeGreaterThan, ast.NodeTypeGreaterThanOrEqual:
			fails = true // of other types than numbers; rules have little to compare
		}
		return !fails
	})
	return fails
}
