package sondera_test

import (
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// documented are the two samples of the product's documentation, as written.
const documented = `// Block recursive force-delete
@id("sondera-deny-rm-rf")
forbid(
  principal,
  action == Action::"tool_call",
  resource == Tool::"Bash"
) when {
  context.command like "*rm *-rf*"
};

// Redact AWS keys from output
@id("sondera-redact-aws-keys")
forbid(
  principal,
  action == Action::"tool_result",
  resource
) when {
  context.output like "*AKIA*"
};
`

func TestDocumentedPolicies(t *testing.T) {
	t.Parallel()
	g := newGate(t, sondera.Options{Shared: cedarSource(documented)})
	rm := understood(func(f *facts.Facts) { f.Command = "rm -rf build" })
	if d := g.DecideFacts(t.Context(), rm); d.Effect != sondera.Deny || strings.Join(d.RuleIDs(), " ") != "sondera-deny-rm-rf" {
		t.Errorf("rm -rf: %+v", d)
	}
	if d := g.DecideFacts(t.Context(), understood(nil)); d.Effect != sondera.Allow {
		t.Errorf("ls: %+v", d)
	}
}

func TestResults(t *testing.T) {
	t.Parallel()
	const (
		key     = "AKIAIOSFODNN7EXAMPLQ"
		classes = `@id("keys") @classes("aws-access-key-id") forbid(principal, action == Action::"tool_result", resource) when { context.output like "*AKIA*" };`
		hush    = `@id("hush") forbid(principal, action == Action::"tool_result", resource) when { context.output like "*project x*" };`
		calls   = `@id("calls") forbid(principal, action == Action::"tool_call", resource);`
	)
	for name, test := range map[string]struct{ policy, output, want, rules string }{
		"nothing to hide":                      {documented, "all is well", "all is well", ""},
		"a secret, by pattern alone":           {"", "id " + key + ".", "id " + redact.Marker + ".", ""},
		"a rule is answered by what is cut":    {documented, "id " + key + ".", "id " + redact.Marker + ".", "sondera-redact-aws-keys"},
		"a rule whose reason stays":            {documented, "keys begin with AKIA", redact.Marker, "sondera-redact-aws-keys"},
		"a rule by classes":                    {classes, "id " + key + ".", "id " + redact.Marker + ".", "keys"},
		"a rule by classes that are not there": {classes, "keys begin with AKIA", "keys begin with AKIA", ""},
		"a secret, and a rule of another kind": {hush, "project x: " + key, redact.Marker, "hush"},
		"rules about calls do not hide":        {calls, "all is well", "all is well", ""},
	} {
		g := newGate(t, sondera.Options{Shared: cedarSource(test.policy)})
		call := facts.Call{Agent: "a", Tool: "exec", Workspace: agentWorkspace, Output: test.output, Result: true}
		r := g.Result(t.Context(), call)
		effect := sondera.Redact
		if test.want == test.output {
			effect = sondera.Allow
		}
		if got := strings.Join(r.Decision.RuleIDs(), " "); r.Text != test.want || got != test.rules || r.Decision.Effect != effect {
			t.Errorf("%s: %q by %q, %s", name, r.Text, got, r.Decision.Effect)
		}
		if (effect == sondera.Redact) != (len(r.Spans) > 0) {
			t.Errorf("%s: spans %v", name, r.Spans)
		}
		if d := g.Decide(t.Context(), call); d.Effect != effect {
			t.Errorf("%s: Decide says %s of a result, Result %s", name, d.Effect, effect)
		}
	}
}
