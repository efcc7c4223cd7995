package reconcile_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// leaseServices are those of a machine whose systemd knows the lease's timer.
func leaseServices(t *testing.T) (set service.Set, calls func() string) {
	t.Helper()
	set, log := servicesWithCalls(t, "active")
	show := strings.TrimSuffix(set.Systemctl, "systemctl") + "show"
	text := "Id=openclaw-gateway.service\nLoadState=loaded\nActiveState=active\nEnvironment=" + strings.Join(openclaw.UnitEnvironment(), " ") +
		"\n\nId=" + lease.Timer + "\nLoadState=loaded\nActiveState=active\n"
	if err := os.WriteFile(show, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return set, func() string {
		raw, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(log, 0); err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
}

// The timer is root's, runs from the first reconcile on, and comes back whatever was done to its files.
func TestLeaseTimerIsInstalledAndHealed(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	set, calls := leaseServices(t)
	converge := func(what string, want []string) {
		t.Helper()
		report, err := m.run(func(o *reconcile.Options) { o.Services = set })
		m.check(err)
		if !report.OK() || slices.Contains(report.Restarted, lease.Timer) != (len(want) > 0) {
			t.Errorf("%s: %+v", what, report)
		}
		var got []string
		for line := range strings.Lines(calls()) {
			if strings.HasPrefix(line, "daemon-reload") || strings.HasPrefix(line, "restart") && strings.Contains(line, lease.Timer) {
				got = append(got, strings.TrimSpace(line))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: systemctl was called with %q, want %q", what, got, want)
		}
	}
	restarts := []string{"daemon-reload", "restart --no-block -- " + lease.Timer}
	converge("first", restarts)
	converge("nothing to do", nil)
	for _, name := range slices.Sorted(maps.Keys(lease.Units())) {
		for what, damage := range map[string]func(string) error{
			"removed": os.Remove,
			"masked":  func(p string) error { _ = os.Remove(p); return os.Symlink("/dev/null", p) },
			"edited":  func(p string) error { return os.WriteFile(p, []byte("[Timer]\n"), 0o600) },
		} {
			m.check(damage(m.path(name)))
			converge(name+" "+what, restarts)
			if want := fmt.Sprintf("0644 %d:%d", os.Getuid(), os.Getgid()); m.mode(name) != want || m.read(name) != lease.Units()[name] {
				t.Errorf("%s %s: %s, want %s, or its content differs", name, what, m.mode(name), want)
			}
		}
	}
	converge("nothing to do any more", nil)
}

// A machine whose gateway may not run for want of a token still ends with its lease.
func TestLeaseTimerRunsWithoutAGatewayToken(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.store.values[manifest.GatewayTokenPath(instanceID)] = "not a token"
	set, _ := leaseServices(t)
	report, err := m.run(func(o *reconcile.Options) { o.Services = set })
	m.check(err)
	if !slices.Equal(report.Restarted, []string{lease.Timer}) {
		t.Errorf("restarted %q, want the timer alone", report.Restarted)
	}
}
