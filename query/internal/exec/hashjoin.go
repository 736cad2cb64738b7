package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// hashJoin reads its right input into a joinTable and probes it with the
// batches of the left. It does every kind of join, with and without unbound
// values. The sequence of the left is kept.
type hashJoin struct {
	joinCore
	left, right *node
	self        *node
	built       bool
	table       prober
	rows        *rows
}

func newHashJoin(b *builder, kind algebra.JoinKind, left, right *node, cond *eval.Expression, shape *joinShape) *node {
	j := &hashJoin{joinCore: newJoinCore(kind, shape, cond), left: left, right: right}
	n := &node{run: j, inputs: []*node{left, right}, memory: share{budget: b.env.Budget}}
	j.self = n
	j.table = prober{shape: shape, mem: &n.memory}
	j.source = &j.table
	j.setSchema(n, left)
	n.desc.Operator = "hash " + joinName(kind)
	return n
}

// setSchema gives a join's node its schema and order.
func (c *joinCore) setSchema(n, left *node) {
	sorted := left.sorted
	switch c.kind {
	case algebra.InnerJoin, algebra.LeftOuterJoin:
		n.schema, n.maybe = c.shape.schema, c.shape.maybe
		if !c.source.ordered() || c.kind == algebra.LeftOuterJoin && c.cond != nil {
			sorted = nil
		}
	default:
		for _, i := range c.shape.left {
			n.schema, n.maybe = append(n.schema, left.schema[i]), append(n.maybe, left.maybe[i])
		}
	}
	for _, v := range sorted {
		if n.column(v) < 0 {
			break
		}
		// A column that the right side fills in is not sorted any more.
		filled := slices.IndexFunc(c.shape.out, func(o outColumn) bool { return o.right >= 0 && o.left == left.column(v) }) >= 0
		if filled && (c.kind == algebra.InnerJoin || c.kind == algebra.LeftOuterJoin) {
			break
		}
		n.sorted = append(n.sorted, v)
	}
}

func joinName(kind algebra.JoinKind) string {
	return [...]string{"join", "left join", "semi-join", "anti-join", "minus"}[kind]
}

func (j *hashJoin) next(ctx context.Context) (*Batch, error) {
	for {
		if j.joinCore.left != nil {
			b, err := j.joinCore.next(ctx)
			if b != nil || err != nil {
				return b, err
			}
		}
		left, err := j.left.Next(ctx)
		if left == nil || err != nil {
			return nil, err
		}
		if !j.built {
			if err := j.build(ctx); err != nil {
				return nil, err
			}
		}
		if j.rows.n == 0 {
			switch j.kind {
			case algebra.InnerJoin, algebra.SemiJoin:
				return nil, nil
			case algebra.AntiJoin, algebra.MinusJoin:
				return j.leftOnly(left, left.Counts), nil
			}
		}
		if err := j.probe(ctx, left); err != nil {
			return nil, err
		}
	}
}

func (j *hashJoin) build(ctx context.Context) error {
	j.rows = newRows(len(j.right.schema))
	err := drain(ctx, j.right, func(b *Batch) error {
		j.rows.append(b)
		return j.self.memory.need(j.rows.bytes())
	})
	if err != nil {
		return err
	}
	j.built = true
	j.table.table = newJoinTable(j.shape, j.rows)
	return nil
}

func (j *hashJoin) close() { j.rows, j.table = nil, prober{} }
