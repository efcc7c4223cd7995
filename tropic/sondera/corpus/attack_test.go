package corpus

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryRuleIsAttackedInManyWays(t *testing.T) {
	t.Parallel()
	calls, families := map[string]int{}, map[string]map[string]bool{}
	for _, c := range Attacks() {
		calls[c.Rule]++
		if families[c.Rule] == nil {
			families[c.Rule] = map[string]bool{}
		}
		families[c.Rule][c.Family] = true
	}
	packs := map[string]int{}
	for rule, n := range calls {
		pack, _, _ := strings.Cut(rule, "-")
		packs[pack]++
		if n < 60 || len(families[rule]) < 6 {
			t.Errorf("%s: %d attacks of %d families", rule, n, len(families[rule]))
		}
	}
	// All rules but those that only redact: 14 of the base pack and 2 of the OWASP pack.
	for pack, want := range map[string]int{"sondera": 41 - 14, "openclaw": 24, "owasp": 38 - 2} {
		if packs[pack] != want {
			t.Errorf("%s: %d rules are attacked, want %d", pack, packs[pack], want)
		}
	}
}

func TestEveryWrapperIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]int{}
	for _, c := range Attacks() {
		used[c.Family]++
	}
	for _, w := range wrappers() {
		if used[w.family] < 20 {
			t.Errorf("family %s wraps %d attacks", w.family, used[w.family])
		}
	}
	t.Logf("%d attacks", len(Attacks()))
}

func TestAttacksAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	seeds := append(sections("base"), sections("base-file")...)
	var drafts []draft
	for _, s := range seeds {
		if s.rule == "sondera-block-rm" {
			drafts = append(drafts, s.drafts()...)
		}
	}
	first, second := calls(sample("sondera-block-rm", drafts)), calls(sample("sondera-block-rm", slices.Clone(drafts)))
	if !slices.Equal(first, second) {
		t.Error("two samples of the same drafts differ")
	}
}
