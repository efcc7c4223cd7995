package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
)

// documented is the example of the product documentation.
const documented = `ALLOW: browse any public website
ALLOW: read files in workspace directory
ALLOW: execute code in sandbox environment
REQUIRE CONFIRM: download files larger than 10MB
REQUIRE CONFIRM: send WhatsApp messages
DENY: access /etc/passwd or system credentials
DENY: run sudo or elevated commands
DENY: outbound connections on port 22
`

func TestParseDocumentedExample(t *testing.T) {
	t.Parallel()
	doc, err := policy.Parse(documented)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[policy.Directive]int{}
	for _, r := range doc.Rules {
		counts[r.Directive]++
	}
	want := map[policy.Directive]int{policy.Allow: 3, policy.RequireConfirm: 2, policy.Deny: 3}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
	if got := doc.Rules[3]; got.Text != "download files larger than 10MB" || got.Position != (policy.Position{Line: 4, Column: 1}) {
		t.Errorf("fourth rule = %+v", got)
	}
}

func TestParseForms(t *testing.T) {
	t.Parallel()
	doc, err := policy.Parse("# note\r\n\r\n  require   confirm :  Send E-mails  # and nothing else\n\tdeny:sudo\nDEFAULT: Confirm\n")
	want := policy.Document{Rules: []policy.Rule{
		{
			Directive: policy.RequireConfirm, Text: "Send E-mails", Position: policy.Position{Line: 3, Column: 3},
			Clauses: []policy.Clause{{Verbs: []policy.Verb{policy.Send}, Subject: policy.Messages, Channels: []string{"email"}}},
		},
		{
			Directive: policy.Deny, Text: "sudo", Position: policy.Position{Line: 4, Column: 2},
			Clauses: []policy.Clause{{Verbs: []policy.Verb{policy.Use}, Subject: policy.Topics, Topics: []string{"elevated commands"}}},
		},
	}, Default: policy.DefaultConfirm}
	if diff := cmp.Diff(want, doc, cmpopts.IgnoreUnexported(policy.Document{}), cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         `line 1, column 1: there is no rule; want a line such as "DENY: run sudo or elevated commands"`,
		"# only":                   `there is no rule`,
		"DENNY: x":                 `line 1, column 1: "DENNY" is no directive; want "DENY", if that was meant, or one of`,
		"ALLOW: sudo\n  permit: y": `line 2, column 3: "permit" is no directive`,
		"ALLOW":                    `there is no colon after ALLOW; want "ALLOW: …"`,
		"please be careful":        `"please" is no directive`,
		"DENY:   ":                 `DENY is about nothing`,
		"DENY: \x00":               `a character that is no text`,
		"DENY: " + strings.Repeat("x", policy.MaxLineLength): "too long",
		strings.Repeat("DENY: sudo\n", policy.MaxLines+1):    "too many lines",
		"default = maybe":                        `"maybe" is no default; want default = allow, confirm or deny`,
		"default = deny\nALLOW: everything else": "line 2, column 1: the default is deny already, by line 1",
		"DENY: read \"x":                         "line 1, column 12: the quote is not closed",
	} {
		_, err := policy.Parse(text)
		var syntax *policy.SyntaxError
		if err == nil || !strings.Contains(err.Error(), want) || !errors.As(err, &syntax) {
			t.Errorf("%.40q: got %v, want %q", text, err, want)
		}
	}
	if _, err := policy.Parse("X: a\nY: b"); err == nil || strings.Count(err.Error(), "no directive") != 2 {
		t.Errorf("two faults: %v", err)
	}
}

func TestCheckCedar(t *testing.T) {
	t.Parallel()
	const sample = `@id("sondera-deny-rm-rf")
forbid(principal, action == Action::"tool_call", resource == Tool::"Bash") when { context.command like "*rm *-rf*" };`
	if err := policy.CheckCedar(sample); err != nil {
		t.Errorf("the documented sample: %v", err)
	}
	for _, text := range []string{"forbid(principal", "// nothing\n"} {
		if err := policy.CheckCedar(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}
