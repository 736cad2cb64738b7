package exec

import (
	"github.com/ententedb/entente/query/algebra"
)

func (b *builder) count(o *algebra.Count) (*node, error) {
	g := &algebra.Group{Input: o.Scan}
	if o.Key != "" {
		g.Keys = []algebra.GroupKey{{Var: o.Key, Expr: &algebra.VarExpr{Var: o.Key}}}
	}
	a := &algebra.Aggregate{Name: "COUNT"}
	if o.Distinct != "" {
		a.Distinct, a.Arg = true, &algebra.VarExpr{Var: o.Distinct}
	}
	g.Aggs = []algebra.Aggregation{{Var: o.Var, Agg: a}}
	return b.group(g)
}
