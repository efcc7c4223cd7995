package simulate

import (
	"slices"
	"time"
)

// ticksPerYear is how many ticks 365 days have.
const ticksPerYear = 365 * 24 * 12

// Report is what was measured.
type Report struct {
	Instances int    `json:"instances"`
	Ticks     int    `json:"ticks"`
	Mode      Mode   `json:"mode"`
	Store     string `json:"store"` // sqlite, postgres or memory

	SetupSeconds float64 `json:"setup_seconds"` // not in what follows
	TickSeconds  Seconds `json:"tick_seconds"`

	Charges          int64   `json:"charges"`
	ChargesPerSecond float64 `json:"charges_per_second"`
	// CPUPerCharge is of this process, all threads, kernel included. What a PostgreSQL server takes is not in it.
	CPUPerCharge float64 `json:"cpu_ns_per_charge"`
	CPUOf        string  `json:"cpu_of"`

	// FactBytes are the blocks of facts of this run: the same after any number of ticks.
	FactBytes int64 `json:"fact_bytes"`

	BodyPerCharge   float64 `json:"body_bytes_per_charge"`   // of blocks; 0 where there are rows
	StoredPerCharge float64 `json:"stored_bytes_per_charge"` // by how much the store grew; for SQLite with its write-ahead log

	BytesPerInstanceYear Growth       `json:"bytes_per_instance_year"`
	Conservation         Conservation `json:"conservation"`
}

// Seconds are how long ticks took.
type Seconds struct {
	First  float64 `json:"first"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}

// Growth is by how much the store grows for a machine, as measured. Facts do not grow with ticks; lines do.
type Growth struct {
	FactsPerSession float64 `json:"facts_per_session"`      // a start and a stop, each in the fact table and in a block of its own
	FactsDaily      float64 `json:"facts_start_stop_daily"` // of a year with a session a day
	Lines           float64 `json:"lines"`                  // of the ticks of a year in which the machine runs; 0 when there was one tick only
}

func secondsOf(ticks []time.Duration) Seconds {
	sorted := slices.Sorted(slices.Values(ticks))
	return Seconds{ticks[0].Seconds(), sorted[len(sorted)/2].Seconds(), sorted[len(sorted)-1].Seconds()}
}
