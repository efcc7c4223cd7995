//go:build linux

package lite_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/conformance"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
)

func TestMain(m *testing.M) {
	lite.Init()
	os.Exit(m.Run())
}

func newDriver(t *testing.T) driver.Driver {
	t.Helper()
	if err := lite.Available(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("driver lite must run under CI: %v", err)
		}
		t.Skipf("SKIPPED: driver lite cannot run here: %v", err)
	}
	d, err := lite.New(lite.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.Run(t, newDriver)
}

// TestWithoutRoot runs this package's tests again as an ordinary user, when they run as root.
func TestWithoutRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("these tests run without root already")
	}
	dir, err := os.MkdirTemp("", "lite")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	const nobody = 65534
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "lite.test") // where it was built nobody may look
	raw, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, raw, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "-test.v")
	cmd.Dir = dir
	cmd.Env = []string{"TMPDIR=" + dir, "HOME=" + dir, "PATH=/usr/bin:/bin", "CI=" + os.Getenv("CI")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestConformance") {
		t.Errorf("as an ordinary user: %v\n%s", err, out)
	}
}

func sh(t *testing.T, d driver.Driver, id, script string) driver.Result {
	t.Helper()
	r, err := d.Exec(t.Context(), id, driver.Command{Argv: []string{"/bin/sh", "-c", script}})
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return r
}

func boot(t *testing.T, d driver.Driver, att driver.Attachments, id string) {
	t.Helper()
	if err := d.Create(t.Context(), driver.Machine{ID: id, Hostname: "ip-172-31-0-4", AuthorizedKey: "ssh-ed25519 AAAA test"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context(), id, att); err != nil {
		t.Fatal(err)
	}
}

func TestIsolation(t *testing.T) {
	t.Setenv("PLANTED_SECRET", "daemon-environment")
	d := newDriver(t)
	boot(t, d, driver.Attachments{}, "i-1")
	boot(t, d, driver.Attachments{}, "i-2")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for script, why := range map[string]string{
		"env | grep PLANTED_SECRET":                       "the daemon's environment shows",
		"cat " + secret:                                   "a file of the host shows",
		"test $(ls /proc | grep -c '^[0-9]') -gt 12":      "processes of the host show",
		"touch /usr/bin/planted":                          "the host's /usr can be written",
		"touch /etc/ssl/certs/planted":                    "the host's certificates can be written",
		"grep -r . /etc/shadow | grep -v '[*]'":           "the host's passwords show",
		"ls /tmp/root /tmp/run":                           "the staging directories show",
		"cat /proc/1/environ | tr '\\0' '\\n' | grep .=.": "init has an environment",
		"mount -o remount,rw,bind /usr":                   "the host's /usr can be made writable",
		"umount /usr/local":                               "the host's /usr/local can be uncovered",
		"echo 1 > /proc/sys/kernel/panic":                 "settings of the host's kernel can be written",
	} {
		if r := sh(t, d, "i-1", script); r.ExitCode == 0 {
			t.Errorf("%s: %s\n%s", why, script, r.Stdout)
		}
	}
	sh(t, d, "i-1", "echo one > /home/ubuntu/mine")
	if r := sh(t, d, "i-2", "cat /home/ubuntu/mine"); r.ExitCode == 0 {
		t.Error("a file of another machine shows")
	}
}

func TestUbuntuOwnsItsHome(t *testing.T) {
	t.Parallel()
	d := newDriver(t)
	boot(t, d, driver.Attachments{}, "i-1")
	r := sh(t, d, "i-1", "stat -c '%U %a' /home/ubuntu /home/ubuntu/.ssh /home/ubuntu/.ssh/authorized_keys; touch /tmp/f && chown ubuntu:ubuntu /tmp/f")
	owner := "ubuntu"
	if !d.Capabilities().Users {
		owner = "root" // the one id has two names
	}
	want := owner + " 750\n" + owner + " 700\n" + owner + " 600\n"
	if string(r.Stdout) != want || r.ExitCode != 0 {
		t.Errorf("exit %d, owners:\n%s%s\nwant\n%s", r.ExitCode, r.Stdout, r.Stderr, want)
	}
}

func TestMetadataAndAPIAnswerInside(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3 is needed under CI=true: it asks from inside a machine")
		}
		t.Skip("SKIPPED: the host has no python3 to ask with from inside a machine")
	}
	d := newDriver(t)
	say := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) })
	}
	boot(t, d, driver.Attachments{Metadata: say("metadata"), API: say("api")}, "i-1")
	const script = `import os, urllib.request as u
print(u.urlopen("http://169.254.169.254/").read().decode(), u.urlopen(os.environ["AWS_ENDPOINT_URL"]).read().decode())`
	r, err := d.Exec(t.Context(), "i-1", driver.Command{Argv: []string{"/usr/bin/python3", "-c", script}})
	if err != nil || strings.TrimSpace(string(r.Stdout)) != "metadata api" {
		t.Errorf("%v, exit %d: %s%s", err, r.ExitCode, r.Stdout, r.Stderr)
	}
}

func TestPowerOffInside(t *testing.T) {
	t.Parallel()
	d := newDriver(t)
	exited := make(chan error, 1)
	boot(t, d, driver.Attachments{Exited: func(err error) { exited <- err }}, "i-1")
	_, _ = d.Exec(t.Context(), "i-1", driver.Command{Argv: []string{"shutdown", "-h", "now"}}) // its answer may be lost
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	select {
	case err := <-exited:
		if err != nil {
			t.Errorf("power off is an error: %v", err)
		}
	case <-ctx.Done():
		t.Error("the machine did not end")
	}
}
