package tropic

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
)

// ValidatePolicy reports every fault of a policy, joined; each is an *Error of kind ErrValidation with the field, and
// with line and column for a rule or a Cedar policy that is not understood. It makes no AWS call.
func ValidatePolicy(p manifest.Policy) error {
	_, err := CompilePolicy(p)
	return err
}

// CompilePolicy compiles the rules of a policy, and checks its Cedar against the gate's schema. Errors are those of
// ValidatePolicy. What compiles here is what machines compile again for their gate. It makes no AWS call.
func CompilePolicy(p manifest.Policy) (policy.Compiled, error) {
	if err := validation("policy", p.Validate()); err != nil {
		return policy.Compiled{}, err
	}
	compiled, err := policy.Text{Rules: p.Rules, Cedar: p.Cedar, Default: policy.Default(p.Default)}.Compile()
	var errs []error
	for _, fault := range parts(err) {
		var in *policy.TextError
		if errors.As(fault, &in) && in.Field == policy.FieldCedar {
			continue // the schema check finds it too, and says more
		}
		errs = append(errs, policyFault(fault))
	}
	sources := []sondera.Source{{Name: policy.FieldCedar, Text: []byte(p.Cedar)}}
	if len(errs) == 0 {
		sources = append([]sondera.Source{{Name: policy.FieldRules, Text: []byte(compiled.Cedar), OwnDefault: true}}, sources...)
	}
	rules, err := sondera.Check(sources...)
	for _, fault := range parts(err) {
		errs = append(errs, cedarFault(fault))
	}
	if strings.TrimSpace(p.Cedar) != "" && err == nil {
		errs = append(errs, cedarContent(rules)...)
	}
	return compiled, errors.Join(errs...)
}

// policyFault gives a fault of the rules or of the default its field and place.
func policyFault(fault error) error {
	e := &Error{Resource: "policy", Kind: ErrValidation, Reason: fault.Error(), Err: fault}
	var in *policy.TextError
	if errors.As(fault, &in) {
		e.Field = in.Field
	}
	var syntax *policy.SyntaxError
	if errors.As(fault, &syntax) {
		e.Reason = fmt.Sprintf("%s, line %d, column %d: %s", e.Field, syntax.Position.Line, syntax.Position.Column, syntax.Reason)
		if syntax.Want != "" {
			e.Next = "want " + syntax.Want
		}
	}
	return e
}

// cedarFault gives a fault that the gate found its field and place.
func cedarFault(fault error) error {
	var load *sondera.LoadError
	if !errors.As(fault, &load) {
		return &Error{Resource: "policy", Kind: ErrValidation, Field: policy.FieldCedar, Reason: fault.Error(), Err: fault}
	}
	e := &Error{Resource: "policy", Kind: ErrValidation, Field: load.File, Reason: load.File, Next: load.Next, Err: fault}
	if load.Line > 0 {
		e.Reason += fmt.Sprintf(", line %d, column %d", load.Line, load.Column)
	}
	e.Reason += ": "
	if load.Policy != "" {
		e.Reason += fmt.Sprintf("policy %q: ", load.Policy)
	}
	e.Reason += load.What
	if load.Why != "" {
		e.Reason += ": " + load.Why
	}
	return e
}

// cedarContent refuses Cedar without a policy, and policies that are called like one of the packs: a gate that has both
// could not tell them apart, and would load neither.
func cedarContent(rules []*sondera.Rule) []error {
	packs, err := sondera.Packs()
	if err != nil {
		return []error{fmt.Errorf("reading the policy packs: %w", err)}
	}
	taken := map[string]string{}
	for _, pack := range packs {
		for _, r := range pack.Rules {
			taken[r.ID] = pack.Name
		}
	}
	var errs []error
	found := false
	for _, r := range rules {
		if r.File != policy.FieldCedar {
			continue
		}
		found = true
		if pack, is := taken[r.ID]; is {
			errs = append(errs, cedarFault(&sondera.LoadError{
				File: r.File, Line: r.Line, Column: 1, Policy: r.ID, What: "the @id is taken",
				Why: "a rule of the pack " + pack + " has it", Next: "give the policy another",
			}))
		}
	}
	if !found {
		errs = append(errs, cedarFault(&sondera.LoadError{
			File: policy.FieldCedar, Line: 1, Column: 1, What: "there is no policy in the Cedar text", Next: "write a permit or forbid, or leave it out",
		}))
	}
	return errs
}

// parts are the errors that were joined.
func parts(err error) []error {
	if err == nil {
		return nil
	}
	if joined, many := err.(interface{ Unwrap() []error }); many {
		return joined.Unwrap()
	}
	return []error{err}
}
