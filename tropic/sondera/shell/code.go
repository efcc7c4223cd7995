package shell

// languages gives interpreters the name of what they run.
var languages = map[string]string{
	"python": "python", "python2": "python", "python3": "python", "pypy": "python", "pypy3": "python", "ipython": "python", "ipython3": "python", "uv": "python",
	"node": "javascript", "nodejs": "javascript", "deno": "javascript", "bun": "javascript", "tsx": "javascript", "ts-node": "javascript", "osascript": "applescript",
	"perl": "perl", "perl5": "perl", "ruby": "ruby", "irb": "ruby", "jruby": "ruby", "truffleruby": "ruby", "jython": "python", "micropython": "python", "bpython": "python", "php": "php", "lua": "lua", "luajit": "lua", "lua5": "lua", "rscript": "r", "r": "r",
	"sh": "sh", "bash": "sh", "zsh": "sh", "dash": "sh", "ksh": "sh", "ash": "sh", "awk": "awk", "gawk": "awk", "tclsh": "tcl", "wish": "tcl",
	"javascript": "javascript", "groovy": "groovy", "julia": "julia", "swift": "swift", "elixir": "elixir", "guile": "scheme", "jshell": "java", "pwsh": "powershell",
}

func languageOf(program string) (string, bool) {
	l, ok := languages[program]
	if !ok {
		l, ok = languages[canonical(program)]
	}
	return l, ok
}

// code reads a program in a scripting language, as far as that is honest: calls whose effect is known, with arguments
// that are literals or made of literals. What it runs, deletes, reads, writes and contacts is recorded; a call that runs
// what cannot be known is marked dynamic.
func (c *call) code(language string, text data) {
	c.does(OpExecute)
	c.command.Languages = append(c.command.Languages, language)
	if text.taint&(fetched|socket) != 0 {
		c.mark(RemoteCode)
	}
	if text.taint&decoded != 0 {
		c.mark(DecodedCode)
	}
	if text.wholly() {
		c.mark(Dynamic)
		c.in.because("what %s would run, only the run can tell", c.command.Program)
		return
	}
	if language == "sh" {
		c.runsText(text, nil)
		return
	}
	defer func() { c.in.depth-- }()
	if !c.in.deeper() || len(text.text) > maxText {
		c.in.fail("a %s program exceeds what is followed", language)
		return
	}
	s := &codeScan{call: c, language: language, tokens: tokens(language, text.text), vars: map[string]codeValue{}}
	s.scan()
}
