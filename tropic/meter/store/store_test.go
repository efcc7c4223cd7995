package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store/postgrestest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// eachStore runs a test on both engines: on an empty SQLite file, and on a PostgreSQL server of its own.
func eachStore(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "meter ? 100%.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, postgrestest.Run(t).Address())
	})
}

func open(t *testing.T, address string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, pricebook.Published())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var epoch = meter.At(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC))

func grant(account, key string, credits int64) meter.Fact {
	return meter.Fact{Key: key, Kind: meter.Grant, Account: account, Effective: epoch, Amount: pricebook.Amount(credits) * pricebook.Credit, CostCents: 2500, Reason: "a 'quoted' \"reason\" – ü"}
}

// What was added is there when the store is opened again, in any number and recorded by its clock.
func TestFactsAreKept(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		facts := []meter.Fact{
			grant("a", "g", 7),
			{
				Key: "start:i-1:1", Kind: meter.Start, Account: "a", Instance: "i-1", Effective: epoch, InstanceType: "t3.micro",
				Model: "anthropic/claude-sonnet-4-6", Confidence: meter.Confirmed, Evidence: "LaunchTime",
			},
			{Key: "limit", Kind: meter.Limit, Account: "a", Effective: epoch, Limits: meter.Limits{DailyCap: 5, MaxSession: time.Hour, Zone: "Asia/Tokyo"}},
		}
		s := open(t, address)
		before, err := s.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n, err := s.Append(t.Context(), append(facts, grant("b", "g", 8))...); n != 4 || err != nil {
			t.Fatal(n, err)
		}
		after, err := s.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got, err := open(t, address).Facts(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i].Recorded < before || got[i].Recorded > after {
				t.Errorf("recorded %s, added between %s and %s", got[i].Recorded, before, after)
			}
			got[i].Recorded = 0
		}
		byKey := cmp.Transformer("byKey", func(list []meter.Fact) map[string]meter.Fact {
			out := map[string]meter.Fact{}
			for _, f := range list {
				out[f.Key] = f
			}
			return out
		})
		if diff := cmp.Diff(facts, got, byKey); diff != "" {
			t.Error(diff)
		}
		first, err := s.Accounts(t.Context(), "", 1)
		rest, err2 := s.Accounts(t.Context(), "a", 10)
		if fmt.Sprint(first, rest) != "[a] [b]" || err != nil || err2 != nil {
			t.Error(first, rest, err, err2)
		}
	})
}

// One bad fact among good ones: none is added, and the error says which and why.
func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		s := open(t, address)
		if _, err := s.Append(t.Context(), grant("a", "first", 1)); err != nil {
			t.Fatal(err)
		}
		for want, bad := range map[error]meter.Fact{meter.ErrConflict: grant("a", "first", 2), meter.ErrFact: grant("a", "bad", -1)} {
			_, err := s.Append(t.Context(), grant("a", "good", 5), bad)
			if !errors.Is(err, want) || !strings.Contains(err.Error(), fmt.Sprintf("%q", bad.Key)) {
				t.Errorf("%v: %v", want, err)
			}
		}
		if got, err := s.Facts(t.Context(), "a"); len(got) != 1 || err != nil {
			t.Error(got, err)
		}
	})
}

// Several writers, each with a connection of its own, open a new store and add the same facts at once: each is there once.
func TestWritersAtOnce(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		const writers, facts = 4, 30
		var added [writers]int
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				s, err := store.Open(t.Context(), address, pricebook.Published())
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = s.Close() }()
				for i := range facts {
					n, err := s.Append(t.Context(), grant("a", fmt.Sprint("g", (i+w*7)%facts), 3))
					if err != nil {
						t.Error(err)
					}
					added[w] += n
				}
			})
		}
		group.Wait()
		got, err := open(t, address).Facts(t.Context(), "a")
		if total := added[0] + added[1] + added[2] + added[3]; err != nil || len(got) != facts || total != facts {
			t.Errorf("%d facts, %d times added, %v", len(got), total, err)
		}
	})
}

// A committed fact survives a crash of the database, and the store goes on by itself.
func TestDatabaseCrash(t *testing.T) {
	t.Parallel()
	server := postgrestest.Run(t)
	s := open(t, server.Address())
	for i := range 5 {
		if _, err := s.Append(t.Context(), grant("a", fmt.Sprint("g", i), 3)); err != nil {
			t.Fatal(err)
		}
		if err := server.Crash(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(t.Context(), grant("a", "lost", 3)); err == nil {
			t.Fatal("a fact was added to a database that is not there")
		}
		if err := server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Facts(t.Context(), "a"); err != nil || len(got) != i+1 {
			t.Fatalf("after crash %d: %d facts, %v", i+1, len(got), err)
		}
	}
}

// Nobody changes or removes a fact, not even by SQL; and one that was changed by force is found.
func TestFactsAreOnlyEverAdded(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		s := open(t, address)
		if _, err := s.Append(t.Context(), grant("a", "g", 7)); err != nil {
			t.Fatal(err)
		}
		db := s.DB()
		for _, statement := range []string{`UPDATE fact SET effective = 1`, `DELETE FROM fact`} {
			if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "only ever added") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		if _, err := db.ExecContext(t.Context(), `INSERT INTO fact VALUES ('a', 'forged', 1, 'grant', '', 1, 1, '{"key":"other","account":"a","effective":1}')`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Facts(t.Context(), "a"); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "forged") {
			t.Error(err)
		}
	})
}

// An address that is none says what one looks like, without the password in it; so does a file that is no database.
func TestBadAddresses(t *testing.T) {
	t.Parallel()
	text := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("these are notes, no database\n", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"":                            "want sqlite:PATH",
		"mysql://u:hunter2@host/db":   "want sqlite:PATH",
		"sqlite:":                     "names no file",
		"sqlite:/no/such/dir/m.db":    "/no/such/dir/m.db",
		"sqlite:" + text:              "file is not a database",
		"postgres://u:hunter2@[::1/x": "",
		"postgres://u:hunter2@localhost:1/x?connect_timeout=1": "connect",
	} {
		_, err := store.Open(t.Context(), address, pricebook.Published())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if info, err := os.ReadFile(text); err != nil || !strings.HasPrefix(string(info), "these are notes") {
		t.Error("a file that is no database was changed")
	}
}
