package corpus

import (
	"slices"
	"strings"
	"sync"
)

// Everyday are calls that agents of developers make all day, none of which anybody would want to confirm.
func Everyday() []Call { return slices.Clone(everyday()) }

var everyday = sync.OnceValue(func() []Call { return calls(everydayDrafts()) })

func everydayDrafts() []draft {
	return draftsOf("everyday-build", "everyday-git", "everyday-data", "everyday-shell", "everyday-system", "everyday-tool")
}

func draftsOf(files ...string) []draft {
	var out []draft
	for _, file := range files {
		for _, s := range sections(file) {
			out = append(out, s.drafts()...)
		}
	}
	return unique(out)
}

// Mixed are some 60 everyday calls in the proportions of a working day, for benchmarks: 60 % exec, 30 % file tools.
func Mixed() []Call {
	random := generator("mixed")
	var commands, files, others []draft
	for _, d := range everydayDrafts() {
		switch {
		case d.tool == "exec":
			commands = append(commands, d)
		case slices.Contains(strings.Fields("read write edit apply_patch ls grep"), d.tool):
			files = append(files, d)
		default:
			others = append(others, d)
		}
	}
	mix := slices.Concat(even(random, commands)[:36], even(random, files)[:18], even(random, others)[:6])
	random.Shuffle(len(mix), func(i, j int) { mix[i], mix[j] = mix[j], mix[i] })
	return calls(mix)
}
