package sondera

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"
)

// statement is a stretch of tokens that should be one policy.
type statement struct {
	tokens []token
	policy *cedar.Policy
}

// parseSource reads the policies of a source. All that cannot be read are reported.
func parseSource(src Source) ([]statement, []*LoadError) {
	if len(src.Text) > MaxSourceSize {
		return nil, []*LoadError{{
			File: src.Name, What: "the source is too long", Why: fmt.Sprintf("%d bytes, of at most %d", len(src.Text), MaxSourceSize),
			Next: "split it into several sources",
		}}
	}
	text := string(src.Text)
	tokens := tokenize(text)
	if err := checkSize(src, tokens); err != nil {
		return nil, []*LoadError{err}
	}
	statements := split(tokens)
	list, err := cedar.NewPolicyListFromBytes(src.Name, src.Text)
	if err == nil && len(list) == len(statements) {
		for i := range statements {
			statements[i].policy = list[i]
		}
		return statements, nil
	}
	faults := parseEach(src, text, statements)
	if len(faults) == 0 {
		faults = append(faults, &LoadError{File: src.Name, What: "the text is not Cedar", Why: fmt.Sprint(err), Next: "see docs.cedarpolicy.com"})
	}
	return nil, faults
}

// split cuts tokens after each semicolon. What is left over is a statement too.
func split(tokens []token) []statement {
	var out []statement
	from := 0
	for i, t := range tokens {
		if t.kind == tokenSign && t.text == ";" {
			out = append(out, statement{tokens: tokens[from : i+1]})
			from = i + 1
		}
	}
	if from < len(tokens) {
		out = append(out, statement{tokens: tokens[from:]})
	}
	return out
}

// parseEach parses one statement after another, to find every fault of a source that as a whole cannot be parsed.
func parseEach(src Source, text string, statements []statement) []*LoadError {
	var faults []*LoadError
	for _, s := range statements {
		first, last := s.tokens[0], s.tokens[len(s.tokens)-1]
		var p cedar.PolicyList
		if err := p.UnmarshalCedar([]byte(text[first.offset:last.end])); err != nil {
			fault := s.fault(err)
			fault.File = src.Name
			faults = append(faults, fault)
		}
	}
	return faults
}

var (
	parserPlace = regexp.MustCompile(`(?:parse error at )?<input>:(\d+):(\d+)(?: "(?:[^"\\]|\\.)*")?: `)
	parserWish  = regexp.MustCompile(`^exact got (.*) want (.*)$`)
)

// fault gives an error of cedar-go, which counts from the statement's start, its place in the file.
func (s statement) fault(err error) *LoadError {
	first := s.tokens[0]
	line, column := first.line, first.column
	why := strings.TrimPrefix(err.Error(), "parser error: ")
	if m := parserPlace.FindStringSubmatch(why); m != nil {
		l, _ := strconv.Atoi(m[1])
		c, _ := strconv.Atoi(m[2])
		if l == 1 {
			c += first.column - 1
		}
		line, column = first.line+l-1, c
		why = strings.Replace(why, m[0], "", 1)
	}
	if m := parserWish.FindStringSubmatch(why); m != nil {
		line, column = s.before(line, column, m[1])
		why = fmt.Sprintf("%q stands where %q should", m[1], m[2])
		if m[1] == "" {
			why = fmt.Sprintf("it ends where %q should stand", m[2])
		}
	}
	return &LoadError{
		Line: line, Column: column, Policy: s.id(), What: "the policy cannot be parsed", Why: why,
		Next: "write it as Cedar does, with a semicolon at its end (docs.cedarpolicy.com)",
	}
}

// before is the place of the token with the given text that stands before a place: cedar-go names the place after the
// token that it does not want.
func (s statement) before(line, column int, text string) (beforeLine, beforeColumn int) {
	beforeLine, beforeColumn = line, column
	for _, t := range s.tokens {
		if t.line > line || t.line == line && t.column >= column {
			break
		}
		if t.text == text {
			beforeLine, beforeColumn = t.line, t.column
		}
	}
	return beforeLine, beforeColumn
}

// id is the statement's @id, as far as it can be seen without parsing.
func (s statement) id() string {
	for i := 0; i+3 < len(s.tokens); i++ {
		if s.tokens[i].text == "@" && s.tokens[i+1].text == "id" && s.tokens[i+3].kind == tokenString {
			return s.tokens[i+3].text
		}
	}
	return ""
}

// find returns the nth token (from 0) of a kind and text, else the first of the statement.
func (s statement) find(kind tokenKind, text string, nth int) token {
	for _, t := range s.body() {
		if t.kind != kind || t.text != text {
			continue
		}
		if nth == 0 {
			return t
		}
		nth--
	}
	return s.tokens[0]
}

// body are the tokens after the annotations.
func (s statement) body() []token {
	for i, t := range s.tokens {
		if t.kind == tokenWord && (t.text == "permit" || t.text == "forbid") && (i == 0 || s.tokens[i-1].text != "@") {
			return s.tokens[i:]
		}
	}
	return s.tokens
}

// annotation is the place of an annotation's value, else of its name.
func (s statement) annotation(key string) token {
	for i := 0; i+1 < len(s.tokens); i++ {
		if s.tokens[i].text == "@" && s.tokens[i+1].text == key {
			if i+3 < len(s.tokens) && s.tokens[i+3].kind == tokenString {
				return s.tokens[i+3]
			}
			return s.tokens[i+1]
		}
	}
	return s.tokens[0]
}
