package protocol

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/ententedb/entente/query"
)

// statusError is an error with the HTTP status to answer with.
type statusError struct {
	status int
	msg    string
}

func (e *statusError) Error() string { return e.msg }

func errStatus(status int, format string, args ...any) error {
	return &statusError{status, fmt.Sprintf(format, args...)}
}

// detailed is an error that shows the place in the text that it speaks of.
type detailed interface{ Detail() string }

// fail answers with an error, if the answer has not begun yet; else it breaks
// the connection off, so that the client sees the answer is not whole.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if a := accessOf(r); a != nil {
		a.Error = err.Error()
	}
	if rec, ok := w.(*recorder); ok && rec.status != 0 {
		breakOff(w, r)
	}
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // nobody is listening
	}
	status := statusOf(err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="entente"`)
	}
	text := err.Error()
	var d detailed
	if errors.As(err, &d) {
		text = d.Detail()
	}
	if media, _ := negotiate(r.Header.Get("Accept"), []string{"text/plain", "application/json"}); media == "application/json" {
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		body := map[string]any{"error": text, "status": status}
		var syntax *query.SyntaxError
		if errors.As(err, &syntax) {
			body["line"], body["column"] = syntax.Line, syntax.Column
		}
		b, _ := marshal(body) // of texts and numbers, which have a form in JSON
		_, _ = w.Write(append(b, '\n'))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}

// breakOff ends an answer so that nobody takes it for whole: without the last
// chunk (HTTP/1.1) or by a reset of the stream (HTTP/2). An answer over HTTP/1.0
// ends where the connection does, so there the connection is reset.
func breakOff(w http.ResponseWriter, r *http.Request) {
	if !r.ProtoAtLeast(1, 1) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
				conn = secure.NetConn()
			}
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			conn.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

// statusOf maps an error to its HTTP status.
func statusOf(err error) int {
	var status *statusError
	var d detailed
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &status):
		return status.status
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errBusy):
		return http.StatusServiceUnavailable
	case errors.Is(err, query.ErrTimeout), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	case errors.Is(err, query.ErrMemory), errors.Is(err, query.ErrSpill), errors.Is(err, query.ErrRowLimit):
		return http.StatusInsufficientStorage
	case errors.Is(err, query.ErrServiceDenied), errors.Is(err, query.ErrLoadDenied):
		return http.StatusForbidden
	case errors.As(err, &d), errors.Is(err, query.ErrDatasetConflict), errors.Is(err, query.ErrTooLarge):
		return http.StatusBadRequest
	case errors.Is(err, query.ErrGraphExists), errors.Is(err, query.ErrNoGraph):
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}
