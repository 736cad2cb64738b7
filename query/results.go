package query

import (
	"iter"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// Results is the answer to one query. It reads the snapshot it was made from
// and must be used up or closed before the snapshot is. It is used by one
// goroutine at a time.
//
// The rows can be read once. Reading to the end, breaking out of the loop, and
// an error all close the results.
type Results struct {
	run     *run
	vars    []string
	boolean bool
	hints   []string
	rows    int64 // delivered so far
	closed  bool
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

// results starts the run. ASK is answered at once.
func (r *run) results() (*Results, error) {
	res := &Results{run: r}
	switch r.query.Form {
	case FormSelect:
		for _, v := range r.query.Vars {
			res.vars = append(res.vars, string(v))
		}
	case FormAsk:
		b, err := r.next()
		if err != nil {
			res.Close()
			return nil, err
		}
		res.boolean = b != nil
		if err := res.end(res.boolean); err != nil {
			return nil, err
		}
	}
	return res, nil
}

// Form says which kind of query it was, and so which methods have the answer:
// Rows or Batches (SELECT), Boolean (ASK), Triples (CONSTRUCT, DESCRIBE).
func (r *Results) Form() Form { return r.run.query.Form }

// Vars returns the names of the columns, without "?". The slice is shared.
func (r *Results) Vars() []string { return r.vars }

// Prefixes returns the prefixes that the query declared, for showing IRIs.
func (r *Results) Prefixes() []Prefix { return r.run.query.Prefixes }

// Boolean returns the answer to an ASK query, and false for other forms. It
// was found before Run returned.
func (r *Results) Boolean() bool { return r.boolean }

// Rows returns the solutions in order. The Row is valid until the next one;
// the terms in it may be kept.
func (r *Results) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		row := Row{vars: r.vars, terms: make([]graph.Term, len(r.vars))}
		for b, err := range r.Batches() {
			if err != nil {
				yield(Row{}, err)
				return
			}
			for i := range b.Len {
				for c, col := range b.Columns {
					row.terms[c] = col[i]
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// Batches returns the solutions in order, many at a time: the fastest way to
// write out a result. The Batch and its slices are valid until the next one;
// the terms may be kept. Before an error of [WithMaxRows] the rows up to the limit are delivered.
func (r *Results) Batches() iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		if err := r.begin(FormSelect); err != nil {
			yield(nil, err)
			return
		}
		defer r.Close()
		run := r.run
		columns := make([]int, len(r.vars)) // of the root's schema; -1: unbound
		for i, v := range run.query.Vars {
			columns[i] = -1
			for j, w := range run.root.Schema() {
				if v == w {
					columns[i] = j
				}
			}
		}
		d := decoder{terms: run.terms}
		cols := make([][]encoded.Term, len(columns))
		out := &Batch{Columns: make([][]graph.Term, len(columns))}
		for {
			b, err := run.next()
			if err == nil && b == nil {
				err = r.end(r.rows > 0)
				if err == nil {
					return
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			n, over := r.admit(b.Len)
			for i, j := range columns {
				if cols[i] = nil; j >= 0 {
					cols[i] = b.Columns[j]
				}
			}
			more, err := d.pieces(cols, n, out.Columns, func(rows int) (bool, error) {
				if out.Len = rows; !yield(out, nil) {
					return false, nil
				}
				return true, run.ctx.Err()
			})
			if more && err == nil && over {
				err = r.tooMany()
			}
			if !more && err == nil {
				return
			}
			if err != nil {
				yield(nil, run.explain(err))
				return
			}
		}
	}
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

// Triples returns the graph that a CONSTRUCT or DESCRIBE query made, each
// triple once.
func (r *Results) Triples() iter.Seq2[graph.Triple, error] {
	return func(yield func(graph.Triple, error) bool) {
		if err := r.begin(FormConstruct, FormDescribe); err != nil {
			yield(graph.Triple{}, err)
			return
		}
		defer r.Close()
		make := r.run.construct
		if r.Form() == FormDescribe {
			make = r.run.describe
		}
		d := decoder{terms: r.run.terms}
		var columns [3][]graph.Term
		stopped := false
		deliver := func(rows int) (bool, error) {
			for i := range rows {
				if !yield(graph.Triple{Subject: columns[0][i], Predicate: columns[1][i], Object: columns[2][i]}, nil) {
					stopped = true
					return false, nil
				}
			}
			return true, r.run.ctx.Err()
		}
		err := make(func(triples *tripleBatch) (bool, error) {
			n, over := r.admit(triples.len())
			if more, err := d.pieces(triples[:], n, columns[:], deliver); !more || err != nil {
				return false, err
			}
			if over {
				return false, r.tooMany()
			}
			return true, nil
		})
		if err == nil && !stopped {
			err = r.end(r.rows > 0)
		}
		if err != nil && !stopped {
			yield(graph.Triple{}, r.run.explain(err))
		}
	}
}

// begin checks that the results can be read as one of these forms, once.
func (r *Results) begin(forms ...Form) error {
	for _, f := range forms {
		if f == r.Form() {
			if r.closed {
				return ErrClosed
			}
			if r.run.started {
				return ErrClosed
			}
			r.run.started = true
			return nil
		}
	}
	return ErrForm
}

// admit counts n more rows. It returns how many of them may be delivered and
// whether there are more than that.
func (r *Results) admit(n int) (int, bool) {
	limit := r.run.config.maxRows
	over := limit > 0 && r.rows+int64(n) > limit
	if over {
		n = int(limit - r.rows)
	}
	r.rows += int64(n)
	return n, over
}

// end closes the results after the last row and finds hints.
func (r *Results) end(found bool) error {
	defer r.Close()
	if found {
		return nil
	}
	var err error
	r.hints, err = r.run.hints()
	return err
}

// Hints returns advice to show a person when the answer may not be what they
// meant, such as an empty default graph beside full named graphs. It is
// complete when all rows have been read.
func (r *Results) Hints() []string { return r.hints }

// Close frees what the query holds. It may be called more than once.
func (r *Results) Close() error {
	if !r.closed {
		r.closed = true
		r.run.close()
	}
	return nil
}

// Batch is a piece of a result: columns of terms, indexed as Results.Vars. A
// zero term is an unbound variable.
type Batch struct {
	Columns [][]graph.Term
	Len     int
}

func cleared(col []graph.Term, n int) []graph.Term {
	if cap(col) < n {
		return make([]graph.Term, n)
	}
	col = col[:n]
	clear(col)
	return col
}
