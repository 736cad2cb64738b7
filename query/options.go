package query

import (
	"context"
	"io"
	"iter"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// DefaultMemory is the memory budget of a query in bytes, unless [WithMemory]
// says otherwise.
const DefaultMemory = 1 << 30

// DefaultMaxSpill is the limit of a query's temporary files in bytes, unless
// [WithMaxSpill] says otherwise.
const DefaultMaxSpill = 16 << 30

// Option changes how one query or update is run.
type Option func(*config)

type config struct {
	lexicon     *Lexicon
	previous    []string
	people      bool
	timeout     time.Duration
	memory      int64
	maxSpill    int64
	maxRows     int64
	noOptimizer bool
	base        string
	prefixes    []Prefix
	dataset     algebra.DatasetClause
	union       bool
	service     ServiceFunc
	load        LoadFunc
	now         time.Time
	spillDir    string
	bindings    map[algebra.Var]graph.Term
	cache       *Cache
}

func newConfig(opts []Option) *config {
	c := &config{memory: DefaultMemory, maxSpill: DefaultMaxSpill}
	for _, o := range opts {
		o(c)
	}
	if c.now.IsZero() {
		c.now = time.Now()
	}
	return c
}

// WithTimeout stops the query with [ErrTimeout] when it has run this long,
// counted from the call of Run to the last row. Zero, the default, is no limit.
func WithTimeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// WithMemory sets the memory budget in bytes. An operator that would pass it
// spills to disk, or fails with [ErrMemory]. The default is [DefaultMemory].
func WithMemory(bytes int64) Option { return func(c *config) { c.memory = bytes } }

// WithMaxSpill stops the query with [ErrSpill] when its temporary files would hold more
// bytes at once. The default is [DefaultMaxSpill]; 0 is no limit.
func WithMaxSpill(bytes int64) Option { return func(c *config) { c.maxSpill = bytes } }

// WithMaxRows stops the query with [ErrRowLimit] after n rows (of CONSTRUCT
// and DESCRIBE: triples). Zero, the default, is no limit. It differs from LIMIT
// in that a result cut short is an error.
func WithMaxRows(n int64) Option { return func(c *config) { c.maxRows = n } }

// WithoutOptimizer runs the tree as it was written: for tests, and for finding
// out whether the optimiser is at fault.
func WithoutOptimizer() Option { return func(c *config) { c.noOptimizer = true } }

// WithBase sets the IRI that relative IRIs are resolved against, where the
// text has no BASE.
func WithBase(iri string) Option { return func(c *config) { c.base = iri } }

// WithPrefixes declares prefixes as if they stood before the text.
func WithPrefixes(prefixes ...Prefix) Option {
	return func(c *config) { c.prefixes = append(c.prefixes, prefixes...) }
}

// WithDataset sets the dataset as FROM and FROM NAMED do and takes precedence
// over them: the default graph is the merge of the graphs in defaults, the
// named graphs are those in named. (SPARQL 1.2 Protocol: default-graph-uri and
// named-graph-uri; for updates, using-graph-uri and using-named-graph-uri.)
func WithDataset(defaults, named []graph.Term) Option {
	return func(c *config) {
		c.dataset = algebra.DatasetClause{Given: true, Default: defaults, Named: named}
	}
}

// WithUnionDefaultGraph makes the default graph of a query without FROM the
// union of all graphs, the stored default graph included.
func WithUnionDefaultGraph() Option { return func(c *config) { c.union = true } }

// WithService lets SERVICE clauses be answered; without it they fail with
// [ErrServiceDenied]. See [HTTPService].
func WithService(f ServiceFunc) Option { return func(c *config) { c.service = f } }

// WithNow sets what NOW() returns, the same value during one query. The
// default is the time of the call.
func WithNow(t time.Time) Option { return func(c *config) { c.now = t } }

// WithLoad lets LOAD operations fetch documents; without it they fail with
// [ErrLoadDenied].
func WithLoad(f LoadFunc) Option { return func(c *config) { c.load = f } }

// WithSpillDir sets the directory for the temporary files of operators that
// pass the memory budget. The default is that of the operating system.
func WithSpillDir(dir string) Option { return func(c *config) { c.spillDir = dir } }

// WithBinding puts a term in the place of a variable (a parameter) wherever
// the variable is in scope. The name has no "?". A variable that is
// selected keeps its column.
func WithBinding(name string, t graph.Term) Option {
	return func(c *config) {
		if c.bindings == nil {
			c.bindings = map[algebra.Var]graph.Term{}
		}
		c.bindings[algebra.Var(name)] = t
	}
}

// ServiceFunc sends a SELECT query to a SPARQL endpoint and returns its
// solutions. Rows have one term per variable, zero where unbound. The query
// polls ctx; so must a ServiceFunc. Rows may be read after the call returned
// and are read to the end or broken off.
type ServiceFunc func(ctx context.Context, endpoint, query string) (vars []string, rows iter.Seq2[[]graph.Term, error], err error)

// LoadFunc opens the document that LOAD names. The media type (or a file name
// ending) says in which format it is. The caller closes the body.
type LoadFunc func(ctx context.Context, iri string) (body io.ReadCloser, mediaType string, err error)
