package plan

import "github.com/ententedb/entente/query/algebra"

// countFromMetadata answers a count of one pattern without grouping its rows:
// the executor takes the number from the index, or adds up grouped rows.
//
//	(group () ((?n (count *))) (scan P))            ==> (count ?n P)
//	(group (?p) ((?n (count *))) (scan P))          ==> (count ?n by ?p P)
//	(group () ((?n (count (distinct ?p)))) (scan P)) ==> (count ?n distinct ?p P)
func countFromMetadata(p *planner, root algebra.Op) (algebra.Op, error) {
	return transform(root, func(op algebra.Op) algebra.Op {
		g, ok := op.(*algebra.Group)
		if !ok || len(g.Keys) > 1 || len(g.Aggs) != 1 {
			return op
		}
		s, ok := g.Input.(*algebra.Scan)
		if !ok {
			return op
		}
		vars := visible(s)
		c := &algebra.Count{Scan: s, Var: g.Aggs[0].Var}
		for _, k := range g.Keys {
			e, ok := k.Expr.(*algebra.VarExpr)
			if !ok || e.Var != k.Var || !vars[k.Var] {
				return op
			}
			c.Key = k.Var
		}
		a := g.Aggs[0].Agg
		if a.Name != "COUNT" || a.Arg == nil && a.Distinct {
			return op
		}
		if a.Arg != nil {
			e, ok := a.Arg.(*algebra.VarExpr)
			if !ok || !vars[e.Var] {
				return op
			}
			if a.Distinct {
				c.Distinct = e.Var
			}
		}
		return c
	}), nil
}
