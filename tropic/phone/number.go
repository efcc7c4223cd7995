package phone

import "strings"

// Bounds on the digits of a number, country code included. E.164 sets the upper one; no numbering plan in use has
// international numbers of fewer than seven.
const (
	MinDigits = 7
	MaxDigits = 15
)

// Number is an E.164 number: a + and digits. The zero value is no number.
type Number struct{ digits string }

// ParseNumber reads one number. The error is an *Error.
func ParseNumber(text string) (Number, error) {
	p, err := ParsePattern(text)
	if err != nil {
		return Number{}, err
	}
	if p.open {
		return Number{}, &Error{text, NotAPattern}
	}
	return Number{p.prefix}, nil
}

// String is the canonical form, such as +6591234567; "" for the zero value.
func (n Number) String() string {
	if n.digits == "" {
		return ""
	}
	return "+" + n.digits
}

// normalize drops what only makes a number readable, and checks the rest. What is left are digits and wildcards.
func normalize(text string) (string, Fault) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", Empty
	}
	rest, plus := strings.CutPrefix(text, "+")
	if !plus {
		return "", NoPlus
	}
	var b strings.Builder
	for _, r := range rest {
		switch {
		case r >= '0' && r <= '9', r == '*':
			b.WriteRune(r)
		case strings.ContainsRune(" \t\u00a0\u2009\u202f-\u2010\u2011\u2013./()", r):
		default:
			return "", BadChar
		}
	}
	return b.String(), ""
}
