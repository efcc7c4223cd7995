package corpus

import (
	"slices"
	"testing"
)

func TestEverydayIsLargeAndVaried(t *testing.T) {
	t.Parallel()
	families, tools := map[string]int{}, map[string]int{}
	for _, c := range Everyday() {
		families[c.Family]++
		tool, _ := decode(t, c)
		tools[tool]++
		if c.Rule != "" {
			t.Errorf("%s is an everyday call of rule %s", c.Name, c.Rule)
		}
	}
	if n := len(Everyday()); n < 1500 {
		t.Errorf("%d everyday calls, want 1,500", n)
	}
	if len(families) < 25 || len(tools) < 20 {
		t.Errorf("everyday calls of %d families and %d tools", len(families), len(tools))
	}
	t.Logf("%d calls: %v %v", len(Everyday()), families, tools)
}

func TestEveryRuleHasLookAlikes(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for _, c := range LookAlikes() {
		counts[c.Rule]++
	}
	for _, c := range Attacks() {
		if counts[c.Rule] == 0 {
			t.Errorf("%s has no look-alike", c.Rule)
			counts[c.Rule] = 1
		}
	}
	t.Logf("%d look-alikes of %d rules", len(LookAlikes()), len(counts))
}

func TestNothingIsBothHarmfulAndHarmless(t *testing.T) {
	t.Parallel()
	harmful := map[string]string{}
	for _, c := range slices.Concat(Attacks(), Bypasses()) {
		harmful[c.Line] = c.Name
	}
	for _, c := range slices.Concat(Everyday(), LookAlikes(), FalseDenials(), Mixed()) {
		if attack, both := harmful[c.Line]; both {
			t.Errorf("%s is %s too: %s", c.Name, attack, c.Line)
		}
	}
}

func TestMixedIsOfAWorkingDay(t *testing.T) {
	t.Parallel()
	commands := 0
	for _, c := range Mixed() {
		if tool, _ := decode(t, c); tool == "exec" {
			commands++
		}
	}
	if len(Mixed()) != 60 || commands != 36 {
		t.Errorf("%d calls, %d of them commands, want 60 and 36", len(Mixed()), commands)
	}
	if !slices.Equal(Mixed(), Mixed()) {
		t.Error("two mixes differ")
	}
}
