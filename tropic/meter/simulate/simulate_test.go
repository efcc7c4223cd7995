package simulate_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/simulate"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store/postgrestest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

func config(address string, mode simulate.Mode) simulate.Config {
	return simulate.Config{Instances: 3000, Ticks: 3, Store: address, Mode: mode, Book: pricebook.Published()}
}

func run(t *testing.T, c simulate.Config) simulate.Report {
	t.Helper()
	r, err := simulate.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every engine and both modes charge every machine in every tick, exactly, and the same.
func TestChargesAreConserved(t *testing.T) {
	t.Parallel()
	addresses := map[string]func(t *testing.T) string{
		"memory":   func(*testing.T) string { return "memory" },
		"sqlite":   func(t *testing.T) string { t.Helper(); return "sqlite:" + filepath.Join(t.TempDir(), "s.db") },
		"postgres": func(t *testing.T) string { t.Helper(); return postgrestest.Run(t).Address() },
	}
	for engine, address := range addresses {
		for _, mode := range []simulate.Mode{simulate.Packed, simulate.Rows} {
			t.Run(fmt.Sprintf("%s/%s", engine, mode), func(t *testing.T) {
				t.Parallel()
				where := address(t)
				if engine == "postgres" && mode == simulate.Rows {
					where = "postgres:" + where // the long way to say it
				}
				r := run(t, config(where, mode))
				// 3,000 machines, started each at 7,919 ms more than the last within five minutes
				const want = "118158030000000"
				if c := r.Conservation; !c.Holds || c.Charged != want || c.Credited != want || c.Debited != want || c.Machines != 0 {
					t.Errorf("conservation: %+v", c)
				}
				if r.Charges != 9000 || r.Store != engine || r.TickSeconds.First <= 0 || r.StoredPerCharge <= 0 || r.CPUPerCharge <= 0 {
					t.Errorf("%+v", r)
				}
			})
		}
	}
}

// What facts take does not depend on how many ticks were posted.
func TestFactsDoNotGrowWithTicks(t *testing.T) {
	t.Parallel()
	few, many := config("memory", simulate.Packed), config("memory", simulate.Packed)
	many.Ticks = 12
	a, b := run(t, few), run(t, many)
	if a.FactBytes != b.FactBytes || a.FactBytes == 0 || a.BytesPerInstanceYear.FactsDaily != b.BytesPerInstanceYear.FactsDaily {
		t.Errorf("%+v after %d ticks, %+v after %d", a, a.Ticks, b, b.Ticks)
	}
}

// A store that anything is in is refused, and stays as it is.
func TestAStoreMustBeFresh(t *testing.T) {
	t.Parallel()
	address := "sqlite:" + filepath.Join(t.TempDir(), "s.db")
	s, err := store.Open(t.Context(), address, pricebook.Published())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // a test
	grant := meter.Fact{Key: "g", Kind: meter.Grant, Account: "alice", Effective: 1, Amount: pricebook.Credit}
	if _, err := s.Append(t.Context(), grant); err != nil {
		t.Fatal(err)
	}
	if _, err := simulate.Run(t.Context(), config(address, simulate.Packed)); !errors.Is(err, simulate.ErrNotFresh) {
		t.Error(err)
	}
	if chains, err := s.Chains(t.Context()); err != nil || len(chains) != 0 {
		t.Error(chains, err)
	}
	used := "sqlite:" + filepath.Join(t.TempDir(), "used.db")
	run(t, config(used, simulate.Packed))
	if _, err := simulate.Run(t.Context(), config(used, simulate.Rows)); !errors.Is(err, simulate.ErrNotFresh) {
		t.Errorf("again: %v", err)
	}
}

func TestWhatCannotBeSimulated(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*simulate.Config){
		func(c *simulate.Config) { c.Instances = 0 },
		func(c *simulate.Config) { c.Instances = simulate.MaxInstances + 1 },
		func(c *simulate.Config) { c.Ticks = -1 },
		func(c *simulate.Config) { c.Mode = "fast" },
		func(c *simulate.Config) { c.Book = new(pricebook.Book) },
	} {
		c := config("memory", simulate.Packed)
		change(&c)
		if _, err := simulate.Run(t.Context(), c); !errors.Is(err, simulate.ErrConfig) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
