package redact

import "bytes"

// value finds the value of a at i and judges it. s ends where no more may be looked at.
func (a assignment) value(s []byte, i int) (start, end int, ok bool) {
	escaped := s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\'')
	if escaped {
		i++
	}
	if isQuote(s[i]) {
		if s[i] == a.frame {
			return 0, 0, false // "NAME=" + value
		}
		return a.quoted(s, i, escaped)
	}
	if a.operator == '(' || a.operator == ',' {
		return 0, 0, false // an expression
	}
	most := s[:min(len(s), i+judged)]
	end = bareEnd(most, i)
	if a.atStart && end > i && end < len(most) && s[end] == '&' { // a sign in a password, unless name=value follows as in forms
		if more := bareEnd(most, end+1); more > end+1 && bytes.IndexByte(s[end:more], '=') < 0 {
			end = more
		}
	}
	return i, end, a.bareSecret(s, i, end)
}

// quoted reads a literal to its closing quote on the same line.
func (a assignment) quoted(s []byte, i int, escaped bool) (start, end int, ok bool) {
	quote, start := s[i], i+1
	for end = start; end < len(s) && s[end] != '\n'; end++ {
		if escaped && s[end] == '\\' && end+1 < len(s) && s[end+1] == quote || !escaped && s[end] == quote {
			return start, end, a.literalSecret(s[start:end])
		}
		if s[end] == '\\' {
			end++
		}
	}
	return start, end, false
}

// bareEnd is where an unquoted value ends, also in escaped text: %0A ends it as a line end does.
func bareEnd(s []byte, i int) int {
	for i < len(s) {
		if !bareSet[s[i]] || s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) && !bareSet[unhex(s[i+1])<<4|unhex(s[i+2])] {
			return i
		}
		i++
	}
	return i
}
