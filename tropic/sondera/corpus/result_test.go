package corpus

import (
	"strings"
	"testing"
)

func TestResultsHoldTheirSecrets(t *testing.T) {
	t.Parallel()
	names, clean := map[string]bool{}, 0
	for _, r := range Results() {
		if names[r.Name] {
			t.Errorf("%s comes twice", r.Name)
		}
		names[r.Name] = true
		for _, s := range r.Secrets {
			if !strings.Contains(r.Output, s) {
				t.Errorf("%s does not hold its secret", r.Name)
			}
		}
		if len(r.Secrets) == 0 {
			clean++
		}
	}
	if clean == 0 || clean == len(names) {
		t.Errorf("%d results, %d of them without secrets", len(names), clean)
	}
}
