package controller

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// Metrics are what Prometheus is told of a replica. A nil Metrics tells nobody.
type Metrics struct {
	owned, living   prometheus.Gauge
	machines        *prometheus.GaugeVec   // by state
	failures        *prometheus.CounterVec // by what
	written         *prometheus.CounterVec // by state
	facts, unpriced prometheus.Counter
	ticks, lines    prometheus.Counter
}

// NewMetrics makes metrics and registers them.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	const space, part = "tropic", "meter"
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: space, Subsystem: part, Name: name, Help: help})
	}
	count := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: space, Subsystem: part, Name: name, Help: help})
	}
	counts := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: space, Subsystem: part, Name: name, Help: help}, labels)
	}
	m := &Metrics{
		owned:    gauge("shards_owned", "Shards that this replica owns."),
		living:   gauge("replicas", "Replicas that serve."),
		machines: prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: space, Subsystem: part, Name: "machines", Help: "Machines at the last look, by state."}, []string{"state"}),
		failures: counts("failures_total", "What could not be done and is tried again.", "what"),
		written:  counts("intents_total", "Intents by what became of them.", "state"),
		facts:    count("facts_learned_total", "Facts taken into ledgers."),
		unpriced: count("uncharged_total", "Facts about machines that could not be charged."),
		ticks:    count("blocks_posted_total", "Blocks of lines written."),
		lines:    count("lines_posted_total", "Lines written: charges of one machine at one tick."),
	}
	var err error
	for _, c := range []prometheus.Collector{m.owned, m.living, m.machines, m.failures, m.written, m.facts, m.unpriced, m.ticks, m.lines} {
		err = errors.Join(err, registry.Register(c))
	}
	return m, err
}

func (m *Metrics) shards(owned, replicas int) {
	if m != nil {
		m.owned.Set(float64(owned))
		m.living.Set(float64(replicas))
	}
}

func (m *Metrics) failed(what string) {
	if m != nil {
		m.failures.WithLabelValues(what).Inc()
	}
}

func (m *Metrics) learned(facts int) {
	if m != nil {
		m.facts.Add(float64(facts))
	}
}

func (m *Metrics) uncharged() {
	if m != nil {
		m.unpriced.Inc()
	}
}

func (m *Metrics) posted(turns []store.Turn) {
	if m == nil {
		return
	}
	for i := range turns {
		for j := range turns[i].Blocks {
			m.ticks.Inc()
			m.lines.Add(float64(len(turns[i].Blocks[j].Lines)))
		}
	}
}

func (m *Metrics) intents(t *store.Turn) {
	if m == nil {
		return
	}
	m.written.WithLabelValues(string(store.StateOpen)).Add(float64(len(t.Add)))
	for i := range t.Change {
		if s := t.Change[i].State; s != store.StateOpen {
			m.written.WithLabelValues(string(s)).Inc()
		}
	}
}

func (m *Metrics) saw(machines []evidence.Machine) {
	if m == nil {
		return
	}
	m.machines.Reset()
	for i := range machines {
		m.machines.WithLabelValues(machines[i].State).Inc()
	}
}
