package reconcile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

func TestFreshMachine(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	digest := m.putAgent("research", map[string]string{"AGENTS.md": "# Research\n", "notes/deep/today.md": "x"})
	m.put(manifest.PolicyPath("p1"), manifest.Policy{ID: "p1", Rules: "DENY: run sudo\n", Cedar: "@id(\"mine\") forbid(principal,action,resource);"})
	policed := m.put(manifest.AgentPath(instanceID, "clerk"), manifest.Agent{
		Slug: "clerk", Name: "Clerk", PolicyID: "p1",
		Model: "openai/gpt-5", Files: map[string]string{"SOUL.md": "calm"},
	})
	report := m.converge()

	root, ubuntu := fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid()), fmt.Sprintf("%d:%d", ubuntuID(), gid())
	for name, want := range map[string]string{
		"/home/ubuntu/.openclaw":               "0700 " + ubuntu,
		"/home/ubuntu/.openclaw/workspace":     "0755 " + ubuntu,
		workspace + "research":                 "0755 " + ubuntu,
		workspace + "research/notes/deep":      "0755 " + ubuntu,
		workspace + "research/AGENTS.md":       "0644 " + ubuntu,
		"/home/ubuntu/.openclaw/.env":          "0600 " + ubuntu,
		"/home/ubuntu/.openclaw/openclaw.json": fmt.Sprintf("0640 %d:%d", os.Getuid(), gid()),
		"/home/ubuntu/.ssh":                    "0700 " + ubuntu,
		"/home/ubuntu/.ssh/authorized_keys":    "0600 " + ubuntu,
		"/etc/tropic/openclaw.json":            fmt.Sprintf("0640 %d:%d", os.Getuid(), gid()),
		"/etc/tropic":                          "0755 " + root,
		"/etc/tropic/vm-api-token":             "0600 " + root,
		"/etc/tropic/policies":                 "0755 " + root,
		"/etc/tropic/policies/p1.rules":        "0644 " + root,
		"/etc/tropic/policies/p1.cedar":        "0644 " + root,
		"/etc/tropic/gate/agents":              "0755 " + root,
		"/etc/tropic/gate/agents/clerk.cedar":  "0644 " + root,
		"/var/lib/tropic/guest":                "0700 " + root,
		"/var/lib/tropic/guest/ledger.json":    "0600 " + root,
	} {
		if got := m.mode(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := m.read("/home/ubuntu/.openclaw/.env"); !strings.Contains(got, "ANTHROPIC_API_KEY="+apiKey+"\n") {
		t.Errorf(".env does not hold the key")
	}
	if m.read(openclaw.ConfigPath) != m.read(openclaw.ConfigCopyPath) {
		t.Error("openclaw.json in its promised place is not the gateway's")
	}
	if got := m.read("/home/ubuntu/.ssh/authorized_keys"); !strings.Contains(got, publicKey+"\n") {
		t.Errorf("authorized_keys: %q", got)
	}
	if got := report.Status.Agents["research"]; got != (manifest.AgentStatus{State: manifest.AgentReady, Digest: digest}) {
		t.Errorf("research: %+v", got)
	}
	if got := report.Status.Agents["clerk"]; got.State != manifest.AgentReady || got.Digest != policed || got.Policy == "" {
		t.Errorf("clerk: %+v", got)
	}
	var stored manifest.Status
	if _, err := manifest.Read(t.Context(), m.store, manifest.StatusPath(instanceID), &stored); err != nil {
		t.Fatal(err)
	}
	if stored.Settings == "" || stored.AuthorizedKeys == "" || stored.GuestVersion != "test" {
		t.Errorf("stored status: %+v", stored)
	}
	m.settled()
}

func TestUpdateAndRemove(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "one", "old/x.md": "x"})
	m.putAgent("b", map[string]string{"AGENTS.md": "b", "sub/y.md": "y"})
	m.converge()
	m.write(workspace+"b/memory.md", "what the agent wrote")
	m.putAgent("a", map[string]string{"AGENTS.md": "two"})
	m.removeAgent("b")
	report := m.converge()

	if got := m.read(workspace + "a/AGENTS.md"); got != "two" {
		t.Errorf("AGENTS.md: %q", got)
	}
	for _, name := range []string{"a/old", "b/AGENTS.md", "b/sub"} {
		if m.exists(workspace + name) {
			t.Errorf("%s is still there", name)
		}
	}
	if want := []string{workspace + "b/memory.md"}; !slices.Equal(report.Kept, want) || !m.exists(want[0]) {
		t.Errorf("kept %q, want %q", report.Kept, want)
	}
	if strings.Contains(m.read(openclaw.ConfigPath), "workspace/b") {
		t.Error("openclaw.json still has b")
	}
	m.settled()
	m.removeAgent("a")
	if m.converge(); m.exists(workspace + "a") {
		t.Error("the empty workspace of a is still there")
	}
	m.settled()
}

// A path may turn from a file to a directory and back between two versions of an agent.
func TestFileBecomesDirectory(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for _, files := range []map[string]string{{"n": "file"}, {"n/deep/x": "below"}, {"n": "file again"}} {
		m.putAgent("a", files)
		m.converge()
		m.settled()
		for name, content := range files {
			if got := m.read(workspace + "a/" + name); got != content {
				t.Errorf("%s: %q, want %q", name, got, content)
			}
		}
	}
}

func TestLargeFile(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	big := strings.Repeat("all work and no play makes a dull agent\n", 1<<20/40)
	m.putAgent("a", map[string]string{"BIG.md": big})
	m.converge()
	if m.read(workspace+"a/BIG.md") != big {
		t.Error("the file is not what was wanted")
	}
	m.settled()
}

func TestSharedFilesKeepWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.check(os.Mkdir(m.path("/home/ubuntu/.ssh"), 0o700))
	mine := "ssh-rsa AAAA me@home" // no line break at its end
	m.write("/home/ubuntu/.ssh/authorized_keys", mine)
	m.converge()
	if got := m.read("/home/ubuntu/.ssh/authorized_keys"); !strings.HasPrefix(got, mine+"\n") || !strings.Contains(got, publicKey) {
		t.Errorf("authorized_keys: %q", got)
	}
	m.settled()
	m.check(manifest.Remove(t.Context(), m.store, manifest.AuthorizedKeysPath(instanceID)))
	m.check(m.store.Delete(t.Context(), manifest.CredentialPath(instanceID, "anthropic")))
	m.converge()
	if got := m.read("/home/ubuntu/.ssh/authorized_keys"); strings.TrimSpace(got) != mine {
		t.Errorf("authorized_keys: %q", got)
	}
	if m.exists("/home/ubuntu/.openclaw/.env") {
		t.Error(".env is still there")
	}
	m.settled()
}

func TestNotProvisioned(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "x"})
	m.check(m.store.Delete(t.Context(), manifest.SettingsPath(instanceID)))
	before, writes := m.picture(), m.store.writes
	report, err := m.run()
	m.check(err)
	if report.OK() || report.Status.Settings != "" {
		t.Errorf("report: %+v", report)
	}
	if after := m.picture(); !slices.Equal(before, after) || m.store.writes != writes {
		t.Errorf("something changed: %s", difference(before, after))
	}
}

func TestUnreadableDesiredStateChangesNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "x"})
	m.converge()
	for name, breakIt := range map[string]func(){
		"denied":           func() { m.store.err = errors.New("AccessDeniedException") },
		"corrupt settings": func() { m.store.values[manifest.SettingsPath(instanceID)] = "{}" },
		"invalid settings": func() { m.putSettings(manifest.Settings{Name: "../x"}) },
	} {
		values := m.store.values[manifest.SettingsPath(instanceID)]
		m.putAgent("a", map[string]string{"AGENTS.md": "new " + name})
		breakIt()
		before, writes := m.snapshot(), m.store.writes
		report, err := m.run()
		if err == nil || report.OK() {
			t.Errorf("%s: no error, report %+v", name, report)
		}
		if after := m.snapshot(); !slices.Equal(before, after) || m.store.writes != writes {
			t.Errorf("%s: something changed: %s", name, difference(before, after))
		}
		m.store.err, m.store.values[manifest.SettingsPath(instanceID)] = nil, values
	}
}

// One bad agent fails alone, and one that worked before goes on as it was.
func TestBadAgentFailsAlone(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	old := m.putAgent("good", map[string]string{"AGENTS.md": "v1"})
	m.converge()
	m.putAgent("fine", map[string]string{"AGENTS.md": "fine"})
	bad := m.put(manifest.AgentPath(instanceID, "good"), manifest.Agent{
		Slug: "good", Name: "G",
		Files: map[string]string{"../../../../etc/cron.d/evil": "* * * * * root id"},
	})
	m.put(manifest.AgentPath(instanceID, "liar"), manifest.Agent{Slug: "../../etc", Name: "L", Files: map[string]string{"x": "x"}})
	m.store.values[manifest.AgentPath(instanceID, "torn")] = `{"generation":1,"digest":"sha256:` + strings.Repeat("0", 64) + `","document":{"slug":"torn"}}`
	m.store.values[manifest.AgentsPath(instanceID)+"/../../etc"] = "{}"
	m.put(manifest.AgentPath(instanceID, "lawless"), manifest.Agent{Slug: "lawless", Name: "L", PolicyID: "absent", Files: map[string]string{"x": "x"}})
	report, err := m.run()
	m.check(err)
	if report.OK() {
		t.Error("no problem was reported")
	}
	for slug, want := range map[string]manifest.AgentState{
		"good": manifest.AgentFailed, "fine": manifest.AgentReady,
		"liar": manifest.AgentFailed, "torn": manifest.AgentFailed, "lawless": manifest.AgentFailed,
	} {
		if got := report.Status.Agents[slug]; got.State != want || (want == manifest.AgentFailed) == (got.Message == "") {
			t.Errorf("%s: %+v", slug, got)
		}
	}
	if got := report.Status.Agents["good"].Digest; got != bad || got == old {
		t.Errorf("the failed state of good speaks of %s", got)
	}
	if m.read(workspace+"good/AGENTS.md") != "v1" || m.exists("/etc/cron.d") || m.exists(workspace+"lawless") {
		t.Error("a bad document had an effect")
	}
	config := m.read(openclaw.ConfigPath)
	for slug, want := range map[string]bool{"good": true, "fine": true, "liar": false, "torn": false, "lawless": false} {
		if strings.Contains(config, "workspace/"+slug+`"`) != want {
			t.Errorf("%s registered = %v", slug, !want)
		}
	}
	m.settled()
}

func TestSurplusAgentsAreRefused(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for i := range manifest.MaxAgents {
		m.putAgent(fmt.Sprintf("z%d", i), map[string]string{"AGENTS.md": "x"})
	}
	m.converge()
	m.putAgent("aaa", map[string]string{"AGENTS.md": "x"})
	report, err := m.run()
	m.check(err)
	if report.OK() || report.Status.Agents["aaa"].State != manifest.AgentFailed || m.exists(workspace+"aaa") {
		t.Errorf("the sixth agent: %+v", report.Status.Agents["aaa"])
	}
	for i := range manifest.MaxAgents {
		if slug := fmt.Sprintf("z%d", i); report.Status.Agents[slug].State != manifest.AgentReady {
			t.Errorf("%s: %+v", slug, report.Status.Agents[slug])
		}
	}
	m.settled()
}

// A listing that lags must not take away what is there.
func TestLaggingListKeepsAgents(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "x"})
	m.converge()
	m.store.listed = []string{}
	m.settled()
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "x"})
	var changed sync.Map
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			report, err := m.run()
			if err != nil || !report.OK() {
				t.Errorf("run %d: %v %q", i, err, report.Status.Problems)
			}
			if len(report.Changed) > 0 {
				changed.Store(i, true)
			}
		})
	}
	group.Wait()
	n := 0
	changed.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d runs changed something, want 1", n)
	}
	m.settled()
}

func TestSecretsAreNotTold(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.store.values[manifest.CredentialPath(instanceID, "openai")] = "sk-bad\nplanted-second"
	m.store.values[manifest.VMAPITokenPath(instanceID)] = "planted-malformed-token"
	var log bytes.Buffer
	report, err := m.run(func(o *reconcile.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	m.check(err)
	raw, err := json.Marshal(report)
	m.check(err)
	told := string(raw) + log.String() + m.store.values[manifest.StatusPath(instanceID)]
	for _, secret := range []string{apiKey, gatewayToken, "planted"} {
		if strings.Contains(told, secret) {
			t.Errorf("%q is told: %s", secret, told)
		}
	}
	if report.OK() {
		t.Error("neither the bad key nor the bad token was reported")
	}
}

func TestStatusFitsInOneParameter(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for i := range manifest.MaxAgents + 3 {
		slug := strings.Repeat(fmt.Sprint(i), manifest.MaxSlugLength)
		m.put(manifest.AgentPath(instanceID, slug), manifest.Agent{
			Slug: slug, Name: "A",
			Files: map[string]string{"../" + strings.Repeat("é", 100): "x", "/" + strings.Repeat("z", 200): ""},
		})
	}
	_, err := m.run()
	m.check(err)
	header, err := manifest.ParseHeader("x", m.store.values[manifest.StatusPath(instanceID)])
	if err != nil || len(header.Parts) > 0 {
		t.Errorf("status: %v, %d parts", err, len(header.Parts))
	}
	m.settled()
}
