package provider_test

import (
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

const teamLimits = "tropic_spending_limits.team"

// limited runs steps with a cloud and a meter, and sees that no limits of the accounts are left.
func (m *meterServer) limited(t *testing.T, c *cloud, accounts []string, steps ...resource.TestStep) {
	t.Helper()
	requireTerraform(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: c.factories(unconnected...),
		Steps:                    steps,
		CheckDestroy: func(*terraform.State) error {
			for _, account := range accounts {
				if err := m.leftovers(account); err != nil {
					return err
				}
			}
			return c.leftovers()
		},
	})
}

// TestAccSpendingLimits sets limits, changes them, imports them and has another tool change them and take them away: each
// plan shows just that, and each apply leaves nothing to do.
func TestAccSpendingLimits(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	provider := m.block(m.token("team"))
	config := func(limits string) string {
		return provider + "resource \"tropic_spending_limits\" \"team\" {\n  account = \"team\"\n" + limits + "\n}"
	}
	at := func(name string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(teamLimits, tfjsonpath.New(name), check)
	}
	is := func(want meter.Limits) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := m.limits("team", ""); got != want {
				return fmt.Errorf("the meter has %+v, want %+v", got, want)
			}
			return nil
		}
	}
	const all = "daily_credit_cap = 12.5\nmax_session = \"1h30m\"\ncontrol_plane_loss_grace = \"1h\"\ntime_zone = \"Europe/Berlin\""
	whole := meter.Limits{DailyCap: 25 * pricebook.Credit / 2, MaxSession: 90 * time.Minute, Grace: time.Hour, Zone: "Europe/Berlin"}
	heals := func(how func(), action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.TestStep {
		return resource.TestStep{
			PreConfig: how, Config: config(all), Check: is(whole),
			ConfigPlanChecks: expect(append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(teamLimits, action)}, more...)...),
		}
	}
	m.limited(
		t, newRecordCloud(t), []string{"team"},
		resource.TestStep{
			Config: config(all), Check: is(whole), ConfigPlanChecks: emptyAfter,
			ConfigStateChecks: []statecheck.StateCheck{
				at("id", knownvalue.StringExact("team")), at("instance_id", knownvalue.Null()),
				at("daily_credit_cap", knownvalue.NumberExact(big.NewFloat(12.5))),
				at("max_session", knownvalue.StringExact("1h30m")),
				at("control_plane_loss_grace", knownvalue.StringExact("1h")), at("time_zone", knownvalue.StringExact("Europe/Berlin")),
			},
		},
		resource.TestStep{ResourceName: teamLimits, ImportState: true, ImportStateId: "team", ImportStateVerify: true},
		heals(func() { m.setLimits("team", "", meter.Limits{DailyCap: 100 * pricebook.Credit, Zone: "Europe/Berlin"}) },
			plancheck.ResourceActionUpdate),
		heals(func() {
			changed := whole
			changed.Zone = "Asia/Tokyo"
			m.setLimits("team", "", changed)
		}, plancheck.ResourceActionUpdate),
		heals(func() {
			changed := whole
			changed.Grace = 0
			m.setLimits("team", "", changed)
		}, plancheck.ResourceActionUpdate),
		heals(func() { m.setLimits("team", "", meter.Limits{}) }, plancheck.ResourceActionCreate),
		resource.TestStep{
			Config: config("control_plane_loss_grace = \"168h\""), Check: is(meter.Limits{Grace: meter.MaxGrace, Zone: "UTC"}),
			ConfigPlanChecks: expect(plancheck.ExpectResourceAction(teamLimits, plancheck.ResourceActionUpdate)),
		},
		resource.TestStep{
			Config: config("daily_credit_cap = 10 / 3"), Check: is(meter.Limits{DailyCap: 12_000_000_000, Zone: "UTC"}),
			ConfigPlanChecks: expect(plancheck.ExpectResourceAction(teamLimits, plancheck.ResourceActionUpdate)),
		},
		resource.TestStep{
			Config: config("time_zone = \"UTC\""), Check: is(meter.Limits{Zone: "UTC"}), // which is what no limits are, too
			ConfigPlanChecks: expect(plancheck.ExpectResourceAction(teamLimits, plancheck.ResourceActionUpdate)),
		},
		resource.TestStep{
			Config: config("max_session = \"480m\""), Check: is(meter.Limits{MaxSession: 8 * time.Hour, Zone: "UTC"}),
			ConfigPlanChecks: expect(plancheck.ExpectResourceAction(teamLimits, plancheck.ResourceActionUpdate)),
		},
	)
}

// TestAccSpendingLimits_machine limits a machine that the same plan creates, beside its account.
func TestAccSpendingLimits_machine(t *testing.T) {
	t.Parallel()
	const limits = "tropic_spending_limits.desk"
	m := newMeter(t)
	m.grant("default", 1000)
	c := newRecordCloud(t).withProfile(t)
	config := m.block(m.token("default")) + bareMachine + `
resource "tropic_spending_limits" "all" {
  account          = "default"
  daily_credit_cap = 500
  time_zone        = "Asia/Tokyo"
}

resource "tropic_spending_limits" "desk" {
  account          = tropic_instance.desk.account
  instance_id      = tropic_instance.desk.id
  daily_credit_cap = 200
}`
	m.limited(
		t, c, []string{"default"},
		resource.TestStep{
			Config: config, ConfigPlanChecks: expect(plancheck.ExpectUnknownValue(limits, tfjsonpath.New("instance_id"))),
			Check: func(*terraform.State) error {
				got, account := m.limits("default", c.machine(t)), m.limits("default", "")
				if got.DailyCap != 200*pricebook.Credit || account.DailyCap != 500*pricebook.Credit || account.Zone != "Asia/Tokyo" {
					return fmt.Errorf("the meter has %+v for the machine and %+v for the account", got, account)
				}
				return nil
			},
		},
		resource.TestStep{ResourceName: limits, ImportState: true, ImportStateVerify: true},
		resource.TestStep{
			PreConfig: func() { m.setLimits("default", c.machine(t), meter.Limits{MaxSession: time.Hour}) }, Config: config,
			ConfigPlanChecks: expect(
				plancheck.ExpectResourceAction(limits, plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("tropic_spending_limits.all", plancheck.ResourceActionNoop),
			),
		},
	)
}

// TestAccSpendingLimits_ofOthers does not write over limits that something else set, and takes over the very same.
func TestAccSpendingLimits_ofOthers(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	others := meter.Limits{DailyCap: 7 * pricebook.Credit, MaxSession: 2 * time.Hour, Zone: "UTC"}
	m.setLimits("team", "", others)
	provider := m.block(m.token("team"))
	m.limited(
		t, newRecordCloud(t), []string{"team"},
		resource.TestStep{
			Config: provider + "resource \"tropic_spending_limits\" \"team\" {\n  account = \"team\"\n  daily_credit_cap = 8\n}",
			ExpectError: saying("limits already, and they say something else: a daily cap of 7 credits, sessions of at most 2h, days in UTC. " +
				"Next: adopt them: terraform import tropic_spending_limits.<label> team"),
		},
		resource.TestStep{
			PreConfig: func() {
				if got := m.limits("team", ""); got != others {
					t.Errorf("the limits of others became %+v", got)
				}
			},
			Config: provider + "resource \"tropic_spending_limits\" \"team\" {\n  account = \"team\"\n" +
				"  daily_credit_cap = 7\n  max_session = \"2h\"\n}",
			ConfigPlanChecks: emptyAfter,
		},
	)
}

// TestAccSpendingLimits_lostAnswer has the answer to a write get lost on its way: the call is repeated under the same key,
// and the limits are set once.
func TestAccSpendingLimits_lostAnswer(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	var lost atomic.Int32
	m.setIntercept(func(handler http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPut || !lost.CompareAndSwap(0, 1) {
			handler.ServeHTTP(w, r)
			return
		}
		handler.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
	m.limited(t, newRecordCloud(t), []string{"team"}, resource.TestStep{
		Config:           m.block(m.token("team")) + "resource \"tropic_spending_limits\" \"team\" {\n  account = \"team\"\n  max_session = \"1h\"\n}",
		ConfigPlanChecks: emptyAfter,
		Check: func(*terraform.State) error {
			if n := m.limitFacts("team"); n != 1 || lost.Load() != 1 {
				return fmt.Errorf("limits were set %d times, with %d answers lost", n, lost.Load())
			}
			return nil
		},
	})
}
