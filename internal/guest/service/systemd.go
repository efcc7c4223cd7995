package service

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// facts are the properties of a unit that matter here, as systemctl show prints them (org.freedesktop.systemd1(5);
// Ubuntu 22.04 has systemd 249).
type facts struct {
	load, file, active, sub, result string
	exitStatus                      string
	job                             string        // id of a queued job, or empty
	activeSince                     time.Duration // on the monotonic clock; 0 = never
	environment                     []string      // what Environment= sets; values without blanks only
}

func (f facts) installed() bool { return f.load == "loaded" }

// restarting is between two attempts of Restart= (systemd 254 has auto-restart-queued as well).
func (f facts) restarting() bool { return strings.HasPrefix(f.sub, "auto-restart") }

// stopped is a unit that has no process and that systemd will not start by itself.
func (f facts) stopped() bool { return f.job == "" && (f.active == "inactive" || f.active == "failed") }

// lacks returns the variables that the unit does not set.
func (f facts) lacks(variables []string) (missing []string) {
	for _, v := range variables {
		if !slices.Contains(f.environment, v) {
			missing = append(missing, v)
		}
	}
	return missing
}

// status is what systemd alone knows. The zero facts are a unit that is not there.
func (f facts) status() manifest.ServiceStatus {
	failed := func(format string, args ...any) manifest.ServiceStatus {
		return manifest.ServiceStatus{State: manifest.ServiceFailed, Message: fmt.Sprintf(format, args...)}
	}
	switch {
	case f.load == "masked":
		return manifest.ServiceStatus{State: manifest.ServiceNotInstalled, Message: "masked"}
	case f.load == "" || f.load == "not-found":
		return manifest.ServiceStatus{State: manifest.ServiceNotInstalled}
	case !f.installed():
		return failed("its unit file cannot be used (%s)", f.load)
	case f.restarting():
		return failed("exited with status %s and is being restarted", f.exitStatus)
	case f.job != "": // also while the old process still runs: it is not the one that will answer
		return manifest.ServiceStatus{State: manifest.ServiceStarting, Message: "waits for systemd, now " + f.active}
	case f.active == "activating" || f.active == "deactivating":
		return manifest.ServiceStatus{State: manifest.ServiceStarting, Message: f.active}
	case f.active == "active" || f.active == "reloading" || f.active == "refreshing":
		return manifest.ServiceStatus{State: manifest.ServiceActive}
	case f.active == "inactive" && f.file == "disabled":
		return manifest.ServiceStatus{State: manifest.ServiceNotInstalled, Message: "disabled"}
	case f.active == "inactive":
		return failed("stopped")
	default:
		return failed("%s (%s, exit status %s)", f.active, f.result, f.exitStatus)
	}
}

// show reads the facts of units; a unit systemd does not know has load "not-found", and is no error. The time is the
// monotonic one, in microseconds: it has one format in every version (--timestamp=unix is younger than 249), and a clock
// that is set at boot does not move it.
func (s Set) show(ctx context.Context, units ...string) (map[string]facts, error) {
	args := append([]string{
		"show",
		"--property=Id,LoadState,UnitFileState,ActiveState,SubState,Result,ExecMainStatus,Job,ActiveEnterTimestampMonotonic,Environment",
		"--",
	}, units...)
	raw, err := s.systemctl(ctx, args...)
	if err != nil {
		return nil, err
	}
	out := map[string]facts{}
	for block := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n\n") {
		unit, f := parseFacts(block)
		out[unit] = f
	}
	return out, nil
}

func parseFacts(block string) (unit string, f facts) {
	for lines := bufio.NewScanner(strings.NewReader(block)); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), "=")
		switch key {
		case "Id":
			unit = strings.TrimSuffix(value, ".service")
		case "LoadState":
			f.load = value
		case "UnitFileState":
			f.file = value
		case "ActiveState":
			f.active = value
		case "SubState":
			f.sub = value
		case "Result":
			f.result = value
		case "ExecMainStatus":
			f.exitStatus = value
		case "Job":
			f.job = strings.TrimPrefix(value, "0")
		case "ActiveEnterTimestampMonotonic":
			if micro, err := strconv.ParseInt(value, 10, 64); err == nil {
				f.activeSince = time.Duration(micro) * time.Microsecond
			}
		case "Environment":
			f.environment = strings.Fields(value)
		}
	}
	return unit, f
}

// monotonic is the clock that systemd's monotonic times are on: time since boot.
func monotonic() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return 0 // cannot be (clock_gettime(2)); a gateway then counts as just started
	}
	return time.Duration(now.Nano())
}

func (s Set) systemctl(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, s.Systemctl, args...)
	command.Stdout, command.Stderr = &stdout, &stderr
	command.WaitDelay = time.Second // a child of its own may hold its output open
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("systemctl %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}
