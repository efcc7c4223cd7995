package corpus

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed seeds/*.txt
var seedFiles embed.FS

// section is a part of a seed file: "= rule kind", "# family", then one entry per line. A line "| text" continues the entry
// above it on a new line.
type section struct {
	rule   string
	kind   string // how entries are read: calls, read, write …
	family string
	lines  []string
}

var parsed sync.Map // sections by file

// sections reads a file of seeds once.
func sections(name string) []section {
	if known, ok := parsed.Load(name); ok {
		return known.([]section)
	}
	fresh := parseSections(name)
	parsed.Store(name, fresh)
	return fresh
}

func parseSections(name string) []section {
	data, err := seedFiles.ReadFile("seeds/" + name + ".txt")
	if err != nil {
		panic(fmt.Sprintf("corpus: %v", err))
	}
	var out []section
	current := section{kind: kindCalls}
	flush := func() {
		if len(current.lines) > 0 {
			out = append(out, current)
			current.lines = nil
		}
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "":
		case strings.HasPrefix(line, "= "):
			flush()
			fields := strings.Fields(line[2:])
			current = section{rule: fields[0], kind: kindCalls, family: "direct"}
			if len(fields) > 1 {
				current.kind = fields[1]
			}
		case strings.HasPrefix(line, "# "):
			flush()
			current.family = line[2:]
		case strings.HasPrefix(line, "| "):
			current.lines[len(current.lines)-1] += "\n" + line[2:]
		default:
			current.lines = append(current.lines, line)
		}
	}
	flush()
	return out
}

// entries are the lines of a section with their alternatives written out.
func (s section) entries() []string {
	var out []string
	for _, line := range s.lines {
		out = append(out, alternatives(line)...)
	}
	return out
}

// alternatives writes out «a¦b», the first place changing slowest.
func alternatives(text string) []string {
	before, rest, found := strings.Cut(text, "«")
	if !found {
		return []string{text}
	}
	choices, after, found := strings.Cut(rest, "»")
	if !found {
		panic("corpus: « without » in " + text)
	}
	tails := alternatives(after)
	var out []string
	for choice := range strings.SplitSeq(choices, "¦") {
		for _, tail := range tails {
			out = append(out, before+choice+tail)
		}
	}
	return out
}
