package query

import (
	"context"
	"fmt"
	"iter"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// allPositions asks a scan for whole quads.
const allPositions = encoded.Positions(1<<encoded.Subject | 1<<encoded.Predicate | 1<<encoded.Object | 1<<encoded.Graph)

// Quads returns the quads of one scan, in its order. The scan's Columns and
// Grouped are not used. Terms may be kept.
func Quads(ctx context.Context, ds Dataset, scan encoded.Scan) iter.Seq2[graph.Quad, error] {
	scan.Columns, scan.Grouped = allPositions, false
	return func(yield func(graph.Quad, error) bool) {
		it, err := ds.Scan(ctx, scan)
		if err != nil {
			yield(graph.Quad{}, err)
			return
		}
		defer it.Close()
		var b encoded.Batch
		var terms [4][encoded.BatchSize]graph.Term
		for {
			more, err := it.Next(&b)
			if err == nil && !more {
				return
			}
			for p := range terms {
				if err == nil {
					err = ds.Decode(b.Columns[p][:b.Len], terms[p][:b.Len])
				}
			}
			if err != nil {
				yield(graph.Quad{}, err)
				return
			}
			for i := range b.Len {
				if !yield(graph.Quad{Subject: terms[0][i], Predicate: terms[1][i], Object: terms[2][i], Graph: terms[3][i]}, nil) {
					return
				}
			}
		}
	}
}

// changeBatch is how many quads are handed to a Writer at once.
const changeBatch = 4096

// InsertAll adds quads to w and returns how many there were. Quads without a graph go
// to into, which is zero for the default graph; so do all quads if into is not
// zero. Blank node labels are scoped to this call: equal labels are one new node.
func InsertAll(ctx context.Context, w Writer, quads iter.Seq2[graph.Quad, error], into graph.Term) (n uint64, err error) {
	in := interner{w: w, blanks: map[string]encoded.Term{}}
	batch := make([]encoded.Pattern, 0, changeBatch)
	flush := func() error {
		err := w.Insert(batch)
		n += uint64(len(batch))
		batch = batch[:0]
		return err
	}
	for q, err := range quads {
		if err != nil {
			return n, err
		}
		if !into.IsZero() {
			q.Graph = into
		}
		p, err := in.quad(q)
		if err != nil {
			return n, err
		}
		if batch = append(batch, p); len(batch) == changeBatch {
			if err := ctx.Err(); err != nil {
				return n, err
			}
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	return n, flush()
}

// interner enters terms into the dictionary, with blank node labels of its own
// scope.
type interner struct {
	w      Writer
	blanks map[string]encoded.Term
}

func (in *interner) quad(q graph.Quad) (p encoded.Pattern, err error) {
	for i, t := range [4]graph.Term{q.Subject, q.Predicate, q.Object, q.Graph} {
		if t.IsZero() && encoded.Position(i) == encoded.Graph {
			p[i] = encoded.DefaultGraph
			continue
		}
		if p[i], err = in.term(t); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (in *interner) term(t graph.Term) (encoded.Term, error) {
	switch t.Kind() {
	case graph.KindNone:
		return 0, fmt.Errorf("a quad has no term in a place that needs one")
	case graph.KindBlank:
		e, ok := in.blanks[t.Value()]
		if ok {
			return e, nil
		}
		e, err := in.w.NewBlank()
		in.blanks[t.Value()] = e
		return e, err
	case graph.KindTriple:
		renamed, err := in.rename(t)
		if err != nil {
			return 0, err
		}
		return in.w.Intern(renamed)
	}
	return in.w.Intern(t)
}

// rename gives the blank nodes in a triple term the labels by which Intern
// knows those of this scope.
func (in *interner) rename(t graph.Term) (graph.Term, error) {
	switch t.Kind() {
	case graph.KindBlank:
		e, err := in.term(t)
		if err != nil {
			return t, err
		}
		var out [1]graph.Term
		err = in.w.Decode([]encoded.Term{e}, out[:])
		return out[0], err
	case graph.KindTriple:
		tr := t.Triple()
		parts := [3]graph.Term{tr.Subject, tr.Predicate, tr.Object}
		for i := range parts {
			var err error
			if parts[i], err = in.rename(parts[i]); err != nil {
				return t, err
			}
		}
		return graph.TripleTerm(parts[0], parts[1], parts[2]), nil
	}
	return t, nil
}

// ClearGraph removes all quads of one graph; DefaultGraph is the default graph.
func ClearGraph(ctx context.Context, w Writer, g encoded.Term) error {
	it, err := w.Scan(ctx, encoded.Scan{Order: encoded.GSPO, Pattern: encoded.Pattern{encoded.Graph: g}, Columns: allPositions})
	if err != nil {
		return err
	}
	defer it.Close()
	var b encoded.Batch
	quads := make([]encoded.Pattern, 0, encoded.BatchSize)
	for {
		more, err := it.Next(&b)
		if err != nil || !more {
			return err
		}
		quads = quads[:0]
		for i := range b.Len {
			quads = append(quads, encoded.Pattern{b.Columns[0][i], b.Columns[1][i], b.Columns[2][i], g})
		}
		if err := w.Delete(quads); err != nil {
			return err
		}
	}
}
