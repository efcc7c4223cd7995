package sondera

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// defaultIDs are the rules of default.cedar, which a source with a default of its own names alike.
var defaultIDs = map[string]bool{"default-allow": true, "default-confirm": true}

// load reads and checks the policies of a source. Every fault is reported.
func load(src Source, pack string) ([]*rule, []*LoadError) {
	statements, faults := parseSource(src)
	if len(faults) > 0 {
		return nil, faults
	}
	rules := make([]*rule, 0, len(statements))
	for _, s := range statements {
		about, found := check(src.Name, s)
		faults = append(faults, found...)
		about.Pack = pack
		p := astOf(s.policy)
		r := &rule{Rule: about, policy: s.policy, formula: formulaOf(p), usage: usageOf(p)}
		r.alone, r.line = []*Rule{&r.Rule}, r.sentence(onlyResults(p))
		rules = append(rules, r)
	}
	return rules, faults
}

// Check reads and checks sources as a gate would that uses them together. Errors are joined; each is a *LoadError.
func Check(sources ...Source) ([]*Rule, error) {
	var rules []*rule
	var faults []*LoadError
	for _, src := range sources {
		r, f := load(src, "")
		rules, faults = append(rules, r...), append(faults, f...)
	}
	faults = append(faults, duplicates(rules)...)
	about := make([]*Rule, 0, len(rules))
	for _, r := range rules {
		about = append(about, &r.Rule)
	}
	return about, join(faults)
}

// duplicates finds ids that several rules have: the log could not tell them apart.
func duplicates(rules []*rule) []*LoadError {
	var faults []*LoadError
	first := map[string]*rule{}
	for _, r := range rules {
		if r.ID == "" {
			continue
		}
		other, ok := first[r.ID]
		if !ok {
			first[r.ID] = r
			continue
		}
		if other == r {
			continue
		}
		position := r.policy.Position()
		faults = append(faults, &LoadError{
			File: r.File, Line: r.Line, Column: position.Column, Policy: r.ID, What: "the @id is taken",
			Why: fmt.Sprintf("%s:%d has it too", other.File, other.Line), Next: "give one of the two another",
		})
	}
	return faults
}

func join(faults []*LoadError) error {
	errs := make([]error, 0, len(faults))
	for _, f := range faults {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// sentence is what the rule says as the reason of a decision, to the model and the person.
func (r *Rule) sentence(onlyResults bool) string {
	var b strings.Builder
	switch {
	case r.Forbid && onlyResults:
		b.WriteString("Hidden")
	case r.Effect == Deny:
		b.WriteString("Denied")
	case r.Effect == Confirm:
		b.WriteString("Needs a person's agreement")
	default:
		b.WriteString("Allowed")
	}
	if r.Title != "" {
		b.WriteString(": " + lowerFirst(strings.TrimSuffix(r.Title, ".")))
	} else if r.From != "" {
		b.WriteString(": by the policy line " + r.From)
	}
	b.WriteString(" (rule " + r.ID + ").")
	switch {
	case r.Reason != "":
		b.WriteString(" " + r.Reason)
	case onlyResults:
	case r.Effect == Deny:
		b.WriteString(" Do it another way, or ask the person to change the policy; trying again or spelling it differently gives the same answer.")
	case r.Effect == Confirm:
		b.WriteString(" Ask the person, and go on when they agree.")
	}
	return b.String()
}

// onlyResults tells whether a policy is about results alone.
func onlyResults(p *ast.Policy) bool {
	scope, ok := p.Action.(ast.ScopeTypeEq)
	return ok && scope.Entity.ID == actionResult
}

// lowerFirst makes a title a part of a sentence, unless it begins with an abbreviation or a name such as AWS.
func lowerFirst(s string) string {
	runes := []rune(s)
	if len(runes) > 1 && unicode.IsUpper(runes[0]) && unicode.IsLower(runes[1]) {
		runes[0] = unicode.ToLower(runes[0])
	}
	return string(runes)
}
