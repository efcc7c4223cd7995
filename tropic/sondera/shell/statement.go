package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// stmts runs statements one after the other and returns what they write.
func (in *interpreter) stmts(list []*syntax.Stmt, stdin *data) data {
	var out data
	for _, s := range list {
		if !in.step() {
			return unknown(out.taint)
		}
		out = out.plus(in.stmt(s, stdin))
	}
	return out
}

// stmt runs one statement with its redirections.
func (in *interpreter) stmt(s *syntax.Stmt, stdin *data) data {
	if s == nil || !in.step() {
		return data{}
	}
	if s.Background || s.Coprocess {
		in.spread++
		defer func() { in.spread-- }()
	}
	if call, ok := s.Cmd.(*syntax.CallExpr); ok {
		return in.simple(call, s.Redirs, stdin)
	}
	if len(s.Redirs) == 0 {
		return in.compound(s.Cmd, stdin)
	}
	io := in.redirect(s.Redirs, stdin)
	in.bare(io)
	if s.Cmd == nil {
		if io.stdin != nil && io.stdout == nil {
			return *io.stdin // $(<file)
		}
		return in.deliver(data{}, io)
	}
	saved := in.fds
	in.fds = io.inherited(in.fds)
	out := in.compound(s.Cmd, io.stdin)
	in.fds = saved
	return in.deliver(out, io)
}

// compound runs anything but a simple command.
func (in *interpreter) compound(cmd syntax.Command, stdin *data) data {
	switch c := cmd.(type) {
	case *syntax.BinaryCmd:
		return in.binary(c, stdin)
	case *syntax.Block:
		return in.stmts(c.Stmts, stdin)
	case *syntax.Subshell:
		return in.subshell(c.Stmts, stdin)
	case *syntax.IfClause:
		return in.ifClause(c, stdin)
	case *syntax.WhileClause:
		out := in.stmts(c.Cond, stdin)
		in.maybe++
		if repeats(c) && backgrounds(c.Do) {
			in.out.Traits |= ForkBomb
		}
		out = out.plus(in.stmts(c.Do, stdin))
		in.maybe--
		return out
	case *syntax.ForClause:
		return in.forClause(c, stdin)
	case *syntax.CaseClause:
		return in.caseClause(c, stdin)
	case *syntax.FuncDecl:
		if c.Name == nil { // the parser takes "() x" for one
			return in.stmt(c.Body, stdin)
		}
		if in.funcs == nil {
			in.funcs = make(map[string]*syntax.Stmt)
		}
		in.funcs[c.Name.Value] = c.Body
	case *syntax.TimeClause:
		return in.stmt(c.Stmt, stdin)
	case *syntax.CoprocClause:
		in.spread++
		defer func() { in.spread-- }()
		return in.stmt(c.Stmt, stdin)
	case *syntax.DeclClause:
		in.declare(c)
	case nil, *syntax.TestDecl:
	default: // arithmetic, tests, let: only what they substitute runs
		in.substitutions(cmd)
	}
	return data{}
}

func (in *interpreter) binary(c *syntax.BinaryCmd, stdin *data) data {
	switch c.Op {
	case syntax.Pipe, syntax.PipeAll:
		in.spread++
		defer func() { in.spread-- }()
		saved := in.fork()
		delete(in.fds, "1")
		between := in.stmt(c.X, stdin)
		in.scope = saved
		return in.stmt(c.Y, &between)
	default: // && and ||
		out := in.stmt(c.X, stdin)
		in.maybe++
		out = out.plus(in.stmt(c.Y, stdin))
		in.maybe--
		return out
	}
}

// subshell runs statements whose assignments, functions and directory end with them.
func (in *interpreter) subshell(list []*syntax.Stmt, stdin *data) data {
	saved := in.scope
	in.scope = saved.fork()
	out := in.stmts(list, stdin)
	in.scope = saved
	return out
}

func (in *interpreter) ifClause(c *syntax.IfClause, stdin *data) data {
	var out data
	for ; c != nil; c = c.Else {
		out = out.plus(in.stmts(c.Cond, stdin))
		in.maybe++
		out = out.plus(in.stmts(c.Then, stdin))
		in.maybe--
	}
	return out
}

func (in *interpreter) forClause(c *syntax.ForClause, stdin *data) data {
	iter, ok := c.Loop.(*syntax.WordIter)
	if !ok {
		in.substitutions(c.Loop)
		if loop, ok := c.Loop.(*syntax.CStyleLoop); ok && loop.Cond == nil && backgrounds(c.Do) {
			in.out.Traits |= ForkBomb
		}
		return in.stmts(c.Do, stdin)
	}
	items := in.args
	if iter.InPos.IsValid() {
		items = in.words(iter.Items)
	}
	if len(items) > maxLoop {
		some := unknown(0)
		for _, item := range items {
			some.taint |= item.taint
		}
		items = append(items[:maxLoop:maxLoop], some)
	}
	if c.Select {
		in.maybe++
		defer func() { in.maybe-- }()
	}
	var out data
	for _, item := range items {
		in.set(iter.Name.Value, variable{values: []data{item}})
		out = out.plus(in.stmts(c.Do, stdin))
	}
	return out
}

func (in *interpreter) caseClause(c *syntax.CaseClause, stdin *data) data {
	in.word(c.Word)
	var out data
	in.maybe++
	for _, item := range c.Items {
		for _, p := range item.Patterns {
			in.word(p)
		}
		out = out.plus(in.stmts(item.Stmts, stdin))
	}
	in.maybe--
	return out
}

// substitutions runs what stands in $( ), ` ` and <( ) anywhere below a node that runs nothing else.
func (in *interpreter) substitutions(node syntax.Node) {
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			in.capture(n.Stmts)
			return false
		case *syntax.ProcSubst:
			in.process(n)
			return false
		}
		return true
	})
}

// declare runs export, declare, local, readonly, typeset.
func (in *interpreter) declare(c *syntax.DeclClause) {
	reference := false
	for _, a := range c.Args {
		switch {
		case a.Name == nil && a.Value != nil && a.Value.Lit() == "-n":
			reference = true
		case reference && a.Name != nil && !a.Naked:
			if d, ok := in.lookup(in.word(a.Value).text); ok {
				in.assign(a.Name.Value, d)
			}
		case a.Name != nil && !a.Naked:
			in.assignment(a)
			if c.Variant.Value == "export" {
				if d, ok := in.lookup(a.Name.Value); ok {
					in.environment(a.Name.Value, d)
				}
			}
		case a.Value != nil:
			for _, w := range in.words([]*syntax.Word{a.Value}) {
				if name, value, ok := strings.Cut(w.text, "="); ok && !w.holes && syntax.ValidName(name) {
					in.assign(name, data{text: value, taint: w.taint})
				}
			}
		}
	}
}

// assignment evaluates one NAME=value.
func (in *interpreter) assignment(a *syntax.Assign) {
	if a.Name == nil {
		return
	}
	name := a.Name.Value
	switch {
	case a.Array != nil:
		v := variable{array: true}
		if a.Append {
			v.values = append(v.values, in.vars[name].values...)
		}
		for _, e := range a.Array.Elems {
			if e.Value != nil {
				v.values = append(v.values, in.words([]*syntax.Word{e.Value})...)
			}
		}
		in.set(name, v)
	case a.Index != nil:
		in.substitutions(a.Index)
		value := in.word(a.Value)
		v := in.vars[name]
		in.set(name, variable{array: true, values: append(v.values[:len(v.values):len(v.values)], value)})
	case a.Append:
		old, _ := in.lookup(name)
		in.assign(name, old.plus(in.word(a.Value)))
	default:
		value := in.word(a.Value)
		value.glob = value.glob || strings.ContainsAny(value.text, "*?[")
		in.assign(name, value)
	}
}

// repeats tells whether a loop has a condition that always holds.
func repeats(c *syntax.WhileClause) bool {
	if len(c.Cond) != 1 {
		return false
	}
	call, ok := c.Cond[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	switch call.Args[0].Lit() {
	case ":", "true":
		return !c.Until
	case "false":
		return c.Until
	case "[", "test":
		return len(call.Args) == 3 && !c.Until
	}
	return false
}

// backgrounds tells whether every turn leaves a process behind and nothing waits for it.
func backgrounds(body []*syntax.Stmt) bool {
	found := false
	for _, s := range body {
		if s.Background {
			found = true
			continue
		}
		if call, ok := s.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			switch call.Args[0].Lit() {
			case "sleep", "wait", "read", "break", "exit", "return", "inotifywait":
				return false
			}
		}
	}
	return found
}
