package facts

import "strings"

// Kind is the type of a JSON value.
type Kind uint8

// The kinds of JSON value. The zero Kind is null, which is also what is absent.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Value is a JSON value. Numbers keep their digits in Text.
type Value struct {
	Kind   Kind
	Text   string   // of a string, a number, true or false
	Names  []string // of the members of an object, in the order in which they stand
	Values []Value  // of an object's members, or an array's elements
}

// Member returns the member of an object, a null for one that is absent.
func (v Value) Member(name string) Value {
	for i, n := range v.Names {
		if n == name {
			return v.Values[i]
		}
	}
	return Value{}
}

// text returns the first of the members that holds a string.
func (v Value) text(names ...string) string {
	for _, n := range names {
		if m := v.Member(n); m.Kind == String && m.Text != "" {
			return m.Text
		}
	}
	return ""
}

// texts returns the strings of members that hold one, or a list of them.
func (v Value) texts(names ...string) []string {
	var out []string
	for _, n := range names {
		m := v.Member(n)
		switch m.Kind {
		case String:
			out = append(out, m.Text)
		case Array:
			for _, e := range m.Values {
				if e.Kind == String {
					out = append(out, e.Text)
				}
			}
		default:
		}
	}
	return out
}

// holds tells whether a member is true.
func (v Value) holds(name string) bool {
	m := v.Member(name)
	return m.Kind == Bool && m.Text == "true" || m.Kind == String && (strings.EqualFold(m.Text, "true") || strings.EqualFold(m.Text, "on"))
}
