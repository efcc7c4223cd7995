package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// Position is a place in a policy text, counted from 1; Column counts characters.
type Position struct{ Line, Column int }

// SyntaxError says what is not understood at a place, and what would be.
type SyntaxError struct {
	Position Position
	Reason   string
	Want     string   // what was expected there, with the nearest rule when there is one
	Nearest  []string // rules that are understood and near to what was written, nearest first
}

func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("line %d, column %d: %s", e.Position.Line, e.Position.Column, e.Reason)
	if e.Want != "" {
		s += "; want " + e.Want
	}
	return s
}

// clip keeps messages short, whatever was written.
func clip(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// quoteAll lists words for a message.
func quoteAll(words []string) string {
	quoted := make([]string, 0, len(words))
	for _, w := range words {
		quoted = append(quoted, strconv.Quote(w))
	}
	return strings.Join(quoted, ", ")
}
