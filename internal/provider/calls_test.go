package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// TestAccCallsPerPlan holds the promise of few calls: a plan of N machines takes three calls for what they are (instances,
// rules, connections), one for each of their two documents, and one more for each machine that never registered with
// Systems Manager, as none does here: a miss of the snapshot is confirmed by id.
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
			const documents, unregistered = 2, 1
			if limit := 3 + (documents+unregistered)*n; len(calls) > limit {
				t.Errorf("a plan of %d machines made %d calls, at most %d are promised", n, len(calls), limit)
			}
			w.terraform("destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")
		})
	}
}
