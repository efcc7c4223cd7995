// Package service restarts the machine's services and says how they are: what systemd knows of each unit, and whether
// the OpenClaw gateway really answers. A unit that is up is not yet a gateway that works.
package service

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// The units of a Tropic machine (product documentation, Systemd services).
const (
	Gateway = "openclaw-gateway"
	Nginx   = "nginx"
	Chrome  = "chrome-headed"
)

// Units lists all of them.
var Units = []string{Gateway, Nginx, Chrome}

// StartLimit is how long a gateway may take to answer after its unit became active before it counts as failed
// (product documentation, Health checks).
const StartLimit = 3 * time.Minute

// Set is the services of one machine. The zero Set is a machine without systemd, on which every unit is not installed.
type Set struct {
	// Systemctl is the systemctl program; empty = there is no systemd.
	Systemctl string
	// ReadyURL answers 200 when the gateway is ready.
	ReadyURL string
	// Poll is how long Settle waits between two looks; 0 = half a second.
	Poll time.Duration
}

// Detect returns the services of the machine this process runs on. systemd is there when it runs as PID 1, not when
// its programs merely are installed (sd_booted(3)).
func Detect() Set {
	set := Set{ReadyURL: fmt.Sprintf("http://127.0.0.1:%d/readyz", manifest.GatewayPort)}
	if info, err := os.Lstat("/run/systemd/system"); err == nil && info.IsDir() {
		set.Systemctl, _ = exec.LookPath("systemctl")
	}
	return set
}

// Restart asks systemd to restart a unit, which starts one that is stopped, and returns without waiting for it to come
// up. A unit that is not installed is left alone: restarted is false.
func (s Set) Restart(ctx context.Context, unit string) (restarted bool, err error) {
	return s.ask(ctx, "restart", unit, facts.installed)
}

// ReadUnits has systemd read its unit files anew.
func (s Set) ReadUnits(ctx context.Context) error {
	if s.Systemctl == "" {
		return nil
	}
	_, err := s.systemctl(ctx, "daemon-reload")
	return err
}

// Stop asks systemd to stop a unit, and returns without waiting. One that is not installed or has stopped is left
// alone.
func (s Set) Stop(ctx context.Context, unit string) (stopped bool, err error) {
	return s.ask(ctx, "stop", unit, func(f facts) bool { return f.installed() && !f.stopped() })
}

// ask has systemd do something about a unit, if due says so. Nothing waits for the job, since a gateway may take minutes.
func (s Set) ask(ctx context.Context, verb, unit string, due func(facts) bool) (done bool, err error) {
	if s.Systemctl == "" {
		return false, nil
	}
	units, err := s.show(ctx, unit)
	if err != nil || !due(units[unit]) {
		return false, err
	}
	_, err = s.systemctl(ctx, verb, "--no-block", "--", unit)
	return err == nil, err
}

// Check says how every unit is now.
func (s Set) Check(ctx context.Context) map[string]manifest.ServiceStatus {
	status, _ := s.look(ctx)
	return status
}

// Settle looks until the gateway neither is starting nor being restarted, at most for limit, and returns the last
// look. A gateway that is not ready after StartLimit has failed. A limit of 0 is one look.
func (s Set) Settle(ctx context.Context, limit time.Duration) map[string]manifest.ServiceStatus {
	poll := s.Poll
	if poll == 0 {
		poll = 500 * time.Millisecond
	}
	for begun := time.Now(); ; {
		status, settling := s.look(ctx)
		waited := time.Since(begun)
		if gateway := status[Gateway]; settling && waited >= StartLimit {
			gateway.State = manifest.ServiceFailed
			gateway.Message = fmt.Sprintf("not ready after %s: %s", waited.Round(time.Second), gateway.Message)
			status[Gateway] = gateway
		}
		if !settling || waited >= min(limit, StartLimit) {
			return status
		}
		timer := time.NewTimer(poll)
		select {
		case <-ctx.Done():
			timer.Stop()
			return status
		case <-timer.C:
		}
	}
}

// look says how every unit is, and whether the gateway may still come up by itself.
func (s Set) look(ctx context.Context) (status map[string]manifest.ServiceStatus, settling bool) {
	status = make(map[string]manifest.ServiceStatus, len(Units))
	units := map[string]facts{}
	if s.Systemctl != "" {
		var err error
		if units, err = s.show(ctx, Units...); err != nil {
			for _, unit := range Units {
				status[unit] = manifest.ServiceStatus{State: manifest.ServiceFailed, Message: err.Error()}
			}
			return status, false
		}
	}
	for _, unit := range Units {
		status[unit] = units[unit].status()
	}
	gateway := units[Gateway]
	if missing := gateway.lacks(openclaw.UnitEnvironment()); gateway.installed() && len(missing) > 0 {
		status[Gateway] = manifest.ServiceStatus{
			State:   manifest.ServiceFailed,
			Message: "its unit does not set " + strings.Join(missing, " ") + ", so its configuration is not protected",
		}
		return status, false
	}
	if status[Gateway].State == manifest.ServiceActive {
		status[Gateway] = s.probe(ctx, monotonic()-gateway.activeSince)
	}
	return status, status[Gateway].State == manifest.ServiceStarting || gateway.restarting()
}

// probe asks an active gateway whether it is ready. One that has just been started may still be silent.
func (s Set) probe(ctx context.Context, active time.Duration) manifest.ServiceStatus {
	reason := s.ready(ctx)
	switch {
	case reason == "":
		return manifest.ServiceStatus{State: manifest.ServiceActive}
	case active < StartLimit:
		return manifest.ServiceStatus{State: manifest.ServiceStarting, Message: reason}
	default:
		return manifest.ServiceStatus{
			State:   manifest.ServiceFailed,
			Message: fmt.Sprintf("active for %s, but %s", active.Round(time.Second), reason),
		}
	}
}

// ready returns why the gateway is not ready, or nothing.
func (s Set) ready(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.ReadyURL, nil)
	if err != nil {
		return err.Error()
	}
	// Its own transport: the environment's proxy is for the world outside.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Sprintf("%s does not answer", s.ReadyURL)
	}
	defer response.Body.Close() //nolint:errcheck // only its status is read
	if response.StatusCode != http.StatusOK {
		return fmt.Sprintf("%s answers %s", s.ReadyURL, response.Status)
	}
	return ""
}
