package sondera

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// token is one word of Cedar text with its place. cedar-go's syntax tree has no places, so they are found again here.
type token struct {
	kind         tokenKind
	text         string // as written; of a string, its value
	offset, end  int
	line, column int
}

type tokenKind uint8

const (
	tokenWord tokenKind = iota // an identifier, keyword or number
	tokenString
	tokenSign
)

// scanner splits Cedar text. It is lenient: what is no Cedar is for cedar-go to refuse.
type scanner struct {
	text         string
	at           int
	line, column int
}

// tokenize splits a source into tokens.
func tokenize(text string) []token {
	s := scanner{text: text, line: 1, column: 1}
	var tokens []token
	for {
		s.space()
		if s.at >= len(s.text) {
			return tokens
		}
		t := token{kind: tokenSign, offset: s.at, line: s.line, column: s.column}
		switch c := s.text[s.at]; {
		case c == '"':
			t.kind = tokenString
			s.quoted()
		case isWordByte(c):
			t.kind = tokenWord
			for s.at < len(s.text) && isWordByte(s.text[s.at]) {
				s.step()
			}
		default:
			s.sign()
		}
		t.end = s.at
		t.text = text[t.offset:t.end]
		if t.kind == tokenString {
			t.text = unquote(t.text)
		}
		tokens = append(tokens, t)
	}
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// step goes on by one character.
func (s *scanner) step() {
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	s.at += size
	s.column++
	if r == '\n' {
		s.line++
		s.column = 1
	}
}

// space skips blanks and comments.
func (s *scanner) space() {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			s.step()
		case strings.HasPrefix(s.text[s.at:], "//"):
			for s.at < len(s.text) && s.text[s.at] != '\n' {
				s.step()
			}
		default:
			return
		}
	}
}

func (s *scanner) quoted() {
	s.step()
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case '"':
			s.step()
			return
		case '\\':
			s.step()
			if s.at < len(s.text) {
				s.step()
			}
		default:
			s.step()
		}
	}
}

func (s *scanner) sign() {
	for _, two := range [...]string{"::", "==", "!=", "<=", ">=", "&&", "||"} {
		if strings.HasPrefix(s.text[s.at:], two) {
			s.step()
			break
		}
	}
	s.step()
}

// unquote gives a string its value, as far as messages need it.
func unquote(s string) string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`)
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\0`, "\x00").Replace(s)
}

var openers, closers = []string{"(", "[", "{"}, []string{")", "]", "}"}

// checkSize refuses text that could make the parser's recursion, or loading, too expensive.
func checkSize(src Source, tokens []token) *LoadError {
	depth, run := 0, 0
	for _, t := range tokens {
		switch {
		case t.kind == tokenWord && t.text == "if", t.kind == tokenSign && slices.Contains(openers, t.text):
			depth++
		case t.kind == tokenSign && slices.Contains(closers, t.text), t.kind == tokenWord && t.text == "else":
			depth--
		case t.kind == tokenSign && t.text == ";":
			depth = 0
		}
		if t.kind == tokenSign && (t.text == "!" || t.text == "-") {
			run++
		} else {
			run = 0
		}
		if depth > maxNesting || run > maxNesting {
			return &LoadError{
				File: src.Name, Line: t.line, Column: t.column, What: "the policy is nested too deeply",
				Why: fmt.Sprintf("more than %d levels", maxNesting), Next: "split it into several policies",
			}
		}
	}
	return nil
}
