package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// TestAccInstance_heldThenStopped has the meter hold a machine, and somebody want it stopped: then it is held no more, or the
// meter would start it again once there are credits.
func TestAccInstance_heldThenStopped(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	machineOf := func(desired string) string {
		return `
resource "tropic_instance" "desk" {
  name          = "desk"
  ssh_cidrs     = []
  desired_state = "` + desired + `"
}
`
	}
	hold := func(want knownvalue.Check) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue(machine, tfjsonpath.New("hold"), want)}
	}
	c.runWith(
		t, unconnected,
		resource.TestStep{Config: machineOf("stopped")},
		resource.TestStep{
			PreConfig: func() {
				if err := c.client.Fleet.Tag(t.Context(), tropic.TagHold, tropic.HoldBalance, c.machine(t)); err != nil {
					t.Fatal(err)
				}
			},
			Config: machineOf("stopped"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(machine, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(machine, tfjsonpath.New("hold"), knownvalue.Null()),
			}},
			ConfigStateChecks: hold(knownvalue.Null()),
		},
		resource.TestStep{
			PreConfig: func() {
				if i, err := c.client.Instances.Get(t.Context(), c.machine(t)); err != nil || i.Hold != "" {
					t.Errorf("held for %q, %v", i.Hold, err)
				}
			},
			Config: machineOf("stopped"), ConfigPlanChecks: emptyAfter,
		},
	)
}
