package sondera

import (
	"context"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	cedarast "github.com/cedar-policy/cedar-go/ast"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/eval"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// Explanation is why a call is decided as it is. It shows what the call names, such as paths and the command; the text of
// a result is not in it.
type Explanation struct {
	Facts      []Fact       `json:"facts"`      // what the gate knows of the call
	Decision   Decision     `json:"decision"`   // as Decide gives it
	Considered []Considered `json:"considered"` // rules that could have held, the most important first
	Others     int          `json:"others"`     // rules that could not: none of what they ask for is there
	// Otherwise is the decision if the rules that decided did not hold; "" if none did.
	Otherwise Effect `json:"otherwise,omitempty"`
}

// Considered is a rule that was evaluated.
type Considered struct {
	Rule       *Rule       `json:"rule"`
	Held       bool        `json:"held"`
	Decided    bool        `json:"decided"`
	Conditions []Condition `json:"conditions,omitempty"`
	// Unless are the changes to the call of which all together make the rule not hold, such as
	// "without context.traits.contains(\"eval\")". Empty if the rule did not hold, or nothing of the call would change it.
	Unless []string `json:"unless,omitempty"`
}

// Condition is a part of what a rule asks, joined by "and" with the others.
type Condition struct {
	Text  string `json:"text"` // Cedar
	Held  bool   `json:"held"`
	Error string `json:"error,omitempty"` // why it could not be evaluated
}

// Explain decides about a call, or a result, and says why. It takes some hundred times as long as Decide.
func (g *Gate) Explain(ctx context.Context, call facts.Call) (e Explanation) {
	defer func() {
		if p := recover(); p != nil {
			e.Decision = denied(panicError(p))
		}
	}()
	e.Decision = g.Decide(ctx, call)
	snap := g.now.Load()
	if snap.err != nil || ctx.Err() != nil {
		return e
	}
	f := facts.Of(call)
	e.Facts = factsInWords(&f)
	snap.set(f.Agent).explain(&e, &f)
	return e
}

func (ps *policySet) explain(e *Explanation, f *facts.Facts) {
	s := new(scratch)
	s.begin(ps.index, ps.rules)
	ps.index.match(s, f)
	r := request(f, ps.index.context(s, f, &everything))
	for _, c := range s.candidates {
		e.Considered = append(e.Considered, ps.consider(s, c, r, f, e.Decision.Rules))
	}
	e.Others = len(ps.rules) - len(s.candidates)
	slices.SortStableFunc(e.Considered, func(a, b Considered) int { return byImportance(a.Rule, b.Rule) })
	if len(e.Decision.Rules) > 0 && !f.Result {
		s.candidates = slices.DeleteFunc(s.candidates, func(c int32) bool { return slices.Contains(e.Decision.Rules, &ps.rules[c].Rule) })
		_, diagnostic := cedar.Authorize(s, nil, r)
		e.Otherwise = ps.weigh(&diagnostic).effect
	}
}

func (ps *policySet) consider(s *scratch, number int32, r cedar.Request, f *facts.Facts, decided []*Rule) Considered {
	rule := ps.rules[number]
	env := eval.Env{Entities: types.EntityMap{}, Principal: r.Principal, Action: r.Action, Resource: r.Resource, Context: r.Context}
	c := Considered{Rule: &rule.Rule, Held: true, Decided: slices.Contains(decided, &rule.Rule)}
	for _, body := range conjuncts(astOf(rule.policy)) {
		condition := Condition{Text: cedarText(body)}
		value, err := eval.Eval(body, env)
		if err != nil {
			condition.Error = withoutValues(err.Error())
		}
		condition.Held = err == nil && value == types.True
		c.Held = c.Held && condition.Held
		c.Conditions = append(c.Conditions, condition)
	}
	if c.Held {
		changes, _ := ps.index.refute(s, &ps.index.filters[number])
		c.Unless = ps.index.say(changes, f)
	}
	return c
}

// conjuncts are the conditions of a policy, taken apart where they are joined by &&.
func conjuncts(p *ast.Policy) []ast.IsNode {
	var list []ast.IsNode
	var take func(ast.IsNode)
	take = func(n ast.IsNode) {
		if and, ok := n.(ast.NodeTypeAnd); ok {
			take(and.Left)
			take(and.Right)
			return
		}
		list = append(list, n)
	}
	for _, c := range p.Conditions {
		if c.Condition == ast.ConditionWhen {
			take(c.Body)
		} else {
			list = append(list, ast.NodeTypeNot{UnaryNode: ast.UnaryNode{Arg: c.Body}})
		}
	}
	return list
}

// cedarText writes an expression as Cedar. cedar-go only writes whole policies.
func cedarText(n ast.IsNode) string {
	text := string(cedar.NewPolicyFromAST((*cedarast.Policy)(ast.Permit().When(ast.NewNode(n)))).MarshalCedar())
	_, text, _ = strings.Cut(text, "when {")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "};"))
}
