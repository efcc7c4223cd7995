package shell

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// words expands words to fields, as bash expands the words of a command; nothing is looked up on disk.
func (in *interpreter) words(list []*syntax.Word) []data {
	out := make([]data, 0, len(list))
	for _, w := range list {
		if text, ok := plain(w); ok {
			out = append(out, in.stretch(text))
			continue
		}
		glob := globs(w.Parts)
		e := in.expansion(w)
		for text, err := range expand.FieldsSeq(e.config(), w) {
			if err != nil {
				text = Unknown
			}
			d := e.data(text)
			d.glob = glob && strings.ContainsAny(text, "*?[")
			out = append(out, d)
			if len(out) > maxFields {
				in.fail("more than %d words", maxFields)
				return out[:maxFields]
			}
		}
	}
	return out
}

// word expands to one field, as in an assignment: no splitting, no braces.
func (in *interpreter) word(w *syntax.Word) data {
	if w == nil {
		return data{}
	}
	if text, ok := plain(w); ok {
		return in.stretch(text)
	}
	e := in.expansion(w)
	text, err := expand.Literal(e.config(), w)
	if err != nil {
		text = Unknown
	}
	d := e.data(text)
	d.glob = globs(w.Parts) && strings.ContainsAny(text, "*?[")
	return d
}

// document expands the body of a here-document.
func (in *interpreter) document(w *syntax.Word, quoted bool) data {
	if w == nil {
		return data{}
	}
	if quoted {
		var b strings.Builder
		for _, p := range w.Parts {
			if lit, ok := p.(*syntax.Lit); ok {
				b.WriteString(lit.Value)
			}
		}
		return in.stretch(b.String())
	}
	e := in.expansion(w)
	text, err := expand.Document(e.config(), w)
	if err != nil {
		text = Unknown
	}
	return e.data(text)
}

// stretch is a literal of the text that runs now.
func (in *interpreter) stretch(text string) data {
	d := literal(text)
	if d.holes {
		d.taint = in.origin
	}
	return d
}

// plain is the fast path: one literal without anything special.
func plain(w *syntax.Word) (string, bool) {
	if len(w.Parts) != 1 {
		return "", false
	}
	switch p := w.Parts[0].(type) {
	case *syntax.Lit:
		if strings.ContainsAny(p.Value, `\*?[~{`) {
			return "", false
		}
		return p.Value, true
	case *syntax.SglQuoted:
		return p.Value, !p.Dollar
	case *syntax.DblQuoted:
		if len(p.Parts) == 1 {
			if lit, ok := p.Parts[0].(*syntax.Lit); ok && strings.IndexByte(lit.Value, '\\') < 0 {
				return lit.Value, !p.Dollar
			}
		}
		return "", len(p.Parts) == 0
	}
	return "", false
}

// globs tells whether characters of a word that are not quoted may match file names.
func globs(parts []syntax.WordPart) bool {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			if strings.ContainsAny(p.Value, "*?[") {
				return true
			}
		case *syntax.ParamExp, *syntax.CmdSubst, *syntax.ExtGlob:
			return true
		}
	}
	return false
}

// hides tells whether the spelling of a word only hides what it says: r""m, r\m, $'\x72m'.
func hides(w *syntax.Word) bool {
	for i, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			if k := strings.IndexByte(p.Value, '\\'); k > 0 && k+1 < len(p.Value) && letter(p.Value[k+1]) {
				return true
			}
		case *syntax.SglQuoted:
			if p.Dollar && strings.Contains(p.Value, `\`) || len(w.Parts) > 1 && len(p.Value) < 2 {
				return true
			}
		case *syntax.DblQuoted:
			if len(w.Parts) > 1 && (len(p.Parts) == 0 || i > 0 && len(w.Parts) > 2 && len(p.Parts) == 1) {
				if lit, ok := onlyLit(p.Parts); ok && len(lit) < 2 {
					return true
				}
			}
		}
	}
	return false
}

func onlyLit(parts []syntax.WordPart) (string, bool) {
	if len(parts) == 0 {
		return "", true
	}
	lit, ok := parts[0].(*syntax.Lit)
	if !ok || len(parts) > 1 {
		return "", false
	}
	return lit.Value, true
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// expansion is the expansion of one word. It is the environment that the expander asks, so it sees where values come
// from.
type expansion struct {
	in     *interpreter
	taint  taint
	from   []Path
	absent map[string]bool // variables that have a default here, for when they are not set
}

func (in *interpreter) expansion(w *syntax.Word) *expansion {
	e := &expansion{in: in}
	for _, p := range w.Parts {
		e.defaults(p)
	}
	return e
}

// defaults notes the variables of ${x:-y}: one that is not known counts as not set there, since y is what can be read.
func (e *expansion) defaults(p syntax.WordPart) {
	switch p := p.(type) {
	case *syntax.DblQuoted:
		for _, q := range p.Parts {
			e.defaults(q)
		}
	case *syntax.ParamExp:
		if p.Exp == nil || p.Param == nil {
			return
		}
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
			if e.absent == nil {
				e.absent = map[string]bool{}
			}
			e.absent[p.Param.Value] = true
		default:
		}
		if p.Exp.Word != nil {
			for _, q := range p.Exp.Word.Parts {
				e.defaults(q)
			}
		}
	}
}

func (e *expansion) config() *expand.Config {
	return &expand.Config{Env: e, CmdSubst: e.command, ProcSubst: e.process}
}

func (e *expansion) data(text string) data {
	if len(text) > maxValue {
		e.in.fail("a word of %d bytes exceeds what is followed", len(text))
		return unknown(e.taint)
	}
	d := data{text: text, holes: strings.Contains(text, Unknown), taint: e.taint, from: e.from}
	if d.holes {
		d.taint |= e.in.origin
	}
	return d
}

// note takes over where d comes from, and returns its text if there is room for it.
func (e *expansion) note(d data) string {
	e.taint |= d.taint
	e.from = joinPaths(e.from, d.from)
	if e.in.spent += len(d.text); e.in.spent > maxSpent {
		e.in.fail("expansions give more than %d bytes", maxSpent)
		return Unknown
	}
	return d.text
}

func (e *expansion) command(w io.Writer, cs *syntax.CmdSubst) error {
	_, err := io.WriteString(w, e.note(e.in.capture(cs.Stmts)))
	return err
}

func (e *expansion) process(p *syntax.ProcSubst) (string, error) {
	return e.in.process(p), nil
}

// Get gives the expander a variable. One that is not known is set to Unknown.
func (e *expansion) Get(name string) expand.Variable {
	in := e.in
	switch name {
	case "@", "*":
		list := make([]string, len(in.args))
		for i, a := range in.args {
			list[i] = e.note(a)
		}
		return expand.Variable{Set: true, Kind: expand.Indexed, List: list}
	case "#":
		return stringVar(strconv.Itoa(len(in.args)))
	case "0":
		return stringVar(in.name)
	case "?":
		return stringVar("0")
	case "PPID":
		e.taint |= processes
		return stringVar(Unknown)
	case "$", "!", "-", "RANDOM", "SECONDS", "EPOCHSECONDS", "UID", "EUID", "BASHPID":
		return stringVar(Unknown)
	}
	if n, err := strconv.Atoi(name); err == nil {
		if n >= 1 && n <= len(in.args) {
			return stringVar(e.note(in.args[n-1]))
		}
		return expand.Variable{}
	}
	if user, ok := strings.CutPrefix(name, "HOME "); ok { // ~user
		if user == "root" {
			return stringVar("/root")
		}
		return stringVar("/home/" + user)
	}
	if v, ok := in.vars[name]; ok && v.array {
		list := make([]string, len(v.values))
		for i, d := range v.values {
			list[i] = e.note(d)
		}
		return expand.Variable{Set: true, Kind: expand.Indexed, List: list}
	}
	if d, ok := in.lookup(name); ok {
		return stringVar(e.note(d))
	}
	if name == "HOME" || e.absent[name] {
		return expand.Variable{} // ~ stays ~
	}
	if secretVariable(name) {
		e.taint |= environ
	}
	return stringVar(Unknown)
}

func stringVar(text string) expand.Variable {
	return expand.Variable{Set: true, Kind: expand.String, Str: text}
}

// secretVariable tells whether a variable is named like a secret.
func secretVariable(name string) bool {
	upper := strings.ToUpper(name)
	for _, word := range []string{"TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "APIKEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL"} {
		if strings.Contains(upper, word) {
			return true
		}
	}
	return false
}

// Each is asked for ${!prefix*}.
func (e *expansion) Each(f func(name string, vr expand.Variable) bool) {
	for _, name := range slices.Sorted(maps.Keys(e.in.vars)) {
		if !f(name, e.Get(name)) {
			return
		}
	}
}

// Set is asked by ${x:=y} and arithmetic.
func (e *expansion) Set(name string, vr expand.Variable) error {
	if vr.Kind != expand.String {
		return errors.New("not followed")
	}
	e.in.assign(name, data{text: vr.Str, holes: strings.Contains(vr.Str, Unknown), taint: e.taint})
	return nil
}
