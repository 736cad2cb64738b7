package exec

import (
	"context"

	"github.com/ententedb/entente/graph/encoded"
)

// expand is the root. It writes out multiplicities: a row that stands for n
// solutions comes n times.
type expand struct {
	query *queryState
	input *node
	in    *Batch // being written out
	pos   int
	done  uint64 // of in.Counts[pos]
	idx   []int32
	out   Batch
	cols  [][]encoded.Term
}

func newExpand(in *node, q *queryState) *node {
	e := &expand{input: in, query: q}
	return &node{run: e, schema: in.schema, maybe: in.maybe, sorted: in.sorted, inputs: []*node{in},
		desc: Description{Operator: "result"}}
}

func (e *expand) next(ctx context.Context) (*Batch, error) {
	if e.in == nil {
		b, err := e.input.Next(ctx)
		if b == nil || err != nil || b.Counts == nil {
			return b, err
		}
		e.in, e.pos, e.done = b, 0, 0
	}
	e.idx = e.idx[:0]
	for e.pos < e.in.Len && len(e.idx) < BatchSize {
		for e.done < e.in.Counts[e.pos] && len(e.idx) < BatchSize {
			e.idx = append(e.idx, int32(e.pos))
			e.done++
		}
		if e.done == e.in.Counts[e.pos] {
			e.pos, e.done = e.pos+1, 0
		}
	}
	if e.cols == nil {
		e.cols = make([][]encoded.Term, len(e.in.Columns))
	}
	e.out.Columns = e.out.Columns[:0]
	for i, c := range e.in.Columns {
		if c != nil {
			e.cols[i] = gather(e.cols[i], c, e.idx)
			c = e.cols[i]
		}
		e.out.Columns = append(e.out.Columns, c)
	}
	e.out.Len = len(e.idx)
	if e.pos == e.in.Len {
		e.in = nil
	}
	return &e.out, nil
}

func (e *expand) close() { e.query.close() }
