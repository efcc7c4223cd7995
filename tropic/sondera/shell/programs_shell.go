package shell

import "strings"

// shellPrograms are shells and what is built into them.
func shellPrograms() {
	registerLeading("sh bash zsh dash ksh mksh ash fish rbash csh tcsh yash pwsh", `c:command i l:login s r:restricted x e u v n a m o= O=
		:norc :noprofile :posix :rcfile= :init-file= :verbose :noediting :debugger`, shell)
	registerPlain("eval", func(c *call) {
		c.mark(Eval)
		c.does(OpExecute)
		c.evaluates(join(c.args))
	})
	registerLeading("source .", "", source)
	registerLeading("exec", "c l a=", execute)
	registerLeading("command builtin", "p v V", func(c *call) {
		if !c.has("-v", "-V") {
			c.runs(c.operands)
		} else {
			c.out = join(c.operands)
		}
	})
	registerLeading("trap", "l p", func(c *call) {
		if len(c.operands) > 1 && c.operand(0).text != "-" {
			c.runsText(c.operand(0), nil)
		}
	})
	registerLeading("cd pushd chdir", "L P e @", changeDirectory)
	registerPlain("popd", func(c *call) { c.in.dir = Unknown })
	registerPlain("set", setParameters)
	registerPlain("shift", func(c *call) {
		n := 1
		if len(c.args) > 0 && len(c.args[0].text) == 1 && c.args[0].text[0] > '0' && c.args[0].text[0] <= '9' {
			n = int(c.args[0].text[0] - '0')
		}
		c.in.args = c.in.args[min(n, len(c.in.args)):]
	})
	registerPlain("alias", defineAliases)
	registerPlain("export declare typeset local readonly", func(c *call) { // where the parser did not see them: command export
		for _, a := range c.args {
			if name, value, ok := strings.Cut(a.text, "="); ok {
				c.in.assign(name, a.part(value))
			}
		}
	})
	registerLeading("read mapfile readarray", "r s e a= d= i= n= N= p= t= u= O= c= C=", func(c *call) {
		d := c.input()
		line, rest, more := strings.Cut(d.text, "\n")
		if c.command.Program != "read" || more && rest != "" && d.holes {
			line = d.text
		}
		value := d.part(line)
		if c.io.stdin == nil {
			value = unknown(0)
		}
		for _, name := range c.operands {
			c.in.set(name.text, variable{values: []data{value}})
		}
		if len(c.operands) == 0 {
			c.in.set("REPLY", variable{values: []data{value}})
			c.in.set("MAPFILE", variable{values: []data{value}, array: true})
		}
	})
	registerPlain("unset", func(c *call) {
		for _, a := range c.args {
			delete(c.in.funcs, a.text)
			if c.in.maybe == 0 && c.in.vars != nil && a.text != "-f" && a.text != "-v" {
				c.in.set(a.text, variable{values: []data{{}}})
				if a.text == "IFS" {
					delete(c.in.vars, "IFS")
				}
			}
		}
		for _, a := range c.args {
			if a.text == "HISTFILE" {
				c.mark(LogTampering)
			}
		}
	})
	registerLeading("history", "c d= a w r n p s", func(c *call) {
		if c.has("-c", "-d", "-w") {
			c.mark(LogTampering)
		}
		c.out = unknown(sensitive)
	})
	registerPlain("echo", echo)
	registerLeading("printf", "v=", printf)
	registerPlain(": true false test [ [[ exit return break continue wait jobs fg bg umask ulimit hash times getopts let shopt bind complete compgen enable help type which whereis whence caller dirs suspend logout groups", func(c *call) {
		if c.command.Program == "which" || c.command.Program == "type" {
			c.out = lastOperand(c.args)
		}
	})
	registerLeading("disown", "a h r", func(c *call) { c.mark(Detach); c.does(OpSpawn) })
	registerPlain("pwd", func(c *call) { c.out = literal(c.in.dir + "\n") })
	registerPlain("seq", func(c *call) { c.out = unknown(0) })
	registerPlain("yes", func(c *call) { c.out = unknown(endless) })
	registerLeading("fc", "l e= n r s", func(c *call) {
		c.out = unknown(sensitive)
		c.reads(literal("~/.bash_history"))
	})
	registerPlain("zmodload ztcp", func(c *call) { c.mark(RawSocket) })
}

func lastOperand(args []data) data {
	if len(args) == 0 {
		return data{}
	}
	return args[len(args)-1]
}

// join makes one text of words, as eval does.
func join(words []data) data {
	var out data
	for i, w := range words {
		if i > 0 {
			out = out.plus(literal(" "))
		}
		out = out.plus(w)
	}
	return out
}

func changeDirectory(c *call) {
	switch {
	case len(c.operands) == 0:
		c.in.dir = c.in.env.Home
	case c.operand(0).text == "-":
		c.in.dir = Unknown
	default:
		p := c.in.path(c.operand(0))
		if p.Pattern && strings.HasPrefix(p.Text, "**") {
			c.in.dir = Unknown
			return
		}
		c.in.dir = strings.ReplaceAll(p.Text, "**", Unknown)
	}
}

func setParameters(c *call) {
	for i, a := range c.args {
		if a.text == "--" || a.text == "-" {
			c.in.args = c.args[i+1:]
			return
		}
		if !strings.HasPrefix(a.text, "-") && !strings.HasPrefix(a.text, "+") {
			if i > 0 && (c.args[i-1].text == "-o" || c.args[i-1].text == "+o" || strings.HasSuffix(c.args[i-1].text, "o") && strings.HasPrefix(c.args[i-1].text, "-")) {
				if a.text == "history" && strings.HasPrefix(c.args[i-1].text, "+") {
					c.mark(LogTampering)
				}
				continue
			}
			c.in.args = c.args[i:]
			return
		}
	}
}

func defineAliases(c *call) {
	for _, a := range c.args {
		if name, text, ok := strings.Cut(a.text, "="); ok {
			if c.in.aliases == nil {
				c.in.aliases = map[string]data{}
			}
			c.in.aliases[name] = a.part(text)
		}
	}
}
