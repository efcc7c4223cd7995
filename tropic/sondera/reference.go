package sondera

import (
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// reference is what an expression names: an attribute of the context, a part of one, or a variable of the request.
type reference struct {
	field attribute
	part  part
}

// refer reads an expression that is nothing but a reference.
func refer(n ast.IsNode) (reference, bool) {
	switch v := n.(type) {
	case ast.NodeTypeVariable:
		switch v.Name {
		case "principal":
			return reference{field: attrPrincipal}, true
		case "action":
			return reference{field: attrAction}, true
		case "resource":
			return reference{field: attrResource}, true
		}
	case ast.NodeTypeAccess:
		if isContext(v.Arg) {
			a, ok := attributesByName[string(v.Value)]
			return reference{field: a}, ok
		}
		group, ok := refer(v.Arg)
		if !ok || !group.field.isGroup() || group.part != partWhole {
			return reference{}, false
		}
		for p := partAny; p < partCount; p++ {
			if partNames[p] == string(v.Value) {
				return reference{group.field, p}, true
			}
		}
	}
	return reference{}, false
}

func isContext(n ast.IsNode) bool {
	v, ok := n.(ast.NodeTypeVariable)
	return ok && v.Name == "context"
}

// isSet tells whether the reference is to a set of texts or numbers.
func (r reference) isSet() bool {
	return r.field.isWords() || r.field == attrPorts || r.field.isGroup() && (r.part == partAny || r.part == partAll)
}

func (r reference) isFlag() bool { return r.field.isFlag() || r.field.isGroup() && r.part == partNone }

func (r reference) isText() bool { return r.field.isText() || r.field > attributeCount }

// member is the atom that a literal is in the set.
func (r reference) member(v types.Value) (atom, bool) {
	switch lit := v.(type) {
	case types.String:
		return atom{test: testMember, field: r.field, part: r.part, text: string(lit)}, r.field != attrPorts
	case types.Long:
		return atom{test: testPort, field: r.field, number: int64(lit)}, r.field == attrPorts
	}
	return atom{}, false
}

// is is the atom that the text, or the variable, is a literal.
func (r reference) is(v types.Value) (atom, bool) {
	switch lit := v.(type) {
	case types.String:
		return atom{test: testIs, field: r.field, text: string(lit)}, r.field.isText()
	case types.EntityUID:
		return atom{test: testIs, field: r.field, text: string(lit.ID)}, r.field > attributeCount && lit.Type == entityTypes[r.field]
	}
	return atom{}, false
}

var entityTypes = map[attribute]types.EntityType{attrPrincipal: "Agent", attrAction: "Action", attrResource: "Tool"}

// literals are the values of an expression that is a set of nothing but literals.
func literals(n ast.IsNode) ([]types.Value, bool) {
	switch v := n.(type) {
	case ast.NodeTypeSet:
		values := make([]types.Value, 0, len(v.Elements))
		for _, e := range v.Elements {
			lit, ok := e.(ast.NodeValue)
			if !ok {
				return nil, false
			}
			values = append(values, lit.Value)
		}
		return values, true
	case ast.NodeValue:
		set, ok := v.Value.(types.Set)
		return set.Slice(), ok
	}
	return nil, false
}

func literal(n ast.IsNode) (types.Value, bool) {
	v, ok := n.(ast.NodeValue)
	return v.Value, ok
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
