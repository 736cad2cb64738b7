package question

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// Several relations whose values carry numbers, such as export and import partners,
// are one table: what stands in any of them, with the number it has in each.

// weighted reports whether a meaning asks for several such relations.
func (t *translator) weighted(m *meaning) bool {
	for _, a := range m.attributes {
		if !a.Weighted || t.lexicon.model.Weight == "" {
			return false
		}
	}
	return len(m.attributes) > 1
}

func (t *translator) partners(m *meaning) algebra.Op {
	x := t.subject(m)
	g := &group{}
	t.subjects(g, m, x)
	v := t.variable("partner")
	t.column(v, "partner")
	unit := t.lexicon.properties[t.lexicon.model.Weight].unit()
	any := &algebra.Union{}
	var shares []algebra.Op
	var sum algebra.Expr = constant(integer(0))
	for _, a := range m.attributes {
		tp := pattern(x, a, algebra.VarNode(v))
		any.Branches = append(any.Branches, &algebra.BGP{Patterns: []algebra.TriplePattern{tp}})
		noun := a.flip().noun(false)
		w := t.variable("share as " + noun)
		t.columns = append(t.columns, Column{Var: w, Header: "share as " + noun, Unit: unit})
		st := algebra.VarNode(t.variable("statement"))
		one := &group{bgp: []algebra.TriplePattern{tp}}
		one.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
		one.triple(st, t.lexicon.model.Weight, algebra.VarNode(w))
		shares = append(shares, &algebra.LeftJoin{Right: one.op()})
		sum = call("+", sum, call("COALESCE", varExpr(w), constant(integer(0))))
	}
	vars := []algebra.Var{v}
	if x.IsVar() {
		vars = []algebra.Var{x.Var, v}
	}
	g.ops = append(g.ops, &algebra.Distinct{Input: &algebra.Project{Input: any, Vars: vars}})
	g.ops = append(g.ops, shares...)
	keys := []algebra.OrderKey{{Expr: sum, Descending: true}, {Expr: varExpr(v)}}
	if x.IsVar() {
		keys = append([]algebra.OrderKey{{Expr: varExpr(x.Var)}}, keys...)
	}
	return &algebra.OrderBy{Input: g.op(), Keys: keys}
}
