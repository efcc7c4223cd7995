package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// parser reads one statement by recursive descent. Its methods return nil or false and leave their place alone when what
// they look for is not there; a fault is final.
type parser struct {
	directive Directive
	text      string
	line      int
	tokens    []token
	at        int
	last      string // the last preposition
}

// parseStatement reads what stands after the colon of a directive, from position on.
func parseStatement(directive Directive, text string, position Position) (Rule, error) {
	tokens, err := scan(text, position.Column)
	if err != nil {
		if syntax, ok := err.(*SyntaxError); ok { //nolint:errorlint // scan returns nothing else
			syntax.Position.Line = position.Line
		}
		return Rule{}, err
	}
	p := &parser{directive: directive, text: text, line: position.Line, tokens: splitPairs(tokens)}
	rule, fault := p.statement()
	if fault != nil {
		p.suggest(fault)
		return Rule{}, fault
	}
	rule.Text = strings.TrimSpace(text[:p.tokens[len(p.tokens)-2].end])
	return rule, nil
}

// splitPairs makes a list of two words that a / joins: read/write, npm/pip.
func splitPairs(tokens []token) []token {
	var out []token
	for _, t := range tokens {
		left, right, ok := strings.Cut(t.word, "/")
		if t.kind != tokenWord || !ok || !isListed(left) || !isListed(right) {
			out = append(out, t)
			continue
		}
		first, second, or := t, t, t
		first.word, first.raw = left, left
		or.word, or.raw = "or", "or"
		second.word, second.raw, second.column = right, right, t.column+len(left)+1
		if left == "and" { // and/or
			out = append(out, or)
			continue
		}
		out = append(out, first, or, second)
	}
	return out
}

// isListed tells whether a word is one that people join by a slash.
func isListed(w string) bool {
	if w == "and" || w == "or" || verbWords[w] != "" || channels[w] != "" || managers[w] != "" || languages[w] != "" || knownPrograms[w] {
		return true
	}
	_, ok := nouns[singular(w)]
	return ok
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) ahead(n int) token { return p.tokens[min(p.at+n, len(p.tokens)-1)] }

func (p *parser) done() bool { return p.peek().kind == tokenEnd }

// fail is a fault at the next token.
func (p *parser) fail(reason, want string) *SyntaxError {
	return &SyntaxError{Position: Position{p.line, p.peek().column}, Reason: reason, Want: want}
}

// unexpected is a fault at the next token, which is not understood.
func (p *parser) unexpected(want string) *SyntaxError {
	if p.done() {
		return p.fail("the rule ends too early", want)
	}
	return p.fail(strconv.Quote(clip(p.peek().raw))+" is not understood", want)
}

// literalWords is the number of tokens that spell the phrase, 0 if the next do not.
func (p *parser) literalWords(phrase string) int {
	n := 0
	for w := range strings.FieldsSeq(phrase) {
		if p.ahead(n).word != w {
			return 0
		}
		n++
	}
	return n
}

// longest is the number of tokens of the longest phrase that comes next.
func (p *parser) longest(phrases []string) int {
	best := 0
	for _, phrase := range phrases {
		best = max(best, p.literalWords(phrase))
	}
	return best
}

// maxPhrase bounds the words of a phrase in the tables.
const maxPhrase = 6

// inPhrase are words that are passed over within a phrase: file in the workspace.
func inPhrase(w string) bool { return w == "the" || w == "a" || w == "an" || w == "your" || w == "any" }

// lookup finds the longest phrase of a table that comes next, and how many tokens it has.
func lookup[T any](p *parser, table map[string]T) (found T, tokens int) {
	var words []string
	for n := 0; n < maxPhrase; n++ {
		t := p.ahead(n)
		if t.kind != tokenWord {
			break
		}
		if inPhrase(t.word) && n > 0 {
			continue
		}
		words = append(words, t.word)
		v, ok := table[normalPhrase(words)]
		if !ok { // a name that only looks like a plural: Teams
			v, ok = table[strings.Join(words, " ")]
		}
		if ok {
			found, tokens = v, n+1
		}
	}
	return found, tokens
}

// skipDeterminers passes over words that carry no meaning.
func (p *parser) skipDeterminers() {
	for determiners[p.peek().word] {
		if _, n := lookup(p, nouns); n > 1 {
			return
		}
		p.at++
	}
}

// joint is the number of tokens that join two parts: a comma, and, or.
func (p *parser) joint() int {
	n := 0
	if p.peek().kind == tokenComma {
		n++
	}
	switch t := p.ahead(n); t.word {
	case "and", "or", "nor", "&", "plus":
		return n + 1
	case "as":
		if p.ahead(n+1).word == "well" && p.ahead(n+2).word == "as" {
			return n + 3
		}
	}
	return n
}

// statement reads a whole line.
func (p *parser) statement() (Rule, *SyntaxError) {
	rule := Rule{Directive: p.directive}
	if p.done() {
		return rule, p.fail(fmt.Sprintf("%s is about nothing", p.directive), "what it is about, after the colon")
	}
	if n := p.longest(elseWords); n > 0 && p.ahead(n).kind == tokenEnd {
		rule.Else = true
		return rule, nil
	}
	if n := p.longest(openings); n > 0 && p.ahead(n).kind != tokenEnd {
		p.at += n
	}
	for {
		clauses, fault := p.group()
		if fault != nil {
			return rule, fault
		}
		for _, c := range clauses {
			rule.Clauses = addClause(rule.Clauses, c)
		}
		if p.done() {
			return rule, nil
		}
		n := p.joint()
		if n == 0 {
			return rule, p.unexpected("the end of the rule, and, or, except, or where and to whom")
		}
		p.at += n
	}
}

// addClause appends a clause, or joins it with the last.
func addClause(clauses []Clause, c Clause) []Clause {
	if n := len(clauses); n > 0 {
		if joined, ok := merge(clauses[n-1], c); ok {
			clauses[n-1] = joined
			return clauses
		}
	}
	return append(clauses, c)
}

// group reads verbs, the objects that they share, and what is excepted from them.
func (p *parser) group() ([]Clause, *SyntaxError) {
	if determiners[p.peek().word] && nominals[p.ahead(1).word] != "" && prepositions[p.ahead(2).word] { // any use of
		p.at++
	}
	bases, idiom := p.verbs()
	var clauses []Clause
	if idiom != "" {
		c, fault := p.idiom(idiom)
		if fault != nil {
			return nil, fault
		}
		clauses = []Clause{c}
	} else {
		var fault *SyntaxError
		if clauses, fault = p.objects(bases); fault != nil {
			return nil, fault
		}
	}
	return clauses, p.exception(clauses, bases)
}

// verbs reads verbs that share an object, or an idiom.
func (p *parser) verbs() (bases []string, idiom string) {
	for phrase, meaning := range accesses {
		if n := p.literalWords(phrase); n > 0 {
			p.at += n
			return slices.Clone(meaning), ""
		}
	}
	for {
		base, n := p.verb()
		if topic, k := lookup(p, idioms); len(bases) == 0 && (k > 1 || k > 0 && n == 0) && p.idiomFits(topic, k) {
			p.at += k
			return nil, topic
		}
		if n == 0 {
			return bases, ""
		}
		p.at += n
		bases = append(bases, base)
		if after, k := p.nominal(); k > 0 && (base == "create" || base == "execute" || base == "use" || after == "access") && !p.startsObject(k) {
			p.at += k // make changes to, read access to
			if after != "access" {
				bases[len(bases)-1] = after
			}
		}
		n = p.joint()
		if n == 0 {
			return bases, ""
		}
		p.at += n
		if _, k := p.verb(); k == 0 {
			p.at -= n
			return bases, ""
		}
	}
}

// startsObject tells whether the token n ahead can only be a further object, so that what is before it is no verb.
func (p *parser) startsObject(n int) bool {
	t := p.ahead(n)
	return t.kind == tokenWord && !prepositions[t.word] && t.word != "and" && t.word != "or"
}

// verb is the base of the verb that comes next, and its number of tokens.
func (p *parser) verb() (base string, tokens int) {
	t := p.peek()
	if t.kind != tokenWord {
		return "", 0
	}
	if _, n := lookup(p, nouns); n > 1 {
		if base := verbWords[t.word]; base == "" || !p.verbBeforeNoun() {
			return "", 0
		}
	}
	if base := verbWords[t.word]; base != "" {
		return base, 1
	}
	base, n := p.nominal()
	if n > 0 && prepositions[p.ahead(n).word] {
		return base, n
	}
	return "", 0
}

// verbBeforeNoun tells whether a verb is followed by something that is an object by itself: access system files.
func (p *parser) verbBeforeNoun() bool {
	rest := *p
	rest.at++
	_, n := lookup(&rest, nouns)
	_, whole := lookup(p, nouns)
	return n > 0 && n+1 > whole
}

func (p *parser) nominal() (base string, tokens int) {
	if base := nominals[p.peek().word]; base != "" {
		return base, 1
	}
	return "", 0
}

// idiomFits tells whether the object of an idiom, n tokens ahead, is one that it can have.
func (p *parser) idiomFits(topic string, n int) bool {
	rest := *p
	rest.at += n
	_, fault := rest.idiom(topic)
	return fault == nil
}

// idiom reads the object of an idiom.
func (p *parser) idiom(name string) (Clause, *SyntaxError) {
	c := Clause{Subject: Topics, Verbs: []Verb{Use}, Topics: []string{name}}
	for {
		p.skipDeterminers()
		if p.done() || p.joint() > 0 {
			return c, nil
		}
		n, k := lookup(p, nouns)
		if k == 0 || !slices.Equal(n.Topics, c.Topics) {
			phrases := strings.Split(idiomObjects[name], ", ")
			if k = p.oneOf(phrases); k == 0 {
				return c, p.unexpected("what it is done to")
			}
		}
		p.at += k
		if k := p.longest(trailers); k > 0 {
			p.at += k
		}
		j := p.joint()
		rest := *p
		rest.at += j
		if _, k := lookup(&rest, nouns); j == 0 || k == 0 {
			return c, nil
		}
		if rest.oneOf(strings.Split(idiomObjects[name], ", ")) == 0 {
			return c, nil
		}
		p.at += j
	}
}

// oneOf is the number of tokens of the longest phrase, in singular, that comes next.
func (p *parser) oneOf(phrases []string) int {
	table := map[string]bool{}
	for _, phrase := range phrases {
		table[phrase] = true
	}
	_, n := lookup(p, table)
	return n
}
