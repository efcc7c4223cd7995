package overshoot_test

import (
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/overshoot"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// BenchmarkOvershoot prints the table of the policies.
func BenchmarkOvershoot(b *testing.B) {
	config := overshoot.Default()
	var rows []overshoot.Row
	for b.Loop() {
		var err error
		if rows, err = overshoot.Run(b.Context(), config); err != nil {
			b.Fatal(err)
		}
	}
	for _, r := range rows {
		if r.Policy == overshoot.Lease {
			b.ReportMetric(float64(r.All.P999)/float64(pricebook.Credit), "lease-p99.9-credits")
			b.ReportMetric(float64(r.All.Max)/float64(pricebook.Credit), "lease-max-credits")
		}
	}
	b.ReportMetric(float64(b.N)*float64(config.Exhaustions)/b.Elapsed().Seconds(), "exhaustions/s")
	b.Logf("credits, %d exhaustions\n%s", config.Exhaustions, overshoot.Table(rows))
}
