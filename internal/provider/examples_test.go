package provider_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAccExamples applies every example as it stands, plans again (which must find nothing to do) and destroys it.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "examples")
	dirs, err := filepath.Glob(filepath.Join(root, "*", "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	top, err := filepath.Glob(filepath.Join(root, "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range append(top, dirs...) {
		dir := filepath.Dir(file)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		name, err := filepath.Rel(root, dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			applyExample(t, dir)
		})
	}
	if len(seen) < 20 {
		t.Errorf("only %d examples were found in %s", len(seen), root)
	}
}

// TestAccPolicyTest runs the example of `terraform test`, and wants it to fail when the policy says something else.
func TestAccPolicyTest(t *testing.T) {
	t.Parallel()
	w := newRecordCloud(t).workspace(t, "")
	dir := filepath.Join("..", "..", "examples", "policy-test")
	for _, name := range []string{"main.tf", "policy.tftest.hcl"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w.write(name, string(text))
	}
	if out := w.terraform("test", "-no-color"); !strings.Contains(out, "2 passed, 0 failed") {
		t.Errorf("terraform test:\n%s", out)
	}
	text, err := os.ReadFile(filepath.Join(w.dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	w.write("main.tf", strings.ReplaceAll(string(text), "DENY: run sudo or elevated commands", "ALLOW: run sudo or elevated commands"))
	out, err := w.command(t.Context(), "test", "-no-color").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "sudo, spelt oddly: want DENY, got") {
		t.Errorf("a policy that allows sudo passes its test: %v\n%s", err, out)
	}
}

func applyExample(t *testing.T, dir string) {
	t.Helper()
	c := newLiveCloud(t)
	w := c.workspace(t, "")
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	says := usesTropic
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "import-by-identity") {
			continue // an import of what does not exist
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w.write(filepath.Base(file), string(text))
		if strings.Contains(string(text), "required_providers") {
			says = ""
		}
	}
	w.write("versions.tf", says)
	m := newMeter(t)
	m.grant("default", 10_000)
	w.env = append(append(w.env, m.env(m.token("default"))...), `TF_VAR_ssh_cidrs=["203.0.113.7/32"]`)
	w.terraform("apply", "-auto-approve", "-input=false", "-no-color")
	w.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")
	w.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
	if err := errors.Join(c.leftovers(), m.leftovers("default")); err != nil {
		t.Error(err)
	}
}
