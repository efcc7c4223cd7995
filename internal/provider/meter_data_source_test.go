package provider_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

func credits(t *testing.T, decimal string) knownvalue.Check {
	t.Helper()
	n, _, err := big.ParseFloat(decimal, 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	return knownvalue.NumberExact(n)
}

// march is an account whose one machine ran in March for 100 hours and 1 second, at 55 credits an hour.
func march(m *meterServer) {
	begin := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	fact := func(f meter.Fact, after time.Duration) meter.Fact {
		f.Account, f.Effective = "team", meter.At(begin.Add(after))
		return f
	}
	m.append(
		fact(meter.Fact{Key: "paid", Kind: meter.Grant, Amount: 10_000 * pricebook.Credit, CostCents: 25_000, Reason: "order 4711"}, 0),
		fact(meter.Fact{
			Key: "gift", Kind: meter.Grant, Amount: 5 * pricebook.Credit, Priority: -1,
			Expires: meter.At(begin.Add(24 * time.Hour)), Reason: "hello",
		}, 0),
		fact(meter.Fact{
			Key: "start", Kind: meter.Start, Instance: "i-0123456789abcdef0", InstanceType: "t3.micro", Model: "anthropic/claude-sonnet-4-6",
		}, 48*time.Hour),
		fact(meter.Fact{Key: "stop", Kind: meter.Stop, Instance: "i-0123456789abcdef0"}, 148*time.Hour+time.Second),
		fact(meter.Fact{Key: "sorry", Kind: meter.Adjust, Amount: pricebook.Credit / 2, Reason: "a slow day"}, 200*time.Hour),
	)
}

// TestAccBalance_atAnInstant looks back at an account: while its machine ran, and at rest.
func TestAccBalance_atAnInstant(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	march(m)
	at := func(name, attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.tropic_balance."+name, tfjsonpath.New(attribute), check)
	}
	grant := func(key, left string, quanta int64, expires knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"key": knownvalue.StringExact(key), "credits": credits(t, left), "quanta": knownvalue.Int64Exact(quanta), "expires": expires,
		})
	}
	m.limited(t, newRecordCloud(t), nil, resource.TestStep{
		Config: m.block(m.token("team")) + `
data "tropic_balance" "fresh" {
  account = "team"
  at      = "2026-03-01T12:00:00+01:00"
}

data "tropic_balance" "running" {
  account = "team"
  at      = "2026-03-03T01:00:00Z"
}

data "tropic_balance" "now" {
  account = "team"
  with_machine = { instance_type = "t3.small" }
}`,
		ConfigPlanChecks: emptyAfter,
		ConfigStateChecks: []statecheck.StateCheck{
			at("fresh", "credits", credits(t, "10005")), at("fresh", "at", knownvalue.StringExact("2026-03-01T12:00:00+01:00")),
			at("fresh", "credits_per_hour", credits(t, "0")), at("fresh", "hours_left", knownvalue.Null()),
			at("fresh", "exhausted", knownvalue.Null()), at("fresh", "hours_left_with_machine", knownvalue.Null()),
			at("fresh", "grants", knownvalue.ListExact([]knownvalue.Check{
				grant("gift", "5", 5*int64(pricebook.Credit), knownvalue.StringExact("2026-03-02T00:00:00.000Z")),
				grant("paid", "10000", 10_000*int64(pricebook.Credit), knownvalue.Null()),
			})),
			at("running", "credits", credits(t, "9945")), at("running", "quanta", knownvalue.Int64Exact(9945*int64(pricebook.Credit))),
			at("running", "credits_per_hour", credits(t, "55")),
			// the machine is known to have stopped later: credits do not end
			at("running", "hours_left", knownvalue.Null()),
			at("now", "credits", credits(t, "4500.484")), at("now", "quanta", knownvalue.Int64Exact(16_201_745_000_000)),
			at("now", "hours_left", knownvalue.Null()), at("now", "hours_left_with_machine", credits(t, "300.032")),
		},
	})
}

// TestAccBalance_whileRunning looks at an account whose machine runs right now.
func TestAccBalance_whileRunning(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	m.grant("team", 1100)
	m.starts("team", "i-0123456789abcdef0", 0)
	m.limited(t, newRecordCloud(t), nil, resource.TestStep{
		Config: m.block(m.token("team")) + `
data "tropic_balance" "team" {
  account      = "team"
  with_machine = { instance_type = "t3.micro", model = "anthropic/claude-sonnet-4-6" }
}

output "rate" { value = data.tropic_balance.team.credits_per_hour == 55 }
output "alone" { value = data.tropic_balance.team.hours_left > 19 && data.tropic_balance.team.hours_left <= 20 }
output "both" { value = data.tropic_balance.team.hours_left_with_machine > 9 && data.tropic_balance.team.hours_left_with_machine <= 10 }
output "end" { value = timecmp(data.tropic_balance.team.exhausted, data.tropic_balance.team.at) }
`,
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckOutput("rate", "true"), resource.TestCheckOutput("alone", "true"), resource.TestCheckOutput("both", "true"),
			resource.TestCheckOutput("end", "1"),
		),
		ConfigPlanChecks: emptyAfter, // a balance that changes is no change to make
	})
}

// TestAccStatement has each kind of line, totals, and opening plus lines as closing.
func TestAccStatement(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	march(m)
	at := func(attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.tropic_statement.march", tfjsonpath.New(attribute), check)
	}
	amount := func(in string, quanta int64) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{"credits": credits(t, in), "quanta": knownvalue.Int64Exact(quanta)})
	}
	const credit, ran = int64(pricebook.Credit), 55_000 * (100*3_600_000 + 1000)
	line := func(entry, key string, more map[string]knownvalue.Check) knownvalue.Check {
		want := map[string]knownvalue.Check{"entry": knownvalue.StringExact(entry), "key": knownvalue.StringExact(key)}
		for name, check := range more {
			want[name] = check
		}
		return knownvalue.ObjectPartial(want)
	}
	m.limited(t, newRecordCloud(t), nil, resource.TestStep{
		Config: m.block(m.token("team")) + `
data "tropic_statement" "march" {
  account = "team"
  from    = "2026-03-01T00:00:00Z"
  to      = "2026-04-01T00:00:00Z"
}

data "tropic_statement" "all" {
  account = "team"
}

output "adds_up" {
  value = data.tropic_statement.march.opening.quanta + sum(data.tropic_statement.march.lines[*].quanta) == data.tropic_statement.march.closing.quanta
}
output "same" { value = data.tropic_statement.all.totals == data.tropic_statement.march.totals }
output "first" { value = data.tropic_statement.all.from }`,
		ConfigPlanChecks: emptyAfter,
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckOutput("adds_up", "true"), resource.TestCheckOutput("same", "true"),
			resource.TestCheckOutput("first", "2026-03-01T00:00:00.000Z"),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			at("opening", amount("0", 0)), at("closing", amount("4500.484", 10_000*credit-ran+credit/2)),
			at("totals", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"granted": amount("10005", 10_005*credit), "charged": amount("5500.015", ran), "adjusted": amount("0.5", credit/2),
				"expired": amount("5", 5*credit),
			})),
			at("lines", knownvalue.ListExact([]knownvalue.Check{
				line("grant", "gift", map[string]knownvalue.Check{"reason": knownvalue.StringExact("hello"), "instance_id": knownvalue.Null()}),
				line("grant", "paid", map[string]knownvalue.Check{"credits_per_hour": knownvalue.Null(), "until": knownvalue.Null()}),
				line("expiry", "gift", map[string]knownvalue.Check{"credits": credits(t, "-5")}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"at": knownvalue.StringExact("2026-03-03T00:00:00.000Z"), "until": knownvalue.StringExact("2026-03-07T04:00:01.000Z"),
					"entry": knownvalue.StringExact("charge"), "instance_id": knownvalue.StringExact("i-0123456789abcdef0"),
					"credits_per_hour": credits(t, "55"), "key": knownvalue.Null(), "reason": knownvalue.Null(),
					"credits": credits(t, "-5500.015"), "quanta": knownvalue.Int64Exact(-ran),
				}),
				line("adjustment", "sorry", map[string]knownvalue.Check{"credits": credits(t, "0.5")}),
			})),
		},
	})
}
