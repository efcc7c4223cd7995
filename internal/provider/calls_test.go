package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// TestAccCallsPerPlan holds the promise of few calls: a plan of N machines takes three calls for what they are (instances,
// rules, connections), and reads their documents ten parameters a call.
func TestAccCallsPerPlan(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 20} {
		t.Run(fmt.Sprintf("N=%d", n), func(t *testing.T) {
			t.Parallel()
			c := newRecordCloud(t).withProfile(t)
			w := c.workspace(t, usesTropic+fmt.Sprintf(`
resource "tropic_instance" "fleet" {
  count     = %d
  name      = "machine-${count.index}"
  ssh_cidrs = []
  timeouts  = { create = "15s" }
}
`, n))
			w.terraform("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")
			c.takeCalls()
			w.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")
			counted := map[string]int{}
			calls := c.takeCalls()
			for _, call := range calls {
				counted[call.Operation]++
			}
			for _, operation := range slices.Sorted(maps.Keys(counted)) {
				t.Logf("N=%d: %3d %s", n, counted[operation], operation)
			}
			const documents = 2 // settings and status
			if limit := 3 + (documents*n+9)/10 + 1; len(calls) > limit {
				t.Errorf("a plan of %d machines made %d calls, at most %d are promised", n, len(calls), limit)
			}
			w.terraform("destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")
		})
	}
}
