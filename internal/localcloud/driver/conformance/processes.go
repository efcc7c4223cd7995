package conformance

import (
	"bytes"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// running starts a machine, or reports false when the driver's machines run nothing.
func running(t *testing.T, d driver.Driver, att driver.Attachments) bool {
	t.Helper()
	if !d.Capabilities().Exec {
		return false
	}
	must(t, d.Create(t.Context(), machine))
	must(t, d.Start(t.Context(), id, att))
	return true
}

// shell returns what a script in the machine prints.
func shell(t *testing.T, d driver.Driver, script string) string {
	t.Helper()
	r, err := d.Exec(t.Context(), id, driver.Command{Argv: []string{"sh", "-c", script}})
	must(t, err)
	return string(bytes.TrimSpace(r.Stdout))
}

// eventually asks the machine until a script prints want.
func eventually(t *testing.T, d driver.Driver, script, want string) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); ; <-time.After(10 * time.Millisecond) {
		got := shell(t, d, script)
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s prints %q, want %q", script, got, want)
		}
	}
}

// counts prints how many processes sleep for 9876 seconds, which only these tests do.
// The bracket keeps the script from counting itself.
const counts = `cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | grep -o 'sleep 987[6] ' | wc -l`

// timeout ends everything a command started, however it tried to get away; what other commands started lives on.
func timeout(t *testing.T, d driver.Driver) {
	if !running(t, d, driver.Attachments{}) {
		return
	}
	for name, start := range map[string]string{
		"child":             "sleep 9876 &",
		"session":           "setsid sleep 9876 &",
		"double fork":       "(setsid sh -c 'sleep 9876 & exit' &);",
		"nohup":             "nohup sleep 9876 >/dev/null 2>&1 &",
		"deaf to SIGTERM":   "(trap '' TERM HUP INT; exec setsid sleep 9876) &",
		"stopped":           "setsid sleep 9876 & kill -STOP $!;",
		"without a trace":   "env -i setsid -f sleep 9876 </dev/null >/dev/null 2>&1;",
		"forks and forgets": "f() { while :; do (setsid sleep 9876 &); sleep 0.01; done; }; f &",
	} {
		r, err := d.Exec(t.Context(), id, driver.Command{Argv: []string{"sh", "-c", start + " sleep 60"}, Timeout: 400 * time.Millisecond})
		must(t, err)
		if !r.TimedOut || r.ExitCode != 137 {
			t.Errorf("%s: timed out %t, exit code %d, want true and 137: %s", name, r.TimedOut, r.ExitCode, r.Stderr)
		}
		if took := r.Ended.Sub(r.Started); took > 10*time.Second {
			t.Errorf("%s: ended after %s", name, took)
		}
		if left := shell(t, d, counts); left != "0" {
			t.Errorf("%s: %s processes of the command are left", name, left)
		}
	}
}

// leftRunning is what a command that ends by itself leaves behind: it lives on, as on EC2, also over another's timeout.
func leftRunning(t *testing.T, d driver.Driver) {
	if !running(t, d, driver.Attachments{}) {
		return
	}
	shell(t, d, "setsid sleep 9876 </dev/null >/dev/null 2>&1 &")
	_, err := d.Exec(t.Context(), id, driver.Command{Argv: []string{"sh", "-c", "sleep 60"}, Timeout: 50 * time.Millisecond})
	must(t, err)
	eventually(t, d, counts, "1")
	eventually(t, d, "grep -l 'sleep' /proc/[0-9]*/comm | head -1 | xargs dirname | xargs -I{} awk '/^PPid/{print $2}' {}/status", "1")
}

// graceOfStop is what the caller gives: a service that needs two seconds to save its work has them, and one that does
// not end at all does not hold the stop up.
func graceOfStop(t *testing.T, d driver.Driver) {
	if !running(t, d, driver.Attachments{}) {
		return
	}
	const saves = `(trap 'i=0; while [ $i -lt 20 ]; do sleep 0.1; i=$((i+1)); done; echo saved >/root/saved; exit' TERM
		echo >/run/ready; while :; do sleep 0.05; done) </dev/null >/dev/null 2>&1 &`
	shell(t, d, saves)
	eventually(t, d, "ls /run/ready", "/run/ready")
	must(t, d.Stop(t.Context(), id, 30*time.Second))
	must(t, d.Start(t.Context(), id, driver.Attachments{}))
	if got := shell(t, d, "cat /root/saved"); got != "saved" {
		t.Errorf("a service that saves its work within the grace printed %q", got)
	}

	shell(t, d, "(trap '' TERM; echo >/run/ready; while :; do sleep 1; done) </dev/null >/dev/null 2>&1 &")
	eventually(t, d, "ls /run/ready", "/run/ready")
	began := time.Now()
	must(t, d.Stop(t.Context(), id, 300*time.Millisecond))
	if took := time.Since(began); took < 250*time.Millisecond || took > 10*time.Second {
		t.Errorf("a stop with 300 ms of grace took %s", took)
	}
}

// powerOff inside is told to whoever started the machine, once, and the machine can be started again.
func powerOff(t *testing.T, d driver.Driver) {
	for _, command := range []string{"poweroff", "halt", "shutdown -h now", "shutdown -P +0 'the lease is over'"} {
		exited := make(chan error, 2)
		if !running(t, d, driver.Attachments{Exited: func(err error) { exited <- err }}) {
			return
		}
		shell(t, d, "echo kept >/root/kept; date +%N >/run/boot")
		_, _ = d.Exec(t.Context(), id, driver.Command{Argv: []string{"sh", "-c", command}}) // its answer may be lost
		select {
		case err := <-exited:
			if err != nil {
				t.Errorf("%s: power off is an error: %v", command, err)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s did not end the machine", command)
		}
		_, err := d.Exec(t.Context(), id, driver.Command{Argv: []string{"true"}})
		wants(t, command+": exec", err, driver.ErrNotRunning)
		wants(t, command+": stop", d.Stop(t.Context(), id, grace), driver.ErrNotRunning)
		must(t, d.Start(t.Context(), id, driver.Attachments{}))
		if got := shell(t, d, "cat /root/kept; ls /run/boot 2>/dev/null"); got != "kept" {
			t.Errorf("%s: files after it: %q", command, got)
		}
		must(t, d.Stop(t.Context(), id, grace))
		if len(exited) != 0 {
			t.Errorf("%s: the end was told twice", command)
		}
	}
}

// reboot inside boots the machine again; nobody is told that it ended, as EC2 shows such an instance running all along.
func reboot(t *testing.T, d driver.Driver) {
	exited := make(chan error, 1)
	if !running(t, d, driver.Attachments{Exited: func(err error) { exited <- err }}) {
		return
	}
	for _, command := range []string{"reboot", "shutdown -r now"} {
		shell(t, d, "echo >/run/boot; echo kept >/root/kept")
		_, _ = d.Exec(t.Context(), id, driver.Command{Argv: []string{"sh", "-c", command}}) // its answer may be lost
		up := func() bool {
			r, err := d.Exec(t.Context(), id, driver.Command{Argv: []string{"sh", "-c", "cat /root/kept; ls /run/boot 2>/dev/null"}})
			return err == nil && string(r.Stdout) == "kept\n"
		}
		for deadline := time.Now().Add(20 * time.Second); !up(); <-time.After(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: the machine is not back", command)
			}
		}
	}
	must(t, d.Stop(t.Context(), id, grace))
	if len(exited) != 0 {
		t.Errorf("a reboot or a stop was told as an end: %v", <-exited)
	}
}
