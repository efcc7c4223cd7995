package corpus

import (
	"regexp"
	"strings"
)

// shape says in which places a command may stand. Each shape may stand wherever a larger one may.
type shape int

const (
	shapeBare   shape = iota // program and arguments without quotes, expansions or other special characters
	shapeSimple              // program and arguments
	shapeLine                // any list on one line that may be followed by ";"
	shapeText                // anything
)

var shapeNames = map[string]shape{"bare": shapeBare, "simple": shapeSimple, "line": shapeLine, "text": shapeText}

// program is a word that names an external program; builtins and keywords cannot follow env, nice and their like.
var (
	program  = regexp.MustCompile(`^[A-Za-z0-9_.+-]+$`)
	builtins = regexp.MustCompile(`^(\.|:|\[|alias|bg|builtin|case|cd|command|coproc|declare|disown|eval|exec|export|fg|for|function|` +
		`hash|history|if|jobs|let|local|mapfile|read|readonly|select|set|shopt|source|time|trap|type|ulimit|umask|unset|` +
		`until|wait|while)$`)
)

func shapeOf(command string) shape {
	if strings.ContainsAny(command, "\n#") || strings.Contains(command, "<<") || strings.HasSuffix(command, "&") {
		return shapeText
	}
	first, _, _ := strings.Cut(command, " ")
	if hasOperator(command) || !program.MatchString(first) || builtins.MatchString(first) {
		return shapeLine
	}
	if strings.ContainsAny(command, "'\"\\~$*?[]!%,^{}@\t") {
		return shapeSimple
	}
	return shapeBare
}

// hasOperator finds what ends a simple command, outside single quotes and escapes.
func hasOperator(command string) bool {
	var quote byte
	for i := 0; i < len(command); i++ {
		c := command[i]
		switch {
		case quote == '\'':
			if c == '\'' {
				quote = 0
			}
		case c == '\\':
			i++
		case c == '`', c == '$' && strings.HasPrefix(command[i:], "$("):
			return true
		case quote == '"':
			if c == '"' {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.IndexByte("|&;<>()", c) >= 0:
			return true
		}
	}
	return false
}

// relative finds a file name that depends on the working directory.
var relative = regexp.MustCompile(`(^|[\s'"=>@:,(])(\.{1,2}/|\.[a-z]|[\w-]+(/[\w.-]+)*\.(md|json|jsonl|sqlite|env|py|sh|sql|bak|toml|yaml|cfg)\b)`)

// needsWorkspace tells whether a command means something else in another directory or on another root.
func needsWorkspace(command string) bool { return relative.MatchString(command) }
