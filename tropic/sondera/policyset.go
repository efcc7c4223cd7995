package sondera

import (
	"slices"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// policySet is what decides about the calls of one agent. It is immutable.
type policySet struct {
	rules  []*rule
	byID   map[cedar.PolicyID]*rule
	index  *index
	digest string
}

func newPolicySet(rules []*rule, digest string) (*policySet, error) {
	ps := &policySet{rules: rules, byID: make(map[cedar.PolicyID]*rule, len(rules)), digest: digest}
	for _, r := range rules {
		ps.byID[cedar.PolicyID(r.ID)] = r
	}
	var err error
	ps.index, err = newIndex(rules)
	return ps, err
}

// verdict is what the rules of a set say about a call.
type verdict struct {
	effect Effect
	rules  []*Rule // those that decided, the most important first; must not be changed
	err    error   // *EvaluationError
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// judge evaluates the rules that could fire. A scratch that a panic left half-used is not used again.
func (ps *policySet) judge(f *facts.Facts) verdict {
	s, _ := scratches.Get().(*scratch)
	s.begin(ps.index, ps.rules)
	ps.index.match(s, f)
	var n need
	for _, c := range s.candidates {
		n.add(&ps.rules[c].usage)
	}
	_, diagnostic := cedar.Authorize(s, nil, request(f, ps.index.context(s, f, &n)))
	s.release()
	scratches.Put(s)
	return ps.weigh(&diagnostic)
}

// request is the question to cedar-go.
func request(f *facts.Facts, context types.Record) cedar.Request {
	return cedar.Request{
		Principal: types.EntityUID{Type: "Agent", ID: types.String(f.Agent)},
		Action:    types.EntityUID{Type: "Action", ID: types.String(actionOf(f))},
		Resource:  types.EntityUID{Type: "Tool", ID: types.String(resourceOf(f))},
		Context:   context,
	}
}

func actionOf(f *facts.Facts) string {
	if f.Result {
		return actionResult
	}
	return actionCall
}

var knownResources = func() map[string]bool {
	m := map[string]bool{}
	for _, r := range facts.Resources() {
		m[r] = true
	}
	return m
}()

func resourceOf(f *facts.Facts) string {
	if knownResources[f.Resource] {
		return f.Resource
	}
	return "Unknown"
}

// weigh makes a verdict of what held: deny, then confirm of a forbid, then allow, then confirm of a permit. Nothing
// permits: deny. An error: deny, whatever else held.
func (ps *policySet) weigh(d *cedar.Diagnostic) verdict {
	if len(d.Errors) > 0 {
		e := d.Errors[0]
		return verdict{effect: Deny, err: &EvaluationError{Rule: string(e.PolicyID), Reason: withoutValues(e.Message)}}
	}
	if len(d.Reasons) == 1 {
		r := ps.byID[d.Reasons[0].PolicyID]
		return verdict{effect: r.Effect, rules: r.alone}
	}
	if len(d.Reasons) == 0 {
		return verdict{effect: Deny}
	}
	rules := make([]*Rule, 0, len(d.Reasons))
	for _, reason := range d.Reasons {
		rules = append(rules, &ps.byID[reason.PolicyID].Rule)
	}
	slices.SortStableFunc(rules, byImportance)
	if !rules[0].Forbid && rules[0].Effect == Allow { // what would only have asked did not decide
		rules = slices.DeleteFunc(rules, func(r *Rule) bool { return r.Effect != Allow })
	}
	return verdict{effect: rules[0].Effect, rules: rules}
}

// withoutValues cuts off what cedar-go quotes of a call: it may be secret.
func withoutValues(message string) string {
	if at := strings.IndexAny(message, "`\""); at >= 0 {
		message = strings.TrimRight(message[:at], " :") + " …"
	}
	return message
}
