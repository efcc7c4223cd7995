package sondera_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

const (
	leastAttacks  = 6
	leastHarmless = 4
)

// ruleTally counts what a rule does to the calls of its case.
type ruleTally struct {
	rule                          string
	stopped, attacks, free, alike int
}

// Each rule, alone, stops every one of its attacks, however it is spelt and whichever tool does it; and all packs together
// leave its look-alikes alone.
func TestRules(t *testing.T) {
	t.Parallel()
	everything := newGate(t, sondera.Options{Packs: sondera.PackNames()})
	alone := soleRules(t)
	var table []ruleTally
	for _, c := range slices.Concat(baseTable, systemTable, owaspTable) {
		n := ruleTally{rule: c.rule}
		t.Run(c.rule, func(t *testing.T) {
			for _, line := range lines(c.attacks) {
				n.attacks++
				d := alone[c.rule].DecideLine(t.Context(), callLine(t, line))
				if !slices.Contains(d.RuleIDs(), c.rule) || d.Effect == sondera.Allow {
					t.Errorf("not stopped: %s", line)
					continue
				}
				n.stopped++
			}
			for _, line := range lines(c.harmless) {
				n.alike++
				if d := everything.DecideLine(t.Context(), callLine(t, line)); d.Effect != sondera.Allow {
					t.Errorf("disturbed: %s\n%s by %v: %s", line, d.Effect, d.RuleIDs(), d.Reason)
					continue
				}
				n.free++
			}
		})
		table = append(table, n)
	}
	t.Log(correctness(table))
}

// Each redaction rule, alone, takes its secrets out of a result; and all packs together leave prose and code as they are.
func TestRedactionRules(t *testing.T) {
	t.Parallel()
	everything := newGate(t, sondera.Options{Packs: sondera.PackNames()})
	alone := soleRules(t)
	var table []ruleTally
	for _, c := range redactTable {
		n := ruleTally{rule: c.rule}
		t.Run(c.rule, func(t *testing.T) {
			for i, leak := range c.leaks {
				n.attacks++
				r := alone[c.rule].Result(t.Context(), facts.Call{Agent: "a", Tool: "exec", Output: leak.text})
				if strings.Contains(r.Text, leak.secret) || !slices.Contains(r.Decision.RuleIDs(), c.rule) {
					t.Errorf("result %d: %q by %v", i, strings.ReplaceAll(r.Text, leak.secret, "<the secret>"), r.Decision.RuleIDs())
					continue
				}
				n.stopped++
			}
			for _, text := range c.harmless {
				n.alike++
				if r := everything.Result(t.Context(), facts.Call{Agent: "a", Tool: "exec", Output: text}); r.Text != text {
					t.Errorf("disturbed: %q became %q", text, r.Text)
					continue
				}
				n.free++
			}
		})
		table = append(table, n)
	}
	t.Log(correctness(table))
}

// Every rule of every pack has a case, and each case enough calls to say something.
func TestEveryRuleIsTried(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, c := range slices.Concat(baseTable, systemTable, owaspTable) {
		tried[c.rule] = true
		if n, m := len(lines(c.attacks)), len(lines(c.harmless)); n < leastAttacks || m < leastHarmless {
			t.Errorf("%s: %d attacks and %d look-alikes, want %d and %d at least", c.rule, n, m, leastAttacks, leastHarmless)
		}
	}
	for _, c := range redactTable {
		tried[c.rule] = true
		if n, m := len(c.leaks), len(c.harmless); n < leastAttacks || m < leastHarmless {
			t.Errorf("%s: %d leaks and %d look-alikes, want %d and %d at least", c.rule, n, m, leastAttacks, leastHarmless)
		}
	}
	for _, pack := range shippedPacks {
		for _, p := range parsePack(t, pack.name) {
			if id := string(p.Annotations()["id"]); !tried[id] {
				t.Errorf("%s is not tried", id)
			}
		}
	}
}

// soleRules are gates that know nothing but one rule each, by its id, so that no other rule can help it.
func soleRules(t *testing.T) map[string]*sondera.Gate {
	t.Helper()
	gates := map[string]*sondera.Gate{}
	for _, pack := range shippedPacks {
		for _, p := range parsePack(t, pack.name) {
			gates[string(p.Annotations()["id"])] = soleRule(t, p)
		}
	}
	return gates
}

func soleRule(t *testing.T, p *cedar.Policy) *sondera.Gate {
	t.Helper()
	return newGate(t, sondera.Options{Shared: []sondera.Source{{Name: "rule.cedar", Text: p.MarshalCedar()}}})
}

// correctness is the table that says, for each rule, how many attacks it stopped and how many look-alikes were left alone.
func correctness(table []ruleTally) string {
	var b strings.Builder
	var sum ruleTally
	b.WriteString("attacks stopped and look-alikes left alone, by rule\n")
	fmt.Fprintf(&b, "%-40s %10s %12s\n", "rule", "stopped", "left alone")
	for _, n := range table {
		n.write(&b)
		sum.stopped, sum.attacks = sum.stopped+n.stopped, sum.attacks+n.attacks
		sum.free, sum.alike = sum.free+n.free, sum.alike+n.alike
	}
	sum.rule = fmt.Sprintf("%d rules", len(table))
	sum.write(&b)
	return b.String()
}

func (n ruleTally) write(b *strings.Builder) {
	fmt.Fprintf(b, "%-40s %10s %12s\n", n.rule, fmt.Sprintf("%d/%d", n.stopped, n.attacks), fmt.Sprintf("%d/%d", n.free, n.alike))
}
