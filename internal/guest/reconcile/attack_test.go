package reconcile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// outside is a directory that the agent's user points links at; nothing in it may ever change.
func outside(t *testing.T) (dir string, untouched func()) {
	t.Helper()
	dir = t.TempDir()
	victim := filepath.Join(dir, "AGENTS.md")
	if err := os.WriteFile(victim, []byte("victim"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Lstat(victim)
	if err != nil {
		t.Fatal(err)
	}
	return dir, func() {
		t.Helper()
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Errorf("outside now holds %v (%v)", entries, err)
		}
		after, err := os.Lstat(victim)
		if err != nil || after.Mode() != before.Mode() || !after.ModTime().Equal(before.ModTime()) ||
			after.Sys().(*syscall.Stat_t).Uid != before.Sys().(*syscall.Stat_t).Uid {
			t.Errorf("the victim changed: %v (%v)", after, err)
		}
		info, err := os.Stat(dir)
		if err != nil || int(info.Sys().(*syscall.Stat_t).Uid) != os.Getuid() {
			t.Errorf("the directory outside changed hands: %v", err)
		}
	}
}

func TestPlantedLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, planted := range []string{
		workspace + "a", workspace + "a/AGENTS.md", workspace + "a/sub", workspace + "a/sub/x.md",
		"/home/ubuntu/.openclaw/workspace", "/home/ubuntu/.openclaw", "/home/ubuntu/.ssh",
		"/home/ubuntu/.openclaw/openclaw.json", "/home/ubuntu/.openclaw/.env", "/home/ubuntu/.ssh/authorized_keys",
	} {
		t.Run(strings.ReplaceAll(strings.Trim(planted, "/"), "/", "_"), func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			m.putAgent("a", map[string]string{"AGENTS.md": "wanted", "sub/x.md": "x"})
			m.converge()
			picture := m.picture()
			dir, untouched := outside(t)
			target := dir
			if info, err := os.Stat(m.path(planted)); err == nil && !info.IsDir() {
				target = filepath.Join(dir, "AGENTS.md")
			}
			m.check(os.RemoveAll(m.path(planted)))
			m.check(os.Symlink(target, m.path(planted)))
			m.converge()
			untouched()
			if after := m.picture(); len(difference(picture, after)) > 0 {
				t.Errorf("not healed:\n%s", difference(picture, after))
			}
			m.settled()
		})
	}
}

// The agent swaps a directory for a link between the steps of a run.
func TestParentSwappedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, op := range []tree.Op{tree.OpMkdir, tree.OpCreate, tree.OpWrite, tree.OpChown, tree.OpRename, tree.OpUnlink} {
		t.Run(string(op), func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			m.putAgent("a", map[string]string{"AGENTS.md": "v1", "sub/AGENTS.md": "v1", "old/AGENTS.md": "v1"})
			m.converge()
			m.putAgent("a", map[string]string{"AGENTS.md": "v2", "sub/AGENTS.md": "v2", "new/AGENTS.md": "v2"})
			dir, untouched := outside(t)
			swaps := 0
			_, err := m.run(func(o *reconcile.Options) {
				o.Before = func(at tree.Op, name string) error {
					parent := filepath.Dir(m.path(name))
					if at != op || !strings.HasPrefix(name, workspace+"a/") || swaps > 3 {
						return nil
					}
					swaps++
					if err := os.Rename(parent, fmt.Sprintf("%s-moved-%d", parent, swaps)); err != nil {
						return err
					}
					return os.Symlink(dir, parent)
				}
			})
			m.check(err)
			untouched()
			if _, err := m.run(); err != nil { // a moved directory may hold what was "wanted"; links are replaced
				t.Error(err)
			}
			untouched()
			for _, name := range []string{"AGENTS.md", "sub/AGENTS.md", "new/AGENTS.md"} {
				if got := m.read(workspace + "a/" + name); got != "v2" {
					t.Errorf("%s: %q", name, got)
				}
			}
		})
	}
}

// A hard link must not lend its rights: the file is replaced, and the other name keeps owner, mode and content.
func TestHardLinkKeepsItsOtherName(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "wanted"})
	m.converge()
	m.write("/etc/secret", "secret")
	m.check(os.Chmod(m.path("/etc/secret"), 0o600))
	for _, name := range []string{workspace + "a/AGENTS.md", "/home/ubuntu/.ssh/authorized_keys"} {
		m.check(os.Remove(m.path(name)))
		m.check(os.Link(m.path("/etc/secret"), m.path(name)))
	}
	before := m.mode("/etc/secret")
	if _, err := m.run(); err != nil {
		t.Fatal(err)
	}
	if m.mode("/etc/secret") != before || m.read("/etc/secret") != "secret" {
		t.Error("the linked file changed")
	}
	if os.Getuid() == 0 && m.mode("/home/ubuntu/.ssh/authorized_keys") != before {
		t.Error("another user's content was handed to the agent's user")
	}
	if m.read(workspace+"a/AGENTS.md") != "wanted" {
		t.Error("AGENTS.md is not what was wanted")
	}
}

// What cannot be replaced without losing the agent's data fails that agent, visibly, and nobody else.
func TestWhatIsInTheWayIsReported(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.check(os.MkdirAll(m.path(workspace+"a/AGENTS.md/mine"), 0o755))
	m.check(os.MkdirAll(m.path(workspace+"b"), 0o755))
	m.write(workspace+"b/sub", "mine")
	m.check(syscall.Mkfifo(m.path(workspace+"b/PIPE.md"), 0o666))
	m.putAgent("a", map[string]string{"AGENTS.md": "x"})
	m.putAgent("b", map[string]string{"sub/x.md": "x"})
	m.putAgent("c", map[string]string{"PIPE.md": "x"})
	m.check(os.MkdirAll(m.path(workspace+"c"), 0o755))
	m.check(syscall.Mkfifo(m.path(workspace+"c/PIPE.md"), 0o666))
	report, err := m.run()
	m.check(err)
	for slug, want := range map[string]string{"a": "is a directory and in the way", "b": "is a file and in the way", "c": ""} {
		if got := report.Status.Agents[slug].Message; !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", slug, got, want)
		}
	}
	if m.read(workspace+"b/sub") != "mine" || !m.exists(workspace+"a/AGENTS.md/mine") {
		t.Error("the agent's own files are gone")
	}
	m.settledWithProblems()
}

func (m *machine) settledWithProblems() {
	m.t.Helper()
	writes := m.store.writes
	if _, err := m.run(); err != nil || m.store.writes != writes {
		m.t.Errorf("second run: %v, %d parameters written", err, m.store.writes-writes)
	}
}

func TestOwnerAndModeAreRepaired(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putAgent("a", map[string]string{"AGENTS.md": "x", "sub/deep/x.md": "x"})
	m.put("/tropic/policies/p", map[string]string{"id": "p", "rules": "DENY: run sudo"})
	m.converge()
	picture := m.picture()
	for _, name := range []string{
		"/home/ubuntu/.openclaw", "/home/ubuntu/.openclaw/workspace", workspace + "a", workspace + "a/sub",
		workspace + "a/sub/deep", workspace + "a/sub/deep/x.md", "/home/ubuntu/.openclaw/openclaw.json",
		"/home/ubuntu/.openclaw/.env", "/home/ubuntu/.ssh", "/home/ubuntu/.ssh/authorized_keys", "/etc/tropic",
		"/etc/tropic/vm-api-token", "/var/lib/tropic",
	} {
		m.check(os.Chmod(m.path(name), 0o777))
		if os.Getuid() == 0 {
			m.check(os.Chown(m.path(name), 4242, 4242))
		}
	}
	m.check(os.Chmod(m.path("/home/ubuntu"), 0o777))
	m.converge()
	if after := m.picture(); len(difference(picture, after)) > 0 {
		t.Errorf("not repaired:\n%s", difference(picture, after))
	}
	m.settled()
}
