package api

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are what Prometheus is told. Labels are routes, methods, statuses and kinds: few, whatever is sent.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	limited  prometheus.Counter
	facts    *prometheus.CounterVec
	stripe   *prometheus.CounterVec
}

func newMetrics(registry *prometheus.Registry) (*metrics, error) {
	if registry == nil {
		registry = prometheus.NewRegistry()
		for _, c := range []prometheus.Collector{collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
			if err := registry.Register(c); err != nil {
				return nil, err
			}
		}
	}
	const space, part = "tropic", "meter_api"
	count := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: space, Subsystem: part, Name: name, Help: help}, labels)
	}
	m := &metrics{
		registry: registry,
		requests: count("requests_total", "Requests answered.", "route", "method", "status"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: space, Subsystem: part, Name: "request_duration_seconds", Help: "How long requests took.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: space, Subsystem: part, Name: "requests_in_flight", Help: "Requests that are being answered."}),
		limited:  prometheus.NewCounter(prometheus.CounterOpts{Namespace: space, Subsystem: part, Name: "rate_limited_total", Help: "Requests refused because there were too many."}),
		facts:    count("facts_total", "Facts that requests added.", "kind"),
		stripe:   count("stripe_events_total", "Signed events of Stripe, by what became of them.", "outcome"),
	}
	for _, c := range []prometheus.Collector{m.requests, m.seconds, m.inFlight, m.limited, m.facts, m.stripe} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// measure counts requests.
func (s *Server) measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.metrics.inFlight.Inc()
		began := s.config.Clock()
		seen := &observed{ResponseWriter: w}
		defer func() {
			s.metrics.inFlight.Dec()
			route := routeLabel(recordOf(r))
			s.metrics.requests.WithLabelValues(route, method(r), strconv.Itoa(seen.status())).Inc()
			s.metrics.seconds.WithLabelValues(route).Observe(s.config.Clock().Sub(began).Seconds())
		}()
		next.ServeHTTP(seen, r)
	})
}
