package service_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// systemctl is testdata/systemctl, a program that answers from a file that the test writes. systemd itself cannot run inside
// a test; its output format, as documented, is what is held fixed here. It is linked, not written: a program
// that another test's fork holds open for writing cannot be executed.
func systemctl(t *testing.T, show string) (program, calls string) {
	t.Helper()
	dir := t.TempDir()
	source, err := filepath.Abs(filepath.Join("testdata", "systemctl"))
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "systemctl")
	if err := os.Symlink(source, program); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "show"), []byte(show), 0o600); err != nil {
		t.Fatal(err)
	}
	return program, filepath.Join(dir, "calls")
}

// unit is what systemctl show prints of one unit, in the order and form of systemd 252; lines of extra replace those before.
func unit(name, load, active, sub string, extra ...string) string {
	return strings.Join(append([]string{
		"Result=success", "ExecMainStatus=0", "Environment=A=1 " + strings.Join(openclaw.UnitEnvironment(), " "),
		"Id=" + name + ".service", "LoadState=" + load, "ActiveState=" + active, "SubState=" + sub, "UnitFileState=static",
		"ActiveEnterTimestampMonotonic=0", "Job=",
	}, extra...), "\n") + "\n"
}

func since(d time.Duration) string {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		panic(err)
	}
	return fmt.Sprintf("ActiveEnterTimestampMonotonic=%d", (time.Duration(now.Nano()) - d).Microseconds())
}

func ready(t *testing.T, status int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(server.Close)
	return server.URL
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		gateway string
		http    int
		want    manifest.ServiceState
		message string
	}{
		"ready":        {unit(service.Gateway, "loaded", "active", "running", since(time.Hour)), 200, manifest.ServiceActive, ""},
		"just started": {unit(service.Gateway, "loaded", "active", "running", since(time.Second)), 503, manifest.ServiceStarting, "503"},
		"never ready":  {unit(service.Gateway, "loaded", "active", "running", since(time.Hour)), 503, manifest.ServiceFailed, "503"},
		"being restarted": {
			unit(service.Gateway, "loaded", "active", "running", since(time.Hour), "Job=77"), 200,
			manifest.ServiceStarting, "waits for systemd",
		},
		"crash loop": {
			unit(service.Gateway, "loaded", "activating", "auto-restart", "ExecMainStatus=78"), 200,
			manifest.ServiceFailed, "status 78",
		},
		"failed":   {unit(service.Gateway, "loaded", "failed", "failed", "Result=exit-code"), 200, manifest.ServiceFailed, "exit-code"},
		"stopped":  {unit(service.Gateway, "loaded", "inactive", "dead", "UnitFileState=enabled"), 200, manifest.ServiceFailed, "stopped"},
		"disabled": {unit(service.Gateway, "loaded", "inactive", "dead", "UnitFileState=disabled"), 200, manifest.ServiceNotInstalled, "disabled"},
		"absent":   {unit(service.Gateway, "not-found", "inactive", "dead"), 200, manifest.ServiceNotInstalled, ""},
		"auto-restart-queued": {
			unit(service.Gateway, "loaded", "activating", "auto-restart-queued", "ExecMainStatus=78"), 200,
			manifest.ServiceFailed, "status 78",
		},
		"bad unit file": {unit(service.Gateway, "bad-setting", "inactive", "dead"), 200, manifest.ServiceFailed, "bad-setting"},
		"unprotected": {
			unit(service.Gateway, "loaded", "active", "running", since(time.Hour), "Environment=OPENCLAW_CONFIG_READONLY=0"), 200,
			manifest.ServiceFailed, "OPENCLAW_CONFIG_READONLY=1",
		},
		"masked": {unit(service.Gateway, "masked", "inactive", "dead"), 200, manifest.ServiceNotInstalled, "masked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program, _ := systemctl(t, c.gateway+"\n"+unit(service.Nginx, "loaded", "active", "running"))
			got := service.Set{Systemctl: program, ReadyURL: ready(t, c.http)}.Check(t.Context())
			if g := got[service.Gateway]; g.State != c.want || !strings.Contains(g.Message, c.message) || (c.message == "") != (g.Message == "") {
				t.Errorf("gateway: %+v, want %s with %q", g, c.want, c.message)
			}
			if got[service.Nginx].State != manifest.ServiceActive || got[service.Chrome].State != manifest.ServiceNotInstalled {
				t.Errorf("others: %+v", got)
			}
		})
	}
}

func TestNoSystemd(t *testing.T) {
	t.Parallel()
	var set service.Set
	if restarted, err := set.Restart(t.Context(), service.Gateway); restarted || err != nil {
		t.Errorf("restarted = %v, %v", restarted, err)
	}
	for unit, status := range set.Settle(t.Context(), time.Hour) {
		if status.State != manifest.ServiceNotInstalled {
			t.Errorf("%s: %+v", unit, status)
		}
	}
}

func TestSettleWaitsUntilReady(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	program, calls := systemctl(t, unit(service.Gateway, "loaded", "active", "running", since(time.Second)))
	set := service.Set{Systemctl: program, ReadyURL: server.URL, Poll: time.Millisecond}
	if restarted, err := set.Restart(t.Context(), service.Gateway); !restarted || err != nil {
		t.Fatalf("restarted = %v, %v", restarted, err)
	}
	if got := set.Settle(t.Context(), time.Minute)[service.Gateway]; got.State != manifest.ServiceActive || asked.Load() != 3 {
		t.Errorf("after %d looks: %+v", asked.Load(), got)
	}
	raw, err := os.ReadFile(calls)
	if err != nil || !strings.Contains(string(raw), "restart --no-block -- "+service.Gateway) {
		t.Errorf("calls: %s %v", raw, err)
	}
}

// What runs is stopped, also between two attempts of systemd's to start it; what is stopped is left alone.
func TestStop(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		gateway string
		want    bool
	}{
		"running":    {unit(service.Gateway, "loaded", "active", "running"), true},
		"crash loop": {unit(service.Gateway, "loaded", "activating", "auto-restart"), true},
		"to start":   {unit(service.Gateway, "loaded", "inactive", "dead", "Job=7"), true},
		"stopped":    {unit(service.Gateway, "loaded", "inactive", "dead"), false},
		"failed":     {unit(service.Gateway, "loaded", "failed", "failed"), false},
		"absent":     {unit(service.Gateway, "not-found", "inactive", "dead"), false},
	} {
		program, calls := systemctl(t, c.gateway)
		stopped, err := service.Set{Systemctl: program}.Stop(t.Context(), service.Gateway)
		raw, readErr := os.ReadFile(calls)
		if err != nil || readErr != nil || stopped != c.want ||
			strings.Contains(string(raw), "stop --no-block -- "+service.Gateway) != c.want {
			t.Errorf("%s: stopped = %v, %v %v; calls: %s", name, stopped, err, readErr, raw)
		}
	}
}

func TestSystemctlFails(t *testing.T) {
	t.Parallel()
	set := service.Set{Systemctl: filepath.Join(t.TempDir(), "absent")}
	if got := set.Settle(t.Context(), time.Hour)[service.Gateway]; got.State != manifest.ServiceFailed || got.Message == "" {
		t.Errorf("%+v", got)
	}
}

func TestPowerOffAsksSystemdAndNobodyWhoIsLoggedIn(t *testing.T) {
	t.Parallel()
	program, calls := systemctl(t, "")
	if err := (service.Set{Systemctl: program}).PowerOff(t.Context()); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(calls); err != nil || string(raw) != "--check-inhibitors=no poweroff\n" {
		t.Errorf("systemctl was called with %q (%v)", raw, err)
	}
	if err := (service.Set{Systemctl: "/nonexistent"}).PowerOff(t.Context()); err == nil {
		t.Error("a power-off that could not be asked for is no error")
	}
}
