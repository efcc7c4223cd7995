package iamapi

import "strings"

// Wild-card characters of a pattern. They stand outside Unicode, so no literal can be one.
const (
	anyRun rune = -1 - iota // *
	anyOne                  // ?
)

// pattern is IAM text with its wild cards apart from its literals: what a policy variable contributes is always literal,
// so a tag value of "*" matches a star and nothing else.
type pattern []rune

// literal is a pattern without wild cards, for the operators that have none.
func literal(s string) pattern { return []rune(s) }

// glob reads * and ? as wild cards.
func glob(s string) pattern {
	p := make(pattern, 0, len(s))
	for _, r := range s {
		switch r {
		case '*':
			r = anyRun
		case '?':
			r = anyOne
		}
		p = append(p, r)
	}
	return p
}

// compile reads text with policy variables (IAM User Guide, policy variables): ${key}, ${key, 'default'}, and ${*}, ${?}
// and ${$} for the characters themselves. It reports false when a variable has no value: such text matches nothing.
func compile(text string, read func(string) pattern, keys map[string]string) (pattern, bool) {
	var out pattern
	for {
		before, rest, found := strings.Cut(text, "${")
		out = append(out, read(before)...)
		if !found {
			return out, true
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := variable(name, keys)
		if !closed || !known {
			return nil, false
		}
		out = append(out, literal(value)...)
		text = after
	}
}

func variable(name string, keys map[string]string) (string, bool) {
	if name == "*" || name == "?" || name == "$" {
		return name, true
	}
	name, fallback, hasFallback := strings.Cut(name, ",")
	if value, known := keys[strings.ToLower(strings.TrimSpace(name))]; known {
		return value, true
	}
	return strings.Trim(strings.TrimSpace(fallback), "'"), hasFallback
}

// match reports whether the whole of value matches; wild cards span every character.
func (p pattern) match(value string) bool {
	v := []rune(value)
	i, j := 0, 0
	star, resume := -1, 0 // the last * and the place in v it was last tried from
	for j < len(v) {
		switch {
		case i < len(p) && p[i] == anyRun:
			star, resume = i, j
			i++
		case i < len(p) && (p[i] == anyOne || p[i] == v[j]):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}
	for i < len(p) && p[i] == anyRun {
		i++
	}
	return i == len(p)
}

// matchARN compares the six parts of an ARN one by one, as ArnEquals and ArnLike do: a * does not span a colon there.
func (p pattern) matchARN(value string) bool {
	values := strings.SplitN(value, ":", 6)
	parts := p.split(':', 6)
	if len(values) != 6 || len(parts) != 6 {
		return false
	}
	for i, part := range parts {
		if !part.match(values[i]) {
			return false
		}
	}
	return true
}

func (p pattern) split(at rune, limit int) []pattern {
	var out []pattern
	start := 0
	for i, r := range p {
		if r == at && len(out) < limit-1 {
			out = append(out, p[start:i])
			start = i + 1
		}
	}
	return append(out, p[start:])
}
