package iamapi

import (
	"slices"
	"strings"
)

// operator is how one condition operator compares a request's value with the values of a policy (IAM User Guide,
// condition operators). A negated operator holds when no value matches, and so also when the key is absent.
type operator struct {
	read    func(string) pattern
	match   func(p pattern, value string) bool
	negated bool
}

func fold(s string) pattern { return literal(strings.ToLower(s)) }

// operators are those that are understood; a policy with another one is refused when it is put, never skipped. Each may
// end in IfExists. Null is on its own, because it asks about the key.
var operators = map[string]operator{
	"StringEquals":              {read: literal, match: pattern.match},
	"StringNotEquals":           {read: literal, match: pattern.match, negated: true},
	"StringEqualsIgnoreCase":    {read: fold, match: func(p pattern, v string) bool { return p.match(strings.ToLower(v)) }},
	"StringNotEqualsIgnoreCase": {read: fold, match: func(p pattern, v string) bool { return p.match(strings.ToLower(v)) }, negated: true},
	"StringLike":                {read: glob, match: pattern.match},
	"StringNotLike":             {read: glob, match: pattern.match, negated: true},
	"ArnEquals":                 {read: glob, match: pattern.matchARN},
	"ArnLike":                   {read: glob, match: pattern.matchARN},
	"ArnNotEquals":              {read: glob, match: pattern.matchARN, negated: true},
	"ArnNotLike":                {read: glob, match: pattern.matchARN, negated: true},
	"Bool":                      {read: fold, match: func(p pattern, v string) bool { return p.match(strings.ToLower(v)) }},
}

const (
	nullOperator = "Null"
	ifExists     = "IfExists"
)

func knownOperator(name string) bool {
	_, known := operators[strings.TrimSuffix(name, ifExists)]
	return known || name == nullOperator
}

// holds reports whether one key of one operator is satisfied: any of the policy's values is enough.
func (c call) holds(name, key string, values []string) bool {
	value, present := c.keys[strings.ToLower(key)]
	if name == nullOperator {
		return slices.Contains(values, "true") != present
	}
	base, optional := strings.CutSuffix(name, ifExists)
	op := operators[base]
	if !present {
		return optional || op.negated
	}
	matched := slices.ContainsFunc(values, func(text string) bool {
		p, known := compile(text, op.read, c.keys)
		return known && op.match(p, value)
	})
	return matched != op.negated
}
