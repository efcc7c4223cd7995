package shell

import (
	"maps"

	"mvdan.cc/sh/v3/syntax"
)

// variable is a shell variable: its value, or the values it may have depending on conditions, or an array.
type variable struct {
	values []data
	array  bool // values are elements
}

// scope is what a subshell inherits and cannot change for its parent. Maps are made when first written.
type scope struct {
	vars    map[string]variable
	funcs   map[string]*syntax.Stmt
	aliases map[string]data
	fds     map[string]target // descriptors that exec opened
	args    []data            // positional parameters from $1
	name    string            // $0
	dir     string            // absolute; begins with Unknown when only the run can tell
}

// fork copies the scope for a subshell.
func (s *scope) fork() scope {
	c := *s
	c.vars, c.funcs, c.aliases, c.fds = maps.Clone(s.vars), maps.Clone(s.funcs), maps.Clone(s.aliases), maps.Clone(s.fds)
	return c
}

func (s *scope) set(name string, v variable) {
	if s.vars == nil {
		s.vars = make(map[string]variable)
	}
	s.vars[name] = v
}

// assign sets a variable. Under a condition the value it had remains possible.
func (in *interpreter) assign(name string, value data) {
	old, had := in.vars[name]
	if in.maybe == 0 || !had || old.array || len(old.values) >= maxChoices {
		in.set(name, variable{values: []data{value}})
		return
	}
	for _, v := range old.values {
		if v.text == value.text && v.taint == value.taint {
			return
		}
	}
	in.set(name, variable{values: append([]data{value}, old.values...)})
}

// lookup returns the value of a variable for the choice that is followed now.
func (in *interpreter) lookup(name string) (data, bool) {
	if v, ok := in.vars[name]; ok {
		if len(v.values) == 0 {
			return data{}, true
		}
		if v.array {
			return v.values[0], true
		}
		in.choices = max(in.choices, len(v.values))
		return v.values[in.choice%len(v.values)], true
	}
	if name == "PWD" && in.dir != "" {
		return literal(in.dir), true
	}
	text, ok := in.env.variable(name)
	return literal(text), ok
}
