package facts

import (
	"path"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// exec is the shell tool: what the command does, in its directory.
func (b *builder) exec(p Value) {
	dir := b.Workspace
	if d := p.text("workdir", "cwd", "working_directory"); d != "" {
		dir = b.resolve(d)
	}
	env := b.environment(dir)
	if vars := p.Member("env"); vars.Kind == Object {
		env.Vars = make(map[string]string, len(vars.Names))
		for i, n := range vars.Names {
			if vars.Values[i].Kind == String {
				env.Vars[n] = vars.Values[i].Text
			}
		}
	}
	command := p.Member("command")
	if command.Kind == Null {
		command = p.Member("cmd")
	}
	switch command.Kind {
	case String:
		b.Command = command.Text
		b.script(shell.Analyze(b.variables(env)+command.Text, env))
	case Array:
		argv := Value{Names: []string{"argv"}, Values: []Value{command}}.texts("argv")
		b.Command = strings.Join(argv, " ")
		b.script(shell.AnalyzeArgs(argv, env))
		if len(argv) != len(command.Values) {
			b.Traits |= shell.Unparsed
			b.Reasons = append(b.Reasons, "the command is a list of other things than words")
		}
	case Null:
		b.Reasons = append(b.Reasons, "there is no command")
		b.Traits |= shell.Unparsed
	default:
		b.Reasons = append(b.Reasons, "the command is no text")
		b.Traits |= shell.Unparsed
	}
	if p.holds("elevated") {
		b.Operations |= shell.OpElevate
		b.Traits |= shell.Privilege
	}
	if host := p.text("host", "node"); host == "node" || p.text("node") != "" {
		b.Operations |= shell.OpConnect
	}
}

// variables makes programs run what the env parameter makes them run, as if it were written before the command.
func (b *builder) variables(env shell.Environment) string {
	for _, name := range []string{"PATH", "LD_PRELOAD", "BASH_ENV", "ENV", "PROMPT_COMMAND", "GIT_SSH_COMMAND", "PAGER", "EDITOR", "LD_AUDIT", "PYTHONSTARTUP", "NODE_OPTIONS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "NPM_CONFIG_REGISTRY", "npm_config_registry"} {
		if v, ok := env.Vars[name]; ok && v != "" {
			return "export " + name + "='" + strings.ReplaceAll(v, "'", `'\''`) + "'; "
		}
	}
	return ""
}

// process feeds a command that already runs: what is typed there is taken for a shell's input.
func (b *builder) process(p Value) {
	switch p.text("action") {
	case "list", "poll", "log", "wait", "status":
		return
	case "write", "send-keys", "submit", "paste", "send_keys":
		var typed []string
		typed = append(typed, p.texts("data", "text", "keys", "input", "literal")...)
		line := strings.TrimRight(strings.Join(typed, glue(typed)), "\r\n")
		for _, key := range []string{"Enter", "C-m", "Return"} {
			line = strings.TrimRight(strings.TrimSuffix(line, key), " ")
		}
		if p.text("hex") != "" {
			b.Traits |= shell.Dynamic
			b.Reasons = append(b.Reasons, "bytes are typed that are no text")
		}
		b.shellText(line)
	default: // kill, clear, remove
		b.Operations |= shell.OpExecute
	}
}

// glue joins keys: what is typed key by key is one word.
func glue(keys []string) string {
	short := 0
	for _, k := range keys {
		if len(k) == 1 {
			short++
		}
	}
	if short > 2 && short+2 > len(keys) {
		return ""
	}
	return " "
}

// shellText is a text that reaches a shell in some other way than exec.
func (b *builder) shellText(text string) {
	if text == "" {
		return
	}
	b.Command = text
	script := shell.Analyze(text, b.environment(""))
	if !plausible(script) { // an answer to a prompt, or a line for the prompt of another language
		if strings.Contains(text, "(") {
			b.script(shell.AnalyzeCode("python", text, b.environment("")))
		}
		return
	}
	b.script(script)
}

// plausible tells whether a text was meant as a command: some program in it is known, or it could be read as one.
func plausible(s shell.Script) bool {
	if s.Traits&^(shell.Unparsed|shell.Dynamic) != 0 {
		return true
	}
	for _, c := range s.Commands {
		if c.Program != "" && (shell.Known(c.Program) || len(c.Writes)+len(c.Reads)+len(c.Deletes) > 0) {
			return true
		}
	}
	return false
}

// script takes over what a shell text does.
func (b *builder) script(s shell.Script) {
	b.Traits |= s.Traits
	b.Reasons = append(b.Reasons, s.Reasons...)
	for _, c := range s.Commands {
		b.command(c)
	}
}

func (b *builder) command(c *shell.Command) {
	b.Operations |= c.Operations
	if c.Program != "" {
		b.Programs = append(b.Programs, c.Program)
		if other := shell.Canonical(c.Program); other != c.Program {
			b.Programs = append(b.Programs, other)
		}
		for _, f := range c.Flags {
			b.Flags = append(b.Flags, c.Program+" "+f)
		}
		if c.Verb != "" {
			b.Flags = append(b.Flags, c.Program+" "+c.Verb)
			if first, _, two := strings.Cut(c.Verb, " "); two {
				b.Flags = append(b.Flags, c.Program+" "+first)
			}
		}
	}
	b.Languages = append(b.Languages, c.Languages...)
	b.Packages = append(b.Packages, c.Packages...)
	b.Ports = append(b.Ports, c.Ports...)
	if c.Contained { // its paths are not this machine's
		for _, h := range c.Hosts {
			b.host(h, c.Ports)
		}
		return
	}
	b.Reads = b.shellPaths(b.Reads, c.Reads)
	b.Writes = b.shellPaths(b.Writes, c.Writes)
	b.Deletes = b.shellPaths(b.Deletes, c.Deletes)
	b.Executes = b.shellPaths(b.Executes, c.Executes)
	for _, h := range c.Hosts {
		b.host(h, c.Ports)
	}
}

// stateDirectories are those of which the names of files are no secret.
var stateDirectories = nameSet(".ssh .aws .kube .docker .gnupg .openclaw .config .azure extensions workspace")

func (b *builder) shellPaths(list []Path, paths []shell.Path) []Path {
	for _, p := range paths {
		list = b.path(list, p.Text, p.Pattern)
		if len(list) == 0 || !p.Example && !p.Names {
			continue
		}
		last := &list[len(list)-1]
		switch {
		case last.Text != p.Text:
		case p.Example:
			last.Classes &^= EnvFile | Credentials // it holds what the example holds
		case p.Names && stateDirectories[path.Base(p.Text)]:
			last.Classes &^= Secret | SSHConfig | OpenClawConfig | OpenClawState | Gate
		}
	}
	return list
}
