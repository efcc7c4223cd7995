package wire

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// MaxListLength bounds the lists of a Query request; CreateTags, with 1,000 resources, has the longest we serve.
const MaxListLength = 2000

// Query reads the parameters of the AWS Query protocol, in which nested members are joined with dots and lists are
// numbered from 1. EC2 numbers directly ("InstanceId.1"), IAM and STS below ".member" ("Tags.member.1").
type Query struct {
	values url.Values
	prefix string
}

// NewQuery reads values from the top.
func NewQuery(values url.Values) Query { return Query{values: values} }

func (q Query) key(name string) string {
	if q.prefix == "" {
		return name
	}
	return q.prefix + "." + name
}

// String returns the member name, or empty.
func (q Query) String(name string) string { return q.values.Get(q.key(name)) }

// Has reports whether the member, or anything below it, was sent.
func (q Query) Has(name string) bool {
	key := q.key(name)
	for k := range q.values {
		if k == key || strings.HasPrefix(k, key+".") {
			return true
		}
	}
	return false
}

// Int returns the member as a number, fallback when it was not sent, and an *Error when it is no number.
func (q Query) Int(name string, fallback int) (int, error) {
	s := q.String(name)
	if s == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, &Error{Code: "InvalidParameterValue", Message: "Value (" + s + ") for parameter " + q.key(name) + " is invalid. It is not a number."}
	}
	return n, nil
}

// Bool returns the member as a truth value; absent is false.
func (q Query) Bool(name string) bool { return q.String(name) == "true" }

// Member returns what lies below name.
func (q Query) Member(name string) Query { return Query{values: q.values, prefix: q.key(name)} }

// List returns what lies below each number of the list name, in order, whether or not numbers are missing.
func (q Query) List(name string) []Query {
	var out []Query
	for _, n := range q.numbers(name) {
		out = append(out, q.Member(name+"."+strconv.Itoa(n)))
	}
	return out
}

// Strings returns the plain values of the list name.
func (q Query) Strings(name string) []string {
	var out []string
	for _, n := range q.numbers(name) {
		out = append(out, q.values.Get(q.key(name)+"."+strconv.Itoa(n)))
	}
	return out
}

func (q Query) numbers(name string) []int {
	prefix := q.key(name) + "."
	var numbers []int
	for k := range q.values {
		rest, found := strings.CutPrefix(k, prefix)
		if !found {
			continue
		}
		digits, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(digits); err == nil && n > 0 && n <= MaxListLength {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}
