package protocol

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"time"
)

// Access is a line of the access log.
type Access struct {
	Time   time.Time
	ID     string // that of the request: X-Request-Id, the client's own or a new one
	Remote string
	Method string
	Path   string
	// Text is the query, update or question, if there was one.
	Text   string
	Status int // 499 if the client left before the answer began
	// Bytes of the answer's body, before compression.
	Bytes    int64
	Duration time.Duration
	// Error is why the request failed, or why its answer was broken off.
	Error string
}

type accessKey struct{}

// accessOf is the line that a request will have, nil outside of observe.
func accessOf(r *http.Request) *Access {
	a, _ := r.Context().Value(accessKey{}).(*Access)
	return a
}

// statusClosed is that of a request whose client left, as nginx counts it.
const statusClosed = 499

// recorder notes the status and size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// observe counts, times and logs every request and gives it an id.
func (h *handler) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &Access{Time: time.Now(), ID: r.Header.Get("X-Request-Id"), Remote: r.RemoteAddr, Method: r.Method, Path: r.URL.Path}
		if a.ID == "" || len(a.ID) > 128 {
			a.ID = rand.Text()
		}
		w.Header().Set("X-Request-Id", a.ID)
		rec := &recorder{ResponseWriter: w}
		h.metrics.inFlight.Inc()
		defer func() {
			a.Duration, a.Status, a.Bytes = time.Since(a.Time), rec.status, rec.bytes
			if a.Status == 0 {
				a.Status = statusClosed
				if r.Context().Err() == nil {
					a.Status = http.StatusOK // nothing was written, which is an empty answer
				}
			}
			h.metrics.inFlight.Dec()
			h.metrics.duration.Observe(a.Duration.Seconds())
			h.metrics.requests.WithLabelValues(strconv.Itoa(a.Status)).Inc()
			if h.opts.Log != nil {
				h.opts.Log(*a)
			}
		}()
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), accessKey{}, a)))
	})
}
