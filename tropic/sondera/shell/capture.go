package shell

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// capture runs $( ) and ` ` and returns what they write.
func (in *interpreter) capture(list []*syntax.Stmt) data {
	if !in.deeper() {
		in.depth--
		return unknown(0)
	}
	saved := in.scope
	in.scope = saved.fork()
	var none data
	out := in.stmts(list, &none)
	in.scope = saved
	in.depth--
	return out
}

// process runs <( ) at once, and >( ) when something is written to it. It returns the name of the other end.
func (in *interpreter) process(p *syntax.ProcSubst) string {
	name := fmt.Sprintf("/dev/fd/%d", 63+len(in.files)+len(in.sinks))
	if p.Op == syntax.CmdOut {
		if in.sinks == nil {
			in.sinks = make(map[string][]*syntax.Stmt)
		}
		in.sinks[name] = p.Stmts
		return name
	}
	in.spread++
	out := in.capture(p.Stmts)
	in.spread--
	in.keep(name, out)
	return name
}

// keep notes what a file holds from now on.
func (in *interpreter) keep(path string, content data) {
	if content.taint&endless != 0 && !strings.HasPrefix(path, "/dev/") {
		in.out.Traits |= DiskWrite // until the disk is full
	}
	if in.files == nil {
		in.files = make(map[string]data)
	}
	if len(in.files) < maxFields {
		in.files[path] = content
	}
}

// content is what reading a file gives.
func (in *interpreter) content(p Path) data {
	if !p.Pattern {
		if d, ok := in.files[p.Text]; ok {
			return d
		}
	}
	if p.Text == "/dev/null" {
		return data{}
	}
	if p.Text == "/dev/zero" || p.Text == "/dev/urandom" || p.Text == "/dev/random" {
		return unknown(endless)
	}
	d := unknown(0)
	d.from = []Path{p}
	if in.env.sensitive(p) {
		d.taint |= sensitive
	}
	return d
}
