package exec

import (
	"context"
	"fmt"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// topLimit is the number of rows from which a top-N is a sort with a limit.
const topLimit = 1 << 16

// topN keeps the first n rows in order. It collects rows that come before the
// n-th of those it has, and now and then sorts and drops the rest.
type topN struct {
	*sorter
	input  *node
	self   *node
	n      int
	full   bool // the first n collected rows are in order; row n-1 is the threshold
	ranks1 [][]uint64
	keep   []int32
	done   bool
	out    Batch
	pos    int
}

func (b *builder) topN(o *algebra.TopN) (*node, error) {
	in, err := b.buildNeeding(o.Input, b.sortNeed(o.Keys))
	if err != nil {
		return nil, err
	}
	var n *node
	if o.Limit < 0 || o.Offset > topLimit || o.Limit > topLimit {
		n, err = b.newOrderBy(in, o.Keys)
	} else {
		n, err = b.newTopN(in, o.Keys, int(max(o.Offset, 0)+o.Limit))
	}
	if err != nil {
		return nil, err
	}
	return newSlice(n, o.Offset, o.Limit), nil
}

func (b *builder) newTopN(in *node, keys []algebra.OrderKey, n int) (*node, error) {
	s, err := b.sorter(keys, in)
	if err != nil {
		in.Close()
		return nil, err
	}
	t := &topN{sorter: s, input: in, n: n, ranks1: make([][]uint64, len(keys))}
	t.self = &node{run: t, schema: in.schema, maybe: in.maybe, inputs: []*node{in},
		memory: share{budget: b.env.Budget}, desc: Description{Operator: "top", Detail: fmt.Sprintf("%d by %s", n, describeKeys(keys))}}
	return t.self, nil
}

func (t *topN) next(ctx context.Context) (*Batch, error) {
	if !t.done {
		if t.n > 0 {
			if err := drain(ctx, t.input, func(b *Batch) error { return t.add(ctx, b) }); err != nil {
				return nil, err
			}
			if err := t.cut(ctx); err != nil {
				return nil, err
			}
		}
		t.done = true
	}
	b := t.rows.deliver(&t.out, &t.pos)
	if b != nil {
		b.Columns = b.Columns[:t.width]
	}
	return b, nil
}

// add collects the rows of a batch that can be among the first n.
func (t *topN) add(ctx context.Context, b *Batch) error {
	all, err := t.keyed(ctx, b, t.ranks1)
	if err != nil {
		return err
	}
	t.keep = t.keep[:0]
	for i := range all.Len {
		if t.full {
			before, err := t.before(all, i)
			if err != nil {
				return err
			}
			if !before {
				continue
			}
		}
		t.keep = append(t.keep, int32(i))
	}
	t.rows.appendRows(all, t.keep)
	for k := range t.ranks {
		for _, i := range t.keep {
			t.ranks[k] = append(t.ranks[k], t.ranks1[k][i])
		}
	}
	if err := t.self.memory.need(t.bytes()); err != nil {
		return err
	}
	if t.rows.n >= 2*t.n+BatchSize {
		return t.cut(ctx)
	}
	return nil
}

// before reports whether row i of a batch comes before the threshold.
func (t *topN) before(b *Batch, i int) (bool, error) {
	for k := range t.keys {
		r, limit := t.ranks1[k][i], t.ranks[k][t.n-1]
		if r != limit {
			return r < limit, nil
		}
		var term, last encoded.Term
		if col := b.Columns[t.width+k]; col != nil {
			term = col[i]
		}
		if col := t.rows.cols[t.width+k]; len(col) > 0 {
			last = col[t.n-1]
		}
		c, err := t.compare(k, term, last, r, limit)
		if c != 0 || err != nil {
			return c < 0, err
		}
	}
	return false, nil
}

// cut sorts the collected rows and drops all but the first n.
func (t *topN) cut(ctx context.Context) error {
	perm, err := t.order(ctx)
	if err != nil {
		return err
	}
	perm = perm[:min(t.n, len(perm))]
	var all Batch
	t.rows.batch(&all, 0, t.rows.n)
	kept := newRows(len(t.rows.cols))
	kept.appendRows(&all, perm)
	t.rows = kept
	for k, ranks := range t.ranks {
		cut := make([]uint64, len(perm))
		for i, j := range perm {
			cut[i] = ranks[j]
		}
		t.ranks[k] = cut
	}
	t.full = len(perm) == t.n
	return nil
}

func (t *topN) close() { t.rows, t.ranks = newRows(0), nil }
