package sondera_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	g := newGate(t, sondera.Options{Shared: cedarSource(`
		@id("keys") @severity("critical") forbid(principal, action == Action::"tool_call", resource)
		when { context.known && context.reads.any.containsAny(["class:ssh-key", "/nowhere"]) }
		unless { context.reads.all.contains("workspace/**") };
		@id("sessions") forbid(principal, action, resource) when { context.session like "m*n" && context.tool == "read" };
		@id("never") forbid(principal, action, resource) when { context.traits.contains("eval") };`)})
	call := facts.Call{
		Agent: "a", Session: "milan?", Tool: "read", Workspace: agentWorkspace, Home: agentHome,
		Params: facts.Value{Kind: facts.Object, Names: []string{"path"}, Values: []facts.Value{{Kind: facts.String, Text: "/home/ubuntu/.ssh/id_rsa"}}},
	}
	e := g.Explain(t.Context(), call)
	if e.Decision.Effect != sondera.Deny || e.Otherwise != sondera.Allow || e.Others != 1 {
		t.Errorf("decision %s, otherwise %s, %d others", e.Decision.Effect, e.Otherwise, e.Others)
	}
	byID := map[string]sondera.Considered{}
	for _, c := range e.Considered {
		byID[c.Rule.ID] = c
	}
	keys := byID["keys"]
	if !keys.Decided || !keys.Held || len(keys.Conditions) != 3 || keys.Conditions[0].Text != "context.known" {
		t.Errorf("keys: %+v", keys)
	}
	const unless = `without context.reads.any.contains("class:ssh-key"), which is /home/ubuntu/.ssh/id_rsa`
	if got := strings.Join(keys.Unless, "; "); got != unless && got != "without context.known" {
		t.Errorf("keys would not hold %s", got)
	}
	if s := byID["sessions"]; s.Held || s.Decided || s.Conditions[0].Held || !s.Conditions[1].Held {
		t.Errorf("sessions: %+v", s)
	}
	if a := byID["default-allow"]; !a.Held || a.Decided {
		t.Errorf("default-allow: %+v", a)
	}
	text := e.String()
	for _, want := range []string{"DENY", "/home/ubuntu/.ssh/id_rsa (", "keys  DENY, decided", "sessions  DENY, does not hold", "Without the rules that decided it would be ALLOW."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if _, err := json.Marshal(e); err != nil {
		t.Error(err)
	}
}

// An explanation must not show what the decision hides.
func TestExplainShowsNoOutput(t *testing.T) {
	t.Parallel()
	g := newGate(t, sondera.Options{Packs: sondera.PackNames()})
	e := g.Explain(t.Context(), facts.Call{Agent: "a", Tool: "exec", Result: true, Output: "id AKIAIOSFODNN7EXAMPLQ"})
	text, err := json.Marshal(e)
	if err != nil || e.Decision.Effect != sondera.Redact || strings.Contains(string(text)+e.String(), "AKIAIOSFODNN7EXAMPLQ") {
		t.Errorf("%v: %s", err, text)
	}
}
