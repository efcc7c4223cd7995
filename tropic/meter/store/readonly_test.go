package store_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// A store that is opened to be read shows what is there, also while another writes, and takes nothing.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		writer := open(t, address)
		if _, err := writer.Append(t.Context(), grant("alice", "g", 10)); err != nil {
			t.Fatal(err)
		}
		reader, err := store.Open(t.Context(), address, pricebook.Published(), store.ReadOnly())
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close() //nolint:errcheck // a test
		if _, err := writer.Append(t.Context(), grant("alice", "later", 10)); err != nil {
			t.Fatal(err)
		}
		if facts, err := reader.Facts(t.Context(), "alice"); err != nil || len(facts) != 2 {
			t.Errorf("%d facts, %v", len(facts), err)
		}
		if unlearned, err := reader.Unlearned(t.Context(), journal.ShardOf("alice")); err != nil || len(unlearned) != 2 {
			t.Errorf("%v, %v", unlearned, err)
		}
		if _, err := reader.Append(t.Context(), grant("alice", "no", 10)); err == nil {
			t.Error("it took a fact")
		}
	})
	path := filepath.Join(t.TempDir(), "none.db")
	if s, err := store.Open(t.Context(), "sqlite:"+path, pricebook.Published(), store.ReadOnly()); err == nil {
		t.Error("a file that is not there was opened", s.Close())
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was made")
	}
}

// A store grows by what is put into it, and can tell by how much.
func TestSize(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		s := open(t, address)
		before, err := s.Size(t.Context())
		if err != nil || before <= 0 {
			t.Fatal(before, err)
		}
		const more = 200_000
		if _, err := s.DB().ExecContext(t.Context(), `INSERT INTO block (shard, sequence, tick, hash, body) VALUES (1, 0, 0, $1, $2)`, []byte{1}, incompressible(more)); err != nil {
			t.Fatal(err)
		}
		if after, err := s.Size(t.Context()); err != nil || after-before < more || after-before > 2*more {
			t.Errorf("%d bytes more, %v", after-before, err)
		}
	})
}

// incompressible are bytes that PostgreSQL stores as they are.
func incompressible(n int) []byte {
	out := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(out)
	return out
}
