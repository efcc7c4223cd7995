package sondera

import (
	"fmt"
	"strings"

	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// sides takes an expression with two sides apart.
func sides(n ast.IsNode) (left ast.IsNode, sign string, right ast.IsNode, ok bool) {
	switch v := n.(type) {
	case ast.NodeTypeAnd:
		return v.Left, "&&", v.Right, true
	case ast.NodeTypeOr:
		return v.Left, "||", v.Right, true
	case ast.NodeTypeEquals:
		return v.Left, "==", v.Right, true
	case ast.NodeTypeNotEquals:
		return v.Left, "!=", v.Right, true
	case ast.NodeTypeLessThan:
		return v.Left, "<", v.Right, true
	case ast.NodeTypeLessThanOrEqual:
		return v.Left, "<=", v.Right, true
	case ast.NodeTypeGreaterThan:
		return v.Left, ">", v.Right, true
	case ast.NodeTypeGreaterThanOrEqual:
		return v.Left, ">=", v.Right, true
	case ast.NodeTypeAdd:
		return v.Left, "+", v.Right, true
	case ast.NodeTypeSub:
		return v.Left, "-", v.Right, true
	case ast.NodeTypeMult:
		return v.Left, "*", v.Right, true
	case ast.NodeTypeIn:
		return v.Left, "in", v.Right, true
	case ast.NodeTypeContains:
		return v.Left, "contains", v.Right, true
	case ast.NodeTypeContainsAny:
		return v.Left, "containsAny", v.Right, true
	case ast.NodeTypeContainsAll:
		return v.Left, "containsAll", v.Right, true
	}
	return nil, "", nil, false
}

func (c *checker) operation(left ast.IsNode, sign string, right ast.IsNode) exprType {
	switch sign {
	case "&&", "||":
		c.wantBool(left, "what stands before "+sign)
		c.see(tokenSign, sign)
		c.wantBool(right, "what stands after "+sign)
		return typeBool
	case "==", "!=":
		l := c.infer(left)
		at := c.see(tokenSign, sign)
		if r := c.infer(right); l != r && l != typeOther && r != typeOther && (!l.isSet() || !r.isSet()) {
			c.faultAt(at(), fmt.Sprintf("%s is compared with %s", typeNames[l], typeNames[r]), "they are never equal", comparisonHint(l, r))
		}
		return typeBool
	case "in":
		c.infer(left)
		c.see(tokenWord, "in")
		c.infer(right)
		return typeBool
	}
	l := c.infer(left)
	at := c.see(tokenSign, sign)
	r := c.infer(right)
	for _, t := range [...]exprType{l, r} {
		if t != typeLong && t != typeOther {
			c.faultAt(at(), fmt.Sprintf("%s wants numbers, and this is %s", sign, typeNames[t]), "", "")
		}
	}
	if strings.ContainsAny(sign, "<>") {
		return typeBool
	}
	return typeLong
}

func comparisonHint(l, r exprType) string {
	if l.isSet() || r.isSet() {
		return "ask a set with .contains(…)"
	}
	return ""
}

func (c *checker) contains(left ast.IsNode, method string, right ast.IsNode) exprType {
	set := c.infer(left)
	at := c.see(tokenWord, method)
	switch {
	case set == typeString:
		c.faultAt(at(), fmt.Sprintf("%s asks a set, and this is a String", method), "", `ask a text with like "*…*"`)
	case set == typeGroup:
		c.faultAt(at(), fmt.Sprintf("%s asks a set, and this is a group", method), "", "ask its any or its all")
	case set != typeOther && !set.isSet():
		c.faultAt(at(), fmt.Sprintf("%s asks a set, and this is %s", method, typeNames[set]), "", "")
	}
	ref, isReference := refer(left)
	if isReference && ref.isSet() {
		c.elements(ref, right)
	}
	argument := c.infer(right)
	if method != "contains" {
		if argument != typeOther && !argument.isSet() {
			c.faultAt(at(), fmt.Sprintf("%s wants a set of elements, and this is %s", method, typeNames[argument]), "", "write [ ] around the elements")
		}
		return typeBool
	}
	if set == typeWords && argument != typeString && argument != typeOther || set == typeNumbers && argument != typeLong && argument != typeOther {
		c.faultAt(at(), fmt.Sprintf("%s never holds %s", typeNames[set], typeNames[argument]), "", "")
	}
	return typeBool
}

// elements checks the literals that are asked for, before they are visited.
func (c *checker) elements(r reference, n ast.IsNode) {
	nth := map[string]int{}
	check := func(n ast.IsNode) {
		v, ok := literal(n)
		if !ok {
			return
		}
		w, _ := valueWord(v)
		at := c.seen[w] + nth[w.text]
		nth[w.text]++
		c.element(r, v, func() token { return c.statement.find(w.kind, w.text, at) })
	}
	if set, ok := n.(ast.NodeTypeSet); ok {
		for _, e := range set.Elements {
			check(e)
		}
		return
	}
	check(n)
}

func (c *checker) like(v ast.NodeTypeLike) exprType {
	of := c.infer(v.Arg)
	at := c.see(tokenWord, "like")
	switch {
	case of.isSet():
		c.faultAt(at(), "like wants a String, and this is "+typeNames[of], "", "ask a set with .contains(…)")
	case of != typeString && of != typeOther:
		c.faultAt(at(), "like wants a String, and this is "+typeNames[of], "", "")
	}
	return typeBool
}

func (c *checker) isEmpty(v ast.NodeTypeIsEmpty) exprType {
	of := c.infer(v.Arg)
	at := c.see(tokenWord, "isEmpty")
	if of != typeOther && !of.isSet() {
		c.faultAt(at(), "isEmpty asks a set, and this is "+typeNames[of], "", "")
	}
	return typeBool
}
