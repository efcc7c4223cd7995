package reconcile_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// services are those of a machine with a gateway in the given state; systemctl is the stand-in of package service.
func services(t *testing.T, active string) service.Set {
	t.Helper()
	set, _ := servicesWithCalls(t, active)
	return set
}

// servicesWithCalls also returns the file that systemctl's calls are noted in.
func servicesWithCalls(t *testing.T, active string) (set service.Set, calls string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	source, err := filepath.Abs("../service/testdata/systemctl")
	if err == nil {
		err = os.Symlink(source, filepath.Join(dir, "systemctl"))
	}
	if err == nil {
		show := "Id=openclaw-gateway.service\nLoadState=loaded\nActiveState=" + active + "\nEnvironment=" + strings.Join(openclaw.UnitEnvironment(), " ") + "\n"
		err = os.WriteFile(filepath.Join(dir, "show"), []byte(show), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return service.Set{Systemctl: filepath.Join(dir, "systemctl"), ReadyURL: server.URL}, filepath.Join(dir, "calls")
}

func TestRestartsOnlyWhatRunsOnAChangedFile(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	set := services(t, "active")
	for _, step := range []struct {
		name   string
		change func()
		want   []string
	}{
		{"first", func() {}, []string{service.Gateway}},
		{"nothing", func() {}, []string{}},
		{"an agent", func() { m.putAgent("a", map[string]string{"AGENTS.md": "x"}) }, []string{}},
		{"the gateway token", func() { m.store.values[manifest.GatewayTokenPath(instanceID)] = strings.Repeat("0f", 24) }, []string{}},
		{"an API key", func() { m.store.values[manifest.CredentialPath(instanceID, "anthropic")] = "sk-2" }, []string{service.Gateway}},
		{"the copy of the config gone", func() { m.check(os.Remove(m.path(openclaw.ConfigCopyPath))) }, []string{}},
		{"the config gone", func() { m.check(os.Remove(m.path(openclaw.ConfigPath))) }, []string{service.Gateway}},
	} {
		step.change()
		report, err := m.run(func(o *reconcile.Options) { o.Services = set })
		m.check(err)
		if !slices.Equal(report.Restarted, step.want) || report.Status.Services[service.Gateway].State != manifest.ServiceActive || !report.OK() {
			t.Errorf("%s: restarted %q, want %q; %+v", step.name, report.Restarted, step.want, report.Status)
		}
	}
}

// A restart that did not happen is made up for by the next run, which finds no file to change.
func TestMissedRestartIsMadeUpFor(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	report, err := m.run(func(o *reconcile.Options) { o.Services = service.Set{Systemctl: "/nonexistent"} })
	m.check(err)
	if report.OK() || len(report.Restarted) > 0 {
		t.Errorf("report: %+v", report)
	}
	report, err = m.run(func(o *reconcile.Options) { o.Services = services(t, "active") })
	m.check(err)
	if !slices.Equal(report.Restarted, []string{service.Gateway}) || len(report.Changed) > 0 {
		t.Errorf("restarted %q, changed %q", report.Restarted, report.Changed)
	}
}

// An agent is not ready on a gateway that is down.
func TestFailedGatewayFailsItsAgents(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "x"})
	report, err := m.run(func(o *reconcile.Options) { o.Services = services(t, "failed") })
	m.check(err)
	if a := report.Status.Agents["a"]; a.State != manifest.AgentFailed || !strings.Contains(a.Message, service.Gateway) || report.OK() {
		t.Errorf("agent: %+v", a)
	}
}
