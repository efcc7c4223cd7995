// Package conformance is the suite that every driver passes.
package conformance

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// Run tests what newDriver makes; each test gets a driver of its own. What the driver's capabilities deny must fail with
// driver.ErrNotSupported, never succeed for show.
func Run(t *testing.T, newDriver func(*testing.T) driver.Driver) {
	for name, test := range map[string]func(*testing.T, driver.Driver){
		"lifecycle":       lifecycle,
		"unknown machine": unknownMachine,
		"exec":            execution,
		"files":           files,
		"boot command":    bootCommand,
		"timeout":         timeout,
		"left running":    leftRunning,
		"grace":           graceOfStop,
		"power off":       powerOff,
		"reboot":          reboot,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newDriver(t))
		})
	}
}

const id = "i-0123456789abcdef0"

// grace is long enough for a shell to end.
const grace = 2 * time.Second

var machine = driver.Machine{ID: id, Hostname: "ip-172-31-0-4"}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

func lifecycle(t *testing.T, d driver.Driver) {
	ctx := t.Context()
	must(t, d.Create(ctx, machine))
	must(t, d.Create(ctx, machine))
	wants(t, "stop before start", d.Stop(ctx, id, grace), driver.ErrNotRunning)
	must(t, d.Start(ctx, id, driver.Attachments{}))
	must(t, d.Start(ctx, id, driver.Attachments{}))
	ids, err := d.Machines(ctx)
	must(t, err)
	if len(ids) != 1 || ids[0] != id {
		t.Errorf("machines = %v", ids)
	}
	must(t, d.Stop(ctx, id, grace))
	must(t, d.Start(ctx, id, driver.Attachments{}))
	must(t, d.Destroy(ctx, id))
	must(t, d.Destroy(ctx, id))
	if ids, err = d.Machines(ctx); err != nil || len(ids) != 0 {
		t.Errorf("machines after destroy = %v, %v", ids, err)
	}
}

func unknownMachine(t *testing.T, d driver.Driver) {
	ctx := t.Context()
	wants(t, "start", d.Start(ctx, id, driver.Attachments{}), driver.ErrUnknownMachine)
	wants(t, "stop", d.Stop(ctx, id, grace), driver.ErrUnknownMachine)
	_, err := d.Console(ctx, id)
	wants(t, "console", err, driver.ErrUnknownMachine)
}

func execution(t *testing.T, d driver.Driver) {
	ctx := t.Context()
	must(t, d.Create(ctx, machine))
	run := func(c driver.Command) (driver.Result, error) { return d.Exec(ctx, id, c) }
	if !d.Capabilities().Exec {
		must(t, d.Start(ctx, id, driver.Attachments{}))
		_, err := run(driver.Command{Argv: []string{"true"}})
		wants(t, "exec", err, driver.ErrNotSupported)
		return
	}
	_, err := run(driver.Command{Argv: []string{"true"}})
	wants(t, "exec before start", err, driver.ErrNotRunning)
	must(t, d.Start(ctx, id, driver.Attachments{}))
	for name, test := range map[string]struct {
		command        driver.Command
		code           int
		stdout, stderr string
		timedOut, cut  bool
	}{
		"success":     {driver.Command{Argv: []string{"echo", "hello"}}, 0, "hello\n", "", false, false},
		"exit code":   {driver.Command{Argv: []string{"sh", "-c", "echo bad >&2; exit 3"}}, 3, "", "bad\n", false, false},
		"signal":      {driver.Command{Argv: []string{"sh", "-c", "kill -TERM $$"}}, 143, "", "", false, false},
		"stdin":       {driver.Command{Argv: []string{"cat"}, Stdin: []byte("in")}, 0, "in", "", false, false},
		"environment": {driver.Command{Argv: []string{"sh", "-c", "echo $X $HOME"}, Env: map[string]string{"X": "y"}}, 0, "y /root\n", "", false, false},
		"directory":   {driver.Command{Argv: []string{"pwd"}, Dir: "/etc"}, 0, "/etc\n", "", false, false},
		"timeout":     {driver.Command{Argv: []string{"sh", "-c", "sleep 60 & sleep 60"}, Timeout: 200 * time.Millisecond}, 137, "", "", true, false},
		"output cap":  {driver.Command{Argv: []string{"sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x"}, MaxStdout: 5}, 0, "xxxxx", "", false, true},
		"host name":   {driver.Command{Argv: []string{"uname", "-n"}}, 0, machine.Hostname + "\n", "", false, false},
		"root":        {driver.Command{Argv: []string{"id", "-u"}}, 0, "0\n", "", false, false},
	} {
		r, err := run(test.command)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.ExitCode != test.code || string(r.Stdout) != test.stdout || string(r.Stderr) != test.stderr || r.TimedOut != test.timedOut || r.StdoutTruncated != test.cut {
			t.Errorf("%s: got %d %q %q timed out %t cut %t", name, r.ExitCode, r.Stdout, r.Stderr, r.TimedOut, r.StdoutTruncated)
		}
	}
}

func files(t *testing.T, d driver.Driver) {
	if !d.Capabilities().Exec {
		return
	}
	ctx := t.Context()
	with := machine
	with.Image.Files = []driver.File{
		{Content: []byte("#!/bin/sh\necho from the image\n"), Target: "/usr/local/bin/tool", Mode: 0o755},
		{Content: []byte("text"), Target: "/etc/tropic/text", Mode: 0o600},
	}
	must(t, d.Create(ctx, with))
	must(t, d.Start(ctx, id, driver.Attachments{}))
	sh := func(script string) string { return shell(t, d, script) }
	if got := sh("tool; cat /etc/tropic/text; stat -c ' %a' /etc/tropic/text"); got != "from the image\ntext 600" {
		t.Errorf("files of the image: %q", got)
	}
	sh("echo kept > /home/ubuntu/kept; echo kept > /usr/local/kept; echo lost > /run/lost; echo lost > /tmp/lost")
	must(t, d.Stop(ctx, id, grace))
	must(t, d.Start(ctx, id, driver.Attachments{}))
	if got := sh("cat /home/ubuntu/kept /usr/local/kept; ls /run/lost /tmp/lost 2>/dev/null"); got != "kept\nkept" {
		t.Errorf("files after a restart: %q", got)
	}
}

func bootCommand(t *testing.T, d driver.Driver) {
	if !d.Capabilities().Exec {
		return
	}
	ctx := t.Context()
	with := machine
	with.Image.Boot = []string{"sh", "-c", "echo boot was here; exit 4"}
	must(t, d.Create(ctx, with))
	must(t, d.Start(ctx, id, driver.Attachments{}))
	for deadline := time.Now().Add(10 * time.Second); ; {
		text, err := d.Console(ctx, id)
		must(t, err)
		if strings.Contains(string(text), "boot was here") && strings.Contains(string(text), "exit code 4") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("console: %q", text)
		}
		<-time.After(10 * time.Millisecond)
	}
}
