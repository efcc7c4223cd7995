package sondera

import (
	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// usage is what a rule needs of the context: which attributes, and of each set whether only some literals matter.
type usage struct {
	needs attributes
	whole [partCount]attributes // by part: the set is used otherwise than by asking for literals
	asks  []atom                // members that are asked for
}

func usageOf(p *ast.Policy) usage {
	var u usage
	for _, c := range p.Conditions {
		u.visit(c.Body)
	}
	return u
}

// visit notes an expression. Where a set is asked for literals only those are noted, else the set as a whole.
func (u *usage) visit(n ast.IsNode) {
	ast.Inspect(ast.NewNode(n), func(n ast.IsNode) bool {
		if u.membership(n) {
			return false
		}
		if r, ok := refer(n); ok {
			u.take(r)
			return false
		}
		if isContext(n) {
			u.takeAll()
			return false
		}
		if has, ok := n.(ast.NodeTypeHas); ok && isContext(has.Arg) {
			if a, ok := attributesByName[string(has.Value)]; ok {
				u.needs.add(a)
			}
			return false
		}
		return true
	})
}

// membership notes a test of literals in a set, and tells whether it was one.
func (u *usage) membership(n ast.IsNode) bool {
	switch v := n.(type) {
	case ast.NodeTypeContains:
		r, ok := refer(v.Left)
		lit, isLiteral := literal(v.Right)
		if !ok || !isLiteral || !r.isSet() {
			return false
		}
		a, ok := r.member(lit)
		if ok {
			u.ask(a)
		}
		return ok
	case ast.NodeTypeContainsAny:
		return u.members(v.Left, v.Right) || u.members(v.Right, v.Left)
	case ast.NodeTypeContainsAll:
		return u.members(v.Left, v.Right)
	}
	return false
}

func (u *usage) members(set, others ast.IsNode) bool {
	atoms, ok := members(set, others)
	for _, a := range atoms {
		u.ask(a)
	}
	return ok
}

func (u *usage) ask(a atom) {
	u.needs.add(a.field)
	u.asks = append(u.asks, a)
}

func (u *usage) take(r reference) {
	if r.field > attributeCount {
		return // principal, action and resource are there anyway
	}
	u.needs.add(r.field)
	u.whole[r.part].add(r.field)
	if r.field.isGroup() && r.part == partWhole {
		u.whole[partAny].add(r.field)
		u.whole[partAll].add(r.field)
	}
}

func (u *usage) takeAll() {
	u.needs = allAttributes
	for p := range u.whole {
		u.whole[p] = allAttributes
	}
}
