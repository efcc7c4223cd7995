package sondera

import (
	"cmp"
	"slices"

	"github.com/cedar-policy/cedar-go"
)

// Effect is the outcome of a decision, or what a rule would bring about.
type Effect string

// The outcomes. A call gets one of the first three, a result the first or the last.
const (
	Allow   Effect = "ALLOW"
	Confirm Effect = "CONFIRM" // a person must agree first
	Deny    Effect = "DENY"
	Redact  Effect = "REDACT" // the result is shown without what must not be seen
)

// Severity is how bad it would be if the call ran.
type Severity string

// The severities, from worst.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
)

// Severities lists all severities, the worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low} }

func (s Severity) rank() int {
	if i := slices.Index(Severities(), s); i >= 0 {
		return i
	}
	return len(Severities())
}

// Rule is what is known of one policy. It is not changed once loaded.
type Rule struct {
	ID       string   `json:"id"`
	Title    string   `json:"title,omitempty"`
	Severity Severity `json:"severity,omitempty"`
	Category string   `json:"category,omitempty"`
	ASI      string   `json:"asi,omitempty"`     // of the OWASP list for agentic applications: ASI01 … ASI10
	Effect   Effect   `json:"effect"`            // Deny or Confirm of a forbid, Allow or Confirm of a permit
	Forbid   bool     `json:"forbid"`            // a forbid, else a permit
	Reason   string   `json:"reason,omitempty"`  // for the model and the person, in the author's words
	From     string   `json:"from,omitempty"`    // the line of the policy language that it was compiled from, as "3: DENY: …"
	Classes  []string `json:"classes,omitempty"` // of package redact: what a rule about results wants cut out
	Pack     string   `json:"pack,omitempty"`    // of the embedded packs; "" for other sources
	File     string   `json:"file"`
	Line     int      `json:"line"`
}

// rank orders rules by what they do to a call: the first that holds decides.
func (r *Rule) rank() int {
	switch {
	case r.Forbid && r.Effect == Deny:
		return 0
	case r.Forbid:
		return 1
	case r.Effect == Allow:
		return 2
	default:
		return 3
	}
}

func byImportance(a, b *Rule) int {
	return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Severity.rank(), b.Severity.rank()))
}

// rule is a Rule with what evaluates it.
type rule struct {
	Rule
	policy  *cedar.Policy
	formula formula
	usage   usage
	alone   []*Rule // itself, as the only one that decided
	line    string  // what it says then as the reason of the decision
}
