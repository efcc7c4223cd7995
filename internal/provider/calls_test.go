package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
)

// TestAccCallsPerPlan holds the promise of few calls, however many machines there are. A plan lists what the machines
// are (instances, rules, connections: one call each, and one more for each further page); it reads their documents, and
// looks again by id at those that never connected, in calls that concurrent reads share. Terraform reads ten things at a
// time, so such calls are about half full where an answer takes as long as AWS's do. One call each would be 63 and 183 here.
func TestAccCallsPerPlan(t *testing.T) {
	t.Parallel()
	for _, fleet := range []struct{ machines, agents int }{{1, 0}, {20, 0}, {20, 2}} {
		t.Run(fmt.Sprintf("%d machines with %d agents", fleet.machines, fleet.agents), func(t *testing.T) {
			t.Parallel()
			c := newRecordCloud(t).withProfile(t)
			w := c.workspace(t, usesTropic+fmt.Sprintf(`
resource "tropic_instance" "fleet" {
  count     = %d
  name      = "machine-${count.index}"
  ssh_cidrs = []
  timeouts  = { create = "15s" }
}

resource "tropic_agent" "crew" {
  count       = %d
  instance_id = tropic_instance.fleet[floor(count.index / %d)].id
  slug        = "agent-${count.index %% 5}"
  timeouts    = { create = "5s" }
}
`, fleet.machines, fleet.machines*fleet.agents, max(1, fleet.agents)))
			w.terraform("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")
			c.setIntercept(func(localcloud.Call) *localcloud.Fault {
				return &localcloud.Fault{Latency: 50 * time.Millisecond, AfterEffect: true}
			})
			c.takeCalls()
			w.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")
			counted := map[string]int{}
			calls := c.takeCalls()
			for _, call := range calls {
				counted[call.Operation]++
			}
			for _, operation := range slices.Sorted(maps.Keys(counted)) {
				t.Logf("%3d %s", counted[operation], operation)
			}
			documents := fleet.machines * (2 + 2*fleet.agents) // settings and status; an agent's own, and its machine's status
			if limit := 4 + max(2, pages(documents, 4)) + pages(fleet.machines, 2); len(calls) > limit {
				t.Errorf("a plan made %d calls, at most %d are promised", len(calls), limit)
			}
			c.setIntercept(nil)
			w.terraform("destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")
		})
	}
}

func pages(things, perPage int) int { return (things + perPage - 1) / perPage }
