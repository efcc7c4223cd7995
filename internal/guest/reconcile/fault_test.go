//go:build linux

package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// A test that needs a run to be killed, or a disk to be full, runs this binary again with these set.
const (
	childRoot  = "TROPIC_TEST_CHILD_ROOT"
	childStore = "TROPIC_TEST_CHILD_STORE"
	childKill  = "TROPIC_TEST_CHILD_KILL" // the step before which the child kills itself; 0 = never
	childTmpfs = "TROPIC_TEST_CHILD_TMPFS"
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(childTmpfs) != "":
		os.Exit(fullDiskChild())
	case os.Getenv(childRoot) != "":
		os.Exit(reconcileChild())
	}
	os.Exit(m.Run())
}

// reconcileChild reconciles, and dies by SIGKILL before a given step: no deferred call runs, as in a power cut.
func reconcileChild() int {
	store, err := loadStore(os.Getenv(childStore))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	kill, steps := 0, 0
	if kill, err = strconv.Atoi(os.Getenv(childKill)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	report, err := reconcile.Run(context.Background(), reconcile.Options{
		Store: guestView{store}, InstanceID: instanceID, Root: os.Getenv(childRoot), Version: "test",
		Before: func(tree.Op, string) error {
			if steps++; steps == kill {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
			return nil
		},
	})
	if err != nil || !report.OK() {
		fmt.Fprintln(os.Stderr, err, report.Status.Problems)
		return 4
	}
	return 0
}

// evolve takes a machine from one desired state to another that makes every kind of change at once.
func evolve(m *machine) (next *machine) {
	m.putAgent("a", map[string]string{"AGENTS.md": "v1", "n": "file", "old/x.md": "x"})
	m.putAgent("gone", map[string]string{"AGENTS.md": "v1", "sub/deep/y.md": "y"})
	m.put(manifest.PolicyPath("p"), manifest.Policy{ID: "p", Rules: "DENY: run sudo"})
	m.converge()
	m.putAgent("a", map[string]string{"AGENTS.md": "v2", "n/below": "v2", "new/x.md": "x"})
	m.removeAgent("gone")
	m.put(manifest.AgentPath(instanceID, "b"), manifest.Agent{Slug: "b", Name: "B", PolicyID: "p", Files: map[string]string{"SOUL.md": "b"}})
	m.store.values[manifest.CredentialPath(instanceID, "openai")] = "sk-two"
	m.put(manifest.AuthorizedKeysPath(instanceID), manifest.AuthorizedKeys{Keys: []string{publicKey, publicKey + "-2"}})
	return m
}

// A run that is killed before any of its steps leaves each file old or new, and the next run finishes.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: kills some hundred processes; run without -short")
	}
	reference := evolve(newMachine(t))
	reference.converge()
	picture := reference.picture()

	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for step := 1; ; step++ {
		m := evolve(newMachine(t))
		file := t.TempDir() + "/store.json"
		m.store.save(t, file)
		child := exec.CommandContext(t.Context(), binary)
		child.Env = append(os.Environ(), childRoot+"="+m.root, childStore+"="+file, childKill+"="+strconv.Itoa(step))
		output, err := child.CombinedOutput()
		if err == nil {
			t.Logf("%d steps", step-1)
			if step < 50 {
				t.Errorf("only %d steps: the plan is too small to show anything", step-1)
			}
			return
		}
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("step %d: %v: %s", step, err, output)
		}
		for _, f := range []struct{ name, before, after string }{
			{"a/AGENTS.md", "v1", "v2"}, {"gone/AGENTS.md", "v1", ""}, {"b/SOUL.md", "", "b"},
		} {
			got := ""
			if m.exists(workspace + f.name) {
				got = m.read(workspace + f.name)
			}
			if got != f.before && got != f.after {
				t.Errorf("step %d: %s holds %q", step, f.name, got)
			}
		}
		m.converge()
		if after := m.picture(); !slices.Equal(picture, after) {
			t.Fatalf("step %d: not the same machine:\n%s", step, difference(picture, after))
		}
		if left := m.temporaries(); len(left) > 0 {
			t.Errorf("step %d: temporary files %q", step, left)
		}
		m.settled()
		if t.Failed() {
			return
		}
	}
}

// Any step may fail; the failure is reported, old files stay whole, and the next run finishes.
func TestEveryStepFails(t *testing.T) {
	t.Parallel()
	reference := evolve(newMachine(t))
	reference.converge()
	picture := reference.picture()
	for step := 1; ; step++ {
		m := evolve(newMachine(t))
		steps := 0
		report, err := m.run(func(o *reconcile.Options) {
			o.Before = func(tree.Op, string) error {
				if steps++; steps == step {
					return syscall.ENOSPC
				}
				return nil
			}
		})
		m.check(err)
		if steps < step {
			return
		}
		if report.OK() || !strings.Contains(strings.Join(report.Status.Problems, "\n"), "no space left on device") {
			t.Errorf("step %d: the failure was not reported: %q", step, report.Status.Problems)
		}
		for slug, a := range report.Status.Agents {
			if a.State == manifest.AgentReady && !m.exists(workspace+slug) {
				t.Errorf("step %d: %s is said to be ready", step, slug)
			}
		}
		m.converge()
		if after := m.picture(); !slices.Equal(picture, after) {
			t.Fatalf("step %d: not the same machine:\n%s", step, difference(picture, after))
		}
		if left := m.temporaries(); len(left) > 0 {
			t.Errorf("step %d: temporary files %q", step, left)
		}
		m.settled()
	}
}
