package provider_test

import (
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// TestAccInstance_rate has the plan show the rate, for what a machine is made of and whoever pays for its model.
func TestAccInstance_rate(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	costs := func(settings string, rate int64) resource.TestStep {
		exactly := knownvalue.NumberExact(new(big.Float).SetInt64(rate))
		where := tfjsonpath.New("credits_per_hour")
		return resource.TestStep{
			Config:            "resource \"tropic_instance\" \"desk\" {\n  name = \"desk\"\n  ssh_cidrs = []\n" + settings + "\n}",
			ConfigPlanChecks:  expect(plancheck.ExpectKnownValue(machine, where, exactly)),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(machine, where, exactly)},
		}
	}
	c.runWith(t, unconnected,
		costs("", 55),
		costs(`model = "anthropic/claude-opus-4-6"`, 105),
		costs(`api_key = "own"`, 5),
		costs("instance_type = \"t3.small\"\napi_key = \"own\"\nmodel = \"openai/gpt-5\"", 15),
		resource.TestStep{ResourceName: machine, ImportState: true, ImportStateVerify: true},
		costs("desired_state = \"stopped\"\ntags = { team = \"a\" }", 55),
	)
}

// TestAccInstance_rateIsUnknownWithItsModel has a model that is known only after an apply.
func TestAccInstance_rateIsUnknownWithItsModel(t *testing.T) {
	t.Parallel()
	where := tfjsonpath.New("credits_per_hour")
	newRecordCloud(t).withProfile(t).runWith(t, unconnected, resource.TestStep{
		Config: `
resource "terraform_data" "model" {
  input = "anthropic/claude-haiku-4-5"
}

resource "tropic_instance" "desk" {
  name      = "desk"
  ssh_cidrs = []
  model     = terraform_data.model.output
}`,
		ConfigPlanChecks:  expect(plancheck.ExpectUnknownValue(machine, where)),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(machine, where, knownvalue.NumberExact(big.NewFloat(25)))},
	})
}

// TestAccInstance_stateWithoutRate takes over a state from before the attribute was there: nothing is to be done.
func TestAccInstance_stateWithoutRate(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	w := c.workspace(t, usesTropic+`
resource "tropic_instance" "desk" {
  name      = "desk"
  ssh_cidrs = []
  timeouts  = { create = "5s" }
}`)
	w.terraform("apply", "-auto-approve", "-input=false", "-no-color")
	file := filepath.Join(w.dir, "terraform.tfstate")
	forget := regexp.MustCompile(`\s*"credits_per_hour": 55,`)
	state, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	old := forget.ReplaceAll(state, nil)
	if len(old) == len(state) {
		t.Fatalf("the state has no rate:\n%s", state)
	}
	w.write("terraform.tfstate", string(old))
	w.terraform("plan", "-detailed-exitcode", "-refresh=false", "-input=false", "-no-color")
	w.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")
	w.terraform("apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color")
	if state, err = os.ReadFile(file); err != nil || !forget.Match(state) {
		t.Errorf("a refresh does not fill in the rate (%v):\n%s", err, state)
	}
	w.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
}

// TestAccInstance_priceChange has a price rise between a plan and its apply, and between an apply and the next plan: the
// first plan shows no rate that would not hold, and neither leaves anything to do.
func TestAccInstance_priceChange(t *testing.T) {
	t.Parallel()
	book, noon := changing(t)
	var now atomic.Int64
	now.Store(noon.Unix())
	where := tfjsonpath.New("credits_per_hour")
	exactly := func(want string) knownvalue.Check {
		n, _, err := big.ParseFloat(want, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return knownvalue.NumberExact(n)
	}
	has := func(want string) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue(machine, where, exactly(want))}
	}
	newRecordCloud(t).withProfile(t).priced(
		t, book, &now,
		resource.TestStep{
			Config: bareMachine,
			ConfigPlanChecks: expect(
				plancheck.ExpectUnknownValue(machine, where), moves{&now, noon.Add(time.Hour)},
			),
			ConfigStateChecks: has("57"),
		},
		resource.TestStep{ // a price of the past, as a state from before the rise has it
			PreConfig:    func() { now.Store(noon.Unix()) },
			RefreshState: true,
			Check:        resource.TestCheckResourceAttr(machine, "credits_per_hour", "55.1"),
		},
		resource.TestStep{
			PreConfig: func() { now.Store(noon.Add(2 * time.Hour).Unix()) },
			Config:    bareMachine, ConfigPlanChecks: expect(plancheck.ExpectEmptyPlan()), ConfigStateChecks: has("57"),
		},
		resource.TestStep{
			Config: strings.Replace(bareMachine, `"desk"
  ssh`, `"desk"
  api_key   = "own"
  ssh`, 1),
			ConfigPlanChecks:  expect(plancheck.ExpectKnownValue(machine, where, exactly("7")), moves{&now, noon.Add(9 * time.Hour)}),
			ConfigStateChecks: has("7"),
		},
	)
}
