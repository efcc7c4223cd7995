package shell

import "strings"

// shell runs sh and its kin: a text after -c, a file, or standard input.
func shell(c *call) {
	in := c.in
	c.does(OpExecute)
	if c.io.conn {
		c.mark(ReverseShell)
	}
	for _, f := range c.values("--rcfile", "--init-file") {
		c.sources(f)
	}
	saved := in.scope
	in.scope = saved.fork()
	defer func() { in.scope = saved }()
	switch {
	case c.has("--command"):
		if rest := c.rest(1); len(rest) > 0 {
			in.name, in.args = rest[0].text, rest[1:]
		}
		c.evaluates(c.operand(0))
	case len(c.operands) > 0 && !c.has("-s"):
		in.args = c.rest(1)
		c.runsScript(c.operand(0), c.rest(1))
	case c.io.stdin != nil:
		in.args = c.operands
		c.evaluates(*c.io.stdin)
	}
}

// evaluates runs a text as a shell, and marks where it comes from.
func (c *call) evaluates(code data) {
	if code.taint&fetched != 0 {
		c.mark(RemoteCode)
	}
	if code.taint&socket != 0 {
		c.mark(ReverseShell | RemoteCode)
	}
	if code.taint&(decoded|hidden) != 0 {
		c.mark(DecodedCode)
	}
	if code.taint&archived != 0 {
		c.mark(Dynamic)
	}
	if code.wholly() {
		if len(code.from) > 0 {
			if c.command.Program == "eval" || c.has("--command") {
				c.mark(Dynamic)
				c.in.because("%s runs what a file holds, which only the run can tell", c.command.Program)
			}
			c.command.Executes = append(c.command.Executes, code.from...)
			return
		}
		if code.taint == 0 && trustedEval(code, c) {
			return
		}
		c.mark(Dynamic)
		c.in.because("what %s would run, only the run can tell", c.command.Program)
		return
	}
	if strings.TrimSpace(code.text) != "" {
		c.runsText(code, nil)
	}
}

// trustedEval holds for eval "$(ssh-agent -s)" and its like, whose output is meant to be evaluated.
func trustedEval(_ data, c *call) bool {
	commands := c.in.out.Commands
	for i := len(commands) - 1; i >= 0 && i >= len(commands)-6; i-- {
		if evalPrograms[commands[i].Program] || setsUpShell(commands[i]) {
			c.command.Traits &^= Eval
			return true
		}
	}
	return false
}

// setsUpShell tells whether a program writes what a shell is to evaluate: fzf --bash, kubectl completion bash.
func setsUpShell(c *Command) bool {
	for _, w := range append(c.Operands, c.Flags...) {
		switch strings.TrimLeft(w, "-") {
		case "bash", "zsh", "fish", "init", "completion", "completions", "hook", "shellenv", "env", "activate", "export", "docker-env", "use":
			return true
		}
	}
	return false
}

var evalPrograms = setOf(`ssh-agent direnv pyenv rbenv nodenv goenv jenv fnm mise rtx asdf starship zoxide brew dircolors opam conda mamba
 keychain thefuck register-python-argcomplete minikube docker-machine hub luarocks perlbrew nvm sdk activate`)

// runsScript runs a file in the shell's language.
func (c *call) runsScript(file data, args []data) {
	if file.text == "-" || file.text == "/dev/stdin" || file.text == "/dev/fd/0" || file.text == "/proc/self/fd/0" {
		c.evaluates(c.input())
		return
	}
	p := c.in.path(file)
	content, ours := c.in.files[p.Text]
	if strings.HasPrefix(p.Text, "/dev/fd/") {
		c.evaluates(content)
		return
	}
	c.executes(file)
	if c.in.env.sensitive(p) { // a shell says what it does not understand
		c.out = c.reads(file)
	}
	c.command.Languages = append(c.command.Languages, "shell")
	if !ours {
		return
	}
	c.runFile(content, args)
}

// source runs a file in the present shell.
func source(c *call) {
	c.does(OpExecute)
	if len(c.operands) > 0 {
		c.sources(c.operand(0))
	}
}

func (c *call) sources(file data) {
	p := c.in.path(file)
	content, ours := c.in.files[p.Text]
	if strings.HasPrefix(p.Text, "/dev/fd/") || file.text == "/dev/stdin" {
		if !ours {
			content = c.input()
		}
		c.evaluates(content)
		return
	}
	c.executes(file)
	if ours {
		if content.taint&(fetched|socket) != 0 {
			c.mark(DownloadThenRun)
		}
		c.runsText(content, nil)
	}
}

// execute replaces the shell, or only opens descriptors.
func execute(c *call) {
	if len(c.operands) > 0 {
		c.runs(c.operands)
		return
	}
	in := c.in
	in.fds = c.io.inherited(in.fds)
	if t := c.io.stdout; t != nil {
		if in.fds == nil {
			in.fds = map[string]target{}
		}
		in.fds["1"] = *t
		c.io.stdout = nil
	}
	if c.io.conn && c.io.stdin != nil && c.io.stdin.taint&socket != 0 {
		in.fds["0"] = target{conn: true}
	}
}
