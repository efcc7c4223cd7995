package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// simple runs a simple command: assignments, words, redirections. A variable that may hold several programs is followed
// for each.
func (in *interpreter) simple(call *syntax.CallExpr, redirs []*syntax.Redirect, stdin *data) data {
	io := in.redirect(redirs, stdin)
	if len(call.Args) == 0 {
		in.bare(io)
		var out data
		for _, a := range call.Assigns {
			in.assignment(a)
			if a.Value != nil && a.Name != nil {
				if d, ok := in.lookup(a.Name.Value); ok {
					out.taint |= d.taint & (sensitive | environ)
				}
			}
		}
		return in.deliver(data{}, io)
	}
	if len(call.Assigns) > 0 {
		defer in.temporarily(call.Assigns)()
	}
	var out data
	outer, outerChoices := in.choice, in.choices
	in.choices = 1
	for i := 0; i < min(in.choices, maxChoices) && (i == 0 || in.step()); i++ {
		in.choice = i
		if i > 0 {
			in.maybe++
		}
		argv := in.words(call.Args)
		if len(argv) > 0 {
			if hides(call.Args[0]) || separatorOnly(call.Args) {
				in.out.Traits |= Obfuscated
			}
			out = out.plus(in.run(argv, io))
		} else if i == 0 {
			in.bare(io)
		}
		if i > 0 {
			in.maybe--
		}
	}
	in.choice, in.choices = outer, outerChoices
	return in.deliver(out, io)
}

// temporarily assigns what stands before a command, runs what programs take from it, and returns what undoes it.
func (in *interpreter) temporarily(assigns []*syntax.Assign) func() {
	saved := in.vars
	in.vars = make(map[string]variable, len(saved)+len(assigns))
	for k, v := range saved {
		in.vars[k] = v
	}
	for _, a := range assigns {
		in.assignment(a)
		if a.Name != nil {
			if d, ok := in.lookup(a.Name.Value); ok {
				in.environment(a.Name.Value, d)
			}
		}
	}
	return func() { in.vars = saved }
}

// environment runs what a program would run because a variable says so.
func (in *interpreter) environment(name string, value data) {
	switch name {
	case "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "PAGER", "MANPAGER", "EDITOR", "VISUAL", "GIT_EDITOR",
		"GIT_SEQUENCE_EDITOR", "BROWSER", "LESSOPEN", "LESSCLOSE", "PROMPT_COMMAND", "GIT_ASKPASS", "SSH_ASKPASS",
		"SUDO_ASKPASS", "GIT_PROXY_COMMAND", "RSYNC_RSH", "TAR_OPTIONS", "GIT_SSH", "CVS_RSH":
		if strings.Trim(value.known(), " ") != "" {
			in.nested(value, nil)
		}
	case "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "NPM_CONFIG_REGISTRY", "npm_config_registry", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "GOPROXY", "GEM_SOURCE", "YARN_REGISTRY", "CARGO_REGISTRIES_CRATES_IO_INDEX", "HF_ENDPOINT":
		if strings.Contains(value.text, "://") && !officialIndex(value.text) && !strings.Contains(value.text, "proxy.golang.org") {
			in.out.Traits |= UntrustedRepository
		}
	case "BASH_ENV", "ENV", "PS4":
		in.injected(value)
		if d, ok := in.files[in.path(value).Text]; ok {
			in.nested(d, nil)
		} else if strings.ContainsAny(value.text, "$`") {
			in.nested(data{text: `: "` + strings.ReplaceAll(value.text, `"`, `\"`) + `"`, holes: value.holes, taint: value.taint}, nil)
		}
	case "LD_PRELOAD", "LD_AUDIT", "PYTHONSTARTUP":
		if strings.Contains(value.text, "/") {
			in.injected(value)
		}
	case "NODE_OPTIONS", "PERL5OPT", "RUBYOPT", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "LD_LIBRARY_PATH", "PYTHONPATH", "NODE_PATH", "PERL5LIB", "RUBYLIB", "PATH":
		if strings.Contains(value.text, "data:") || strings.Contains(value.text, "system") || temporaryCode(value.text) {
			in.injected(value)
		}
	}
}

// injected marks code that a variable puts into every program that runs.
func (in *interpreter) injected(value data) {
	if strings.TrimSpace(value.text) == "" || value.text == "/dev/null" {
		return
	}
	c := in.newCommand()
	c.Operations |= OpExecute
	c.Traits |= Dynamic | Obfuscated
	if strings.HasPrefix(value.text, "/") {
		c.Executes = append(c.Executes, in.path(value))
	}
	in.out.Commands = append(in.out.Commands, c)
	in.because("an environment variable puts code into the programs that run")
}

// temporaryCode tells whether a search path or an option begins in a directory that anyone may write.
func temporaryCode(text string) bool {
	for _, dir := range []string{"/tmp/", "/var/tmp/", "/dev/shm/"} {
		if strings.HasPrefix(text, dir) || strings.Contains(text, " "+dir) || strings.Contains(text, "="+dir) || strings.Contains(text, ":"+dir) || strings.Contains(text, "-r"+dir) {
			return true
		}
	}
	return strings.HasPrefix(text, "/tmp:") || text == "/tmp"
}

// separatorOnly tells whether words are glued by an expansion that only stands for a blank: rm${IFS}-rf.
func separatorOnly(words []*syntax.Word) bool {
	for _, w := range words {
		for _, p := range w.Parts {
			if e, ok := p.(*syntax.ParamExp); ok && e.Param != nil && e.Param.Value == "IFS" {
				return true
			}
		}
	}
	return false
}

// nested runs a text one level deeper.
func (in *interpreter) nested(code data, stdin *data) data {
	defer func() { in.depth-- }()
	if !in.deeper() {
		return unknown(code.taint)
	}
	return in.text(code, stdin)
}

// run runs a program with arguments: an alias, a function, or what the tables know of it.
func (in *interpreter) run(argv []data, io *streams) data {
	if len(argv) == 0 || !in.step() {
		return data{}
	}
	name := argv[0]
	if strings.TrimSpace(name.text) == "" {
		return data{}
	}
	if name.glob && name.text != "[" {
		if out, ok := in.globbed(argv, io); ok {
			return out
		}
	}
	program := base(name.text)
	if name.wholly() || strings.Contains(program, Unknown) {
		return in.dynamic(argv, io)
	}
	if !strings.Contains(name.text, "/") {
		if out, ok := in.function(name.text, argv[1:], io); ok {
			return out
		}
		if text, ok := in.aliases[name.text]; ok && in.active["alias "+name.text] == 0 {
			return in.alias(name.text, text, argv[1:], io)
		}
	}
	c := in.newCall(argv, io)
	c.file(name)
	c.perform()
	return c.out
}

// function calls a function. One that calls itself in a pipeline or the background multiplies.
func (in *interpreter) function(name string, args []data, io *streams) (data, bool) {
	body, ok := in.funcs[name]
	if !ok {
		return data{}, false
	}
	in.bare(io)
	key := "function " + name
	if spread, running := in.active[key]; running {
		if in.spread > spread {
			in.out.Traits |= ForkBomb
		}
		return data{}, true
	}
	if in.active == nil {
		in.active = map[string]int{}
	}
	in.active[key] = in.spread
	saved, savedFDs := in.args, in.fds
	in.args, in.fds = args, io.inherited(in.fds)
	var out data
	if in.deeper() {
		out = in.stmt(body, io.stdin)
	}
	in.depth--
	in.args, in.fds = saved, savedFDs
	delete(in.active, key)
	return out, true
}

func (in *interpreter) alias(name string, text data, args []data, io *streams) data {
	if in.active == nil {
		in.active = map[string]int{}
	}
	key := "alias " + name
	in.active[key] = 1
	defer delete(in.active, key)
	for _, a := range args {
		text = text.plus(literal(" ")).plus(data{text: quoted(a.text), holes: a.holes, taint: a.taint})
	}
	return in.nested(text, io.stdin)
}

// quoted writes a word so that a shell reads it as one.
func quoted(text string) string {
	if text != "" && !strings.ContainsAny(text, " \t\n'\"\\$`;&|<>(){}*?[]~#!") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// globbed runs the programs that a pattern such as /bin/r? may stand for.
func (in *interpreter) globbed(argv []data, io *streams) (data, bool) {
	glob := base(argv[0].text)
	if strings.Trim(glob, "*?") == "" && !strings.Contains(glob, "?") {
		return data{}, false
	}
	var out data
	found := 0
	for _, name := range programNames() {
		if !GlobMatches(glob, name) {
			continue
		}
		if found++; found > maxMatches {
			break
		}
		words := slices.Clone(argv)
		words[0] = literal(name)
		in.out.Traits |= Obfuscated
		out = out.plus(in.run(words, io))
	}
	return out, found > 0
}

// dynamic records a command whose program only the run can tell; what its arguments show counts all the same.
func (in *interpreter) dynamic(argv []data, io *streams) data {
	c := in.newCall(argv, io)
	c.command.Program = ""
	c.command.Traits |= Dynamic
	switch {
	case argv[0].taint&fetched != 0:
		c.command.Traits |= RemoteCode
	case argv[0].taint&decoded != 0:
		c.command.Traits |= DecodedCode
	}
	c.command.Operations |= OpExecute
	in.because("which program %q is, only the run can tell", argv[0].text)
	c.operands = argv[1:]
	c.guess()
	return unknown(0)
}
