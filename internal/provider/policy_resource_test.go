package provider_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

const policyName = "tropic_policy.careful"

func aPolicy(body string) string {
	return "resource \"tropic_policy\" \"careful\" {\n  name = \"careful\"\n" + body + "\n}\n"
}

func plans(attribute, pattern string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(policyName, tfjsonpath.New(attribute), knownvalue.StringRegexp(regexp.MustCompile("(?s)"+pattern)))
}

// TestAccPolicy_compiles wants a plan to show what each line compiles to, and the default that follows from what is
// written; whatever is written or left out, the plan after an apply is empty.
func TestAccPolicy_compiles(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t)
	const sudo = `  rules = "DENY: run sudo"`
	step := func(body string, action plancheck.ResourceActionType, checks ...plancheck.PlanCheck) resource.TestStep {
		return resource.TestStep{
			Config:           aPolicy(body),
			ConfigPlanChecks: expect(append(checks, plancheck.ExpectResourceAction(policyName, action))...),
		}
	}
	c.run(
		t,
		step(sudo, plancheck.ResourceActionCreate, plans("default", "^allow$"),
			plans("compiled", `default: allow.*// Blocks .*@line\("1: DENY: run sudo"\)\nforbid.*context\.understood`)),
		step(sudo+"\n  default = \"allow\"", plancheck.ResourceActionNoop),
		step(sudo+"\n  default = \"deny\"", plancheck.ResourceActionUpdate, plans("default", "^deny$"), plans("compiled", "default: deny")),
		resource.TestStep{ResourceName: policyName, ImportState: true, ImportStateId: "careful", ImportStateVerify: true},
		step(sudo, plancheck.ResourceActionUpdate, plans("default", "^allow$")),
		step(`  rules = "DENY: run sudo\nREQUIRE CONFIRM: everything else"`, plancheck.ResourceActionUpdate, plans("default", "^confirm$"),
			plans("compiled", `default: confirm.*default-confirm`)),
		step("  default = \"confirm\"\n"+`  rules = "DENY: run sudo\nREQUIRE CONFIRM: everything else"`, plancheck.ResourceActionNoop),
		step(`  cedar = "@id(\"mine\") forbid (principal, action, resource) when { context.flags.contains(\"git --force\") };"`,
			plancheck.ResourceActionUpdate, plans("default", "^allow$"), plans("compiled", `// As written:\n@id\("mine"\)`)),
	)
}

// TestAccPolicy_unknown has rules that are known only after an apply: nothing is promised of them, and what they turn out
// to say is checked then.
func TestAccPolicy_unknown(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t)
	config := func(rules string) string {
		return "resource \"terraform_data\" \"rules\" {\n  input = \"" + rules + "\"\n}\n" + aPolicy("  rules = terraform_data.rules.output")
	}
	c.run(
		t,
		resource.TestStep{
			Config: config("DENY: run sudo"),
			ConfigPlanChecks: expect(plancheck.ExpectUnknownValue(policyName, tfjsonpath.New("compiled")),
				plancheck.ExpectUnknownValue(policyName, tfjsonpath.New("default")), plancheck.ExpectUnknownValue(policyName, tfjsonpath.New("digest"))),
		},
		resource.TestStep{Config: config("DENY: frobnicate"), ExpectError: saying(`line 1, column 7: "frobnicate"`)},
		resource.TestStep{Config: config("DENY: run sudo\\ndefault = deny")},
	)
}

// TestAccPolicy_otherLanguage has a policy in the store that this provider cannot read, as a newer one may write: it can be
// replaced.
func TestAccPolicy_otherLanguage(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t)
	s := c.stranger(t)
	config := aPolicy(`  rules = "DENY: run sudo"`)
	c.run(
		t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				encoded, err := manifest.Encode(manifest.PolicyPath("careful"), 7, manifest.Policy{ID: "careful", Rules: "DENY: frobnicate"})
				s.must(err)
				s.overwrite(manifest.PolicyPath("careful"), encoded.Head)
			},
			Config:           config,
			ConfigPlanChecks: expect(plancheck.ExpectResourceAction(policyName, plancheck.ResourceActionUpdate)),
		},
	)
}

// TestAccPolicy_functions calls both functions as a configuration does.
func TestAccPolicy_functions(t *testing.T) {
	t.Parallel()
	const decision = "provider::tropic::policy_decision"
	for name, tc := range map[string]struct{ value, want string }{
		"compiled":   {`provider::tropic::policy_compile("DENY: run sudo\ndefault = deny")`, `(?s)default: deny.*forbid\(.*Blocks every call that no line allows`},
		"object":     {decision + `("DENY: run sudo", { tool = "exec", params = { command = "su\"do\"  id" } }).decision`, "^DENY$"},
		"JSON":       {decision + `("DENY: run sudo", "{\"tool\":\"exec\",\"params\":{\"command\":\"ls\"}}").decision`, "^ALLOW$"},
		"rules":      {`join(",", ` + decision + `("DENY: run sudo", { tool = "exec", params = { command = "sudo id" } }).rules)`, "^line-1-deny-run-sudo$"},
		"reason":     {decision + `("DENY: run sudo", { tool = "exec", params = { command = "sudo id" } }).reason`, "1: DENY: run sudo"},
		"no mention": {decision + `("default = confirm", { tool = "exec", params = { command = "ls" } }).decision`, "^CONFIRM$"},
		"no rule":    {`jsonencode(` + decision + `("default = deny", { tool = "exec", params = { command = "ls" } }).rules)`, `^\[\]$`},
		"packs":      {decision + `("default = allow", { tool = "exec", params = { command = "rm -rf /" } }, "base", "system").decision`, "^DENY$"},
		"Cedar":      {decision + `("@id(\"x\") forbid (principal, action, resource);", { tool = "read", params = { path = "a", offset = 3 } }).decision`, "^DENY$"},
		"listing": {
			decision + `(provider::tropic::policy_compile("ALLOW: read files in workspace directory\ndefault = deny"), { tool = "exec", params = { command = "id" } }).decision`, "^DENY$",
		},
		"workspace": {
			decision + `("ALLOW: read files in workspace directory\ndefault = deny", { tool = "read", agent = "a", params = { path = "n.md", limit = null } }).decision`, "^ALLOW$",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newRecordCloud(t).run(t, resource.TestStep{
				Config: "output \"x\" {\n  value = " + tc.value + "\n}",
				Check:  resource.TestMatchOutput("x", regexp.MustCompile(tc.want)),
			})
		})
	}
}

// TestAccPolicy_functionWaits has a call of which a part is known only after an apply.
func TestAccPolicy_functionWaits(t *testing.T) {
	t.Parallel()
	newRecordCloud(t).run(t, resource.TestStep{
		Config: `
resource "terraform_data" "command" {
  input = "sudo id"
}

output "x" {
  value = provider::tropic::policy_decision("DENY: run sudo", { tool = "exec", params = { command = terraform_data.command.output } }).decision
}`,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("x")}},
		Check:            resource.TestCheckOutput("x", "DENY"),
	})
}

// TestAccPolicy_reachesTheMachine has the real guest of a machine give the gate what the plan showed, and a change of it.
func TestAccPolicy_reachesTheMachine(t *testing.T) {
	t.Parallel()
	c := newLiveCloud(t).withProfile(t)
	config := func(rules string) string {
		return `
resource "tropic_instance" "desk" {
  name      = "desk"
  ssh_cidrs = []
}

resource "tropic_agent" "poet" {
  instance_id = tropic_instance.desk.id
  slug        = "poet"
  policy_id   = tropic_policy.careful.id
  files       = { "AGENTS.md" = "Answer in rhyme.\n" }
}
` + aPolicy("  rules = "+strconv.Quote(rules))
	}
	reaches := func(rules string) resource.TestStep {
		return resource.TestStep{
			Config: config(rules), ConfigPlanChecks: emptyAfter,
			Check: resource.TestCheckResourceAttrWith(policyName, "compiled", func(compiled string) error {
				return gateHas(t, c, "/etc/tropic/gate/agents/poet.cedar", compiled)
			}),
		}
	}
	c.run(t, reaches("DENY: run sudo"), reaches("DENY: run sudo\nREQUIRE CONFIRM: everything else"))
}

// gateHas waits until a file of the machine ends as wanted: a policy's machines are told of a change, and not waited for.
func gateHas(t *testing.T, c *cloud, name, want string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	last := ""
	for {
		got, err := c.server.Exec(ctx, c.machine(t), driver.Command{Argv: []string{"cat", name}})
		switch {
		case err != nil:
			return fmt.Errorf("the gate of the machine has other policies (%w):\n%s", err, last)
		case strings.HasSuffix(string(got.Stdout), want):
			return nil
		}
		last = string(got.Stdout) + string(got.Stderr)
	}
}
