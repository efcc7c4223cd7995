package sondera

import (
	"fmt"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// Decision is what a gate says about a call or a result.
type Decision struct {
	Effect Effect  `json:"decision"`
	Rules  []*Rule `json:"rules,omitempty"` // that decided, the most important first; must not be changed
	Reason string  `json:"reason"`          // for the model and the person: what, by which rule, what next
	Digest string  `json:"digest"`          // of the policy set that decided; "" if none could
	// Enforced is false in shadow mode: the decision is to be reported, and the call to go on.
	Enforced bool `json:"enforced"`
	// Err is why the gate could not decide by its rules, and so denied: a *facts.SyntaxError, *EvaluationError,
	// *PanicError, *UnloadedError, ErrClosed or the context's error.
	Err error `json:"-"`
}

// RuleIDs lists the ids of the rules that decided.
func (d *Decision) RuleIDs() []string {
	ids := make([]string, 0, len(d.Rules))
	for _, r := range d.Rules {
		ids = append(ids, r.ID)
	}
	return ids
}

// EvaluationError is a rule that could not be evaluated. Values of the call are left out of the reason.
type EvaluationError struct {
	Rule   string
	Reason string
}

func (e *EvaluationError) Error() string {
	return fmt.Sprintf("rule %s could not be evaluated: %s", e.Rule, e.Reason)
}

// PanicError is a fault of the gate itself. It has no values of the call.
type PanicError struct{ Kind string }

func (e *PanicError) Error() string { return "the gate failed: " + e.Kind }

// decision words a verdict.
func (ps *policySet) decision(v verdict, f *facts.Facts) Decision {
	d := Decision{Effect: v.effect, Rules: v.rules, Digest: ps.digest, Err: v.err}
	switch {
	case v.err != nil:
		d.Reason = failure(v.err)
	case len(v.rules) == 0 && v.effect == Allow:
		d.Reason = "Nothing of the result needs to be hidden."
	case len(v.rules) == 0:
		d.Reason = "Denied: no rule allows this call. Ask the person to allow it in the agent's policy."
	default:
		d.Reason = ps.sentence(v.rules)
	}
	if v.effect == Confirm && !f.Understood() && len(f.Reasons) > 0 {
		d.Reason += " Not understood: " + strings.Join(f.Reasons, "; ") + "."
	}
	return d
}

func (ps *policySet) sentence(rules []*Rule) string {
	first := ps.byID[cedar.PolicyID(rules[0].ID)].line
	if len(rules) == 1 {
		return first
	}
	others := make([]string, 0, len(rules)-1)
	for _, r := range rules[1:] {
		others = append(others, r.ID)
	}
	return first + " Also: " + strings.Join(others, ", ") + "."
}

// failure is the reason of a denial that no rule gave.
func failure(err error) string {
	return "Denied, as the gate could not decide: " + err.Error() + "."
}
