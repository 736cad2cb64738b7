package question

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// value binds the value of a measure of x, at a year or the latest.
func (t *translator) value(g *group, x algebra.Node, p *property, m moment, v algebra.Var) {
	if p.derived() {
		t.derived(g, x, p, m, v)
		return
	}
	year := algebra.VarNode(t.common)
	if m.year != "" {
		year = algebra.TermNode(graph.Literal(m.year, graph.XSDGYear))
	}
	if m.year == "" && t.common == "" || !p.Reified {
		g.triple(x, p.IRI, algebra.VarNode(v))
		g.bound = true
		if p.Reified && t.lexicon.model.Year != "" {
			t.values[v] = []measured{{of: x, property: p, value: v}}
		}
		return
	}
	st := algebra.VarNode(t.variable("statement"))
	tp := pattern(x, relation{property: p}, algebra.VarNode(v))
	g.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
	g.triple(st, t.lexicon.model.Year, year)
	g.bound = true
	if m.year == "" {
		t.values[v] = []measured{{year: t.common}}
	}
}

// derived computes the value of a derived measure of x.
func (t *translator) derived(g *group, x algebra.Node, p *property, m moment, v algebra.Var) {
	switch {
	case p.event != nil:
		st := algebra.VarNode(t.variable("statement"))
		tp := pattern(x, p.event.rel, iriNode(p.event.to.iri))
		date := t.lexicon.model.Since
		if p.event.when.kind == ended {
			date = t.lexicon.model.Until
		}
		g.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
		g.triple(st, date, algebra.VarNode(v))
		g.bound = true
	case p.counts != nil:
		inner := &group{}
		y := algebra.VarNode(t.variable(cmpOr(p.counts.flip().noun(false), "other")))
		t.tie(inner, x, relates{rel: *p.counts}, y, false)
		inner.bound = true
		if p.within != nil {
			t.set(inner, y, p.within, false)
		}
		c := t.variable("count")
		sub := &algebra.Group{Input: inner.op(), Aggs: []algebra.Aggregation{{Var: c, Agg: &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: varExpr(y.Var)}}}}
		vars := []algebra.Var{c}
		if x.IsVar() {
			sub.Keys = []algebra.GroupKey{{Var: x.Var, Expr: varExpr(x.Var)}}
			vars = []algebra.Var{x.Var, c}
		}
		g.ops = append(g.ops,
			&algebra.LeftJoin{Right: &algebra.Project{Input: sub, Vars: vars}},
			&algebra.Extend{Var: v, Expr: call("COALESCE", varExpr(c), constant(integer(0)))})
	default:
		var out algebra.Expr
		year := t.sameYear(g, x, p, m)
		part := func(q *property, op string) {
			w := t.variable(q.Label)
			switch {
			case year == "" || !q.Reified:
				t.value(g, x, q, m, w)
				if t.common == "" {
					t.values[v] = append(t.values[v], t.values[w]...)
				} else if m.year == "" {
					t.values[v] = []measured{{year: t.common}}
				}
			default:
				st := algebra.VarNode(t.variable("statement"))
				tp := pattern(x, relation{property: q}, algebra.VarNode(w))
				g.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
				g.triple(st, t.lexicon.model.Year, algebra.VarNode(year))
				if q == p.yearOf {
					g.triple(x, q.IRI, algebra.VarNode(w))
					t.values[v] = []measured{{year: year}}
				}
			}
			if out == nil {
				out = varExpr(w)
			} else {
				out = call(op, out, varExpr(w))
			}
		}
		for _, q := range p.times {
			part(q, "*")
		}
		for _, q := range p.over {
			part(q, "/")
		}
		if p.scale != "" {
			out = call("*", out, scaled(p))
		}
		g.ops = append(g.ops, &algebra.Extend{Var: v, Expr: out})
	}
}

func scaled(p *property) algebra.Expr { return constant(graph.Literal(p.scale, graph.XSDDecimal)) }

// measured is where the latest value of a measure was taken from: its year, if
// that is bound already, else the statement that has one.
type measured struct {
	of       algebra.Node
	property *property
	value    algebra.Var
	year     algebra.Var
}

// sameYear makes the variable of the year of which all parts of a computed
// measure are taken, where that is the latest year of one of them.
func (t *translator) sameYear(g *group, x algebra.Node, p *property, m moment) algebra.Var {
	if m.year != "" || t.common != "" || p.yearOf == nil || !p.yearOf.Reified || t.lexicon.model.Year == "" {
		return ""
	}
	g.bound = true
	return t.variable("year")
}

// years adds the years of the values of a measure, for people, and returns their
// variables with what each is the year of.
func (t *translator) yearsOf(g *group, v algebra.Var) (years []extraColumn) {
	if !t.notes {
		return nil
	}
	for _, from := range t.values[v] {
		year := from.year
		if year == "" {
			year = t.variable("year")
			st := algebra.VarNode(t.variable("statement"))
			tp := pattern(from.of, relation{property: from.property}, algebra.VarNode(from.value))
			one := &group{}
			one.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
			one.triple(st, t.lexicon.model.Year, algebra.VarNode(year))
			g.ops = append(g.ops, &algebra.LeftJoin{Right: one.op()})
		}
		header := "year"
		if len(t.values[v]) > 1 {
			header = "year of " + from.property.Label
		}
		years = append(years, extraColumn{v: year, header: header, merge: "MAX", date: true, note: v})
	}
	return years
}
