package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

const machine = "tropic_instance.desk"

// emptyAfter asks for an empty plan after the apply, once as it is and once refreshed.
var emptyAfter = resource.ConfigPlanChecks{
	PostApplyPreRefresh:  []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
}

func expect(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	out := emptyAfter
	out.PreApply = checks
	return out
}

// withProfile makes the instance profile, as an operator does once per account.
func (c *cloud) withProfile(t *testing.T) *cloud {
	t.Helper()
	if _, err := c.client.Profiles.Ensure(t.Context(), tropic.DefaultInstanceProfile); err != nil {
		t.Fatal(err)
	}
	return c
}

// unconnected says that machines of a record cloud never connect, so that no test waits for it.
var unconnected = []tropic.Option{tropic.WithConnectTimeout(1)}

const bareMachine = `
resource "tropic_instance" "desk" {
  name      = "desk"
  ssh_cidrs = ["203.0.113.7/32"]
}`

func TestAccInstance_basic(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	at := func(name string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(machine, tfjsonpath.New(name), check)
	}
	c.runWith(
		t, unconnected,
		resource.TestStep{
			Config: bareMachine,
			ConfigStateChecks: []statecheck.StateCheck{
				at("id", knownvalue.StringRegexp(regexp.MustCompile(`^i-[0-9a-f]{17}$`))),
				at("instance_type", knownvalue.StringExact(tropic.DefaultInstanceType)),
				at("account", knownvalue.StringExact(tropic.DefaultAccount)),
				at("model", knownvalue.StringExact(manifest.DefaultModel)),
				at("state", knownvalue.StringExact(tropic.StateRunning)),
				at("public_ip", knownvalue.NotNull()),
				at("private_ip", knownvalue.NotNull()),
				at("settings_digest", knownvalue.StringRegexp(regexp.MustCompile(`^sha256:`))),
				at("proxy_cidrs", knownvalue.SetExact([]knownvalue.Check{})),
				at("ingress", knownvalue.SetExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
					"protocol": knownvalue.StringExact("tcp"), "from_port": knownvalue.Int32Exact(22),
					"to_port": knownvalue.Int32Exact(22), "source": knownvalue.StringExact("203.0.113.7/32"),
				})})),
				at("status", knownvalue.ObjectPartial(map[string]knownvalue.Check{"connected": knownvalue.Bool(false)})),
			},
			ConfigPlanChecks: emptyAfter,
		},
		resource.TestStep{ResourceName: machine, ImportState: true, ImportStateVerify: true},
	)
}

func TestAccInstance_update(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	inPlace := plancheck.ExpectResourceAction(machine, plancheck.ResourceActionUpdate)
	c.runWith(
		t, unconnected,
		resource.TestStep{Config: bareMachine, ConfigPlanChecks: emptyAfter},
		resource.TestStep{
			Config: `
resource "tropic_instance" "desk" {
  name            = "desk"
  model           = "anthropic/claude-opus-4-6"
  ssh_cidrs       = ["203.0.113.8/32", "2001:db8::/32"]
  proxy_cidrs     = ["198.51.100.10/32"]
  allowed_origins = ["https://tropic.bot"]
  tags            = { team = "research" }
}`,
			ConfigPlanChecks: expect(
				inPlace,
				plancheck.ExpectKnownValue(machine, tfjsonpath.New("ingress"), knownvalue.SetSizeExact(5)),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(machine, tfjsonpath.New("ingress"), knownvalue.SetSizeExact(5)),
				statecheck.ExpectKnownValue(machine, tfjsonpath.New("tags").AtMapKey("team"), knownvalue.StringExact("research")),
			},
		},
		resource.TestStep{ResourceName: machine, ImportState: true, ImportStateVerify: true},
		resource.TestStep{Config: bareMachine, ConfigPlanChecks: expect(inPlace)},
	)
}

func TestAccInstance_typeChange(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	var before string
	c.runWith(
		t, unconnected,
		resource.TestStep{Config: bareMachine},
		resource.TestStep{
			PreConfig: func() { before = c.machine(t) },
			Config: `
resource "tropic_instance" "desk" {
  name          = "desk"
  instance_type = "t3.small"
  ssh_cidrs     = ["203.0.113.7/32"]
}`,
			ConfigPlanChecks: expect(
				plancheck.ExpectResourceAction(machine, plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(machine, tfjsonpath.New("public_ip")),
				plancheck.ExpectKnownValue(machine, tfjsonpath.New("private_ip"), knownvalue.NotNull()),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(machine, tfjsonpath.New("instance_type"), knownvalue.StringExact("t3.small")),
				statecheck.ExpectKnownValue(machine, tfjsonpath.New("state"), knownvalue.StringExact(tropic.StateRunning)),
			},
		},
	)
	if ids := c.server.Instances(); len(ids) != 1 || ids[0].ID != before {
		t.Errorf("machines %v, want only %s", ids, before)
	}
}

func TestAccInstance_stopAndStart(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	const stopped = `
resource "tropic_instance" "desk" {
  name          = "desk"
  ssh_cidrs     = ["203.0.113.7/32"]
  desired_state = "stopped"
}`
	c.runWith(
		t, unconnected,
		resource.TestStep{Config: bareMachine},
		resource.TestStep{
			Config: stopped,
			ConfigPlanChecks: expect(
				plancheck.ExpectKnownValue(machine, tfjsonpath.New("public_ip"), knownvalue.Null()),
				plancheck.ExpectKnownValue(machine, tfjsonpath.New("private_ip"), knownvalue.NotNull()),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(machine, tfjsonpath.New("state"), knownvalue.StringExact(tropic.StateStopped)),
			},
		},
		resource.TestStep{ResourceName: machine, ImportState: true, ImportStateVerify: true},
		resource.TestStep{
			Config: bareMachine,
			ConfigPlanChecks: expect(
				plancheck.ExpectUnknownValue(machine, tfjsonpath.New("public_ip")),
				plancheck.ExpectKnownValue(machine, tfjsonpath.New("private_ip"), knownvalue.NotNull()),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(machine, tfjsonpath.New("state"), knownvalue.StringExact(tropic.StateRunning)),
			},
		},
	)
}
