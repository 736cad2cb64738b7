package exec

import (
	"context"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// table delivers rows that are in memory.
type table struct {
	rows *rows
	pos  int
	out  Batch
}

func newTable(vars []algebra.Var, r *rows) *node {
	n := &node{run: &table{rows: r}, schema: vars, maybe: make([]bool, len(vars)), desc: Description{Operator: "table"}}
	for i := range vars {
		for j := range r.n {
			if r.cols[i] == nil || r.cols[i][j] == encoded.Undefined {
				n.maybe[i] = true
				break
			}
		}
	}
	return n
}

// unit returns the operator with one empty solution.
func unit(b *builder) *node { return newTable(nil, &rows{n: 1}) }

func (b *builder) table(o *algebra.Table) (*node, error) {
	r := newRows(len(o.Vars))
	for i := range r.cols {
		r.cols[i] = []encoded.Term{}
	}
	row := make([]encoded.Term, len(o.Vars))
next:
	for _, terms := range o.Rows {
		for i, t := range terms {
			id, err := b.env.Eval.Terms.Encode(t)
			if err != nil {
				return nil, err
			}
			if outer, ok := b.inject[o.Vars[i]]; ok {
				if id != encoded.Undefined && id != outer {
					continue next
				}
				id = outer
			}
			row[i] = id
		}
		for i, id := range row {
			r.cols[i] = append(r.cols[i], id)
		}
		r.n++
	}
	return b.constants(newTable(o.Vars, r)), nil
}

func (t *table) next(context.Context) (*Batch, error) {
	return t.rows.deliver(&t.out, &t.pos), nil
}

func (t *table) close() {}
