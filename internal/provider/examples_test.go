package provider_test

import (
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
	if len(seen) < 11 {
		t.Errorf("only %d examples were found in %s", len(seen), root)
	}
}

func applyExample(t *testing.T, dir string) {
	t.Helper()
	c := newLiveCloud(t)
	w := c.workspace(t, "")
	if dir != filepath.Join("..", "..", "examples", "quickstart") && dir != filepath.Join("..", "..", "examples", "provider") {
		w.write("versions.tf", usesTropic)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "import-by-identity") {
			continue // an import of what does not exist
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w.write(filepath.Base(file), string(text))
	}
	w.env = append(w.env, `TF_VAR_ssh_cidrs=["203.0.113.7/32"]`)
	w.terraform("apply", "-auto-approve", "-input=false", "-no-color")
	w.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")
	w.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
	if err := c.leftovers(); err != nil {
		t.Error(err)
	}
}
