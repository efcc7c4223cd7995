package policy_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
)

// pairs reads a file of lines, each with an indented answer below it.
func pairs(t *testing.T, name string) [][2]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out [][2]string
	for line := range strings.Lines(string(text)) {
		answer, indented := strings.CutPrefix(line, "  ")
		switch line = strings.TrimSpace(line); {
		case line == "" || line[0] == '#':
		case indented:
			out[len(out)-1][1] = strings.TrimSpace(answer)
		default:
			out = append(out, [2]string{line, ""})
		}
	}
	return out
}

var same = cmp.Options{
	cmpopts.IgnoreUnexported(policy.Document{}), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(policy.Rule{}, "Text", "Position"),
}

// TestMeanings: each phrase means what the table says, and the canonical form of that means the same.
func TestMeanings(t *testing.T) {
	t.Parallel()
	table := pairs(t, "meanings.txt")
	if len(table) < 150 {
		t.Fatalf("only %d phrases", len(table))
	}
	for _, pair := range table {
		doc, err := policy.Parse(pair[0])
		if err != nil {
			t.Error(pair[0], err)
			continue
		}
		if got := doc.Rules[0].String(); got != pair[1] {
			t.Errorf("%s\n got %s\nwant %s", pair[0], got, pair[1])
		}
		again, err := policy.Parse(pair[1])
		if diff := cmp.Diff(doc, again, same); err != nil || diff != "" {
			t.Errorf("%s: the canonical form means something else: %v\n%s", pair[0], err, diff)
		}
		compiled, err := policy.Compile(doc, policy.Options{Default: policy.DefaultConfirm})
		if err != nil || compiled.Rules[0].Explanation == "" {
			t.Errorf("%s: %v\n%s", pair[0], err, compiled.Cedar)
		}
	}
}

// TestRefusals: what is not understood is refused, at its place, and never guessed. Whatever is proposed instead is
// understood.
func TestRefusals(t *testing.T) {
	t.Parallel()
	table := pairs(t, "refusals.txt")
	if len(table) < 50 {
		t.Fatalf("only %d phrases", len(table))
	}
	for _, pair := range table {
		_, err := policy.Parse(pair[0])
		var syntax *policy.SyntaxError
		if !errors.As(err, &syntax) || syntax.Position.Line != 1 {
			t.Errorf("%s: %v", pair[0], err)
			continue
		}
		if !strings.Contains(err.Error(), pair[1]) {
			t.Errorf("%s\n got %v\nwant %s", pair[0], err, pair[1])
		}
		for _, near := range syntax.Nearest {
			if _, err := policy.Parse(near); err != nil {
				t.Errorf("%s: %q is proposed and not understood: %v", pair[0], near, err)
			}
		}
	}
}

func TestExamplesAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, e := range policy.Examples() {
		if _, err := policy.Parse("DENY: " + e); err != nil {
			t.Error(e, err)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"DENY: reed files in workspace":   "DENY: read files in workspace",
		"DENY: send WhatApp messages":     "DENY: send whatsapp messages",
		"ALLOW: brows any public website": "ALLOW: browse any public website",
		"DENY: run sudoo":                 "DENY: run sudo",
	} {
		_, err := policy.Parse(text)
		var syntax *policy.SyntaxError
		if !errors.As(err, &syntax) || len(syntax.Nearest) == 0 || syntax.Nearest[0] != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
