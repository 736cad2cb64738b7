package query

import (
	"iter"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// Results is the answer to one query. It reads the snapshot it was made from
// and must be used up or closed before the snapshot is. It is used by one
// goroutine at a time.
//
// The rows can be read once. Reading to the end, breaking out of the loop, and
// an error all close the results.
type Results struct {
	form     Form
	vars     []string
	prefixes []Prefix
	boolean  bool
	hints    []string
}

// Form says which kind of query it was, and so which methods have the answer:
// Rows or Batches (SELECT), Boolean (ASK), Triples (CONSTRUCT, DESCRIBE).
func (r *Results) Form() Form { return r.form }

// Vars returns the names of the columns, without "?". The slice is shared.
func (r *Results) Vars() []string { return r.vars }

// Prefixes returns the prefixes that the query declared, for showing IRIs.
func (r *Results) Prefixes() []Prefix { return r.prefixes }

// Boolean returns the answer to an ASK query, and false for other forms. It
// was found before Run returned.
func (r *Results) Boolean() bool { return r.boolean }

// Rows returns the solutions in order. The Row is valid until the next one;
// the terms in it may be kept.
func (r *Results) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {}
}

// Batches returns the solutions in order, many at a time: the fastest way to
// write out a result. The Batch and its slices are valid until the next one;
// the terms may be kept.
func (r *Results) Batches() iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {}
}

// Triples returns the graph that a CONSTRUCT or DESCRIBE query made, each
// triple once.
func (r *Results) Triples() iter.Seq2[graph.Triple, error] {
	return func(yield func(graph.Triple, error) bool) {}
}

// Quads is Triples as quads in the default graph.
func (r *Results) Quads() iter.Seq2[graph.Quad, error] {
	return func(yield func(graph.Quad, error) bool) {
		for t, err := range r.Triples() {
			if !yield(graph.Quad{Subject: t.Subject, Predicate: t.Predicate, Object: t.Object}, err) {
				return
			}
		}
	}
}

// Hints returns advice to show a person when the answer may not be what they
// meant, such as an empty default graph beside full named graphs. It is
// complete when all rows have been read.
func (r *Results) Hints() []string { return r.hints }

// Close frees what the query holds. It may be called more than once.
func (r *Results) Close() error { return nil }

// Batch is a piece of a result: columns of terms, indexed as Results.Vars. A
// zero term is an unbound variable.
type Batch struct {
	Columns [][]graph.Term
	Len     int
}

// Form is the form of a query.
type Form = algebra.Form

// The query forms.
const (
	FormSelect    = algebra.Select
	FormAsk       = algebra.Ask
	FormConstruct = algebra.Construct
	FormDescribe  = algebra.Describe
)

// Prefix is a prefix declaration; Name has no colon.
type Prefix = algebra.Prefix
