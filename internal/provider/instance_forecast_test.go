package provider_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// plan returns what a plan says and whether it would change anything.
func (w *workspace) plan(args ...string) (said string, changes bool) {
	w.t.Helper()
	args = append([]string{"plan", "-detailed-exitcode", "-input=false", "-no-color"}, args...)
	out, err := w.command(w.t.Context(), args...).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return string(out), false
	case errors.As(err, &exit) && exit.ExitCode() == 2:
		return string(out), true
	}
	w.t.Fatalf("terraform %v: %v\n%s", args, err, out)
	return "", false
}

// foreseen is a machine of an account on a cloud, with a meter.
func foreseen(t *testing.T) (*cloud, *meterServer, *workspace) {
	t.Helper()
	c, m := newRecordCloud(t).withProfile(t), newMeter(t)
	w := c.workspace(t, usesTropic+strings.Replace(bareMachine, "\n}", "\n  timeouts  = { create = \"5s\", update = \"5s\" }\n}", 1))
	w.env = append(w.env, m.env(m.token(tropic.DefaultAccount))...)
	return c, m, w
}

func wants(t *testing.T, said, phrases string) {
	t.Helper()
	if !sayingInOrder(phrases).MatchString(said) {
		t.Errorf("the plan does not say %q:\n%s", phrases, said)
	}
}

// silent wants no warning but the one that the tests' own way to find the provider brings.
func silent(t *testing.T, said string) {
	t.Helper()
	if strings.Count(said, "Warning: ") != strings.Count(said, "Warning: Provider development overrides are in effect") {
		t.Errorf("the plan warns:\n%s", said)
	}
}

// TestAccInstance_forecast plans a machine with plenty of credits, has it run and change, and lets the credits come to
// their end: a plan of an unchanged machine stays empty all the while, although what is left changes by the second.
func TestAccInstance_forecast(t *testing.T) {
	t.Parallel()
	c, m, w := foreseen(t)
	account := tropic.DefaultAccount
	m.grant(account, 1000)
	said, changes := w.plan("-out=saved.plan")
	wants(t, said, `How long credits last * Account "default" has 1000 credits, which last 18 h 10 min, with this machine beside those that run now`)
	if !changes {
		t.Error("a machine to be made is no change")
	}
	w.terraform("apply", "-input=false", "-no-color", "saved.plan")

	m.adjust(account, "-1000")
	said, changes = w.plan() // the meter has not seen the machine run yet
	if wants(t, said, `No credits are left * Account "default" has 0 credits`); changes {
		t.Errorf("an unchanged machine changes:\n%s", said)
	}
	m.adjust(account, "1000")
	m.starts(account, c.machine(t), 0)
	for range 2 {
		said, changes = w.plan()
		if silent(t, said); changes {
			t.Errorf("an unchanged machine changes:\n%s", said)
		}
	}
	said, _ = w.plan("-refresh-only")
	silent(t, said)
	wants(t, said, "No changes. Your infrastructure still matches the configuration.")

	config := w.read("main.tf")
	w.write("main.tf", strings.Replace(config, `"desk"`+"\n  ssh", `"desk"`+"\n  instance_type = \"t3.small\"\n  ssh", 1))
	said, _ = w.plan()
	wants(t, said, `How long credits last * credits, which last 15 h * with this machine changed and all others as they run now, or less if a grant expires unspent`)
	w.write("main.tf", config)

	m.adjust(account, "-950") // some 50 are left, for 54 minutes
	said, changes = w.plan()
	if wants(t, said, `Credits end within the hour * credits, which last 5 * with all machines as they run now * Next: give the account credits`); changes {
		t.Errorf("credits that end change an unchanged machine:\n%s", said)
	}
	m.adjust(account, "-60")
	said, changes = w.plan()
	if wants(t, said, `No credits are left * Account "default" has -10 * Next: give the account credits`); changes {
		t.Errorf("credits that ended change an unchanged machine:\n%s", said)
	}
	w.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
}

// TestAccInstance_forecastCalls asks the meter once for each account and kind of machine, and not at all for what it does
// not bear on.
func TestAccInstance_forecastCalls(t *testing.T) {
	t.Parallel()
	_, m, w := foreseen(t)
	m.grant("default", 1000)
	m.takeCalls()
	w.write("main.tf", usesTropic+`
resource "tropic_instance" "desks" {
  count     = 12
  name      = "desk-${count.index}"
  api_key   = count.index < 6 ? "tropic" : "own"
  ssh_cidrs = []
}

resource "tropic_instance" "off" {
  name          = "off"
  desired_state = "stopped"
  ssh_cidrs     = []
}

resource "terraform_data" "type" {
  input = "t3.small"
}

resource "tropic_instance" "open" {
  name          = "open"
  instance_type = terraform_data.type.output
  ssh_cidrs     = []
}
`)
	said, _ := w.plan()
	wants(t, said, "How long credits last * more similar warnings elsewhere")
	if calls := m.takeCalls(); len(calls) != 2 {
		t.Errorf("the meter was asked %d times, want 2: %v", len(calls), calls)
	}
}

// TestAccInstance_forecastOfMany adds up the machines that one plan starts: each alone would run for hours.
func TestAccInstance_forecastOfMany(t *testing.T) {
	t.Parallel()
	_, m, w := foreseen(t)
	m.grant("default", 100)
	w.write("main.tf", usesTropic+`
resource "tropic_instance" "desks" {
  count     = 2
  name      = "desk-${count.index}"
  ssh_cidrs = []
}
`)
	said, _ := w.plan()
	wants(t, said, `Account "default" has 100 credits, which last 1 h 49 min, with this machine beside those that run now.`)
	wants(t, said, `Credits end within the hour * which last 54 min 32 s, with this machine and 1 more that the plan starts (it may start others)`)
}

// TestAccInstance_forecastTrouble has a meter that cannot be asked in every way: the plan says so and stands.
func TestAccInstance_forecastTrouble(t *testing.T) {
	t.Parallel()
	c, m, w := foreseen(t)
	gone := newMeter(t)
	gone.close()
	other := m.token("others")
	for name, tc := range map[string]struct{ url, token, says string }{
		"no token":      {m.url, "", "No meter is configured * `meter.token` in the provider block, or TROPIC_METER_TOKEN"},
		"others' token": {m.url, other, "The meter did not say how long credits last * 403 forbidden"},
		"unreachable":   {gone.url, "tropic_x", "The meter did not say how long credits last * the meter does not answer"},
		"in the clear":  {"http://meter.example.com", "tropic_x", "The meter cannot be asked * in the clear * Next: correct"},
		"no credits":    {m.url, m.token("default"), "No credits are left * The meter stops a machine of an account without credits"},
	} {
		t.Run(name, func(t *testing.T) {
			v := &workspace{t: t, dir: t.TempDir(), env: append(w.env[:len(w.env):len(w.env)], "TROPIC_METER_URL="+tc.url, "TROPIC_METER_TOKEN="+tc.token)}
			v.write("main.tf", w.read("main.tf"))
			said, changes := v.plan()
			wants(t, said, tc.says)
			if !changes || !strings.Contains(said, "1 to add, 0 to change") {
				t.Errorf("the plan does not stand:\n%s", said)
			}
		})
	}
	if machines := c.server.Instances(); len(machines) > 0 {
		t.Errorf("plans made machines: %v", machines)
	}
}

// TestAccInstance_withoutMeter says nothing of credits.
func TestAccInstance_withoutMeter(t *testing.T) {
	t.Parallel()
	c, _, _ := foreseen(t)
	w := c.workspace(t, usesTropic+bareMachine)
	said, _ := w.plan()
	silent(t, said)
}
