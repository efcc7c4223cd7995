package corpus

import (
	"regexp"
	"strings"
	"sync"
)

// wrapper is a way to run a command by other words. The text has the command in it in one of the forms of forms; ⟨code⟩ is a
// program of another language, which has the command in it.
type wrapper struct {
	family string
	takes  shape
	away   bool // the command runs in another directory, on another root or as another user
	text   string
	code   string
}

// wrappers reads seeds/wrapper.txt: "shape template", "shape/away template", each perhaps with " ⦙ code"; ⏎ is a new line.
var wrappers = sync.OnceValue(func() []wrapper {
	var out []wrapper
	for _, s := range sections("wrapper") {
		for _, entry := range s.entries() {
			head, rest, _ := strings.Cut(entry, " ")
			name, away := strings.CutSuffix(head, "/away")
			takes, known := shapeNames[name]
			if !known {
				panic("corpus: no such shape: " + entry)
			}
			text, code, _ := strings.Cut(strings.ReplaceAll(rest, "⏎", "\n"), " ⦙ ")
			out = append(out, wrapper{family: "wrap-" + s.family, takes: takes, away: away, text: text, code: code})
		}
	}
	return out
})

func (w wrapper) fits(command string) bool {
	return shapeOf(command) <= w.takes && (!w.away || !needsWorkspace(command))
}

func (w wrapper) wrap(command string) string {
	text := w.text
	if w.takes == shapeText && !strings.Contains(inSameShell, w.family) && bashOnly.MatchString(command) {
		command = "bash -c " + shellQuote(command)
	}
	if w.code != "" {
		text = strings.ReplaceAll(text, "⟨code⟩", shellQuote(fill(w.code, command)))
	}
	return fill(text, command)
}

// inSameShell are the families that stay in the bash of the tool; what the others start is often /bin/sh, which on Ubuntu is
// dash and does not know what bashOnly finds.
const inSameShell = "wrap-eval wrap-builtins wrap-variable wrap-array wrap-function wrap-chain"

var bashOnly = regexp.MustCompile(`<<<|[<>]\(|\$'|\{[^} ]*,[^} ]*\}|\[\[|\(\(|=\(|&>|>&[^0-9]|\|&|/dev/(tcp|udp)/|\$\{!|\$\(<|\w\[|` +
	`\b(select|coproc|source|function|mapfile|declare|shopt|disown|builtin|pushd|export -p|history)\b|printf -v|\\x|echo -e|` +
	`exec -a|DEBUG|:\s*\(\)`)

// fill puts the command into a template, each place by its form. What was put in is not looked at again.
func fill(template, command string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "⟨")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "⟩")
		form, known := forms[name]
		if !known {
			panic("corpus: no such form: " + name)
		}
		b.WriteString(form(command))
		template = after
	}
}
