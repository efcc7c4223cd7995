package provider_test

import (
	"context"
	"math/big"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/internal/provider"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// TestAccPricing_functions calls both functions as a configuration does.
func TestAccPricing_functions(t *testing.T) {
	t.Parallel()
	const rate, runtime = "provider::tropic::credits_per_hour", "provider::tropic::runtime_for_credits"
	newRecordCloud(t).run(t, resource.TestStep{
		Config: `
output "sonnet"   { value = ` + rate + `("t3.micro", "anthropic/claude-sonnet-4-6") == 55 }
output "own"      { value = ` + rate + `("t3.small", null) == 15 }
output "empty"    { value = ` + rate + `("t3.small", "") == 15 }
output "planned"  { value = ` + rate + `("t3.micro", null, plantimestamp()) == 5 }
output "runtime"  { value = ` + runtime + `(1000, "t3.micro", "anthropic/claude-sonnet-4-6") == 65454 }
output "thirds"   { value = ` + runtime + `(10 / 3, "t3.micro", null) == 2400 }
output "computed" { value = ` + runtime + `(0.3 - 0.1, "t3.micro", null) == 144 }
`,
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckOutput("sonnet", "true"), resource.TestCheckOutput("own", "true"),
			resource.TestCheckOutput("empty", "true"), resource.TestCheckOutput("planned", "true"),
			resource.TestCheckOutput("runtime", "true"),
			resource.TestCheckOutput("thirds", "true"), resource.TestCheckOutput("computed", "true"),
		),
		ConfigPlanChecks: emptyAfter,
	})
}

// TestAccPricing_badInput shows each refusal at its argument.
func TestAccPricing_badInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ config, says string }{
		"type": {
			`output "x" { value = provider::tropic::credits_per_hour("t3.mikro", null) }`,
			`Invalid value for "instance_type" parameter: instance type "t3.mikro" has no price`,
		},
		"model": {
			`output "x" { value = provider::tropic::credits_per_hour("t3.micro", "anthropic/claude-sonet-4-6") }`,
			`write "anthropic/claude-sonnet-4-6", if that was meant`,
		},
		"negative": {
			`output "x" { value = provider::tropic::runtime_for_credits(-1, "t3.micro", null) }`,
			`Invalid value for "credits" parameter: credits must not be negative`,
		},
		"overflow": {
			`output "x" { value = provider::tropic::runtime_for_credits(1e30, "t3.micro", null) }`,
			`more credits than can be counted; the most are 2562047788.015`,
		},
		"instant": {`data "tropic_pricing" "x" { at = "today" }`, `at "today" is no instant`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newRecordCloud(t).run(t, resource.TestStep{Config: tc.config, PlanOnly: true, ExpectError: saying(tc.says)})
		})
	}
}

func TestAccPricing_dataSource(t *testing.T) {
	t.Parallel()
	price := func(name string, rate int64) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"name": knownvalue.StringExact(name), "credits_per_hour": knownvalue.NumberExact(new(big.Float).SetInt64(rate)),
			"effective_from": knownvalue.StringExact("2026-01-01T00:00:00Z"),
		})
	}
	at := func(name, attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.tropic_pricing."+name, tfjsonpath.New(attribute), check)
	}
	newRecordCloud(t).run(t, resource.TestStep{
		Config: `
data "tropic_pricing" "now" {}
data "tropic_pricing" "before" {
  at = "2025-12-31T23:59:59Z"
}`,
		ConfigStateChecks: []statecheck.StateCheck{
			at("now", "instance_types", knownvalue.ListExact([]knownvalue.Check{price("t3.micro", 5), price("t3.small", 15)})),
			at("now", "models", knownvalue.ListExact([]knownvalue.Check{
				price("anthropic/claude-opus-4-6", 100), price("anthropic/claude-sonnet-4-6", 50), price("anthropic/claude-haiku-4-5", 20),
			})),
			at("now", "packages", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
				"credits": knownvalue.NumberExact(big.NewFloat(1000)), "price_usd_cents": knownvalue.Int64Exact(2500),
				"effective_from": knownvalue.StringExact("2026-01-01T00:00:00Z"),
			})})),
			at("before", "instance_types", knownvalue.ListExact(nil)),
			at("before", "packages", knownvalue.ListExact(nil)),
		},
		ConfigPlanChecks: emptyAfter,
	})
}

// changing has a price that rises an hour after noon, before any clock of a machine that runs the tests.
func changing(t *testing.T) (book *pricebook.Book, noon time.Time) {
	t.Helper()
	noon = time.Date(2020, time.January, 1, 12, 0, 0, 0, time.UTC)
	book, err := pricebook.New([]pricebook.Entry{
		{Name: "t3.micro", From: noon, Rate: 5_100}, {Name: "t3.micro", From: noon.Add(time.Hour), Rate: 7_000},
	}, []pricebook.Entry{{Name: manifest.DefaultModel, From: noon, Rate: 50_000}})
	if err != nil {
		t.Fatal(err)
	}
	return book, noon
}

// priced runs steps with a book and a clock, and lets a check of a plan move the clock before the apply.
func (c *cloud) priced(t *testing.T, book *pricebook.Book, now *atomic.Int64, steps ...resource.TestStep) {
	t.Helper()
	requireTerraform(t)
	clock := func() time.Time { return time.Unix(now.Load(), 0) }
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"tropic": func() (tfprotov6.ProviderServer, error) {
				options := append(c.options(), unconnected...)
				return providerserver.NewProtocol6WithError(provider.NewWithPrices(book, clock, options...)())()
			},
		},
		Steps: steps,
	})
}

// moves is a check of a plan that sets the clock.
type moves struct {
	now *atomic.Int64
	to  time.Time
}

func (m moves) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	m.now.Store(m.to.Unix())
}

// TestAccPricing_priceChangeBetweenPlanAndApply holds the functions to what their pages say of it.
func TestAccPricing_priceChangeBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		argument string
		refused  *regexp.Regexp
	}{
		"by the clock":        {"", saying("function returned an inconsistent result")},
		"as of the plan":      {", plantimestamp()", nil},
		"at a stated instant": {`, "2020-01-01T12:30:00Z"`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book, noon := changing(t)
			var now atomic.Int64
			now.Store(noon.Unix())
			newRecordCloud(t).priced(t, book, &now, resource.TestStep{
				Config: `resource "terraform_data" "x" {
  input = provider::tropic::credits_per_hour("t3.micro", null` + tc.argument + `)
}`,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{moves{&now, noon.Add(2 * time.Hour)}}},
				ExpectError:      tc.refused,
			})
		})
	}
}
