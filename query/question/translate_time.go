package question

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// statement matches a reified statement at a time.
func (t *translator) statement(g *group, x algebra.Node, c relates, y algebra.Node, top bool) {
	m := &t.lexicon.model
	st := algebra.VarNode(t.variable("statement"))
	p := pattern(x, c.rel, y)
	inner, dates := &group{}, map[string]algebra.Var{}
	inner.triple(st, graph.RDFReifies, algebra.Node{Triple: &p})
	optional := func(property string, name string) algebra.Var {
		v := t.variable(name)
		dates[name] = v
		inner.ops = append(inner.ops, &algebra.LeftJoin{Right: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: st, Predicate: iriNode(property), Object: algebra.VarNode(v)}}}})
		return v
	}
	required := func(property, name string) algebra.Var {
		v := t.variable(name)
		dates[name] = v
		inner.triple(st, property, algebra.VarNode(v))
		return v
	}
	w := c.when
	switch w.kind {
	case during:
		if w.each {
			t.inYear(inner, optional(m.Since, "since"), optional(m.Until, "until"))
		}
		if m.Since != "" && w.high != "" {
			v := optional(m.Since, "since")
			inner.filter(call("||", call("!", call("BOUND", varExpr(v))), call(less(w.highStrict), call("STR", varExpr(v)), text(w.high))))
		}
		if m.Until != "" && w.low != "" {
			v := optional(m.Until, "until")
			inner.filter(call("||", call("!", call("BOUND", varExpr(v))), call(">", lastDay(v), text(w.low))))
		}
		if m.UntilUnknown != "" && (w.low != "" || w.each) {
			inner.filter(&algebra.Exists{Negated: true, Pattern: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: st, Predicate: iriNode(m.UntilUnknown), Object: algebra.TermNode(graph.Boolean(true))}}}})
		}
	case former:
		inner.filter(&algebra.Exists{Negated: true, Pattern: &algebra.BGP{Patterns: []algebra.TriplePattern{pattern(x, c.rel, y)}}})
		if top && m.Until != "" {
			v := optional(m.Until, "until")
			t.extra = append(t.extra, extraColumn{v: v, header: "until", merge: "MAX", date: true})
		}
	case since:
		inner.bgp = append(inner.bgp, pattern(x, c.rel, y))
		v := required(m.Since, "since")
		t.within(inner, v, w)
		if m.Until != "" {
			inner.filter(&algebra.Exists{Negated: true, Pattern: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: st, Predicate: iriNode(m.Until), Object: algebra.VarNode(t.variable("until"))}}}})
		}
		if top {
			t.extra = append(t.extra, extraColumn{v: v, header: "since", merge: "MIN", date: true})
		}
	case began, ended:
		property, name, merge := m.Since, "since", "MIN"
		if w.kind == ended {
			property, name, merge = m.Until, "until", "MAX"
		}
		if w.kind == ended && w.low == "" && w.high == "" && w.beside == nil {
			// What ended on a day that is not recorded ended too.
			v := optional(property, name)
			inner.filter(call("||", call("BOUND", varExpr(v)), &algebra.Exists{Negated: true, Pattern: &algebra.BGP{Patterns: []algebra.TriplePattern{pattern(x, c.rel, y)}}}))
			if top {
				t.extra = append(t.extra, extraColumn{v: v, header: t.lexicon.eventDate(&c), merge: merge, date: true})
			}
			break
		}
		v := required(property, name)
		t.within(inner, v, w)
		if top {
			t.extra = append(t.extra, extraColumn{v: v, header: t.lexicon.eventDate(&c), merge: merge, date: true})
		}
		if w.beside != nil {
			other := algebra.VarNode(t.variable("statement"))
			of := x
			if w.than != "" {
				of = iriNode(w.than)
			}
			q := pattern(of, w.beside.rel, iriNode(w.beside.to.iri))
			inner.triple(other, graph.RDFReifies, algebra.Node{Triple: &q})
			property, name := m.Since, "other since"
			if w.beside.when.kind == ended {
				property, name = m.Until, "other until"
			}
			date := t.variable(name)
			inner.triple(other, property, algebra.VarNode(date))
			op := ">"
			if w.before {
				op = "<"
			}
			inner.filter(call(op, call("STR", varExpr(v)), call("STR", varExpr(date))))
			if top {
				header := t.lexicon.eventDate(w.beside)
				if w.than != "" {
					header = paraphraser{t.lexicon}.name(w.than) + " " + header
				}
				t.extra = append(t.extra, extraColumn{v: date, header: header, merge: merge, date: true})
			}
		}
	}
	if light, ok := t.undated(x, c, y, dates); ok {
		g.ops = append(g.ops, &algebra.Union{Branches: []algebra.Op{inner.op(), light}})
		return
	}
	g.bgp = append(g.bgp, inner.bgp...)
	g.ops = append(g.ops, inner.ops...)
	g.filters = append(g.filters, inner.filters...)
}

// undated matches statements that hold and carry no dates of their own, where
// the graph says which property of their subject dates them: the parties of a
// treaty are bound from its entry into force. dates holds the variables of the
// dates of the statements that do.
func (t *translator) undated(x algebra.Node, c relates, y algebra.Node, dates map[string]algebra.Var) (algebra.Op, bool) {
	w := c.when
	if b := c.rel.being; b != nil {
		if b.dated || w.kind != ever && w.kind != during {
			return nil, false
		}
		// An instance of which nothing is reified has always been one.
		p := pattern(x, c.rel, y)
		g := &group{bgp: []algebra.TriplePattern{p}}
		g.filter(&algebra.Exists{Negated: true, Pattern: &algebra.BGP{Patterns: []algebra.TriplePattern{
			{Subject: algebra.VarNode(t.variable("statement")), Predicate: iriNode(graph.RDFReifies), Object: algebra.Node{Triple: &p}}}}})
		return g.op(), true
	}
	if c.rel.Since == "" || c.rel.Until == "" && (w.kind == former || w.kind == ended) || w.beside != nil {
		return nil, false
	}
	p := pattern(x, c.rel, y)
	g := &group{bgp: []algebra.TriplePattern{p}}
	g.filter(&algebra.Exists{Negated: true, Pattern: &algebra.BGP{Patterns: []algebra.TriplePattern{
		{Subject: algebra.VarNode(t.variable("statement")), Predicate: iriNode(graph.RDFReifies), Object: algebra.Node{Triple: &p}}}}})
	dated := func(name, property string) (algebra.Var, *algebra.BGP) {
		v, ok := dates[name]
		if !ok {
			v = t.variable(name)
		}
		return v, &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: p.Subject, Predicate: iriNode(property), Object: algebra.VarNode(v)}}}
	}
	unknown := func(v algebra.Var) algebra.Expr { return call("!", call("BOUND", varExpr(v))) }
	v, begin := dated("since", c.rel.Since)
	switch w.kind {
	case ever:
	case during:
		g.ops = append(g.ops, &algebra.LeftJoin{Right: begin})
		if w.each {
			g.filter(call("||", unknown(v), call("<=", call("STR", varExpr(v)), call("CONCAT", call("STR", varExpr(t.year)), text("-12-31")))))
		}
		if w.high != "" {
			g.filter(call("||", unknown(v), call(less(w.highStrict), call("STR", varExpr(v)), text(w.high))))
		}
		if c.rel.Until == "" {
			break
		}
		u, end := dated("until", c.rel.Until)
		g.ops = append(g.ops, &algebra.LeftJoin{Right: end})
		if w.each {
			g.filter(call("||", unknown(u), call(">", call("STR", varExpr(u)), call("CONCAT", call("STR", varExpr(t.year)), text("-12-31")))))
		}
		if w.low != "" {
			g.filter(call("||", unknown(u), call(">", lastDay(u), text(w.low))))
		}
	case former, ended:
		u, end := dated("until", c.rel.Until)
		g.ops = append(g.ops, end)
		t.within(g, u, w)
	default:
		g.ops = append(g.ops, begin)
		t.within(g, v, w)
		if w.kind == since && c.rel.while != nil {
			t.cond(g, p.Subject, *c.rel.while, false)
		}
	}
	return g.op(), true
}

func less(strict bool) string {
	if strict {
		return "<"
	}
	return "<="
}

// lastDay fills a date known to the year or month up to the end of it.
func lastDay(v algebra.Var) algebra.Expr {
	return call("SUBSTR", call("CONCAT", call("STR", varExpr(v)), text("-99-99")), constant(integer(1)), constant(integer(10)))
}

// within keeps the dates within bounds.
func (t *translator) within(g *group, v algebra.Var, m moment) {
	if m.low != "" {
		op := ">="
		if m.lowStrict {
			op = ">"
		}
		g.filter(call(op, call("STR", varExpr(v)), text(m.low)))
	}
	if m.high != "" {
		g.filter(call(less(m.highStrict), call("STR", varExpr(v)), text(m.high)))
	}
}
