package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// TestAccAgent_offlineBecomesReady puts an agent on a stopped machine: the apply succeeds with status provisioning, the
// machine takes the agent up when it starts, and no plan in between wants anything.
func TestAccAgent_offlineBecomesReady(t *testing.T) {
	t.Parallel()
	c := newLiveCloud(t).withProfile(t)
	started := strings.Replace(stoppedMachine, `"stopped"`, `"running"`, 1)
	agent := agents("tropic_instance.desk.id", "poet")
	status := func(want string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			statecheck.ExpectKnownValue("tropic_agent.poet", tfjsonpath.New("status"), knownvalue.StringExact(want)),
		}
	}
	c.run(
		t,
		resource.TestStep{
			Config: stoppedMachine + agent, ConfigPlanChecks: emptyAfter, ConfigStateChecks: status("provisioning"),
		},
		resource.TestStep{Config: started + agent, ConfigPlanChecks: emptyAfter},
		resource.TestStep{RefreshState: true},
		resource.TestStep{
			Config: started + agent, ConfigPlanChecks: emptyAfter,
			ConfigStateChecks: append(status("ready"),
				statecheck.ExpectKnownValue(machine, tfjsonpath.New("status"), knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"connected": knownvalue.Bool(true), "problems": knownvalue.ListExact([]knownvalue.Check{}),
				}))),
		},
		resource.TestStep{
			PreConfig: func() {
				got, err := c.server.Exec(t.Context(), c.machine(t), driver.Command{
					Argv: []string{"cat", "/home/ubuntu/.openclaw/workspace/poet/AGENTS.md"},
				})
				if err != nil || got.ExitCode != 0 || len(got.Stdout) == 0 {
					t.Errorf("the workspace has no AGENTS.md: exit %d, %v %s", got.ExitCode, err, got.Stderr)
				}
			},
			Config: stoppedMachine + agent, ConfigPlanChecks: emptyAfter,
		},
		resource.TestStep{RefreshState: true},
		resource.TestStep{Config: stoppedMachine + agent, ConfigPlanChecks: emptyAfter, ConfigStateChecks: status("stopped")},
	)
}
