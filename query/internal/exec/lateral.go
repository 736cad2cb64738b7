package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// lateral evaluates its right side once for each solution of the left, with
// that solution's bindings put in.
type lateral struct {
	b      *builder
	left   *node
	op     algebra.Op
	schema []algebra.Var
	in     *Batch
	row    int
	right  *node
	cols   [][]encoded.Term
	counts []uint64
	out    Batch
}

func (b *builder) lateral(o *algebra.Lateral) (*node, error) {
	left, err := b.buildAll(o.Left)
	if err != nil {
		return nil, err
	}
	l := &lateral{b: b, left: left, op: o.Right, schema: slices.Clone(left.schema)}
	for _, v := range algebra.Vars(o.Right) {
		if indexOf(l.schema, v) < 0 {
			l.schema = append(l.schema, v)
		}
	}
	n := &node{run: l, schema: l.schema, inputs: []*node{left}, sorted: left.sorted, desc: Description{Operator: "lateral"}}
	for i := range l.schema {
		n.maybe = append(n.maybe, i >= len(left.maybe) || left.maybe[i])
	}
	if slices.Contains(left.maybe, true) {
		n.sorted = nil
	}
	l.cols = make([][]encoded.Term, len(l.schema))
	return n, nil
}

func (l *lateral) next(ctx context.Context) (*Batch, error) {
	if l.right == nil {
		if l.in == nil || l.row+1 == l.in.Len {
			b, err := l.left.Next(ctx)
			if b == nil || err != nil {
				return nil, err
			}
			l.in, l.row = b, 0
		} else {
			l.row++
		}
		bindings := map[algebra.Var]encoded.Term{}
		for i, v := range l.left.schema {
			if c := l.in.Columns[i]; c != nil && c[l.row] != encoded.Undefined {
				bindings[v] = c[l.row]
			}
		}
		right, err := l.b.injecting(bindings).buildAll(l.op)
		if err != nil {
			return nil, err
		}
		l.right = right
	}
	b, err := l.right.Next(ctx)
	if err != nil {
		return nil, err
	}
	if b == nil {
		l.right.Close()
		l.right = nil
		return &Batch{}, nil
	}
	l.out.Columns = l.out.Columns[:0]
	for i, v := range l.schema {
		var col []encoded.Term
		if c := l.right.column(v); c >= 0 {
			col = b.Columns[c]
		}
		if i < len(l.left.schema) {
			if c := l.in.Columns[i]; c != nil && c[l.row] != encoded.Undefined {
				l.cols[i] = sized(l.cols[i], b.Len)
				for j := range l.cols[i] {
					l.cols[i][j] = c[l.row]
				}
				col = l.cols[i]
			}
		}
		l.out.Columns = append(l.out.Columns, col)
	}
	l.out.Counts, l.out.Len = b.Counts, b.Len
	if l.in.Counts != nil {
		l.counts = sized(l.counts, b.Len)
		for j := range l.counts {
			l.counts[j] = l.in.Counts[l.row]
			if b.Counts != nil {
				l.counts[j] *= b.Counts[j]
			}
		}
		l.out.Counts = l.counts
	}
	return &l.out, nil
}

func (l *lateral) close() {
	if l.right != nil {
		l.right.Close()
	}
}
