package sondera_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

const agentHome, agentWorkspace = "/home/ubuntu", "/home/ubuntu/.openclaw/workspace/a"

// understood are the facts of an ordinary command.
func understood(change func(*facts.Facts)) *facts.Facts {
	f := &facts.Facts{
		Agent: "a", Home: agentHome, Workspace: agentWorkspace, Tool: "exec", Resource: "Bash", Known: true,
		Command: "ls -l", Operations: shell.OpRead, Programs: []string{"ls"}, Flags: []string{"ls -l"},
	}
	if change != nil {
		change(f)
	}
	return f
}

func newGate(t testing.TB, o sondera.Options) *sondera.Gate {
	t.Helper()
	g, err := sondera.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

func cedarSource(text string) []sondera.Source {
	return []sondera.Source{{Name: "test.cedar", Text: []byte(text)}}
}

func TestEffectsByPrecedence(t *testing.T) {
	t.Parallel()
	const (
		deny    = `@id("d") @severity("low") forbid(principal, action, resource) when { context.programs.contains("d") };`
		worse   = `@id("w") @severity("critical") forbid(principal, action, resource) when { context.programs.contains("w") };`
		ask     = `@id("a") @decision("confirm") forbid(principal, action, resource) when { context.programs.contains("a") };`
		permit  = `@id("p") permit(principal, action, resource) when { context.programs.contains("p") };`
		mayAsk  = `@id("m") @decision("confirm") permit(principal, action, resource) when { context.programs.contains("m") };`
		failing = `@id("f") forbid(principal, action, resource) when { context.programs.contains("f") && 9223372036854775807 + 1 == 0 };`
	)
	g := newGate(t, sondera.Options{Lockdown: true, Shared: cedarSource(deny + worse + ask + permit + mayAsk + failing)})
	for _, test := range []struct {
		programs string
		effect   sondera.Effect
		rules    string
	}{
		{"", sondera.Deny, ""},
		{"m", sondera.Confirm, "m"},
		{"m p", sondera.Allow, "p"},
		{"m p a", sondera.Confirm, "a"},
		{"p a d", sondera.Deny, "d a"},
		{"p a d w", sondera.Deny, "w d a"},
		{"p f", sondera.Deny, ""},
	} {
		d := g.DecideFacts(t.Context(), understood(func(f *facts.Facts) { f.Programs = strings.Fields(test.programs) }))
		if got := strings.Join(d.RuleIDs(), " "); d.Effect != test.effect || got != test.rules {
			t.Errorf("programs %q: %s by %q; want %s by %q (%s)", test.programs, d.Effect, got, test.effect, test.rules, d.Reason)
		}
		var failed *sondera.EvaluationError
		if want := strings.Contains(test.programs, "f"); errors.As(d.Err, &failed) != want {
			t.Errorf("programs %q: error %v", test.programs, d.Err)
		}
	}
}

func TestPacksLoad(t *testing.T) {
	t.Parallel()
	packs, err := sondera.Packs()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"base": 41, "system": 24, "owasp": 38}
	for _, p := range packs {
		if len(p.Rules) != want[p.Name] {
			t.Errorf("pack %s has %d rules, want %d", p.Name, len(p.Rules), want[p.Name])
		}
	}
	g := newGate(t, sondera.Options{Packs: sondera.PackNames()})
	if got := len(g.Rules("a")); got != 41+24+38+2 {
		t.Errorf("%d rules with the default ones, want 105", got)
	}
	if d := g.DecideFacts(t.Context(), understood(nil)); d.Effect != sondera.Allow || d.RuleIDs()[0] != "default-allow" {
		t.Errorf("an ordinary command: %+v", d)
	}
}
