package reconcile_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw/openclawtest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// The real gateway, run as its unit would run it, on a tree that the guest made: it starts, changes nothing of it, has
// exactly the wanted agents, and takes up what the guest says needs no restart.
func TestRealGateway(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: starts OpenClaw, which takes a minute; run without -short")
	}
	program := openclawtest.Program(t)
	m := newMachine(t)
	m.openToUbuntu()
	for i := range manifest.MaxAgents {
		m.putAgent(fmt.Sprintf("agent-%d", i), map[string]string{
			"AGENTS.md": strings.Repeat("# Be helpful\n", 200), "SOUL.md": "calm\n", "IDENTITY.md": "a test\n", "notes/today.md": "x\n",
		})
	}
	m.converge()
	made := m.picture()
	g := startGateway(m, program)

	g.wantAgents("agent-0", "agent-1", "agent-2", "agent-3", "agent-4")
	if _, err := g.agents("--token", strings.Repeat("f0", 24)); err == nil {
		t.Error("the gateway takes any token")
	}
	m.wantUntouched(made)
	if report := m.converge(); len(report.Changed)+len(report.Removed) > 0 {
		t.Errorf("beside a running gateway the guest changes %q and removes %q", report.Changed, report.Removed)
	}

	m.removeAgent("agent-0")
	m.putAgent("newcomer", map[string]string{"AGENTS.md": "# New\n"})
	g.wantTakenUp("one agent removed, one added", func() error {
		return g.hasAgents("agent-1", "agent-2", "agent-3", "agent-4", "newcomer")
	})
	m.store.values[manifest.GatewayTokenPath(instanceID)] = strings.Repeat("0f", 24)
	g.wantTakenUp("another gateway token", func() error {
		if _, err := g.agents("--token", gatewayToken); err == nil {
			return errors.New("the old token is still good")
		}
		return g.hasAgents("agent-1", "agent-2", "agent-3", "agent-4", "newcomer")
	})

	// ubuntu may do what it likes with its own directory, and the gateway with its token stays what it is.
	m.check(os.Remove(m.path(openclaw.ConfigCopyPath)))
	m.write(openclaw.ConfigCopyPath, `{"gateway":{"mode":"local","auth":{"mode":"none"}},"plugins":{"enabled":false}}`)
	g.wantAgents("agent-1", "agent-2", "agent-3", "agent-4", "newcomer")
	m.converge()

	t.Log(g.memory())
	made = guests(m.picture())
	g.stop()
	m.wantUntouched(made)

	// No openclaw.json, no gateway: what the guest could not write never runs unguarded.
	m.check(os.Remove(m.path(openclaw.ConfigPath)))
	if err := launchGateway(m, program).waitReady(); err == nil || !strings.Contains(err.Error(), "exited") {
		t.Errorf("without openclaw.json the gateway runs: %v", err)
	}
}

// wantTakenUp reconciles, and wants the gateway to follow without a restart, its own included.
func (g *gateway) wantTakenUp(what string, right func() error) {
	m, before := g.m, g.m.read(openclaw.ConfigPath)
	m.t.Helper()
	old, err := g.uptime(m.t.Context())
	m.check(err)
	m.converge()
	after := m.read(openclaw.ConfigPath)
	if openclaw.NeedsRestart([]byte(before), []byte(after)) {
		m.t.Errorf("%s: the guest would restart the gateway", what)
	}
	g.eventually(what, right)
	now, err := g.uptime(m.t.Context())
	if err != nil || now <= old {
		m.t.Errorf("%s: the gateway restarted: up for %s, before for %s (%v)", what, now, old, err)
	}
	if m.read(openclaw.ConfigPath) != after {
		m.t.Errorf("%s: the gateway rewrote openclaw.json", what)
	}
}

func (g *gateway) wantAgents(slugs ...string) {
	g.m.t.Helper()
	if err := g.hasAgents(slugs...); err != nil {
		g.m.t.Error(err)
	}
}

func (g *gateway) hasAgents(slugs ...string) error {
	want := map[string]string{}
	for _, slug := range slugs {
		want[slug] = g.m.path(openclaw.Workspace(slug))
	}
	got, err := g.agents()
	if err == nil && !maps.Equal(got, want) {
		err = fmt.Errorf("the gateway has the agents %v, want %v", got, want)
	}
	return err
}

// wantUntouched wants everything that was there to be there still, with its owner, mode and content.
func (m *machine) wantUntouched(before []string) {
	m.t.Helper()
	for line := range strings.Lines(difference(before, m.picture())) {
		if strings.HasPrefix(line, "- ") {
			m.t.Errorf("the gateway changed %s", strings.TrimSpace(line[2:]))
		}
	}
}

// guests returns the lines of a picture that are of what the guest writes, and not of a gateway's own files.
func guests(picture []string) []string {
	return slices.DeleteFunc(slices.Clone(picture), func(line string) bool {
		return !slices.ContainsFunc([]string{
			"/etc", openclaw.WorkspaceRoot, openclaw.ConfigCopyPath, openclaw.EnvironmentPath, "/home/ubuntu/.ssh",
		}, func(p string) bool { return strings.HasPrefix(line, p) })
	})
}

// What the agents' user can do to the file that the gateway runs on: nothing.
func TestUbuntuCannotReplaceTheGatewaysConfig(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("root is needed under CI=true: it attacks as another user")
		}
		t.Skip("SKIPPED: attacks as another user; run as root")
	}
	m := newMachine(t)
	m.openToUbuntu()
	m.converge()
	made, config := m.picture(), m.path(openclaw.ConfigPath)
	for _, attack := range []string{
		`echo {} > "$C"`, `echo {} >> "$C"`, `rm -f "$C"`, `mv "$C" "$C.old"`, `ln -sf /dev/null "$C"`, `chmod 666 "$C"`,
		`mv "$HOME/.openclaw/openclaw.json" "$C"`, `ln -f "$HOME/.profile" "$C"`, `touch "$(dirname "$C")/x"`,
		`mv "$(dirname "$C")" "$(dirname "$C").old"`, `echo {} > "$(dirname "$C")/.tropic-x.tmp"`,
	} {
		command := m.asUbuntu(exec.CommandContext(t.Context(), "/bin/sh", "-c", attack))
		command.Env = append(command.Env, "C="+config)
		if output, err := command.CombinedOutput(); err == nil {
			t.Errorf("%s: was allowed: %s", attack, output)
		}
		if after := m.picture(); len(difference(made, after)) > 0 {
			t.Fatalf("%s: changed\n%s", attack, difference(made, after))
		}
	}
	// Its own directory it may move away whole; that is why the gateway's file does not lie there.
	command := m.asUbuntu(exec.CommandContext(t.Context(), "/bin/sh", "-c",
		`mv .openclaw .mine && mkdir .openclaw && echo '{"gateway":{}}' > .openclaw/openclaw.json`))
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	before := m.read(openclaw.ConfigPath)
	report := m.converge()
	if m.read(openclaw.ConfigPath) != before || m.read(openclaw.ConfigCopyPath) != before {
		t.Errorf("not healed; changed %q", report.Changed)
	}
	m.settled()
}

// An agent in the way of the copy is reported, and holds up nothing else.
func TestBlockedCopyOfConfigHoldsUpNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "x"})
	m.converge()
	m.check(os.Remove(m.path(openclaw.ConfigCopyPath)))
	m.check(os.MkdirAll(m.path(openclaw.ConfigCopyPath+"/mine"), 0o755))
	m.removeAgent("a")
	m.putAgent("b", map[string]string{"AGENTS.md": "x"})
	report, err := m.run()
	m.check(err)
	m.says(report, "copy of openclaw.json", "in the way")
	if report.Status.Agents["b"].State != manifest.AgentReady || m.exists(workspace+"a") {
		t.Errorf("agents: %+v", report.Status.Agents)
	}
	m.settledWithProblems()
}
