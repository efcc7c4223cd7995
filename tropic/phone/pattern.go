package phone

import "strings"

// Pattern is one number, or all that begin with some digits. The zero value matches nothing.
type Pattern struct {
	prefix string // digits
	open   bool   // more may follow
}

// ParsePattern reads a number, or digits followed by *. The error is an *Error.
func ParsePattern(text string) (Pattern, error) {
	digits, fault := normalize(text)
	if fault != "" {
		return Pattern{}, &Error{text, fault}
	}
	prefix, open := strings.CutSuffix(digits, "*")
	switch {
	case strings.Contains(prefix, "*"):
		fault = BadWildcard
	case strings.HasPrefix(prefix, "0"):
		fault = BadCountry
	case len(prefix) > MaxDigits:
		fault = TooLong
	case !open && len(prefix) < MinDigits:
		fault = TooShort
	}
	if fault != "" {
		return Pattern{}, &Error{text, fault}
	}
	return Pattern{prefix, open}, nil
}

// Match tells whether the number is one of the pattern's.
func (p Pattern) Match(n Number) bool {
	if n.digits == "" {
		return false
	}
	if p.open {
		return strings.HasPrefix(n.digits, p.prefix)
	}
	return n.digits == p.prefix
}

// Covers tells whether every number that q matches is matched by p too.
func (p Pattern) Covers(q Pattern) bool {
	if q == (Pattern{}) || p == q {
		return true
	}
	return p.open && strings.HasPrefix(q.prefix, p.prefix)
}

// String is the canonical form, such as +65*; "" for the zero value.
func (p Pattern) String() string {
	switch {
	case p.open:
		return "+" + p.prefix + "*"
	case p.prefix == "":
		return ""
	}
	return "+" + p.prefix
}
