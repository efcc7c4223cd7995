package reconcile_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// says wants a problem that holds all words.
func (m *machine) says(report manifest.Report, words ...string) {
	m.t.Helper()
	for _, p := range report.Status.Problems {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(p, w) }) {
			return
		}
	}
	m.t.Errorf("no problem says %q: %q", words, report.Status.Problems)
}

// A gateway whose token was deleted goes on with its last one; what would need a new openclaw.json waits and says so.
func TestDeletedGatewayTokenKeepsTheLastGoodState(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	set, calls := servicesWithCalls(t, "active")
	with := func(o *reconcile.Options) { o.Services = set }
	m.putAgent("a", map[string]string{"AGENTS.md": "v1"})
	_, err := m.run(with)
	m.check(err)
	config := m.read(openclaw.ConfigPath)
	for _, token := range []string{"", "planted-not-hexadecimal"} {
		if delete(m.store.values, manifest.GatewayTokenPath(instanceID)); token != "" {
			m.store.values[manifest.GatewayTokenPath(instanceID)] = token
		}
		m.putAgent("b", map[string]string{"AGENTS.md": "v1"})
		report, err := m.run(with)
		m.check(err)
		m.says(report, "gateway token is absent or malformed", manifest.GatewayTokenPath(instanceID))
		if m.read(openclaw.ConfigPath) != config || report.Status.Agents["a"].State != manifest.AgentReady ||
			report.Status.Agents["b"].State != manifest.AgentFailed {
			t.Errorf("with token %q: agents %+v", token, report.Status.Agents)
		}
	}
	if strings.Contains(readAll(t, calls), "stop") {
		t.Error("a gateway that has its token was stopped")
	}
	m.store.values[manifest.GatewayTokenPath(instanceID)] = strings.Repeat("0f", 24)
	if report, err := m.run(with); err != nil || !report.OK() || report.Status.Agents["b"].State != manifest.AgentReady {
		t.Errorf("with a new token: %v %+v", err, report.Status)
	}
}

// No gateway runs without a token, be there no openclaw.json or one that names none; it starts when the token comes.
func TestNoGatewayWithoutToken(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"no file": "", "no token": `{"gateway":{"mode":"local","auth":{"mode":"token"}}}`,
		"no authentication": `{"gateway":{"mode":"local","auth":{"mode":"none","token":"x"}}}`, "not JSON": "{gateway: 1}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			m.check(os.MkdirAll(m.path("/etc/tropic"), 0o755))
			if config != "" {
				m.write(openclaw.ConfigPath, config)
			}
			delete(m.store.values, manifest.GatewayTokenPath(instanceID))
			m.putAgent("a", map[string]string{"AGENTS.md": "v1"})
			set, calls := servicesWithCalls(t, "active")
			with := func(o *reconcile.Options) { o.Services = set }
			report, err := m.run(with)
			m.check(err)
			m.says(report, service.Gateway+" was stopped", "names no gateway token")
			if got := readAll(t, calls); !strings.Contains(got, "stop --no-block -- "+service.Gateway) || strings.Contains(got, "restart") {
				t.Errorf("systemctl was called with:\n%s", got)
			}
			m.store.values[manifest.GatewayTokenPath(instanceID)] = gatewayToken
			if report, err := m.run(with); err != nil || !report.OK() || !slices.Equal(report.Restarted, []string{service.Gateway}) {
				t.Errorf("with a token: %v %+v", err, report)
			}
		})
	}
}

// A key that was taken back stops working at once, and the agents that need it are named until they do not.
func TestDeletedCredentialIsReportedWhileAgentsNeedIt(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "v1"})
	m.converge()
	name := manifest.CredentialPath(instanceID, "anthropic")
	delete(m.store.values, name)
	for range 2 {
		report, err := m.run()
		m.check(err)
		m.says(report, name, "anthropic", "a")
	}
	if m.exists(openclaw.EnvironmentPath) {
		t.Error(".env still holds the key")
	}
	m.settledWithProblems()
	m.store.values[name] = apiKey
	m.converge()
	m.settled()
	delete(m.store.values, name)
	m.put(manifest.AgentPath(instanceID, "a"), manifest.Agent{Slug: "a", Name: "A", Model: "ollama/qwen", Files: map[string]string{}})
	m.converge()
	m.settled()
}

func readAll(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
