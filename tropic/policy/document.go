package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tropicbot/terraform-provider-tropic/internal/nearest"
)

// Limits of a policy; they keep the errors of a wrong file readable and a machine's work bounded.
const (
	MaxLines      = 500
	MaxLineLength = 1000 // bytes
)

// Document is a parsed policy text.
type Document struct {
	Rules   []Rule
	Default Default // NoDefault if no line sets it

	defaultAt Position
}

// Rule is one line.
type Rule struct {
	Directive Directive
	Text      string   // what it is about as written, without surrounding space and comment
	Clauses   []Clause // any of them; empty when Else
	Else      bool     // it is about everything else, so it sets the default
	Position  Position
}

// Parse reads a policy text. All faults are reported, joined; each is a *SyntaxError. A text without rules is a fault.
func Parse(text string) (Document, error) {
	var doc Document
	var errs []error
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if len(lines) > MaxLines {
		return Document{}, &SyntaxError{
			Position: Position{MaxLines + 1, 1}, Reason: "the policy has too many lines", Want: fmt.Sprintf("at most %d", MaxLines),
		}
	}
	for n, line := range lines {
		if err := doc.add(line, n+1); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) == 0 && len(doc.Rules) == 0 && doc.Default == NoDefault {
		errs = append(errs, &SyntaxError{
			Position: Position{1, 1}, Reason: "there is no rule", Want: `a line such as "DENY: run sudo or elevated commands"`,
		})
	}
	if err := errors.Join(errs...); err != nil {
		return Document{}, err
	}
	return doc, nil
}

// add reads a line; nothing is added for a blank line or a comment.
func (doc *Document) add(line string, number int) error {
	start := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsSpace(r) })
	if start < 0 || line[start] == '#' {
		return nil
	}
	at := Position{number, utf8.RuneCountInString(line[:start]) + 1}
	switch {
	case !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
		return &SyntaxError{Position: at, Reason: "the line has a character that is no text", Want: "plain UTF-8"}
	case len(line) > MaxLineLength:
		return &SyntaxError{Position: at, Reason: "the line is too long", Want: fmt.Sprintf("at most %d bytes", MaxLineLength)}
	}
	if value, ok := cutDefault(line[start:]); ok {
		return doc.addDefault(value, at)
	}
	word, about, colon := strings.Cut(line[start:], ":")
	directive, known := lookupDirective(word)
	switch {
	case !known:
		return unknownDirective(at, word, colon)
	case !colon:
		return &SyntaxError{
			Position: at, Reason: fmt.Sprintf("there is no colon after %s", directive), Want: fmt.Sprintf("%q", string(directive)+": …"),
		}
	}
	column := utf8.RuneCountInString(line[:start+len(word)+1]) + 1
	rule, err := parseStatement(directive, about, Position{number, column})
	if err != nil {
		return err
	}
	rule.Position = at
	if rule.Else {
		if err := doc.setDefault(defaultOf(directive), at); err != nil {
			return err
		}
	}
	doc.Rules = append(doc.Rules, rule)
	return nil
}

// cutDefault returns what stands after "default =" or "default:".
func cutDefault(line string) (string, bool) {
	const word = "default"
	if len(line) < len(word) || !strings.EqualFold(line[:len(word)], word) {
		return "", false
	}
	rest := strings.TrimLeftFunc(line[len(word):], unicode.IsSpace)
	if rest == "" || !strings.ContainsRune("=:", rune(rest[0])) {
		return "", false
	}
	value, _, _ := strings.Cut(rest[1:], "#")
	return value, true
}

func (doc *Document) addDefault(value string, at Position) error {
	d, ok := lookupDefault(value)
	if !ok {
		return &SyntaxError{
			Position: at, Reason: fmt.Sprintf("%q is no default", clip(strings.TrimSpace(value))), Want: "default = allow, confirm or deny",
		}
	}
	return doc.setDefault(d, at)
}

func (doc *Document) setDefault(d Default, at Position) error {
	if doc.Default != NoDefault && doc.Default != d {
		return &SyntaxError{
			Position: at, Reason: fmt.Sprintf("the default is %s already, by line %d", doc.Default, doc.defaultAt.Line), Want: "one default",
		}
	}
	doc.Default, doc.defaultAt = d, at
	return nil
}

func unknownDirective(at Position, word string, colon bool) error {
	if !colon {
		word, _, _ = strings.Cut(strings.TrimSpace(word), " ")
	}
	word = clip(strings.TrimSpace(word))
	names := []string{string(Allow), string(RequireConfirm), string(Deny)}
	want := "one of " + strings.Join(names, ", ") + ", followed by a colon"
	if near, ok := nearestDirective(word, names); ok {
		want = fmt.Sprintf("%q, if that was meant, or %s", near, want)
	}
	return &SyntaxError{Position: at, Reason: fmt.Sprintf("%q is no directive", word), Want: want}
}

// nearestDirective also knows the words that other policy languages use.
func nearestDirective(word string, names []string) (string, bool) {
	for directive, others := range map[Directive][]string{
		Allow:          {"permit", "accept", "may", "can"},
		RequireConfirm: {"confirm", "ask", "approve", "require", "require approval", "require confirmation", "prompt"},
		Deny:           {"forbid", "block", "reject", "never", "prohibit", "disallow"},
	} {
		if slices.Contains(others, strings.ToLower(word)) {
			return string(directive), true
		}
	}
	return nearest.Word(word, names)
}
