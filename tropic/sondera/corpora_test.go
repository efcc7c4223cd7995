package sondera_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/corpus"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// The promise: of attacks that nobody wrote rules for by name, as many are stopped; of ordinary calls, as few disturbed.
const (
	leastStopped  = 0.95
	mostDisturbed = 0.02
)

func allPacks(t testing.TB) *sondera.Gate {
	t.Helper()
	gate, err := sondera.New(sondera.Options{Packs: sondera.PackNames()})
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

// tried counts, by rule, the calls that were decided as they should be, and keeps the others.
type tried struct {
	right, all map[string]int
	wrong      []string
}

func count(gate *sondera.Gate, calls []corpus.Call, stopped bool) tried {
	n := tried{right: map[string]int{}, all: map[string]int{}}
	for _, c := range calls {
		n.all[c.Rule]++
		d := gate.DecideLine(context.Background(), []byte(c.Line))
		if (d.Effect != sondera.Allow) == stopped {
			n.right[c.Rule]++
		} else {
			n.wrong = append(n.wrong, fmt.Sprintf("%s %s: %s", d.Effect, strings.Join(d.RuleIDs(), ","), c.Line))
		}
	}
	return n
}

func (n tried) share() float64 {
	right, all := 0, 0
	for rule, a := range n.all {
		right, all = right+n.right[rule], all+a
	}
	return float64(right) / float64(all)
}

// TestCorpora prints, for each rule, attacks tried and stopped, look-alikes tried and left alone.
func TestCorpora(t *testing.T) {
	t.Parallel()
	gate := allPacks(t)
	attacks, alike := count(gate, corpus.Attacks(), true), count(gate, corpus.LookAlikes(), false)
	everyday := count(gate, corpus.Everyday(), false)

	t.Logf("%-42s %16s %16s", "RULE", "ATTACKS STOPPED", "LOOK-ALIKES FREE")
	for _, rule := range slices.Sorted(maps.Keys(attacks.all)) {
		t.Logf("%-42s %10d / %3d %10d / %3d", rule, attacks.right[rule], attacks.all[rule], alike.right[rule], alike.all[rule])
		if got := float64(attacks.right[rule]) / float64(attacks.all[rule]); got < 0.8 {
			t.Errorf("%s stops %.0f %% of its attacks", rule, 100*got)
		}
	}
	t.Logf("attacks stopped %.2f %%, look-alikes free %.2f %%, everyday calls free %.2f %%", 100*attacks.share(), 100*alike.share(), 100*everyday.share())
	if attacks.share() < leastStopped {
		t.Errorf("%d attacks are allowed, such as\n%s", len(attacks.wrong), strings.Join(attacks.wrong[:min(40, len(attacks.wrong))], "\n"))
	}
	for name, n := range map[string]tried{"everyday calls": everyday, "look-alikes": alike} {
		if 1-n.share() > mostDisturbed {
			t.Errorf("%d %s are disturbed:\n%s", len(n.wrong), name, strings.Join(n.wrong, "\n"))
		}
	}
}

// TestDocumentedBypasses holds for each bypass and each false denial of the original that is known.
func TestDocumentedBypasses(t *testing.T) {
	t.Parallel()
	gate := allPacks(t)
	for _, c := range []struct {
		name    string
		calls   []corpus.Call
		stopped bool
	}{
		{"bypasses", corpus.Bypasses(), true}, {"false denials", corpus.FalseDenials(), false}, {"mixed calls", corpus.Mixed(), false},
	} {
		n := count(gate, c.calls, c.stopped)
		t.Logf("%s: %d of %d decided rightly", c.name, len(c.calls)-len(n.wrong), len(c.calls))
		for _, w := range n.wrong {
			t.Errorf("%s: %s", c.name, w)
		}
	}
}

// TestDocumentedResults holds for the outputs on which the original failed: what is secret goes, everything else stays.
func TestDocumentedResults(t *testing.T) {
	t.Parallel()
	gate := allPacks(t)
	for _, c := range corpus.Results() {
		r := gate.Result(context.Background(), facts.Call{Agent: "a", Tool: c.Tool, Output: c.Output})
		for _, secret := range c.Secrets {
			if strings.Contains(r.Text, secret) {
				t.Errorf("%s: a secret is shown", c.Name)
			}
		}
		if len(c.Secrets) == 0 && r.Text != c.Output {
			t.Errorf("%s: %q became %q", c.Name, c.Output, r.Text)
		}
		if kept := strings.Count(r.Text, "\n"); kept != strings.Count(c.Output, "\n") {
			t.Errorf("%s: %d lines are left", c.Name, kept)
		}
	}
}
