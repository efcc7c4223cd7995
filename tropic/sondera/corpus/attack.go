package corpus

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
)

// perRule is how many attacks each rule gets at most; half of them at most as they were written, the others wrapped.
const perRule = 70

// Attacks are calls that do harm if they run, about as many for each rule and for each family of a rule.
func Attacks() []Call { return slices.Clone(attacks()) }

// attackFiles are the files of seeds of attacks; no rule is in two of them.
var attackFiles = []string{"base", "base-file", "system", "owasp", "owasp-file"}

var attacks = sync.OnceValue(func() []Call {
	var out []draft
	for _, file := range attackFiles {
		for _, group := range byRule(file) {
			out = append(out, sample(group[0].rule, group)...)
		}
	}
	return calls(out)
})

// byRule gathers the attacks of a file of seeds, one group for each rule in the order of the file.
func byRule(file string) [][]draft {
	groups := make(map[string][]draft)
	var rules []string
	for _, s := range sections(file) {
		if groups[s.rule] == nil {
			rules = append(rules, s.rule)
		}
		groups[s.rule] = append(groups[s.rule], s.drafts()...)
	}
	out := make([][]draft, len(rules))
	for i, rule := range rules {
		out[i] = groups[rule]
	}
	return out
}

// sample takes direct attacks evenly by family and fills up with wrapped commands.
func sample(rule string, all []draft) []draft {
	random := generator(rule)
	direct := even(random, unique(all))
	var commands []string
	for _, d := range direct {
		if c := d.command(); c != "" {
			commands = append(commands, c)
		}
	}
	if len(commands) == 0 {
		return direct[:min(perRule, len(direct))]
	}
	half := direct[:min(perRule/2, len(direct))]
	return append(slices.Clone(half), wrapped(random, rule, commands, perRule-len(half))...)
}

// wrapped puts commands into wrappers, each wrapper family in its turn, and every fourth result into another wrapper.
func wrapped(random *rand.Rand, rule string, commands []string, count int) []draft {
	ways := slices.Clone(wrappers())
	random.Shuffle(len(ways), func(i, j int) { ways[i], ways[j] = ways[j], ways[i] })
	ways = interleave(ways, func(w wrapper) string { return w.family })
	var out []draft
	for i := 0; len(out) < count && i < 8*count; i++ {
		way := ways[i%len(ways)]
		command, found := fitting(random, way, commands)
		if !found {
			continue
		}
		text := way.wrap(command)
		if outer := ways[random.IntN(len(ways))]; i%4 == 3 && outer.fits(text) {
			text = outer.wrap(text)
		}
		out = append(out, shellDraft(rule, way.family, text))
	}
	return out
}

func fitting(random *rand.Rand, way wrapper, commands []string) (string, bool) {
	start := random.IntN(len(commands))
	for i := range commands {
		if c := commands[(start+i)%len(commands)]; way.fits(c) {
			return c, true
		}
	}
	return "", false
}

// even shuffles drafts and then takes one of each family in turn.
func even(random *rand.Rand, drafts []draft) []draft {
	random.Shuffle(len(drafts), func(i, j int) { drafts[i], drafts[j] = drafts[j], drafts[i] })
	return interleave(drafts, func(d draft) string { return d.family })
}

// interleave orders items so that each family comes once before any comes twice.
func interleave[T any](items []T, family func(T) string) []T {
	type placed struct {
		item T
		turn int
	}
	turns := make(map[string]int)
	order := make([]placed, len(items))
	for i, item := range items {
		order[i] = placed{item, turns[family(item)]}
		turns[family(item)]++
	}
	slices.SortStableFunc(order, func(a, b placed) int { return cmp.Compare(a.turn, b.turn) })
	out := make([]T, len(items))
	for i, p := range order {
		out[i] = p.item
	}
	return out
}

func unique(drafts []draft) []draft {
	seen := make(map[string]bool, len(drafts))
	var out []draft
	for _, d := range drafts {
		if line := d.line(); !seen[line] {
			seen[line] = true
			out = append(out, d)
		}
	}
	return out
}

// generator is the same for a name every time.
func generator(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))                      // a hash takes everything
	return rand.New(rand.NewPCG(20261125, h.Sum64())) //nolint:gosec // the corpus has to be the same every time
}
