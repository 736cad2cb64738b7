package protocol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// Store is what a handler serves; *storage.Store satisfies it, with
// *storage.Tx as Tx. View and Update call f with one snapshot or one write
// transaction; Update commits if f returns nil.
type Store[Tx query.Writer] interface {
	View(f func(Tx) error) error
	Update(f func(Tx) error) error
}

// Options are the limits and permissions of a handler. The zero value, and
// nil, serve reading only, with the defaults named below.
type Options struct {
	// Writable allows updates and graph store writes, to requests whose token
	// has RoleWrite; without any Tokens, to all.
	Writable bool
	// Tokens maps bearer tokens to roles.
	Tokens map[string]Role
	// Timeout of one query; default 60 s, and the most that a request's own
	// timeout parameter can ask for.
	Timeout time.Duration
	// Memory of one query in bytes; default query.DefaultMemory.
	Memory int64
	// MaxRows of one result; default none.
	MaxRows int64
	// MaxBody bounds the body of a query, update or question in bytes, unpacked;
	// default 64 MiB. MaxUpload bounds that of a graph store request; default 8 GiB.
	MaxBody, MaxUpload int64
	// Concurrent queries at once (default 16), and how many more may wait
	// (default 64) for how long (default 2 s), before 503 with Retry-After.
	Concurrent, Queue int
	QueueWait         time.Duration
	// AllowOrigin lists the origins of Cross-Origin Resource Sharing; "*" is any.
	AllowOrigin []string
	// Service and Load answer SERVICE and LOAD; nil refuses them.
	Service query.ServiceFunc
	Load    query.LoadFunc
	// UnionDefaultGraph makes the default graph of queries the union of all graphs.
	UnionDefaultGraph bool
	// Prefixes are known in queries without being declared, and are published
	// in the service description.
	Prefixes []query.Prefix
	// Examples are published in the service description, and offered by the page.
	Examples []Example
	// Questions are example questions, offered by the page.
	Questions []string
	// Page is served to browsers at the root and under …/assets/, such as
	// page.Handler(); nil serves the service description.
	Page http.Handler
	// Log is called once for every request that was answered.
	Log func(Access)
}

// Example is an example query, published for third-party editors.
type Example struct{ Title, Query string }

// Access is a line of the access log.
type Access struct {
	Time     time.Time
	ID       string
	Remote   string
	Method   string
	Path     string
	Query    string
	Status   int
	Bytes    int64
	Duration time.Duration
}

// withDefaults returns a copy with the documented defaults filled in.
func (o *Options) withDefaults() *Options {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	if c.Memory == 0 {
		c.Memory = query.DefaultMemory
	}
	if c.MaxBody == 0 {
		c.MaxBody = 64 << 20
	}
	if c.MaxUpload == 0 {
		c.MaxUpload = 8 << 30
	}
	if c.Concurrent == 0 {
		c.Concurrent = 16
	}
	if c.Queue == 0 {
		c.Queue = 64
	}
	if c.QueueWait == 0 {
		c.QueueWait = 2 * time.Second
	}
	return &c
}

// handler serves one store. Its methods are safe for concurrent use.
type handler struct {
	view     func(func(query.Dataset) error) error
	update   func(func(query.Writer) error) error
	opts     *Options
	limit    *limiter
	running  registry
	metrics  *metrics
	lexicons lexicons
}

// Handler returns the HTTP face of a store. It is safe for concurrent use and
// holds no resources of its own.
func Handler[Tx query.Writer](store Store[Tx], opts *Options) http.Handler {
	o := opts.withDefaults()
	h := &handler{
		view: func(f func(query.Dataset) error) error {
			return store.View(func(tx Tx) error { return f(tx) })
		},
		update: func(f func(query.Writer) error) error {
			return store.Update(func(tx Tx) error { return f(tx) })
		},
		opts:    o,
		limit:   newLimiter(o.Concurrent, o.Queue, o.QueueWait),
		metrics: newMetrics(),
	}
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1<<10), gzhttp.EnableZstd(true), gzhttp.ContentTypes(compressed))
	if err != nil {
		panic(err) // the options above are wrong
	}
	return paced(transferTime, compress(h.observe(http.HandlerFunc(h.route))))
}

// compressed are the media types worth compressing.
var compressed = []string{"text/html", "text/css", "text/javascript", "text/plain", "text/csv", "text/tab-separated-values",
	"text/turtle", "image/svg+xml", "application/xml", "application/json", "application/sparql-results+json", "application/sparql-results+xml",
	"application/n-triples", "application/n-quads", "application/trig", "application/rdf+xml", "application/ld+json"}

// route sends a request to what its path and parameters ask for.
func (h *handler) route(w http.ResponseWriter, r *http.Request) {
	if h.cors(w, r) {
		return
	}
	if err := h.sameSite(r); err != nil {
		h.fail(w, r, err)
		return
	}
	if err := decoded(r); err != nil {
		h.fail(w, r, err)
		return
	}
	var serve func(http.ResponseWriter, *http.Request) error
	switch name := path.Base(r.URL.Path); {
	case name == "health", name == "ready":
		serve = h.serveHealth
	case name == "metrics":
		serve = h.serveMetrics
	case name == "ask":
		serve = h.serveAsk
	case name == "explain":
		serve = h.serveExplain
	case name == "complete":
		serve = h.serveComplete
	case name == "about":
		serve = h.serveAbout
	case h.opts.Page != nil && path.Base(path.Dir(r.URL.Path)) == "assets":
		h.opts.Page.ServeHTTP(w, r)
		return
	case name == "queries", path.Base(path.Dir(r.URL.Path)) == "queries":
		serve = h.serveQueries
	case name == "store", strings.Contains(r.URL.Path, "/store/"):
		serve = h.serveGraphStore
	default:
		serve = h.serveSPARQL
	}
	if err := serve(w, r); err != nil {
		h.fail(w, r, err)
	}
}

// serveSPARQL tells the operations of the SPARQL protocol apart.
func (h *handler) serveSPARQL(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS")
		w.WriteHeader(http.StatusNoContent)
		return nil
	case params.Has("graph") || params.Has("default"):
		return h.serveGraphStore(w, r)
	case r.Method == http.MethodPost:
		return h.servePost(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return errStatus(http.StatusMethodNotAllowed, "method %s is not for this resource", r.Method)
	case params.Has("query"):
		return h.serveQuery(w, r, request{text: params["query"], params: params})
	case params.Has("update"):
		return errStatus(http.StatusMethodNotAllowed, "an update must be sent by POST")
	case h.opts.Page != nil && wantsPage(r):
		w.Header().Add("Vary", "Accept")
		h.opts.Page.ServeHTTP(w, r)
		return nil
	default:
		return h.serveDescription(w, r)
	}
}

func wantsPage(r *http.Request) bool {
	media, ok := negotiate(r.Header.Get("Accept"), []string{"text/turtle", "text/html"})
	return ok && media == "text/html"
}

// cors answers preflight requests and marks the others; true if the request
// has been answered.
func (h *handler) cors(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	for _, allowed := range h.opts.AllowOrigin {
		if allowed != "*" && allowed != origin {
			continue
		}
		w.Header().Set("Access-Control-Allow-Origin", allowed)
		w.Header().Add("Vary", "Origin")
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
			w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Content-Encoding, Accept")
			w.Header().Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return true
		}
		return false
	}
	return false
}

// sameSite refuses requests that may change something and come from a web page of
// another origin: a browser sends simple ones without asking first.
func (h *handler) sameSite(r *http.Request) error {
	origin := r.Header.Get("Origin")
	if origin == "" || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	for _, allowed := range h.opts.AllowOrigin {
		if allowed == "*" || allowed == origin {
			return nil
		}
	}
	if u, err := url.Parse(origin); err == nil && u.Host == r.Host {
		return nil
	}
	return errStatus(http.StatusForbidden, "requests from pages of %s are not allowed", origin)
}

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
	if rec, ok := w.(*recorder); ok && rec.status != 0 {
		panic(http.ErrAbortHandler)
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
		_ = json.NewEncoder(w).Encode(body)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
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
	case errors.Is(err, query.ErrMemory), errors.Is(err, query.ErrRowLimit):
		return http.StatusInsufficientStorage
	case errors.Is(err, query.ErrServiceDenied), errors.Is(err, query.ErrLoadDenied):
		return http.StatusForbidden
	case errors.As(err, &d), errors.Is(err, query.ErrDatasetConflict):
		return http.StatusBadRequest
	case errors.Is(err, query.ErrGraphExists), errors.Is(err, query.ErrNoGraph):
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

// graphTerms turns graph IRIs of parameters into terms.
func graphTerms(iris []string) []graph.Term {
	terms := make([]graph.Term, len(iris))
	for i, iri := range iris {
		terms[i] = graph.IRI(iri)
	}
	return terms
}
