package policy

import (
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// maxSuggestions bounds what an error proposes.
const maxSuggestions = 3

// suggest gives a fault the rules that are understood and near to what was written. All of them have been parsed.
func (p *parser) suggest(fault *SyntaxError) {
	fault.Nearest = p.repaired(fault)
	for _, near := range p.nearestExamples() {
		if len(fault.Nearest) < maxSuggestions {
			fault.Nearest = union(fault.Nearest, []string{near})
		}
	}
	if len(fault.Nearest) > 0 {
		if fault.Want != "" {
			fault.Want += "; "
		}
		fault.Want += "near to it is " + quoteAll(fault.Nearest[:1])
	}
}

// repaired replaces the word that was not understood by words that are spelt like it, and keeps what then is understood.
func (p *parser) repaired(fault *SyntaxError) []string {
	const most = 60 // tokens: each attempt reads the whole rule again
	if len(p.tokens) > most {
		return nil
	}
	at := slices.IndexFunc(p.tokens, func(t token) bool { return t.column == fault.Position.Column })
	if at < 0 || p.tokens[at].kind != tokenWord {
		return nil
	}
	var out []string
	bad := p.tokens[at]
	for _, near := range similar(bad.word) {
		text := strings.TrimSpace(p.text[:bad.start] + near + p.text[bad.end:])
		tokens, err := scan(text, 1)
		if err != nil {
			continue
		}
		again := &parser{directive: p.directive, text: text, tokens: splitPairs(tokens)}
		if _, fault := again.statement(); fault == nil {
			out = append(out, string(p.directive)+": "+text)
		}
		if len(out) == maxSuggestions {
			break
		}
	}
	return out
}

// similar lists the words of the language that are spelt like a word, most alike first.
func similar(word string) []string {
	if len(word) > 30 {
		return nil
	}
	most := max(1, len(word)/3)
	type candidate struct {
		word     string
		distance int
	}
	var found []candidate
	for _, w := range vocabulary() {
		if d := len(w) - len(word); d > most || -d > most {
			continue
		}
		if d := levenshtein.Distance(word, w, nil); d <= most {
			found = append(found, candidate{w, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.distance - b.distance })
	out := make([]string, 0, 12)
	for _, f := range found[:min(len(found), 12)] {
		out = append(out, f.word)
	}
	return out
}

// nearestExamples are the examples that share most with what was written.
func (p *parser) nearestExamples() []string {
	type candidate struct {
		text  string
		score int
	}
	mine := contentWords(p.text)
	var found []candidate
	for _, e := range Examples() {
		score := 0
		for w := range contentWords(e) {
			if mine[w] {
				score += 2
			}
		}
		if score > 0 {
			found = append(found, candidate{string(p.directive) + ": " + e, score*10 - len(strings.Fields(e))})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return b.score - a.score })
	out := make([]string, 0, maxSuggestions)
	for _, f := range found[:min(len(found), maxSuggestions)] {
		out = append(out, f.text)
	}
	return out
}

// contentWords are the words of a text in the form of the tables, and the bases of verbs.
func contentWords(text string) map[string]bool {
	words := map[string]bool{}
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		w = strings.Trim(w, ",;.`\"'")
		if prepositions[w] || determiners[w] || w == "or" || w == "and" {
			continue
		}
		words[singular(w)] = true
		if base := verbWords[w]; base != "" {
			words[base] = true
		}
	}
	return words
}
