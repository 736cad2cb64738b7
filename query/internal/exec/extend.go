package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// extend adds a column with the value of an expression.
type extend struct {
	input *node
	expr  *eval.Expression
	copy  int // the column that the expression is, -1 if it is none
	col   []encoded.Term
	out   Batch
}

func (b *builder) extend(o *algebra.Extend) (*node, error) {
	in, err := b.buildNeeding(o.Input, b.need.withExprs(o.Expr))
	if err != nil {
		return nil, err
	}
	n := &node{inputs: []*node{in}, sorted: in.sorted,
		schema: append(slices.Clone(in.schema), o.Var), maybe: append(slices.Clone(in.maybe), true),
		desc: Description{Operator: "extend", Detail: "?" + string(o.Var)}}
	e := &extend{input: in, copy: -1}
	n.run = e
	if at := in.column(o.Var); at >= 0 {
		// The variable was put in from outside: what is computed must agree with it.
		return b.extendInjected(o, in, at)
	}
	if v, ok := o.Expr.(*algebra.VarExpr); ok {
		if e.copy = in.column(v.Var); e.copy >= 0 {
			n.maybe[len(n.maybe)-1] = in.maybe[e.copy]
			return n, nil
		}
	}
	if _, ok := o.Expr.(*algebra.Const); ok {
		n.maybe[len(n.maybe)-1] = false
	}
	if e.expr, err = b.compile(o.Expr, in.schema); err != nil {
		in.Close()
		return nil, err
	}
	return n, nil
}

// extendInjected computes the expression under another name and keeps the
// solutions where it is equal to the injected value, or an error.
func (b *builder) extendInjected(o *algebra.Extend, in *node, at int) (*node, error) {
	x, err := b.compile(o.Expr, in.schema)
	if err != nil {
		in.Close()
		return nil, err
	}
	return &node{run: &agree{input: in, expr: x, at: at}, inputs: []*node{in}, sorted: in.sorted,
		schema: in.schema, maybe: in.maybe, desc: Description{Operator: "extend", Detail: "?" + string(o.Var)}}, nil
}

func (e *extend) next(ctx context.Context) (*Batch, error) {
	b, err := e.input.Next(ctx)
	if b == nil || err != nil {
		return nil, err
	}
	e.out = Batch{Columns: append(e.out.Columns[:0], b.Columns...), Counts: b.Counts, Len: b.Len}
	if e.copy >= 0 {
		e.out.Columns = append(e.out.Columns, b.Columns[e.copy])
		return &e.out, nil
	}
	e.col = sized(e.col, b.Len)
	if err := e.expr.Eval(ctx, b.Columns, b.Len, e.col); err != nil {
		return nil, err
	}
	e.out.Columns = append(e.out.Columns, e.col)
	return &e.out, nil
}

func (e *extend) close() {}

// agree keeps the rows where an expression is an error or equals a column.
type agree struct {
	input  *node
	expr   *eval.Expression
	at     int
	col    []encoded.Term
	keep   []int32
	gather gatherer
}

func (a *agree) next(ctx context.Context) (*Batch, error) {
	b, err := a.input.Next(ctx)
	if b == nil || err != nil {
		return nil, err
	}
	a.col = sized(a.col, b.Len)
	if err := a.expr.Eval(ctx, b.Columns, b.Len, a.col); err != nil {
		return nil, err
	}
	a.keep = a.keep[:0]
	for i, t := range a.col {
		if t == encoded.Undefined || t == b.Columns[a.at][i] {
			a.keep = append(a.keep, int32(i))
		}
	}
	return a.gather.rows(b, a.keep), nil
}

func (a *agree) close() {}
