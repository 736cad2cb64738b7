package protocol

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query"
)

// metrics are the Prometheus metrics of one handler, in a registry of its own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration prometheus.Histogram
	inFlight prometheus.Gauge
}

// newMetrics makes the metrics of a handler; its limiter, registry of queries and
// store must be there.
func newMetrics(h *handler) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "entente_http_requests_total", Help: "Requests answered, by status; 499 is a client that left.",
		}, []string{"status"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "entente_http_request_duration_seconds", Help: "Time to answer a request, its body included.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 10),
		}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "entente_http_requests_in_flight", Help: "Requests being answered.",
		}),
	}
	gauge := func(name, help string, value func() float64) prometheus.GaugeFunc {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m.registry.MustRegister(m.requests, m.duration, m.inFlight,
		gauge("entente_queries_running", "Queries, updates and questions being carried out.", func() float64 { return float64(len(h.limit.slots)) }),
		gauge("entente_queries_waiting", "Queries, updates and questions that wait for a slot.", func() float64 {
			return float64(max(0, len(h.limit.queue)-len(h.limit.slots)))
		}),
		gauge("entente_store_statements", "Statements in the store.", func() float64 { return float64(h.totals().Quads) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// totals are the counts of the store, zero if it cannot be read.
func (h *handler) totals() (t encoded.Totals) {
	_ = h.view(func(ds query.Dataset) (err error) {
		t, err = ds.Totals()
		return err
	})
	return t
}

func (h *handler) serveMetrics(w http.ResponseWriter, r *http.Request) error {
	promhttp.HandlerFor(h.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	return nil
}
