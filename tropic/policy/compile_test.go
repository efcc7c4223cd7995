package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

func compile(t *testing.T, text string, d policy.Default) policy.Compiled {
	t.Helper()
	doc, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := policy.Compile(doc, policy.Options{Default: d})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompiledText(t *testing.T) {
	t.Parallel()
	got := compile(t, "# note\n\nREQUIRE CONFIRM: delete files except in /tmp # please\nALLOW: read files in workspace directory", policy.DefaultAllow)
	const want = `@id("line-3-confirm-delete-files-except-in-tmp")
@line("3: REQUIRE CONFIRM: delete files except in /tmp")
@decision("confirm")
forbid(principal, action == Action::"tool_call", resource)
when {
  context.operations.contains("delete")
}
unless {
  context.deletes.all.contains("/tmp/**")
};

@id("line-4-allow-read-files-in-workspace-directory")
@line("4: ALLOW: read files in workspace directory")
permit(principal, action == Action::"tool_call", resource)
when {
  context.understood &&
  ["read", "write"].containsAll(context.operations) &&
  (
    !context.operations.contains("write") ||
    context.writes.all.contains("class:null-device")
  ) &&
  context.reads.all.contains("workspace/**")
};

@id("default-allow")
permit(principal, action, resource)
when { context.understood };

@id("default-confirm")
@decision("confirm")
permit(principal, action, resource);
`
	if diff := cmp.Diff(want, got.Cedar); diff != "" {
		t.Error(diff)
	}
	if got.Rules[0].Explanation != "Asks a person before every call that does any of this: deleting files, except deleting /tmp/**." {
		t.Error(got.Rules[0].Explanation)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text    string
		option  policy.Default
		want    policy.Default
		permits int
	}{
		{"DENY: sudo", policy.NoDefault, policy.NoDefault, 0},
		{"DENY: sudo", policy.DefaultAllow, policy.DefaultAllow, 2},
		{"DENY: sudo", policy.DefaultConfirm, policy.DefaultConfirm, 1},
		{"DENY: sudo", policy.DefaultDeny, policy.DefaultDeny, 0},
		{"DENY: sudo\ndefault = confirm", policy.DefaultAllow, policy.DefaultConfirm, 1},
		{"DENY: sudo\nDEFAULT: Deny # all else", policy.DefaultAllow, policy.DefaultDeny, 0},
		{"DENY: sudo\nREQUIRE CONFIRM: everything else", policy.DefaultAllow, policy.DefaultConfirm, 1},
		{"default = allow", policy.NoDefault, policy.DefaultAllow, 2},
	} {
		got := compile(t, test.text, test.option)
		if got.Default != test.want || strings.Count(got.Cedar, "permit(") != test.permits {
			t.Errorf("%q with %q: default %q\n%s", test.text, test.option, got.Default, got.Cedar)
		}
	}
	doc, _ := policy.Parse("DENY: sudo")
	if _, err := policy.Compile(doc, policy.Options{Default: "perhaps"}); err == nil {
		t.Error("an unknown default is accepted")
	}
}

// TestIDsAreUnique: rules that say the same on two lines have two ids.
func TestIDsAreUnique(t *testing.T) {
	t.Parallel()
	got := compile(t, strings.Repeat("DENY: run sudo or elevated commands\n", 3), policy.NoDefault)
	if _, err := cedar.NewPolicySetFromBytes("", []byte(got.Cedar)); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range got.Rules {
		ids = append(ids, r.IDs...)
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != 3 {
		t.Error(ids)
	}
}

// TestLimits: what the gate cannot know is told.
func TestLimits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"REQUIRE CONFIRM: download files larger than 10MB": "whatever the size",
		"ALLOW: download files smaller than 10MB":          "a person is asked each time",
		"ALLOW: execute code in sandbox environment":       "There is no container",
		"DENY: outbound connections on port 22":            "only a firewall stops",
		"DENY: send messages to +65*":                      "not known before it is sent",
		"DENY: run `git push origin`":                      "looked for in the text",
	} {
		got := compile(t, text, policy.NoDefault)
		if !strings.Contains(strings.Join(got.Rules[0].Limits, " "), want) {
			t.Errorf("%s: %q", text, got.Rules[0].Limits)
		}
	}
	if got := compile(t, "DENY: sudo", policy.NoDefault).Rules[0].Limits; got != nil {
		t.Error(got)
	}
	if got := compile(t, "ALLOW: download files smaller than 10MB", policy.NoDefault).Cedar; !strings.Contains(got, `@decision("confirm")`+"\npermit") {
		t.Error(got)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]policy.Warning{
		"DENY: run sudo\nDENY: sudo commands":                                   {Kind: policy.Duplicate, Position: policy.Position{Line: 2, Column: 1}},
		"ALLOW: send emails\nDENY: send emails":                                 {Kind: policy.Conflict, Position: policy.Position{Line: 1, Column: 1}},
		"DENY: read files in /etc\nALLOW: read /etc/hosts":                      {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
		"DENY: browse example.com\nDENY: browse www.example.com":                {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
		"REQUIRE CONFIRM: send messages to +65*\nALLOW: message +6591234567":    {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
		"ALLOW: browse example.com\nDENY: anything":                             {Kind: policy.NeverFires, Position: policy.Position{Line: 1, Column: 1}},
		"DENY: access secrets\nDENY: read .env files":                           {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
		"DENY: run docker\nREQUIRE CONFIRM: run docker push":                    {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
		"DENY: use MCP tools\nALLOW: use github__*":                             {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
		"DENY: connections on ports 1-100\nDENY: port 22":                       {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
		"DENY: connect to 10.0.0.0/8\nALLOW: connect to 10.1.2.3":               {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
		"DENY: download files larger than 1GB":                                  {Kind: policy.UnknownFact, Position: policy.Position{Line: 1, Column: 1}},
		"DENY: read, write or delete files in ~/x\nALLOW: write files in ~/x/y": {Kind: policy.NeverFires, Position: policy.Position{Line: 2, Column: 1}},
	} {
		got := compile(t, text, policy.NoDefault).Warnings
		if len(got) != 1 || got[0].Kind != want.Kind || got[0].Position != want.Position || got[0].Message == "" {
			t.Errorf("%q: %v", text, got)
		}
	}
	allowed, _, _ := strings.Cut(documented, "REQUIRE")
	for _, text := range []string{
		allowed + "DENY: run sudo",
		"ALLOW: read files in /etc\nDENY: read /etc/shadow", // an exception by a stronger line
		"ALLOW: browse websites\nDENY: everything else",
		"DENY: read files in /etc except /etc/hosts\nALLOW: read /etc/hosts",
		"DENY: send WhatsApp messages\nALLOW: send Telegram messages",
		"DENY: browse *.example.com\nALLOW: browse example.com",
		"DENY: write files in /data\nALLOW: read files in /data",
	} {
		if got := compile(t, text, policy.NoDefault).Warnings; len(got) > 0 {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestVocabulary: every word of the gate's vocabulary that policies compile to is one that the gate knows.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"class:secret": true, "browse": true, "search": true, "post": true, "message": true, "call": true}
	for _, c := range append(facts.AllPathClasses(), facts.AllHostClasses()...) {
		known["class:"+c] = true
	}
	for _, r := range facts.Resources() {
		known["Tool::"+r] = true
	}
	for trait := shell.RemoteCode; trait <= shell.CryptoMining; trait <<= 1 {
		known["trait:"+trait.Names()[0]] = true
	}
	for operation := shell.OpRead; operation <= shell.OpPersist; operation <<= 1 {
		known[operation.Names()[0]] = true
	}
	for _, pair := range pairs(t, "meanings.txt") {
		text := compile(t, pair[0], policy.NoDefault).Cedar
		_, text, _ = strings.Cut(text, "resource)")
		for line := range strings.Lines(text) {
			for i, word := range strings.Split(line, `"`) {
				prefix := ""
				switch {
				case strings.Contains(line, "Tool::"):
					prefix = "Tool::"
				case strings.Contains(line, "context.traits"):
					prefix = "trait:"
				case strings.Contains(line, "context.operations"), strings.HasPrefix(word, "class:"):
				default:
					continue
				}
				if i%2 == 1 && !known[prefix+word] {
					t.Errorf("%s: the gate knows no %s%s", pair[0], prefix, word)
				}
			}
		}
	}
}
