package provider_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

func isLate(err error) bool {
	return errors.Is(err, tropic.ErrNotConnected) || errors.Is(err, tropic.ErrTimeout) ||
		errors.Is(err, tropic.ErrCommandFailed) || errors.Is(err, context.DeadlineExceeded)
}

const stoppedMachine = `
resource "tropic_instance" "desk" {
  name          = "desk"
  ssh_cidrs     = []
  desired_state = "stopped"
}
`

func agents(instanceID string, slugs ...string) string {
	var b strings.Builder
	for _, slug := range slugs {
		fmt.Fprintf(&b, `
resource "tropic_agent" %q {
  instance_id = %s
  slug        = %q
  template    = "researcher"
}
`, slug, instanceID, slug)
	}
	return b.String()
}

// TestAccAgent_sixth has the plan refuse one agent too many where the machine is known, the library at apply where it is
// not, and neither miscount an agent that is replaced.
func TestAccAgent_sixth(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	const id = "tropic_instance.desk.id"
	five := stoppedMachine + agents(id, "a", "b", "c", "d", "e")
	c.runWith(
		t, unconnected,
		resource.TestStep{
			Config:           five,
			ConfigPlanChecks: emptyAfter,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("tropic_agent.a", tfjsonpath.New("status"), knownvalue.StringExact("provisioning")),
			},
		},
		resource.TestStep{
			Config: stoppedMachine + agents(id, "a", "b", "c", "d", "e", "f"), PlanOnly: true,
			ExpectError: saying("Too many agents on one machine"),
		},
		resource.TestStep{ // e gives way to f: destroyed and created in one plan
			Config: stoppedMachine + agents(id, "a", "b", "c", "d", "f"),
			ConfigPlanChecks: expect(
				plancheck.ExpectResourceAction("tropic_agent.f", plancheck.ResourceActionCreate),
				plancheck.ExpectResourceAction("tropic_agent.e", plancheck.ResourceActionDestroy),
			),
		},
	)
}

func TestAccAgent_sixthOfUnknownMachine(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	c.runWith(
		t, unconnected,
		resource.TestStep{
			Config:      stoppedMachine + agents("tropic_instance.desk.id", "a", "b", "c", "d", "e", "f"),
			ExpectError: saying("at most 5"),
		},
	)
}
