package provider_test

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// TestAccInstance_powersItselfOff has a machine power itself off, as one whose lease ended will: EC2 shows it stopped and
// not terminated, the plan says so, and apply starts it again, the very same.
func TestAccInstance_powersItselfOff(t *testing.T) {
	t.Parallel()
	c := newLiveCloud(t).withProfile(t)
	config := `
resource "tropic_instance" "desk" {
  name      = "desk"
  ssh_cidrs = []
}
`
	state := func(want string) knownvalue.Check { return knownvalue.StringExact(want) }
	var id string
	c.run(
		t,
		resource.TestStep{Config: config, ConfigPlanChecks: emptyAfter},
		resource.TestStep{
			PreConfig: func() {
				id = c.machine(t)
				// The answer is lost with the machine: what counts is what EC2 says.
				_, _ = c.server.Exec(t.Context(), id, driver.Command{Argv: []string{"poweroff"}, Timeout: 10 * time.Second})
				c.awaitState(t, id, tropic.StateStopped)
			},
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(machine, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(machine, tfjsonpath.New("state"), state(tropic.StateRunning)),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(machine, tfjsonpath.New("state"), state(tropic.StateRunning)),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				if now := c.machine(t); now != id {
					t.Errorf("machine %s took the place of %s", now, id)
				}
			},
			Config: config, ConfigPlanChecks: emptyAfter,
		},
	)
}

// awaitState waits until EC2 shows the machine in the state.
func (c *cloud) awaitState(t *testing.T, id, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		instance, err := c.client.Instances.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if instance.State == want {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("machine %s is %s after 20 s, want %s", id, instance.State, want)
		case <-tick.C:
		}
	}
}
