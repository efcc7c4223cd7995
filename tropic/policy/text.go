package policy

import (
	"errors"
	"fmt"
	"strings"
)

// Text is a policy as it is kept: rule lines, Cedar, or both.
type Text struct {
	Rules string
	Cedar string
	// Default is for what no line mentions. NoDefault leaves it to the lines, and to DefaultAllow when they set none.
	Default Default
}

// The fields of a Text.
const (
	FieldRules   = "rules"
	FieldCedar   = "cedar"
	FieldDefault = "default"
)

// TextError is a fault in one field of a Text. Of rules it holds a *SyntaxError.
type TextError struct {
	Field string
	Err   error
}

func (e *TextError) Error() string { return e.Field + ": " + e.Err.Error() }

func (e *TextError) Unwrap() error { return e.Err }

// Compile compiles the lines and checks the form of the Cedar. The result always has a default. Its Cedar is that of the
// lines; Listing adds the text's own. Faults are joined, and each is a *TextError.
func (t Text) Compile() (Compiled, error) {
	var doc Document
	var errs []error
	if strings.TrimSpace(t.Rules) != "" {
		var err error
		doc, err = Parse(t.Rules)
		errs = append(errs, inField(FieldRules, err)...)
	}
	if strings.TrimSpace(t.Cedar) != "" {
		errs = append(errs, inField(FieldCedar, CheckCedar(t.Cedar))...)
	}
	if t.Default != NoDefault && doc.Default != NoDefault && t.Default != doc.Default {
		errs = append(errs, &TextError{FieldDefault, fmt.Errorf("it is %q, but line %d of the rules makes it %q; leave one of the two out",
			t.Default, doc.defaultAt.Line, doc.Default)})
	}
	fallback := t.Default
	if fallback == NoDefault {
		fallback = DefaultAllow
	}
	compiled, err := Compile(doc, Options{Default: fallback})
	if err != nil && len(errs) == 0 {
		errs = append(errs, inField(FieldDefault, err)...)
	}
	return compiled, errors.Join(errs...)
}

func inField(field string, err error) []error {
	if err == nil {
		return nil
	}
	faults := []error{err}
	if joined, many := err.(interface{ Unwrap() []error }); many {
		faults = joined.Unwrap()
	}
	for i, fault := range faults {
		faults[i] = &TextError{field, fault}
	}
	return faults
}
