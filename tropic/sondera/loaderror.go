package sondera

import (
	"fmt"
	"strings"
)

// LoadError is one fault in a policy source. Errors of loading are joined; each is a *LoadError.
type LoadError struct {
	File         string // the name of the source
	Line, Column int    // counted from 1, in characters; 0 when the fault has no place
	Policy       string // the @id of the policy; "" when it has none or is not known
	What         string // is wrong
	Why          string // it matters
	Next         string // to do
}

func (e *LoadError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	if e.Policy != "" {
		fmt.Fprintf(&b, "policy %q: ", e.Policy)
	}
	b.WriteString(e.What)
	if e.Why != "" {
		b.WriteString(": " + e.Why)
	}
	if e.Next != "" {
		b.WriteString("; " + e.Next)
	}
	return b.String()
}
