package lease_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/overshoot"
)

func TestTagIsTheContracts(t *testing.T) {
	t.Parallel()
	if lease.TagName != tropic.TagLease {
		t.Errorf("the guest reads %s, the meter writes %s", lease.TagName, tropic.TagLease)
	}
}

// The meter's margin counts on what the guest keeps to.
func TestTimesAreThoseOfTheMeter(t *testing.T) {
	t.Parallel()
	if lease.Check != overshoot.GuestCheck || lease.ForceAfter != overshoot.ForceAfter {
		t.Errorf("the guest looks every %s and forces after %s; the meter counts on %s and %s",
			lease.Check, lease.ForceAfter, overshoot.GuestCheck, overshoot.ForceAfter)
	}
	every := fmt.Sprintf("OnCalendar=*-*-* *:*:00/%d\n", int(lease.Check.Seconds()))
	if timer := lease.Units()[lease.UnitDir+"/"+lease.Timer]; !strings.Contains(timer, every) {
		t.Errorf("the timer does not say %q: %s", every, timer)
	}
}

// systemd itself takes the units without a word, the drop-in included.
func TestSystemdTakesTheUnits(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("systemd-analyze")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("systemd-analyze is needed under CI=true")
		}
		t.Skip("SKIPPED: systemd-analyze is not installed, so nothing looked at the units")
	}
	dir := t.TempDir()
	for name, text := range lease.Units() {
		target := filepath.Join(dir, strings.TrimPrefix(name, lease.UnitDir))
		text = strings.ReplaceAll(text, "/usr/local/bin/tropic-guest", "/bin/true") // which is installed here
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), program, "verify", "--man=no", "tropic-lease.service", lease.Timer, "timers.target")
	command.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+dir+":") // before the system's own
	if said, err := command.CombinedOutput(); err != nil || strings.Contains(string(said), "tropic-lease") {
		t.Errorf("%v: %s", err, said)
	}
}
