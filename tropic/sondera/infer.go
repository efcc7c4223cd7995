package sondera

import (
	"fmt"
	"slices"

	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// exprType is the type of an expression, as far as faults need a place and plain words. What it leaves open the schema
// validation of cedar-go decides.
type exprType uint8

const (
	typeOther exprType = iota // not known, or not looked into
	typeBool
	typeLong
	typeString
	typeEntity
	typeWords   // Set<String>
	typeNumbers // Set<Long>
	typeSet     // any other set
	typeGroup   // { any, all, none }
	typeContext
)

var typeNames = [...]string{"", "a Bool", "a Long", "a String", "an entity", "a Set<String>", "a Set<Long>", "a set", "a group { any, all, none }", "the context"}

func (t exprType) isSet() bool { return t == typeWords || t == typeNumbers || t == typeSet }

// wantBool checks an expression that must be true or false.
func (c *checker) wantBool(n ast.IsNode, who string) {
	at := c.ahead(n)
	if got := c.infer(n); got != typeBool && got != typeOther {
		c.faultAt(at(), fmt.Sprintf("%s must be a Bool, and this is %s", who, typeNames[got]), "", "")
	}
}

// ahead is the place of the first word of an expression that is not visited yet.
func (c *checker) ahead(n ast.IsNode) func() token {
	w, ok := firstWord(n)
	if !ok {
		return func() token { return c.statement.body()[0] }
	}
	nth := c.seen[w]
	return func() token { return c.statement.find(w.kind, w.text, nth) }
}

func firstWord(n ast.IsNode) (word, bool) {
	switch v := n.(type) {
	case ast.NodeTypeVariable:
		return word{tokenWord, string(v.Name)}, true
	case ast.NodeTypeAccess:
		return firstWord(v.Arg)
	case ast.NodeTypeHas:
		return firstWord(v.Arg)
	case ast.NodeTypeLike:
		return firstWord(v.Arg)
	case ast.NodeTypeNot:
		return word{tokenSign, "!"}, true
	case ast.NodeValue:
		return valueWord(v.Value)
	}
	if left, _, _, ok := sides(n); ok {
		return firstWord(left)
	}
	return word{}, false
}

func valueWord(v types.Value) (word, bool) {
	switch lit := v.(type) {
	case types.String:
		return word{tokenString, string(lit)}, true
	case types.Boolean, types.Long:
		return word{tokenWord, lit.String()}, true
	}
	return word{}, false
}

// infer visits an expression and returns its type.
func (c *checker) infer(n ast.IsNode) exprType {
	switch v := n.(type) {
	case ast.NodeTypeVariable:
		c.see(tokenWord, string(v.Name))
		if v.Name == "context" {
			return typeContext
		}
		return typeEntity
	case ast.NodeValue:
		return c.value(v.Value)
	case ast.NodeTypeAccess:
		return c.access(v)
	case ast.NodeTypeHas:
		return c.has(v)
	case ast.NodeTypeLike:
		return c.like(v)
	case ast.NodeTypeNot:
		c.see(tokenSign, "!")
		c.wantBool(v.Arg, "what ! negates")
		return typeBool
	case ast.NodeTypeIfThenElse:
		c.wantBool(v.If, "what if asks")
		then := c.infer(v.Then)
		c.infer(v.Else)
		return then
	case ast.NodeTypeSet:
		return c.set(v)
	case ast.NodeTypeIs:
		c.infer(v.Left)
		c.entityType(v.EntityType)
		return typeBool
	case ast.NodeTypeIsIn:
		c.infer(v.Left)
		c.entityType(v.EntityType)
		c.infer(v.Entity)
		return typeBool
	case ast.NodeTypeIsEmpty:
		return c.isEmpty(v)
	case ast.NodeTypeContains, ast.NodeTypeContainsAny, ast.NodeTypeContainsAll:
		left, sign, right, _ := sides(n)
		return c.contains(left, sign, right)
	}
	if left, sign, right, ok := sides(n); ok {
		return c.operation(left, sign, right)
	}
	ast.Inspect(ast.NewNode(n), func(child ast.IsNode) bool { // an extension call, a record or a tag: by its members
		if child == nil {
			return false
		}
		if call, ok := child.(ast.NodeTypeExtensionCall); ok {
			for _, a := range call.Args {
				c.infer(a)
			}
		}
		if record, ok := child.(ast.NodeTypeRecord); ok {
			for _, e := range record.Elements {
				c.infer(e.Value)
			}
		}
		return false
	})
	return typeOther
}

func (c *checker) value(v types.Value) exprType {
	switch lit := v.(type) {
	case types.EntityUID:
		c.entity(lit)
		return typeEntity
	case types.String:
		c.see(tokenString, string(lit))
		return typeString
	case types.Long:
		c.see(tokenWord, lit.String())
		return typeLong
	case types.Boolean:
		c.see(tokenWord, lit.String())
		return typeBool
	}
	return typeOther
}

func (c *checker) set(v ast.NodeTypeSet) exprType {
	t := typeOther
	for i, e := range v.Elements {
		of := c.infer(e)
		switch {
		case i == 0 && of == typeString:
			t = typeWords
		case i == 0 && of == typeLong:
			t = typeNumbers
		case i == 0 && of != typeOther:
			t = typeSet
		}
	}
	return t
}

func (c *checker) access(v ast.NodeTypeAccess) exprType {
	of := c.infer(v.Arg)
	at := c.attributeWord(string(v.Value))
	name := string(v.Value)
	switch of {
	default:
		c.faultAt(at(), fmt.Sprintf("%s has no attribute %q", typeNames[of], name), "", "")
		return typeOther
	case typeContext:
		a, ok := attributesByName[name]
		if !ok {
			c.faultAt(at(), fmt.Sprintf("context has no attribute %q", name), "", suggest(name, contextNames()))
			return typeOther
		}
		return a.exprType()
	case typeGroup:
		i := slices.Index(partNames[1:], name)
		switch {
		case i < 0:
			c.faultAt(at(), fmt.Sprintf("a group has no attribute %q", name), "", "write any, all or none")
			return typeOther
		case partNames[i+1] == partNames[partNone]:
			return typeBool
		}
		return typeWords
	case typeOther:
		return typeOther
	}
}

func contextNames() []string { return slices.Clone(attributeNames[:attributeCount]) }

// attributeWord counts the name of an attribute, which is written as .name or as ["name"].
func (c *checker) attributeWord(name string) func() token {
	asWord, asString := c.see(tokenWord, name), c.see(tokenString, name)
	return func() token {
		if t := asWord(); t.text == name {
			return t
		}
		return asString()
	}
}

func (a attribute) exprType() exprType {
	switch {
	case a.isText():
		return typeString
	case a.isFlag():
		return typeBool
	case a.isWords():
		return typeWords
	case a == attrPorts:
		return typeNumbers
	}
	return typeGroup
}

func (c *checker) has(v ast.NodeTypeHas) exprType {
	of := c.infer(v.Arg)
	at := c.attributeWord(string(v.Value))
	if _, ok := attributesByName[string(v.Value)]; !ok && of == typeContext {
		c.faultAt(at(), fmt.Sprintf("context has no attribute %q", string(v.Value)), "the test is always false",
			suggest(string(v.Value), contextNames()))
	}
	return typeBool
}
