//go:build unix

package audit

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestFilesAreForTheirOwnerOrOneGroup(t *testing.T) {
	t.Parallel()
	gid := os.Getgid()
	for name, test := range map[string]struct {
		group     *int
		dir, file fs.FileMode
	}{
		"owner": {nil, 0o700, 0o600},
		"group": {&gid, 0o750, 0o640},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "audit")
			l := open(t, dir, Options{Group: test.group, MaxBytes: 1})
			appendN(t, l, 3)
			closeLog(t, l)
			if err := os.Chmod(filepath.Join(dir, activeName), 0o666); err != nil {
				t.Fatal(err)
			}
			closeLog(t, open(t, dir, Options{Group: test.group}))
			info, err := os.Stat(dir)
			if err != nil || info.Mode().Perm() != test.dir {
				t.Errorf("directory: %v, %v", info.Mode(), err)
			}
			for name := range readTree(t, dir) {
				info, err := os.Stat(filepath.Join(dir, name))
				if err != nil || info.Mode().Perm() != test.file {
					t.Errorf("%s: %v, %v", name, info.Mode(), err)
				}
			}
		})
	}
}

func TestOneWriter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir, Options{})
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrLocked) {
		t.Errorf("a second writer: %v", err)
	}
	closeLog(t, l)
	closeLog(t, open(t, dir, Options{}))
}

// TestADeadWriterLeavesNoLock: the writer is another process that is killed with the log open.
func TestADeadWriterLeavesNoLock(t *testing.T) {
	t.Parallel()
	const variable = "AUDIT_TEST_DIRECTORY"
	if dir := os.Getenv(variable); dir != "" {
		l := open(t, dir, Options{})
		appendN(t, l, 5)
		if err := unix.Kill(os.Getpid(), unix.SIGKILL); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	dir := t.TempDir()
	writer := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestADeadWriterLeavesNoLock$")
	writer.Env = append(os.Environ(), variable+"="+dir)
	if err := writer.Run(); err == nil || writer.ProcessState.Exited() {
		t.Fatalf("the writer was not killed: %v", err)
	}
	if r := wantClean(t, dir, VerifyOptions{}); r.Lines != 7 {
		t.Errorf("%d lines survive, want 7", r.Lines)
	}
	closeLog(t, open(t, dir, Options{}))
	wantClean(t, dir, VerifyOptions{})
}

func TestNothingIsFollowedOrWaitedFor(t *testing.T) {
	t.Parallel()
	link := func(name string) func(string) error {
		return func(dir string) error {
			target := filepath.Join(filepath.Dir(dir), "target")
			return errors.Join(os.WriteFile(target, nil, 0o600), os.Symlink(target, filepath.Join(dir, name)))
		}
	}
	for name, test := range map[string]struct {
		plant func(dir string) error
		want  string
	}{
		"directory is a link": {func(dir string) error {
			return errors.Join(os.Rename(dir, dir+".real"), os.Symlink(dir+".real", dir))
		}, "symbolic link"},
		"directory is a file": {func(dir string) error {
			return errors.Join(os.Remove(dir), os.WriteFile(dir, nil, 0o600))
		}, "regular file"},
		"directory for all":   {func(dir string) error { return os.Chmod(dir, 0o777) }, "chmod o-w"},
		"log is a link":       {link(activeName), "symbolic link"},
		"head is a link":      {link(headName), "symbolic link"},
		"lock is a link":      {link(lockName), "symbolic link"},
		"rotated is a link":   {link(rotatedName(1)), "symbolic link"},
		"log is a pipe":       {func(dir string) error { return unix.Mkfifo(filepath.Join(dir, activeName), 0o600) }, "special file"},
		"log is a directory":  {func(dir string) error { return os.Mkdir(filepath.Join(dir, activeName), 0o700) }, "a directory"},
		"head is a directory": {func(dir string) error { return os.Mkdir(filepath.Join(dir, headName), 0o700) }, "a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "audit")
			if err := errors.Join(os.Mkdir(dir, 0o700), test.plant(dir)); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Open: %v", err)
			}
			if name == "lock is a link" {
				return
			}
			if _, err := Verify(t.Context(), dir, VerifyOptions{}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Verify: %v", err)
			}
		})
	}
}

func TestDirectoriesWithoutALog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Verify(t.Context(), dir, VerifyOptions{}); !errors.Is(err, ErrNoLog) {
		t.Errorf("an empty directory: %v", err)
	}
	if _, err := Verify(t.Context(), filepath.Join(dir, "none"), VerifyOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
	if _, err := VerifyFiles(t.Context(), VerifyOptions{}, filepath.Join(dir, activeName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "a", "b"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a path of which more than the last part is missing: %v", err)
	}
}
