//go:build linux

package reconcile_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// A disk that really is full: a small tmpfs in a user and mount namespace of its own.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "v1"})
	old := t.TempDir() + "/old.json"
	m.store.save(t, old)
	m.putAgent("a", map[string]string{"AGENTS.md": strings.Repeat("v2 ", 200_000)})
	next := t.TempDir() + "/new.json"
	m.store.save(t, next)

	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), binary)
	child.Env = append(os.Environ(), childTmpfs+"="+t.TempDir(), childStore+"="+old+","+next)
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	output, err := child.CombinedOutput()
	if strings.Contains(string(output), "no tmpfs:") || err != nil && child.ProcessState == nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("user namespaces with a tmpfs are needed under CI=true: %v: %s", err, output)
		}
		t.Skipf("SKIPPED: no user namespace with a tmpfs on this machine: %v: %s", err, output)
	}
	if err != nil {
		t.Errorf("%v: %s", err, output)
	}
}

func fullDiskChild() int {
	root := os.Getenv(childTmpfs)
	if err := syscall.Mount("tmpfs", root, "tmpfs", 0, "size=512k"); err != nil {
		fmt.Fprintln(os.Stderr, "no tmpfs:", err)
		return 3
	}
	if err := fillDisk(root, strings.Split(os.Getenv(childStore), ",")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func fillDisk(root string, stores []string) error {
	for _, dir := range []string{"etc", "run", "var", "home/ubuntu"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return err
		}
	}
	passwd := "root:x:0:0:root:/root:/bin/bash\nubuntu:x:0:0::/home/ubuntu:/bin/bash\n"
	if err := os.WriteFile(filepath.Join(root, "etc/passwd"), []byte(passwd), 0o644); err != nil {
		return err
	}
	run := func(file string) (manifest.Report, error) {
		store, err := loadStore(file)
		if err != nil {
			return manifest.Report{}, err
		}
		return reconcile.Run(context.Background(), reconcile.Options{Store: guestView{store}, InstanceID: instanceID, Root: root})
	}
	if report, err := run(stores[0]); err != nil || !report.OK() {
		return fmt.Errorf("first run: %w %q", err, report.Status.Problems)
	}
	report, err := run(stores[1])
	if err != nil || report.OK() || report.Status.Agents["a"].State != manifest.AgentFailed {
		return fmt.Errorf("on a full disk: %w, report %+v", err, report)
	}
	agents := filepath.Join(root, workspace, "a/AGENTS.md")
	if raw, err := os.ReadFile(agents); err != nil || string(raw) != "v1" {
		return fmt.Errorf("the old file is not whole: %d bytes, %w", len(raw), err)
	}
	if err := syscall.Mount("tmpfs", root, "tmpfs", syscall.MS_REMOUNT, "size=4m"); err != nil {
		return fmt.Errorf("growing the disk: %w", err)
	}
	if report, err := run(stores[1]); err != nil || !report.OK() {
		return fmt.Errorf("with room again: %w %q", err, report.Status.Problems)
	}
	if info, err := os.Stat(agents); err != nil || info.Size() != 600_000 {
		return fmt.Errorf("the new file is not there: %w", err)
	}
	return nil
}
