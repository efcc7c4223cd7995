package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
)

// families are verbs and the objects, limits and exceptions that go with all of them.
var families = []struct{ verbs, objects, limits, exceptions []string }{
	{
		[]string{"read", "write", "edit", "delete", "access", "open", "modify", "read and write"},
		[]string{"files", "any file", "/etc/passwd", "secrets", "SSH keys", "*.pem files", "JSON or YAML files", "~/.aws", "src/main.go", "system files", "`/var/lib/x`"},
		[]string{"", "in /data", "in the workspace", "under ~/projects and /srv", "larger than 10MB", "outside /opt"},
		[]string{"", "except in /tmp", "except /etc/hosts", ", other than .env files"},
	},
	{
		[]string{"browse", "visit", "connect to", "access", "fetch"},
		[]string{"websites", "example.com", "*.example.org and 10.0.0.0/8", "private networks", "localhost", "https://example.com:8443"},
		[]string{"", "on port 443", "on ports 80, 443 and 8000-8010"},
		[]string{"", "except facebook.com", "except 10.1.0.0/16 and localhost"},
	},
	{
		[]string{"send", "post"},
		[]string{"messages", "WhatsApp messages", "Telegram or Slack messages", "emails"},
		[]string{"", "to +65*", "to +6591234567 or +44*", "to alice@example.com"},
		[]string{"", "except to +1415*"},
	},
	{
		[]string{"run", "execute"},
		[]string{"shell commands", "`git push --force`", "docker and npm commands", "python code", "bash scripts", "sudo", "elevated commands"},
		[]string{""},
		[]string{"", "except `ls -la`"},
	},
	{[]string{"install"}, []string{"packages", "npm or pip packages", "packages `a`, `b`"}, []string{"", "via cargo"}, []string{"", "except packages `left-pad`"}},
	{[]string{"use", "call"}, []string{"tools", "tools github__*, exec", "MCP tools", "the browser tool"}, []string{""}, []string{"", "except web_search"}},
}

func phrase(t *rapid.T) string {
	var groups []string
	for range rapid.IntRange(1, 3).Draw(t, "groups") {
		f := rapid.SampledFrom(families).Draw(t, "family")
		var words []string
		for _, part := range [][]string{f.verbs, f.objects, f.limits, f.exceptions} {
			words = append(words, part[rapid.IntRange(0, len(part)-1).Draw(t, "word")])
		}
		groups = append(groups, strings.Join(strings.Fields(strings.Join(words, " ")), " "))
	}
	return strings.ReplaceAll(strings.Join(groups, rapid.SampledFrom([]string{" and ", ", ", ", or "}).Draw(t, "joint")), " ,", ",")
}

// TestGeneratedPhrases: verbs, objects, limits and exceptions go together freely; what they mean survives its canonical
// form, in any directive, and compiles.
func TestGeneratedPhrases(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SampledFrom(policy.Directives()).Draw(t, "directive")) + ": " + phrase(t)
		if rapid.Bool().Draw(t, "loud") {
			text = strings.ReplaceAll(text, " and ", " AND ")
		}
		doc, err := policy.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := policy.Parse(doc.String())
		if diff := cmp.Diff(doc, again, same); err != nil || diff != "" {
			t.Fatalf("%s\nis printed as %s%v\n%s", text, doc, err, diff)
		}
		first, err := policy.Compile(doc, policy.Options{})
		if err != nil {
			t.Fatalf("%s: %v\n%s", text, err, first.Cedar)
		}
		second, _ := policy.Compile(doc, policy.Options{})
		if first.Cedar != second.Cedar {
			t.Fatalf("%s compiles to two texts", text)
		}
	})
}
