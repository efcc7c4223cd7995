package shell_test

import (
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// FuzzAnalyze holds what must be true of every input: no panic inside, bounded facts, the same answer twice, and a known
// attack after it is still found.
func FuzzAnalyze(f *testing.F) {
	for _, s := range spellings {
		f.Add(s)
	}
	for _, s := range mentions {
		f.Add(s)
	}
	for _, s := range []string{"", "\x00", "((", "$(", "`", "<<E", "a=(", "${x:=", "$((1<<-1))", "{1..99999999}", "\uf8fd", "f(){ f|f& };f", "x=$x$x$x$x", "[[ a =~ ( ]]", "case", "$'\\x", "%%%", "rm -\xff", "python3 -c '\"", "awk '{'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, command string) {
		if len(command) > 16<<10 {
			return
		}
		s := shell.Analyze(command, environment())
		for _, r := range s.Reasons {
			if strings.Contains(r, "broke off") {
				t.Fatalf("%q: %s", command, r)
			}
		}
		if len(s.Commands) > 10_000 || len(s.Reasons) > 16 {
			t.Fatalf("%d commands, %d reasons", len(s.Commands), len(s.Reasons))
		}
		again := shell.Analyze(command, environment())
		if again.Traits != s.Traits || len(again.Commands) != len(s.Commands) {
			t.Fatalf("two answers: %v and %v", s.Traits.Names(), again.Traits.Names())
		}
		both := shell.Analyze("rm -rf /home\n"+command, environment())
		if !both.Traits.Has(shell.MassDelete) && !beyondLimits(both) {
			t.Fatalf("%q hides what stands before it: %v", command, both.Traits.Names())
		}
	})
}

// beyondLimits tells whether a text was refused as a whole, which its reasons say.
func beyondLimits(s shell.Script) bool {
	for _, r := range s.Reasons {
		if s.Traits.Has(shell.Unparsed) && strings.Contains(r, "exceeds what is followed") {
			return true
		}
	}
	return false
}
