// Package policy reads the policy language: one directive a line, ALLOW, REQUIRE CONFIRM or DENY, a colon, and what it is
// about.
//
//	# comments and blank lines are skipped
//	ALLOW: browse any public website
//	REQUIRE CONFIRM: send WhatsApp messages
//	DENY: run sudo or elevated commands
//
// Directives are read whatever their case. This version reads the structure of lines and the syntax of Cedar; it does
// not say yet what a line compiles to.
package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tropicbot/terraform-provider-tropic/internal/nearest"
)

// Directive is what a line does with what it is about.
type Directive string

// The three directives.
const (
	Allow          Directive = "ALLOW"
	RequireConfirm Directive = "REQUIRE CONFIRM"
	Deny           Directive = "DENY"
)

// Directives lists all directives, for messages and completion.
func Directives() []Directive { return []Directive{Allow, RequireConfirm, Deny} }

// Limits of a policy; they keep the errors of a wrong file readable and a machine's work bounded.
const (
	MaxLines      = 500
	MaxLineLength = 1000 // bytes
)

// Position is a place in a policy text, counted from 1; Column counts characters.
type Position struct{ Line, Column int }

// Rule is one line.
type Rule struct {
	Directive Directive
	Text      string // what it is about, without surrounding space
	Position  Position
}

// Document is a parsed policy text.
type Document struct{ Rules []Rule }

// SyntaxError says what is wrong at a place, and what was expected there.
type SyntaxError struct {
	Position Position
	Reason   string
	Want     string
}

func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("line %d, column %d: %s", e.Position.Line, e.Position.Column, e.Reason)
	if e.Want != "" {
		s += "; want " + e.Want
	}
	return s
}

// Parse reads a policy text. All faults are reported, joined; each is a *SyntaxError. A text without rules is a fault.
func Parse(text string) (Document, error) {
	var doc Document
	var errs []error
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if len(lines) > MaxLines {
		return Document{}, &SyntaxError{Position{MaxLines + 1, 1}, "the policy has too many lines", fmt.Sprintf("at most %d", MaxLines)}
	}
	for n, line := range lines {
		rule, found, err := parseLine(line, n+1)
		if err != nil {
			errs = append(errs, err)
		}
		if found {
			doc.Rules = append(doc.Rules, rule)
		}
	}
	if len(errs) == 0 && len(doc.Rules) == 0 {
		errs = append(errs, &SyntaxError{Position{1, 1}, "there is no rule", `a line such as "DENY: run sudo or elevated commands"`})
	}
	if err := errors.Join(errs...); err != nil {
		return Document{}, err
	}
	return doc, nil
}

// parseLine is false, without an error, for a blank line or a comment.
func parseLine(line string, number int) (Rule, bool, error) {
	start := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsSpace(r) })
	if start < 0 || line[start] == '#' {
		return Rule{}, false, nil
	}
	at := Position{number, utf8.RuneCountInString(line[:start]) + 1}
	switch {
	case !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
		return Rule{}, false, &SyntaxError{at, "the line has a character that is no text", "plain UTF-8"}
	case len(line) > MaxLineLength:
		return Rule{}, false, &SyntaxError{at, "the line is too long", fmt.Sprintf("at most %d bytes", MaxLineLength)}
	}
	word, about, colon := strings.Cut(line[start:], ":")
	directive, known := lookup(word)
	about = strings.TrimSpace(about)
	switch {
	case !known:
		return Rule{}, false, unknownDirective(at, word, colon)
	case !colon:
		return Rule{}, false, &SyntaxError{at, fmt.Sprintf("there is no colon after %s", directive), fmt.Sprintf("%q", string(directive)+": …")}
	case about == "":
		return Rule{}, false, &SyntaxError{at, fmt.Sprintf("%s is about nothing", directive), "what it is about, after the colon"}
	}
	return Rule{Directive: directive, Text: about, Position: at}, true, nil
}

func lookup(word string) (Directive, bool) {
	canonical := strings.ToUpper(strings.Join(strings.Fields(word), " "))
	for _, d := range Directives() {
		if canonical == string(d) {
			return d, true
		}
	}
	return "", false
}

func unknownDirective(at Position, word string, colon bool) error {
	if !colon {
		first, _, _ := strings.Cut(strings.TrimSpace(word), " ")
		word = first
	}
	word = strings.TrimSpace(word)
	if len(word) > 40 {
		word = strings.ToValidUTF8(word[:40], "") + "…"
	}
	names := make([]string, 0, 3)
	for _, d := range Directives() {
		names = append(names, string(d))
	}
	want := "one of " + strings.Join(names, ", ") + ", followed by a colon"
	if near, ok := nearest.Word(word, names); ok {
		want = fmt.Sprintf("%q, if that was meant, or %s", near, want)
	}
	return &SyntaxError{at, fmt.Sprintf("%q is no directive", word), want}
}
