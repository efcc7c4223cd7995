package pattern

import "fmt"

// SyntaxError says why a pattern cannot be read.
type SyntaxError struct {
	Pattern string
	Reason  string
	Want    string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("the pattern %q %s; want %s", e.Pattern, e.Reason, e.Want)
}
