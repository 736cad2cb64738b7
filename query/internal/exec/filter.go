package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// filter keeps the solutions for which all conditions are true.
type filter struct {
	input  *node
	conds  []*eval.Expression
	keep   []int32
	gather []gatherer
}

// conjuncts splits a condition at its outer "&&": a conjunction is true
// exactly if all its parts are.
func conjuncts(e algebra.Expr, out []algebra.Expr) []algebra.Expr {
	if c, ok := e.(*algebra.Call); ok && c.Name == "&&" {
		for _, a := range c.Arguments {
			out = conjuncts(a, out)
		}
		return out
	}
	return append(out, e)
}

func (b *builder) filter(o *algebra.Filter) (*node, error) {
	in, err := b.buildNeeding(o.Input, b.need.withExprs(o.Condition))
	if err != nil {
		return nil, err
	}
	all := *b
	all.need = nil
	var rest []algebra.Expr
	for _, c := range conjuncts(o.Condition, nil) {
		e, ok := c.(*algebra.Exists)
		if call, is := c.(*algebra.Call); is && call.Name == "!" {
			if inner, is := call.Arguments[0].(*algebra.Exists); is {
				e, ok = &algebra.Exists{Pattern: inner.Pattern, Negated: !inner.Negated}, true
			}
		}
		if !ok || !joinSafe(e.Pattern, in.schema) {
			rest = append(rest, c)
			continue
		}
		right, err := b.buildAll(e.Pattern)
		if err != nil {
			in.Close()
			return nil, err
		}
		kind := algebra.SemiJoin
		if e.Negated {
			kind = algebra.AntiJoin
		}
		in = newHashJoin(&all, kind, in, right, nil, all.newJoinShape(kind, in, right, nil))
	}
	if len(rest) == 0 {
		return in, nil
	}
	f := &filter{input: in, gather: make([]gatherer, len(rest))}
	for _, c := range rest {
		x, err := b.compile(c, in.schema)
		if err != nil {
			in.Close()
			return nil, err
		}
		f.conds = append(f.conds, x)
	}
	return &node{run: f, schema: in.schema, maybe: in.maybe, sorted: in.sorted, inputs: []*node{in},
		desc: Description{Operator: "filter"}}, nil
}

func (f *filter) next(ctx context.Context) (*Batch, error) {
	b, err := f.input.Next(ctx)
	if b == nil || err != nil {
		return nil, err
	}
	for i, c := range f.conds {
		if f.keep, err = c.Filter(ctx, b.Columns, b.Len, f.keep[:0]); err != nil {
			return nil, err
		}
		b = f.gather[i].rows(b, f.keep)
		if b.Len == 0 {
			return b, nil
		}
	}
	return b, nil
}

// seek lets a join skip rows of the input.
func (f *filter) seek(ctx context.Context, key ...encoded.Term) error {
	return f.input.run.(seeker).seek(ctx, key...)
}

func (f *filter) seekable() bool {
	s, ok := f.input.run.(seeker)
	return ok && s.seekable()
}

func (f *filter) close() {}

// seeker is a runner that can skip forward to the first row whose leading
// sorted columns are at or after a key.
type seeker interface {
	seek(ctx context.Context, key ...encoded.Term) error
	seekable() bool
}

// joinSafe reports whether evaluating op with the bindings of an outer solution
// put in gives the same as evaluating it without and keeping what is
// compatible, so that EXISTS is a semi-join.
func joinSafe(op algebra.Op, outer []algebra.Var) bool {
	in := func(v algebra.Var) bool { return slices.Contains(outer, v) }
	// local: whatever outer binds of these is bound in every solution of op.
	local := func(vars []algebra.Var, op algebra.Op) bool {
		var bound []algebra.Var
		for _, v := range vars {
			if !in(v) {
				continue
			}
			if bound == nil {
				bound = algebra.BoundVars(op)
			}
			if !slices.Contains(bound, v) {
				return false
			}
		}
		return true
	}
	switch o := op.(type) {
	case *algebra.BGP, *algebra.Scan, *algebra.MultiJoin, *algebra.Table:
		return true
	case *algebra.PathPattern:
		return !zeroLength(o.Path)
	case *algebra.Join:
		return joinSafe(o.Left, outer) && joinSafe(o.Right, outer)
	case *algebra.PhysicalJoin:
		switch o.Kind {
		case algebra.InnerJoin:
			return o.Condition == nil && joinSafe(o.Left, outer) && joinSafe(o.Right, outer)
		case algebra.LeftOuterJoin, algebra.MinusJoin, algebra.SemiJoin, algebra.AntiJoin:
			if o.Condition != nil && !local(algebra.ExprVars(o.Condition), o.Left) {
				return false
			}
			return joinSafe(o.Left, outer) && local(algebra.Mentioned(o.Right), o.Left)
		}
	case *algebra.LeftJoin:
		if o.Condition != nil && !local(algebra.ExprVars(o.Condition), o.Left) {
			return false
		}
		return joinSafe(o.Left, outer) && local(algebra.Mentioned(o.Right), o.Left)
	case *algebra.Minus:
		return joinSafe(o.Left, outer) && local(algebra.Mentioned(o.Right), o.Left)
	case *algebra.Filter:
		return joinSafe(o.Input, outer) && local(algebra.ExprVars(o.Condition), o.Input)
	case *algebra.Union:
		for _, br := range o.Branches {
			if !joinSafe(br, outer) {
				return false
			}
		}
		return true
	case *algebra.Graph:
		return joinSafe(o.Input, outer)
	case *algebra.Extend:
		return !in(o.Var) && joinSafe(o.Input, outer) && local(algebra.ExprVars(o.Expr), o.Input)
	case *algebra.Distinct:
		return joinSafe(o.Input, outer)
	case *algebra.Reduced:
		return joinSafe(o.Input, outer)
	case *algebra.OrderBy:
		return joinSafe(o.Input, outer)
	case *algebra.Project:
		return joinSafe(o.Input, slices.DeleteFunc(slices.Clone(outer), func(v algebra.Var) bool { return !slices.Contains(o.Vars, v) }))
	}
	return false
}

// zeroLength reports whether a path can match without a step.
func zeroLength(p algebra.Path) bool {
	switch p := p.(type) {
	case *algebra.PathInverse:
		return zeroLength(p.Path)
	case *algebra.PathSequence:
		return zeroLength(p.First) && zeroLength(p.Second)
	case *algebra.PathAlternative:
		return zeroLength(p.Left) || zeroLength(p.Right)
	case *algebra.PathRepeat:
		return p.Min == 0 || zeroLength(p.Path)
	}
	return false
}
