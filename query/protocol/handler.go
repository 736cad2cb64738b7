package protocol

import (
	"crypto/rand"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// Store is what a handler serves; *storage.Store satisfies it, with
// *storage.Tx as Tx. View and Update call f with one snapshot or one write
// transaction, valid until f returns, and return f's error as it is; Update
// commits if f returns nil, and keeps nothing otherwise. The handler calls both
// from many goroutines at once.
type Store[Tx query.Writer] interface {
	View(f func(Tx) error) error
	Update(f func(Tx) error) error
}

// Options are the limits and permissions of a handler. The zero value, and
// nil, serve reading only, with the defaults named below. What they refer to
// must not be changed once a handler has them.
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
	// MaxRows of one result; 0 is no limit.
	MaxRows int64
	// MaxBody bounds the body of a query, update or question in bytes, unpacked;
	// default 64 MiB. MaxUpload bounds that of a graph store request; default 8 GiB.
	MaxBody, MaxUpload int64
	// Concurrent queries at once (default 16), and how many more may wait
	// (default 64) for how long (default 2 s), before 503 with Retry-After.
	Concurrent, Queue int
	QueueWait         time.Duration
	// Hosts lists the names, without port, by which the handler may be called; an
	// empty list is any. A server that only its own machine reaches lists localhost
	// and its addresses, so that no page of the web can reach it by a name of its
	// own that leads there (DNS rebinding).
	Hosts []string
	// AllowOrigin lists the origins of Cross-Origin Resource Sharing; "*" is any.
	AllowOrigin []string
	// Service and Load answer SERVICE and LOAD; nil refuses them.
	Service query.ServiceFunc
	Load    query.LoadFunc
	// UnionDefaultGraph makes the default graph of queries the union of all graphs.
	UnionDefaultGraph bool
	// Title names the graph for people: for the page and the service description.
	Title string
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
	// Log is called once for every request, when its answer has ended, by the
	// goroutine that served it: by several at once.
	Log func(Access)
}

// Example is an example query, published for third-party editors.
type Example struct{ Title, Query string }

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
	name     string // a new one for every handler
	view     func(func(query.Dataset) error) error
	update   func(func(query.Writer) error) error
	opts     *Options
	limit    *limiter
	running  registry
	metrics  *metrics
	lexicons query.Lexicons
	cache    query.Cache // of the store
}

// Handler returns the HTTP face of a store; opts may be nil. It is safe for
// concurrent use and holds no resources that have to be released: whoever closes
// the store lets the server finish its requests first.
func Handler[Tx query.Writer](store Store[Tx], opts *Options) http.Handler {
	o := opts.withDefaults()
	h := &handler{
		name: rand.Text(),
		view: func(f func(query.Dataset) error) error {
			return store.View(func(tx Tx) error { return f(tx) })
		},
		update: func(f func(query.Writer) error) error {
			return store.Update(func(tx Tx) error { return f(tx) })
		},
		opts:  o,
		limit: newLimiter(o.Concurrent, o.Queue, o.QueueWait),
	}
	h.metrics = newMetrics(h)
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1<<10), gzhttp.EnableZstd(true), gzhttp.ContentTypes(compressed))
	if err != nil {
		panic(err) // the options above are wrong
	}
	return paced(transferTime, transferRate, compress(h.observe(http.HandlerFunc(h.route))))
}

// compressed are the media types worth compressing.
var compressed = []string{"text/html", "text/css", "text/javascript", "text/plain", "text/csv", "text/tab-separated-values",
	"text/turtle", "image/svg+xml", "application/xml", "application/json", "application/sparql-results+json", "application/sparql-results+xml",
	"application/n-triples", "application/n-quads", "application/trig", "application/rdf+xml", "application/ld+json"}

// route sends a request to what its path and parameters ask for.
func (h *handler) route(w http.ResponseWriter, r *http.Request) {
	if err := h.addressed(r); err != nil {
		h.fail(w, r, err)
		return
	}
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
		w.Header().Set("Allow", "GET, HEAD, POST, OPTIONS")
		return errStatus(http.StatusMethodNotAllowed, "method %s is not for this resource", r.Method)
	case params.Has("query"):
		return h.serveQuery(w, r, request{"query", params["query"], params})
	case params.Has("update"):
		w.Header().Set("Allow", "POST")
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

// graphTerms turns graph IRIs of parameters into terms.
func graphTerms(iris []string) []graph.Term {
	terms := make([]graph.Term, len(iris))
	for i, iri := range iris {
		terms[i] = graph.IRI(iri)
	}
	return terms
}
