package shell

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// interpreter runs a text on paper.
type interpreter struct {
	scope
	env *Environment
	out *Script

	files     map[string]data           // what the text wrote, by path
	sinks     map[string][]*syntax.Stmt // what reads the other end of >( )
	links     map[string]string         // symbolic links that the text made, to what they point to
	renamed   map[string]string         // programs that the text gave another name, by path
	temporary int                       // files that mktemp made
	wrappers  []string                  // around what runs now
	elsewhere bool                      // what runs now runs on another machine
	guessed   bool
	origin    taint // of the Unknown stretches of the text that runs now
	depth     int
	steps     int
	spent     int            // bytes that expansions gave
	maybe     int            // conditions around what runs now
	spread    int            // pipelines and background jobs around it
	active    map[string]int // functions and files that run now, with the spread at their entry
	choice    int            // which of a variable's possible values is followed
	choices   int            // how many there are to follow
	stopped   bool           // a limit was reached
}

// Analyze says what the command does in the environment. It returns for every input, in time and memory that the limits
// of this package bound, and never panics.
func Analyze(command string, env Environment) (script Script) {
	in := &interpreter{env: &env, out: &script}
	in.dir = env.Dir
	in.name = "bash"
	defer in.recovered()
	in.text(literal(command), nil)
	return script
}

// AnalyzeArgs says what a program with arguments does, as execve(2) would run it: no shell reads the words.
func AnalyzeArgs(argv []string, env Environment) (script Script) {
	in := &interpreter{env: &env, out: &script}
	in.dir = env.Dir
	defer in.recovered()
	in.run(literals(argv), &streams{})
	return script
}

// AnalyzeCode says what a program in another language does, such as python or javascript, as far as its text shows.
func AnalyzeCode(language, code string, env Environment) (script Script) {
	in := &interpreter{env: &env, out: &script}
	in.dir = env.Dir
	defer in.recovered()
	c := in.newCall(literals([]string{language}), &streams{})
	c.code(language, literal(code))
	return script
}

// recovered ends an analysis. The parser is not ours: what it cannot bear is a text that is not understood, not a crash
// of the gate.
func (in *interpreter) recovered() {
	if r := recover(); r != nil {
		in.fail("the analysis broke off: %v", r)
	}
	in.finish()
}

var parsers = sync.Pool{New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangBash)) }}

// text runs a text as bash would, in the current scope, and returns what it writes.
func (in *interpreter) text(code data, stdin *data) data {
	if len(code.text) > maxText || nesting(code.text) > maxNesting {
		in.fail("a text of %d bytes exceeds what is followed", len(code.text))
		return unknown(code.taint)
	}
	parser := parsers.Get().(*syntax.Parser)
	file, err := parser.Parse(strings.NewReader(code.text), "") // with an error, what was read before it
	parsers.Put(parser)
	saved := in.origin
	in.origin = code.taint
	defer func() { in.origin = saved }()
	if err != nil {
		in.fail("not understood as a shell text: %v", err)
		return in.fragments(file.Stmts, stdin)
	}
	return in.stmts(file.Stmts, stdin)
}

// fragments runs what could be read of a text with a fault in it. The last statement is half a one, in which anything
// may be missing: what it shows counts, and where it breaks off is no news.
func (in *interpreter) fragments(list []*syntax.Stmt, stdin *data) data {
	if len(list) == 0 {
		return data{}
	}
	last := len(list) - 1
	out := in.stmts(list[:last], stdin)
	saved, wrappers, depth := in.scope, in.wrappers, in.depth
	defer func() {
		if recover() != nil {
			in.scope, in.wrappers, in.depth = saved, wrappers, depth
		}
	}()
	in.scope = saved.fork()
	in.stmt(list[last], stdin)
	return out.plus(unknown(0))
}

// nesting returns how many brackets are open at most, quoted ones included.
func nesting(text string) int {
	depth, deepest := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(', '{', '[', '`':
			depth++
			deepest = max(deepest, depth)
		case ')', '}', ']':
			depth = max(0, depth-1)
		}
	}
	return deepest
}

// step counts work, and tells whether there may be more.
func (in *interpreter) step() bool {
	if in.stopped {
		return false
	}
	in.steps++
	if in.steps > maxSteps {
		in.stopped = true
		in.fail("more than %d steps", maxSteps)
	}
	return !in.stopped
}

// deeper enters a text within the text, and tells whether that may be followed. The caller leaves with in.depth--.
func (in *interpreter) deeper() bool {
	in.depth++
	if in.depth > maxDepth {
		in.fail("texts within texts, more than %d deep", maxDepth)
		return false
	}
	return true
}

func (in *interpreter) fail(format string, args ...any) {
	in.out.Traits |= Unparsed
	in.because(format, args...)
}

// because records why something is not known. A text that fails in the same way over and over says so once.
func (in *interpreter) because(format string, args ...any) {
	reason := strings.ReplaceAll(fmt.Sprintf(format, args...), Unknown, "…")
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "") + "…"
	}
	if len(in.out.Reasons) < maxLoop && !slices.Contains(in.out.Reasons, reason) {
		in.out.Reasons = append(in.out.Reasons, reason)
	}
}

// finish derives what follows from the commands together.
func (in *interpreter) finish() {
	for _, c := range in.out.Commands {
		in.out.Traits |= c.Traits
	}
}
