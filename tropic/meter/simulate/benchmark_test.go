package simulate_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/simulate"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// BenchmarkTick charges 200,000 running machines in a tick, an account each, packed as the service does it and, to compare, by
// a row for each charge; in SQLite.
func BenchmarkTick(b *testing.B) {
	table := "machines in a tick    median        CPU per charge   stored bytes per charge\n"
	var packed simulate.Report
	for b.Loop() {
		for _, mode := range []simulate.Mode{simulate.Packed, simulate.Rows} {
			r, err := simulate.Run(b.Context(), simulate.Config{
				Instances: 200_000, Ticks: 5, Store: "sqlite:" + filepath.Join(b.TempDir(), "s.db"), Mode: mode, Book: pricebook.Published(),
			})
			if err != nil || !r.Conservation.Holds {
				b.Fatal(err, r.Conservation)
			}
			table += fmt.Sprintf("%-8s %11d %9.3f s %17.0f ns %20.2f B\n", mode, r.Instances, r.TickSeconds.Median, r.CPUPerCharge, r.StoredPerCharge)
			if mode == simulate.Packed {
				packed = r
				continue
			}
			b.ReportMetric(float64(packed.Instances)/packed.TickSeconds.Median, "charges/s")
			b.ReportMetric(r.TickSeconds.Median/packed.TickSeconds.Median, "times-faster-than-rows")
		}
	}
	b.Log("\n" + table)
}
