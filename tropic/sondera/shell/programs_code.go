package shell

import "strings"

// interpreterPrograms run code in scripting languages.
func interpreterPrograms() {
	registerInterpreter("python python2 python3 pypy ipython bpython jython micropython", "c:command= m:module= W= X= u O B E I s S v i b q d x P", "--command")
	registerInterpreter("node nodejs tsx ts-node", `e:eval= p:print r:require= i c:check :import= :loader= :inspect? :inspect-brk? :max-old-space-size= :input-type= :env-file= :test :watch :experimental-vm-modules
		:harmony :no-warnings :trace-warnings :experimental-strip-types`, "--eval", "--print")
	registerInterpreter("perl", "e= E= n p i? l 0 a F= M= m= I= w W c v t T u U x? d? D? s S C? f g", "-e", "-E")
	registerInterpreter("ruby irb jruby truffleruby", "e= n p i? l a F= r= I= w W? c v x? s S C= d E= K? T? :yjit :jit", "-e")
	registerInterpreter("php", "r= B= R= E= F= f= d= S= t= n i l m q s w z= c= a", "-r", "-B", "-R", "-E")
	registerInterpreter("lua luajit", "e= l= i v E W", "-e")
	registerInterpreter("rscript r", "e= :vanilla :slave :no-save f=", "-e")
	registerInterpreter("osascript", "e= l= s= i", "-e")
	registerLeading("tclsh wish", "encoding=", func(c *call) {
		c.does(OpExecute)
		if len(c.operands) > 0 {
			c.executes(c.operand(0))
			return
		}
		c.tcl(c.input())
	})
	registerInterpreter("julia groovy elixir guile", "e:eval= E:print= c= L= p= t= :project?", "--eval", "--print", "-c")
	for _, name := range []string{"deno", "bun"} {
		registerLeading(name, "e:eval= p= A:allow-all :allow-read? :allow-write? :allow-net? :allow-run? :allow-env? r:reload q", func(c *call) {
			c.does(OpExecute)
			if code, ok := c.value("--eval"); ok {
				c.inline("javascript", code)
				return
			}
			words := c.operands
			if len(words) == 0 {
				return
			}
			switch words[0].text {
			case "add", "install", "i", "a":
				c.installs(words[1:])
			case "eval":
				c.inline("javascript", c.operand(1))
			case "run", "x", "exec":
				words = words[1:]
				for len(words) > 1 && strings.HasPrefix(words[0].text, "-") {
					words = words[1:]
				}
				fallthrough
			default:
				c.scriptOrTask(words)
			}
		})
	}
	registerPlain("java javaw kotlin scala jshell groovyc javac kotlinc scalac", func(c *call) { c.does(OpExecute) })
	registerLeading("pwsh powershell", "c:command= e= :encodedcommand= f:file= :noprofile", func(c *call) {
		c.does(OpExecute)
		c.mark(InlineCode | Dynamic)
	})
}

// registerInterpreter registers interpreters that take code after one of the flags, a file, or standard input.
func registerInterpreter(names, flags string, inline ...string) {
	registerLeading(names, flags, func(c *call) {
		c.does(OpExecute)
		language, _ := languageOf(c.command.Program)
		if codes := c.values(inline...); len(codes) > 0 {
			var code data
			for i, d := range codes {
				if i > 0 {
					code = code.plus(literal("\n"))
				}
				code = code.plus(d)
			}
			c.arguments = c.operands
			c.inline(language, code)
			c.out = c.out.plus(c.reads(c.operands[:min(len(c.operands), c.filterOperands())]...).transformed(0))
			if d := c.input(); d.text != "" {
				c.out = c.out.plus(d.transformed(0))
			}
			return
		}
		if c.has("--print") && language == "javascript" && len(c.operands) > 0 {
			c.arguments = c.rest(1)
			c.inline(language, c.operand(0))
			return
		}
		for _, w := range c.values("--require", "--import") {
			if strings.HasPrefix(w.text, "data:") {
				c.mark(Dynamic | InlineCode)
			} else if strings.ContainsAny(w.text, "/") {
				c.executes(w)
			}
		}
		if m, ok := c.value("--module"); ok {
			c.module(m.text)
			return
		}
		c.scriptOrInput(language)
		if language == "php" || language == "python" || language == "ruby" {
			c.losesData()
		}
	})
}

// tcl runs what spawn, exec and system run, and lines that tclsh gives to a shell by itself (expect(1), tclsh(1)).
func (c *call) tcl(code data) {
	if code.text == "" {
		return
	}
	c.mark(InlineCode)
	for _, line := range strings.FieldsFunc(code.text, func(r rune) bool { return r == '\n' || r == ';' }) {
		words := strings.Fields(line)
		for len(words) > 1 && (words[0] == "spawn" || words[0] == "exec" || words[0] == "system" || strings.HasPrefix(words[0], "-")) {
			words = words[1:]
		}
		if len(words) > 0 && lookupProgram(base(words[0])) != nil {
			c.runsText(code.part(strings.Join(words, " ")), nil)
		}
	}
}

// filterOperands is how many operands are files that the code reads: all for perl -ne, none where they are arguments.
func (c *call) filterOperands() int {
	if c.has("-n", "-p", "-i") && (c.command.Program == "perl" || c.command.Program == "ruby") {
		if c.has("-i") {
			for _, w := range c.operands {
				c.command.Appends = append(c.command.Appends, c.in.path(w))
				c.writes(w, unknown(0))
			}
			c.does(OpEdit)
		}
		return len(c.operands)
	}
	return 0
}

// inline is code that is given as an argument or on standard input.
func (c *call) inline(language string, code data) {
	c.mark(InlineCode)
	c.code(language, code)
}

// scriptOrInput runs a file or what comes in.
func (c *call) scriptOrInput(language string) {
	c.command.Languages = append(c.command.Languages, language)
	if len(c.operands) > 0 && c.operand(0).text != "-" && c.operand(0).text != "/dev/stdin" {
		c.script(language, c.operand(0))
		return
	}
	d := c.input()
	switch {
	case d.text == "":
	case d.wholly() && len(d.from) > 0 && d.taint&(fetched|socket|decoded) == 0:
		c.command.Executes = append(c.command.Executes, d.from...)
	default:
		c.inline(language, d)
	}
}

// script runs a file; one that the text made is read.
func (c *call) script(language string, file data) {
	p := c.in.path(file)
	if strings.Contains(file.text, "://") {
		c.contacts(file, 0)
		c.mark(RemoteCode)
		return
	}
	content, ours := c.in.files[p.Text]
	if strings.HasPrefix(p.Text, "/dev/fd/") {
		c.inline(language, content)
		return
	}
	c.executes(file)
	if !ours {
		return
	}
	if content.taint&(fetched|socket) != 0 {
		c.mark(DownloadThenRun)
	}
	if content.taint&decoded != 0 {
		c.mark(DecodedCode)
	}
	if !content.wholly() {
		c.code(language, content)
	}
}

func (c *call) scriptOrTask(words []data) {
	if len(words) > 0 && strings.ContainsAny(words[0].text, "./") {
		c.script("javascript", words[0])
	}
}

// module is python -m.
func (c *call) module(name string) {
	args := c.operands
	switch name {
	case "pip", "pipx", "uv", "poetry", "pytest", "venv", "black", "ruff", "mypy", "flake8", "twine":
		if len(args) > 0 {
			c.runs(append([]data{literal(name)}, c.after("-m")...))
		}
	case "http.server", "SimpleHTTPServer":
		c.does(OpSpawn)
	case "base64":
		for _, a := range c.after("-m") {
			if a.text == "-d" || a.text == "-u" {
				d := c.input()
				c.out = d.transformed(decoded)
				if text, ok := decode("base64", d.text); ok && !d.holes {
					c.out = data{text: text, taint: d.taint | decoded}
				}
			}
		}
	case "pickle", "shelve":
		c.mark(UnsafeDeserialization)
	case "json.tool", "zipfile", "tarfile", "gzip", "calendar", "timeit", "compileall", "unittest", "doctest", "cProfile", "pdb", "site", "sysconfig", "ensurepip":
		c.out = c.input().transformed(0)
		for _, a := range args {
			c.readsIfSensitive(a)
		}
	case "pty", "code":
		c.mark(Dynamic)
	}
}

// after returns the arguments after -m NAME as they were written.
func (c *call) after(flag string) []data {
	for i, a := range c.args {
		if a.text == flag && i+2 <= len(c.args) {
			return c.args[i+2:]
		}
		if strings.HasPrefix(a.text, flag) && len(a.text) > len(flag) && !strings.HasPrefix(a.text, "--") {
			return c.args[i+1:]
		}
	}
	return nil
}
