package provider_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

var tropicBinary = sync.OnceValues(func() (string, error) { return build("./cmd/tropic", "tropic") })

// leased is what the image's machines do after boot, in the place of systemd's timer.
const leased = guestPath + " reconcile; while sleep 1; do " + guestPath + " lease -boot-grace 0; done"

// fourfold are prices four times as high as the published: two minutes of credits last thirty seconds.
const fourfold = `{"instance_types": [{"name": "t3.micro", "from": "2026-01-01T00:00:00Z", "milli_credits_per_hour": 20000}], "models": []}`

// A machine with credits for two (fourfold) minutes is stopped by the meter before they end, its plan says why, and it runs
// again once more are given. With the meter killed, the machine ends by itself when its lease does.
func TestAccMeter_stopsMachines(t *testing.T) {
	t.Parallel()
	c := newLiveCloud(t, "sh", "-c", leased).withProfile(t)
	w := c.workspace(t, usesTropic+`
resource "tropic_instance" "desk" {
  name      = "desk"
  account   = "alice"
  api_key   = "own"
  ssh_cidrs = []
}
`)
	m := newMeterProcess(t, w)
	m.run("grant", "alice", "0.1667", "--reason", "two minutes of t3.micro") // 120 s x 5 credits/h
	m.serve()
	w.terraform("apply", "-auto-approve", "-input=false")
	id := c.machine(t)

	c.awaitHold(t, id, tropic.StateStopped, tropic.HoldBalance)
	if plan := w.terraform("plan", "-input=false"); !strings.Contains(plan, "The meter holds this machine") || !strings.Contains(plan, tropic.HoldBalance) {
		t.Errorf("the plan does not say why the machine is stopped:\n%s", plan)
	}
	if said := m.run("balance", "alice"); !strings.Contains(said, "alice has 0.") {
		t.Errorf("the machine ran beyond its credits:\n%s", said)
	}

	m.run("grant", "alice", "50", "--key", "order-1")
	c.awaitHold(t, id, tropic.StateRunning, "")
	if plan := w.terraform("plan", "-input=false", "-detailed-exitcode"); !strings.Contains(plan, "No changes") {
		t.Errorf("the machine runs again, and the plan is not empty:\n%s", plan)
	}

	m.kill()
	ended := c.awaitHold(t, id, tropic.StateStopped, "")
	if !strings.Contains(ended.StateReason, "InstanceInitiatedShutdown") {
		t.Errorf("without its meter, the machine was stopped by %q, not by its lease", ended.StateReason)
	}
	m.serve() // what happened meanwhile is charged by what EC2 says
	m.await("reconcile", "alice", "--tolerance", "20s")
	m.run("replay", "alice")
	w.terraform("destroy", "-auto-approve", "-input=false")
}

// awaitHold waits until EC2 shows the machine in a state, and held or not.
func (c *cloud) awaitHold(t *testing.T, id, state, hold string) *tropic.Instance {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		i, err := c.client.Instances.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if i.State == state && i.Hold == hold {
			return i
		}
		select {
		case <-ctx.Done():
			t.Fatalf("machine %s is %s, held for %q; want %s, %q", id, i.State, i.Hold, state, hold)
		case <-tick.C:
		}
	}
}

// meterProcess is the meter's command line, with a store of its own, at the cloud of a workspace.
type meterProcess struct {
	t      *testing.T
	binary string
	env    []string
	serves *exec.Cmd
}

func newMeterProcess(t *testing.T, w *workspace) *meterProcess {
	t.Helper()
	binary, err := tropicBinary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	prices := filepath.Join(dir, "prices.json")
	if err := os.WriteFile(prices, []byte(fourfold), 0o600); err != nil {
		t.Fatal(err)
	}
	m := &meterProcess{t: t, binary: binary, env: append(w.env, "TROPIC_METER_STORE=sqlite:"+filepath.Join(dir, "meter.db"), "TROPIC_METER_PRICES="+prices)}
	t.Cleanup(m.kill)
	return m
}

// run runs a command of the meter that must succeed.
func (m *meterProcess) run(args ...string) string {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), m.binary, append([]string{"meter"}, args...)...)
	cmd.Env = m.env
	said, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("tropic meter %v: %v\n%s", args, err, said)
	}
	return string(said)
}

// await runs a command of the meter until it succeeds.
func (m *meterProcess) await(args ...string) {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), 30*time.Second)
	defer cancel()
	for {
		cmd := exec.CommandContext(ctx, m.binary, append([]string{"meter"}, args...)...)
		cmd.Env = m.env
		said, err := cmd.CombinedOutput()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			m.t.Fatalf("tropic meter %v: %v\n%s", args, err, said)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// serve starts the service: it looks at EC2 each second, and its leases last fifteen.
func (m *meterProcess) serve() {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), m.binary, "meter", "serve", "--listen", "127.0.0.1:0", "--sweep", "1s", "--renewal", "5s")
	cmd.Env = m.env
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.serves = cmd
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "the meter serves") {
			break
		}
	}
	go func() {
		for lines.Scan() {
			if text := lines.Text(); strings.Contains(text, "level=ERROR") {
				m.t.Log(text)
			}
		}
	}()
}

// kill ends the service as a crash of its machine would.
func (m *meterProcess) kill() {
	if m.serves != nil {
		_ = m.serves.Process.Kill()
		_ = m.serves.Wait()
		m.serves = nil
	}
}
