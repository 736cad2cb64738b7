package query_test

import (
	"slices"

	"github.com/ententedb/entente/query/algebra"
)

// shrink makes a failing case smaller as long as it still fails.
func shrink(c *testCase) *testCase {
	fails := func(d *testCase) bool { return d.check() != "" }
	for again := true; again; {
		again = false
		try := func(d *testCase) bool {
			if fails(d) {
				c, again = d, true
				return true
			}
			return false
		}
		for i := 0; i < len(c.quads); {
			d := *c
			d.quads = slices.Delete(slices.Clone(c.quads), i, i+1)
			if !try(&d) {
				i++
			}
		}
		for _, root := range smaller(c.root) {
			d := *c
			d.root = root
			if try(&d) {
				break
			}
		}
		if c.union || c.from.Given {
			d := *c
			d.union, d.from = false, algebra.DatasetClause{}
			try(&d)
		}
	}
	return c
}

// smaller returns trees with one thing less than op.
func smaller(op algebra.Op) []algebra.Op {
	var out []algebra.Op
	for _, in := range op.Inputs() {
		out = append(out, algebra.Clone(*in))
	}
	switch o := op.(type) {
	case *algebra.BGP:
		for i := range o.Patterns {
			if len(o.Patterns) > 1 {
				out = append(out, &algebra.BGP{Patterns: slices.Delete(slices.Clone(o.Patterns), i, i+1)})
			}
		}
	case *algebra.LeftJoin:
		if o.Condition != nil {
			out = append(out, &algebra.LeftJoin{Left: o.Left, Right: o.Right})
			for _, x := range smallerExpr(o.Condition) {
				out = append(out, &algebra.LeftJoin{Left: o.Left, Right: o.Right, Condition: x})
			}
		}
	case *algebra.Filter:
		for _, x := range smallerExpr(o.Condition) {
			out = append(out, &algebra.Filter{Input: o.Input, Condition: x})
		}
	case *algebra.Project:
		for i := range o.Vars {
			out = append(out, &algebra.Project{Input: o.Input, Vars: slices.Delete(slices.Clone(o.Vars), i, i+1)})
		}
	case *algebra.Table:
		for i := range o.Rows {
			out = append(out, &algebra.Table{Vars: o.Vars, Rows: slices.Delete(slices.Clone(o.Rows), i, i+1)})
		}
	case *algebra.Group:
		for i := range o.Aggs {
			c := *o
			c.Aggs = slices.Delete(slices.Clone(o.Aggs), i, i+1)
			out = append(out, &c)
		}
		for i := range o.Keys {
			c := *o
			c.Keys = slices.Delete(slices.Clone(o.Keys), i, i+1)
			out = append(out, &c)
		}
	}
	for i := range op.Inputs() {
		for _, in := range smaller(*op.Inputs()[i]) {
			c := algebra.Clone(op)
			*c.Inputs()[i] = in
			out = append(out, c)
		}
	}
	return out
}

func smallerExpr(x algebra.Expr) []algebra.Expr {
	var out []algebra.Expr
	switch y := x.(type) {
	case *algebra.Call:
		if y.Name == "&&" || y.Name == "||" || y.Name == "!" {
			out = append(out, y.Arguments...)
			for i, a := range y.Arguments {
				for _, b := range smallerExpr(a) {
					c := algebra.CloneExpr(x).(*algebra.Call)
					c.Arguments[i] = b
					out = append(out, c)
				}
			}
		}
	case *algebra.Exists:
		for _, p := range smaller(y.Pattern) {
			out = append(out, &algebra.Exists{Pattern: p, Negated: y.Negated})
		}
	}
	return out
}
