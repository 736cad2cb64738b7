package plan

import (
	"cmp"
	"strconv"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// countFromMetadata answers a count of one pattern without grouping its rows:
// the executor takes the number from the index, or adds up grouped rows.
//
//	(group () ((?n (count *))) (scan P))            ==> (count ?n P)
//	(group (?p) ((?n (count *))) (scan P))          ==> (count ?n by ?p P)
//	(group () ((?n (count (distinct ?p)))) (scan P)) ==> (count ?n distinct ?p P)
func countFromMetadata(p *planner, root algebra.Op) (algebra.Op, error) {
	var failed error
	root, err := p.transform(root, func(op algebra.Op) algebra.Op {
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
		t, err := p.countRange(c)
		if err != nil {
			failed = err
		}
		if t != nil {
			return t
		}
		return c
	})
	return root, cmp.Or(err, failed)
}

// countRange takes the count of a scan that is restricted to ranges of one
// variable from the index: it is then a constant.
//
//	(count ?n (scan P (range ?o …))) ==> (table ?n 845021)
func (p *planner) countRange(c *algebra.Count) (algebra.Op, error) {
	if c.Key != "" || c.Distinct != "" || len(c.Scan.Ranges) != 1 || c.Scan.Exact || c.Scan.Order.OfTriples() {
		return nil, nil
	}
	sc, ok := p.scopes[c.Scan]
	if !ok || sc.many { // inside GRAPH ?g it is one count for each graph
		return nil, nil
	}
	l, err := p.leafOf(c.Scan.Pattern, sc)
	if err != nil || l.repeated {
		return nil, err
	}
	r := c.Scan.Ranges[0]
	for _, o := range l.orders() {
		if by := l.sortedBy(o); len(by) == 0 || by[0] != r.Var {
			continue
		}
		n, exact, err := p.countRanges(l, o, r.Ranges)
		if err != nil || !exact {
			return nil, err
		}
		return &algebra.Table{Vars: []algebra.Var{c.Var}, Rows: [][]graph.Term{{graph.Literal(strconv.FormatFloat(n, 'f', 0, 64), graph.XSDInteger)}}}, nil
	}
	return nil, nil
}
