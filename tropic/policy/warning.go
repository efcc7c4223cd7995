package policy

import (
	"fmt"
)

// WarningKind is what a warning is about.
type WarningKind string

// The kinds of warning.
const (
	Duplicate   WarningKind = "duplicate"    // two lines say the same
	Conflict    WarningKind = "conflict"     // two lines say different things about the same
	NeverFires  WarningKind = "never-fires"  // another line covers all that this one is about
	UnknownFact WarningKind = "unknown-fact" // the rule asks for what is not known before a call
)

// Warning is what is probably not meant.
type Warning struct {
	Kind     WarningKind
	Position Position // of the line
	Other    Position // of the line that it is compared with; zero if there is none
	Message  string   // says what, why, and what to do
}

func (w Warning) String() string { return fmt.Sprintf("line %d: %s", w.Position.Line, w.Message) }

// warnings compares every line with every other.
func warnings(doc Document) []Warning {
	var out []Warning
	for i := range doc.Rules {
		r := &doc.Rules[i]
		for j := range doc.Rules {
			if w, ok := r.against(&doc.Rules[j], j < i); ok {
				out = append(out, w)
				break
			}
		}
		for _, c := range r.Clauses {
			if c.Size != nil {
				out = append(out, Warning{UnknownFact, r.Position, Position{}, "the size of a file is not known before the call, so the rule applies whatever the size"})
				break
			}
		}
	}
	return out
}

// against says what is wrong with the rule, given another; earlier tells that the other stands above it.
func (r *Rule) against(other *Rule, earlier bool) (Warning, bool) {
	if r == other || r.Else || other.Else || !includes(other.Clauses, r.Clauses) {
		return Warning{}, false
	}
	same := includes(r.Clauses, other.Clauses)
	w := Warning{Position: r.Position, Other: other.Position}
	above, mine := other.Directive.strength(), r.Directive.strength()
	switch {
	case above == mine && same && earlier:
		w.Kind = Duplicate
		w.Message = fmt.Sprintf("it says the same as line %d; delete one of them", other.Position.Line)
	case above == mine && !same:
		w.Kind = NeverFires
		w.Message = fmt.Sprintf("line %d (%s: %s) already covers it; delete this line", other.Position.Line, other.Directive, clip(other.Text))
	case above > mine && same:
		w.Kind = Conflict
		w.Message = fmt.Sprintf("line %d says %s about the same, and %s wins; delete one of them", other.Position.Line, other.Directive, other.Directive)
	case above > mine:
		w.Kind = NeverFires
		w.Message = fmt.Sprintf("line %d (%s: %s) covers it and wins, so this line never has an effect%s", other.Position.Line, other.Directive, clip(other.Text), other.hint())
	default:
		return Warning{}, false
	}
	return w, true
}

// hint says what was probably meant by a rule about everything.
func (r *Rule) hint() string {
	for _, c := range r.Clauses {
		if c.Subject == Anything {
			return `; for what no line mentions write "` + string(r.Directive) + `: everything else"`
		}
	}
	return ""
}
