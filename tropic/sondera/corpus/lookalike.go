package corpus

import (
	"slices"
	"strings"
	"sync"
)

// mentionsPerRule is how many attacks of a rule come again as text that nothing runs.
const mentionsPerRule = 12

// LookAlikes are harmless calls that resemble an attack of the rule that they name, and must be allowed.
func LookAlikes() []Call { return slices.Clone(lookAlikes()) }

var lookAlikes = sync.OnceValue(func() []Call {
	out := draftsOf("lookalike")
	for _, file := range attackFiles {
		for _, group := range byRule(file) {
			out = append(out, mentions(group)...)
		}
	}
	return calls(unique(out))
})

// mentions writes commands of a rule down, or searches for them, instead of running them.
func mentions(attacks []draft) []draft {
	random := generator("mentions of " + attacks[0].rule)
	ways := sections("mention")
	var out []draft
	for _, d := range even(random, slices.Clone(attacks)) {
		text := d.command()
		if text == "" || strings.Contains(text, "\n") || len(out) >= mentionsPerRule {
			continue
		}
		way := ways[len(out)%len(ways)]
		lines := way.entries()
		entry := lines[random.IntN(len(lines))]
		entry = strings.NewReplacer("⟨q⟩", shellQuote(text), "⟨s⟩", jsonText("see: "+text), "⟨cmd⟩", text).Replace(entry)
		out = append(out, parseDraft(d.rule, way.family, entry))
	}
	return out
}
