package provider_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

const teamCap = "\nresource \"tropic_spending_limits\" \"team\" {\n  account          = \"team\"\n  daily_credit_cap = 5\n}\n"

// TestAccMeter_refused says what is wrong with a meter, or its token, and what to do.
func TestAccMeter_refused(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	gone := newMeter(t)
	gone.close()
	other := m.token("others")
	for name, tc := range map[string]struct{ config, says string }{
		"no meter": {teamCap, "No meter is configured * `meter.url` in the provider block, or TROPIC_METER_URL * `meter.token` in the provider " +
			"block, or TROPIC_METER_TOKEN"},
		"no token":       {m.block("") + teamCap, "not all is set * `meter.token` in the provider block, or TROPIC_METER_TOKEN"},
		"wrong token":    {m.block("tropic_wrong-wrong-wrong-wrong") + teamCap, "401 unauthenticated * Next: set `meter.token` in the provider block * Meter request id:"},
		"others' token":  {m.block(other) + teamCap, "403 forbidden * Next: use a token of that account * Meter request id:"},
		"unreachable":    {gone.block("tropic_x") + teamCap, "the meter does not answer: * connection refused"},
		"in the clear":   {strings.Replace(m.block("tropic_x"), m.url, "http://meter.example.com", 1) + teamCap, "would send the token in the clear; want https://"},
		"no address":     {strings.Replace(m.block("tropic_x"), m.url, "meter", 1) + teamCap, `"meter"; want one such as https://meter.example.com`},
		"token as a pem": {m.block("tropic token") + teamCap, "has a space, a control character"},
		"balance":        {m.block(other) + `data "tropic_balance" "x" { account = "team" }`, "403 forbidden"},
		"statement":      {m.block("tropic_wrong") + `data "tropic_statement" "x" { account = "team" }`, "401 unauthenticated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m.limited(t, newRecordCloud(t), []string{"team"}, resource.TestStep{Config: tc.config, ExpectError: sayingInOrder(tc.says)})
		})
	}
}

// sayingInOrder wants phrases, apart from each other by " * ", with anything in between.
func sayingInOrder(phrases string) *regexp.Regexp {
	var parts []string
	for _, p := range strings.Split(phrases, " * ") {
		parts = append(parts, strings.TrimPrefix(saying(p).String(), "(?s)"))
	}
	return regexp.MustCompile("(?s)" + strings.Join(parts, ".*"))
}

// TestAccMeter_notAMeter has something else answer, whose words are not repeated: they may be anything.
func TestAccMeter_notAMeter(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	m.setIntercept(func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<h1>Log in</h1>", http.StatusTeapot)
	})
	m.limited(t, newRecordCloud(t), nil, resource.TestStep{
		Config: m.block("tropic_x") + teamCap, ExpectError: sayingInOrder("in place of the meter * Next: see that `meter.url`"),
	})
}

// TestAccMeter_unknownAtPlan plans with a meter whose address and token are known only after the apply.
func TestAccMeter_unknownAtPlan(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	m.grant("default", 1000)
	c := newRecordCloud(t).withProfile(t)
	later := `
resource "terraform_data" "meter" {
  input = { url = "` + m.url + `", token = "` + adminToken + `" }
}

provider "tropic" {
  meter = METER
}
`
	for name, meter := range map[string]string{
		"url": `{ url = terraform_data.meter.output.url, token = "` + adminToken + `" }`,
		"all": `terraform_data.meter.output`,
	} {
		t.Run(name, func(t *testing.T) {
			account := "team-" + name
			config := strings.Replace(later, "METER", meter, 1) + strings.ReplaceAll(bareMachine, `"desk"`, `"`+name+`"`) +
				strings.Replace(teamCap, `"team"
`, `"`+account+`"
`, 1)
			m.limited(t, c, []string{account}, resource.TestStep{
				Config: config, ConfigPlanChecks: expect(plancheck.ExpectResourceAction(teamLimits, plancheck.ResourceActionCreate)),
			})
		})
	}
	t.Run("needed at plan", func(t *testing.T) {
		m.limited(t, c, nil, resource.TestStep{
			Config:      strings.Replace(later, "METER", "terraform_data.meter.output", 1) + `data "tropic_balance" "x" { account = "team" }`,
			ExpectError: sayingInOrder("`meter` in the provider block is known only after apply * -target"),
		})
	})
}

// TestAccMeter_tokenStaysOut looks for the token, given by the environment, wherever Terraform writes.
func TestAccMeter_tokenStaysOut(t *testing.T) {
	t.Parallel()
	m := newMeter(t)
	token := m.token("team")
	w := newRecordCloud(t).workspace(t, usesTropic+teamCap+`data "tropic_balance" "team" { account = "team" }`)
	log := filepath.Join(w.dir, "trace.log")
	w.env = append(append(w.env, m.env(token)...), "TF_LOG=TRACE", "TF_LOG_PATH="+log)
	w.terraform("plan", "-out=saved.plan", "-input=false", "-no-color")
	w.terraform("apply", "-input=false", "-no-color", "saved.plan")
	w.env = append(w.env, "TROPIC_METER_TOKEN="+token+"x")
	said, err := w.command(t.Context(), "plan", "-input=false", "-no-color").CombinedOutput()
	if err == nil || !saying("401 unauthenticated").Match(said) {
		t.Errorf("a wrong token is not refused (%v):\n%s", err, said)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "said"), said, 0o600); err != nil {
		t.Fatal(err)
	}
	places := filesBelow(t, w.dir)
	for _, must := range []string{"terraform.tfstate", "saved.plan", "trace.log", "said"} {
		if len(places[must]) == 0 {
			t.Errorf("nothing to look into: %s", must)
		}
	}
	for where, content := range places {
		if strings.Contains(string(content), token) {
			t.Errorf("the token is in %s", where)
		}
	}
}

// TestAccMeter_badInput refuses at plan time, at its attribute, what no meter takes.
func TestAccMeter_badInput(t *testing.T) {
	t.Parallel()
	limits := func(body string) string { return "resource \"tropic_spending_limits\" \"x\" {\n" + body + "\n}" }
	for name, tc := range map[string]struct{ config, line, says string }{
		"negative cap": {limits("account = \"a\"\ndaily_credit_cap = -1"), `daily_credit_cap = -1`, "credits must not be negative"},
		"no cap":       {limits("account = \"a\"\ndaily_credit_cap = 0"), `daily_credit_cap = 0`, "to the meter zero is no cap"},
		"tiny cap":     {limits("account = \"a\"\ndaily_credit_cap = 1e-30"), `daily_credit_cap = 1e-30`, "more than zero"},
		"huge cap":     {limits("account = \"a\"\ndaily_credit_cap = 1e30"), `daily_credit_cap = 1e30`, "more credits than can be counted"},
		"no duration":  {limits("account = \"a\"\nmax_session = \"8 hours\""), `max_session = "8 hours"`, `is no duration; want`},
		"no time":      {limits("account = \"a\"\nmax_session = \"0s\""), `max_session = "0s"`, "is no time at all"},
		"half second":  {limits("account = \"a\"\nmax_session = \"1500ms\""), `max_session = "1500ms"`, "is no whole number of seconds"},
		"too long":     {limits("account = \"a\"\nmax_session = \"2000000h\""), `max_session = "2000000h"`, "longer than a hundred years"},
		"long grace": {
			limits("account = \"a\"\ncontrol_plane_loss_grace = \"168h1s\""), `control_plane_loss_grace = "168h1s"`, "is longer than 7 days",
		},
		"zone":       {limits("account = \"a\"\ntime_zone = \"Europe/Berlim\""), `time_zone = "Europe/Berlim"`, "is no known time zone"},
		"local zone": {limits("account = \"a\"\ntime_zone = \"Local\""), `time_zone = "Local"`, "is no known time zone"},
		"account":    {limits("account = \"a/b\"\nmax_session = \"1h\""), `account = "a/b"`, "is no name of an account"},
		"instance":   {limits("account = \"a\"\ninstance_id = \"desk\"\nmax_session = \"1h\""), `instance_id = "desk"`, "is no EC2 instance id"},
		"nothing":    {limits(`account = "a"`), "", "At least one of these attributes must be configured: [daily_credit_cap,max_session,control_plane_loss_grace,time_zone]"},
		"zone of a machine": {
			limits("account = \"a\"\ninstance_id = \"i-0123456789abcdef0\"\ntime_zone = \"UTC\""), "",
			"These attributes cannot be configured together: [instance_id,time_zone]",
		},
		"instant":     {"data \"tropic_balance\" \"x\" {\naccount = \"a\"\nat = \"today\"\n}", `at = "today"`, "is no instant"},
		"long ago":    {"data \"tropic_statement\" \"x\" {\naccount = \"a\"\nfrom = \"1969-12-31T00:00:00Z\"\n}", `from = "1969-12-31T00:00:00Z"`, "before the first second of 1970"},
		"microsecond": {"data \"tropic_statement\" \"x\" {\naccount = \"a\"\nto = \"2026-01-01T00:00:00.000001Z\"\n}", `to = "2026-01-01T00:00:00.000001Z"`, "finer than a millisecond"},
		"at and more": {
			"data \"tropic_balance\" \"x\" {\naccount = \"a\"\nat = \"2026-01-01T00:00:00Z\"\nwith_machine = { instance_type = \"t3.micro\" }\n}", "",
			"These attributes cannot be configured together: [at,with_machine]",
		},
		"import": {
			"import {\n  to = tropic_spending_limits.x\n  id = \"a/desk\"\n}\n" + limits("account = \"a\"\nmax_session = \"1h\""), "",
			`Expected: "account", or "account/instance-id"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMeter(t)
			newRecordCloud(t).run(t, resource.TestStep{
				Config: m.block(adminToken) + tc.config, PlanOnly: true,
				ExpectError: regexp.MustCompile(`(?s)` + saying(tc.line).String() + `.*` + saying(tc.says).String()),
			})
			if calls := m.takeCalls(); len(calls) > 0 {
				t.Errorf("the meter was asked: %v", calls)
			}
		})
	}
}
