package sondera

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// checker finds what is wrong with one policy that parses. It visits the expressions in the order of the text and counts
// the words that it comes by, since the syntax tree has no places: the third "contains" of the tree is the third of the
// text.
type checker struct {
	file      string
	statement statement
	policy    string // its @id
	seen      map[word]int
	faults    []*LoadError
}

type word struct {
	kind tokenKind
	text string
}

// check reads and checks a policy: annotations, scope, conditions, and then against the schema as cedar-go does it.
func check(file string, s statement) (Rule, []*LoadError) {
	c := &checker{file: file, statement: s, policy: s.id(), seen: map[word]int{}}
	p := astOf(s.policy)
	r := c.annotations(p)
	c.scope(p.Principal)
	c.scope(p.Action)
	c.scope(p.Resource)
	for _, cond := range p.Conditions {
		c.wantBool(cond.Body, "a condition")
	}
	if len(c.faults) == 0 {
		for _, why := range validateSchema(p) {
			c.faultAt(c.statement.body()[0], "the policy does not fit the schema", why, "see the schema for the types of what it uses")
		}
	}
	return r, c.faults
}

func astOf(p *cedar.Policy) *ast.Policy { return (*ast.Policy)(p.AST()) }

func (c *checker) faultAt(t token, what, why, next string) {
	c.faults = append(c.faults, &LoadError{
		File: c.file, Line: t.line, Column: t.column, Policy: c.policy, What: what, Why: why, Next: next,
	})
}

// see counts a word and returns its place.
func (c *checker) see(kind tokenKind, text string) func() token {
	w := word{kind, text}
	nth := c.seen[w]
	c.seen[w]++
	return func() token { return c.statement.find(kind, text, nth) }
}

func (c *checker) scope(scope ast.IsScopeNode) {
	switch s := scope.(type) {
	case ast.ScopeTypeEq:
		c.entity(s.Entity)
	case ast.ScopeTypeIn:
		c.entity(s.Entity)
	case ast.ScopeTypeIsIn:
		c.entityType(s.Type)
		c.entity(s.Entity)
	case ast.ScopeTypeIs:
		c.entityType(s.Type)
	case ast.ScopeTypeInSet:
		for _, e := range s.Entities {
			c.entity(e)
		}
	}
}

// Names of actions.
const (
	actionCall   = "tool_call"
	actionResult = "tool_result"
)

func (c *checker) entity(uid types.EntityUID) {
	c.entityType(uid.Type)
	at := c.see(tokenString, string(uid.ID))
	var known []string
	switch uid.Type {
	case "Action":
		known = []string{actionCall, actionResult}
	case "Tool":
		known = facts.Resources()
	default:
		return
	}
	if !slices.Contains(known, string(uid.ID)) {
		c.faultAt(at(), fmt.Sprintf("there is no %s::%q", uid.Type, string(uid.ID)), "the rule could never hold", suggest(string(uid.ID), known))
	}
}

func (c *checker) entityType(t types.EntityType) {
	last := string(t[strings.LastIndexByte(string(t), ':')+1:])
	at := c.see(tokenWord, last)
	known := []string{"Agent", "Action", "Tool"}
	if !slices.Contains(known, string(t)) {
		c.faultAt(at(), fmt.Sprintf("there is no entity type %s", t), "", suggest(string(t), known))
	}
}

// element checks a literal that is asked for in a set: a word that the set never holds means a rule that never fires.
func (c *checker) element(r reference, v types.Value, at func() token) {
	lit, ok := v.(types.String)
	if !ok {
		return
	}
	text, set := string(lit), setName(r)
	if words := r.field.words(); words != nil && !slices.Contains(words, text) {
		c.faultAt(at(), fmt.Sprintf("%s never holds %q", set, text), "the rule could never see it", suggest(text, words))
		return
	}
	if !r.field.isGroup() {
		return
	}
	if classes := r.field.classes(); isClass(text) {
		if !slices.Contains(classes, text) {
			c.faultAt(at(), fmt.Sprintf("%s never holds %q", set, text), "there is no such class", suggest(text, classes))
		}
		return
	}
	if err := r.field.checkPattern(text); err != nil {
		c.faultAt(at(), fmt.Sprintf("%s never holds %q", set, text), err.Error(), "")
	}
}

func setName(r reference) string {
	name := "context." + r.field.String()
	if r.part != partWhole {
		name += "." + partNames[r.part]
	}
	return name
}
