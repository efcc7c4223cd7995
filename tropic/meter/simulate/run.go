package simulate

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// Run runs a simulation. The error is about what could not be run; whether the charges are right is in the report. It wraps
// ErrConfig, ErrNotFresh or store.ErrAddress where the caller asked for what cannot be.
func Run(ctx context.Context, c Config) (r Report, err error) {
	if err := c.check(); err != nil {
		return Report{}, err
	}
	if url, named := strings.CutPrefix(c.Store, "postgres:"); named && !strings.HasPrefix(url, "//") {
		c.Store = url // postgres:URL
	}
	now := epoch
	s, err := store.Open(ctx, c.Store, c.Book, store.WithClock(func() time.Time { return now.Time() }))
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := fresh(ctx, s); err != nil {
		return Report{}, err
	}
	simulation := &simulation{Config: c, store: s, now: &now, fleet: newFleet(c.Book)}
	simulation.report = Report{Instances: c.Instances, Ticks: c.Ticks, Mode: c.Mode, Store: engine(c.Store), CPUOf: "this process"}
	if simulation.report.Store == "postgres" {
		simulation.report.CPUOf = "this process, without the database server"
	}
	if err := simulation.run(ctx); err != nil {
		return Report{}, err
	}
	return simulation.report, nil
}

// engine is what an address names, without where it is.
func engine(address string) string {
	scheme, _, _ := strings.Cut(address, ":")
	if scheme == "postgresql" {
		return "postgres"
	}
	return scheme
}

// simulation is one that runs.
type simulation struct {
	Config

	store  *store.Store
	now    *meter.Instant
	fleet  fleet
	report Report
}

// charger is a way of writing charges.
type charger interface {
	setup(ctx context.Context) error
	tick(ctx context.Context, at meter.Instant) (charges int, err error)
	bodies() int64 // bytes of the blocks of lines so far
	audit(ctx context.Context, until meter.Instant) (Conservation, error)
}

func (s *simulation) run(ctx context.Context) error {
	var way charger = &packed{simulation: s}
	if s.Mode == Rows {
		way = &rows{simulation: s}
	}
	start := time.Now()
	if err := way.setup(ctx); err != nil {
		return err
	}
	s.report.SetupSeconds = time.Since(start).Seconds()
	before, err := s.store.Size(ctx)
	if err != nil {
		return err
	}
	var watch stopwatch
	first := before // where steady ticks begin: the first has partial intervals
	for i := range s.Ticks {
		*s.now = (*s.now/journal.Interval + 1) * journal.Interval
		err := watch.time(func() error {
			n, err := way.tick(ctx, *s.now)
			s.report.Charges += int64(n)
			return err
		})
		if err != nil {
			return err
		}
		if i == 0 {
			if first, err = s.store.Size(ctx); err != nil {
				return err
			}
		}
		s.progress(i+1, s.Ticks)
	}
	after, err := s.store.Size(ctx)
	if err != nil {
		return err
	}
	s.measured(&watch, after-before, way.bodies())
	if steady := s.Ticks - 1; steady > 0 {
		s.report.BytesPerInstanceYear.Lines = float64(after-first) / float64(s.Instances) / float64(steady) * ticksPerYear
	}
	if err := s.growth(ctx); err != nil {
		return err
	}
	s.report.Conservation, err = way.audit(ctx, *s.now)
	return err
}

func (s *simulation) measured(w *stopwatch, grown, bodies int64) {
	r, n := &s.report, float64(max(1, s.report.Charges))
	r.TickSeconds = secondsOf(w.ticks)
	r.ChargesPerSecond = n / w.total().Seconds()
	r.CPUPerCharge = float64(w.cpu.Nanoseconds()) / n
	r.BodyPerCharge, r.StoredPerCharge = float64(bodies)/n, float64(grown)/n
}

func (s *simulation) progress(done, total int) {
	if s.Progress != nil {
		s.Progress(done, total)
	}
}
