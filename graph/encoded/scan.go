package encoded

// Position is a place in a quad. In the relation of triple terms the fourth
// place holds the triple term itself instead of the graph.
type Position uint8

// The positions.
const (
	Subject Position = iota
	Predicate
	Object
	Graph
)

// Positions is a set of positions, one bit each.
type Positions uint8

// Has reports whether p is in the set.
func (s Positions) Has(p Position) bool { return s&(1<<p) != 0 }

// With returns the set with p added.
func (s Positions) With(p Position) Positions { return s | 1<<p }

// Order is one of the sort orders in which rows are kept. A row's key is its
// terms in the order's sequence of positions.
type Order uint8

// The orders of quads, and those of triple terms (names start with T; the
// fourth column is the triple term). In each, the fourth column is the graph
// or the triple term, except in GSPO, which makes small graphs quick to find,
// and TTSPO, which finds the components of a triple term.
const (
	SPO Order = iota
	SOP
	PSO
	POS
	OSP
	OPS
	GSPO
	TSPO
	TPOS
	TOSP
	TTSPO
	OrderCount
)

var sequences = [OrderCount][4]Position{
	SPO:   {Subject, Predicate, Object, Graph},
	SOP:   {Subject, Object, Predicate, Graph},
	PSO:   {Predicate, Subject, Object, Graph},
	POS:   {Predicate, Object, Subject, Graph},
	OSP:   {Object, Subject, Predicate, Graph},
	OPS:   {Object, Predicate, Subject, Graph},
	GSPO:  {Graph, Subject, Predicate, Object},
	TSPO:  {Subject, Predicate, Object, Graph},
	TPOS:  {Predicate, Object, Subject, Graph},
	TOSP:  {Object, Subject, Predicate, Graph},
	TTSPO: {Graph, Subject, Predicate, Object},
}

// Sequence returns the positions in the order of comparison.
func (o Order) Sequence() [4]Position { return sequences[o] }

// OfTriples reports whether o is an order of the triple-term relation.
func (o Order) OfTriples() bool { return o >= TSPO && o < OrderCount }

// String returns the name, such as "SPO".
func (o Order) String() string {
	return [...]string{"SPO", "SOP", "PSO", "POS", "OSP", "OPS", "GSPO", "TSPO", "TPOS", "TOSP", "TTSPO"}[o]
}

// Pattern is a quad pattern, indexed by [Position]; Undefined is a free
// position. A bound graph of DefaultGraph means the default graph.
type Pattern [4]Term

// GraphScope says which graphs a scan with a free graph position reads.
type GraphScope uint8

// The scopes.
const (
	// ScopeDefault reads the default graph.
	ScopeDefault GraphScope = iota
	// ScopeNamed reads all named graphs; a triple in two of them comes twice.
	ScopeNamed
	// ScopeSet reads the graphs listed in Scan.Graphs; a triple in two of
	// them comes twice.
	ScopeSet
	// ScopeMerged reads the graphs listed in Scan.Graphs as one graph: a triple
	// comes once, however many of them hold it. Column Graph is not available.
	ScopeMerged
	// ScopeUnion reads all graphs, the default graph included, as one graph.
	// Column Graph is not available.
	ScopeUnion
)

// Scan asks for the rows that match a pattern, in an order. (Relation of
// triple terms: Scope and Graphs are not used; Pattern[Graph] is the triple
// term.)
type Scan struct {
	Order   Order
	Pattern Pattern
	Scope   GraphScope
	// Graphs lists the graphs of ScopeSet and ScopeMerged, ascending.
	Graphs []Term
	// Columns are the positions wanted. Bound positions may be asked for too.
	// Columns that are not asked for are not decoded.
	Columns Positions
	// Range, if not the zero Range, restricts the first free position in the
	// order's sequence.
	Range Range
	// Grouped makes equal combinations of the wanted columns come as one row,
	// with the number of rows they stand for in Batch.Counts. The wanted columns
	// must be the first free positions of the order's sequence.
	Grouped bool
}

// Batch is a piece of a scan's result: columns of equal length.
//
// The slices belong to the iterator that filled the batch, may be shared with
// its cache, must not be written to, and are valid until the next call of one
// of the iterator's methods.
type Batch struct {
	// Columns is indexed by Position; positions not asked for are nil.
	Columns [4][]Term
	// Counts holds, in a grouped scan, how many rows each row stands for.
	Counts []uint32
	// Len is the number of rows.
	Len int
}

// BatchSize is the greatest number of rows that an iterator puts in one batch.
const BatchSize = 4096

// Iterator delivers the rows of one scan in order. It is used by one
// goroutine at a time.
type Iterator interface {
	// Next fills b with the next rows. It returns false at the end, and on an
	// error, which it returns; after either, only Close may be called.
	Next(b *Batch) (bool, error)
	// Seek skips forward, so that the next row delivered is the first whose
	// free positions, in the order's sequence, are at or after key (a prefix of
	// them). It never moves backwards: a key already passed is no error and
	// has no effect. After the end it has no effect either.
	Seek(key ...Term) error
	// Stats returns the work done so far.
	Stats() ScanStats
	// Close frees what the iterator holds. It may be called more than once.
	Close()
}

// ScanStats counts the work of a scan.
type ScanStats struct {
	Rows   uint64 // rows delivered
	Seeks  uint64 // positionings in the index, the first included
	Blocks uint64 // blocks read, from the cache or the disk
	Bytes  uint64 // bytes of the blocks that had to be read and decoded
}
