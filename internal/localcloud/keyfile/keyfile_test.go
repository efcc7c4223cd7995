package keyfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/keyfile"
)

func TestAKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	for _, made := range []string{"first", "second"} {
		got, err := keyfile.Load(path, func() []byte { return []byte(made) })
		if err != nil || string(got) != "first" {
			t.Errorf("load: %q, %v, want the key made first", got, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, want 0600", info.Mode(), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %v, %v, want the key alone", entries, err)
	}
}

func TestAKeyThatCannotBeKeptIsNotUsed(t *testing.T) {
	t.Parallel()
	absent := filepath.Join(t.TempDir(), "absent", "key")
	if got, err := keyfile.Load(absent, func() []byte { return []byte("lost") }); err == nil {
		t.Errorf("load without a directory: %q", got)
	}
}
