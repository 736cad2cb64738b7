package question

import (
	"github.com/alecthomas/participle/v2/lexer"
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// What part of a whole falls to something: "share of world GDP of the G7". The
// part is counted inside the whole: of the members of BRICS only those that are
// in the G20 have a share of the GDP of the G20.

func (in *interpreter) partQuestion(q *partQuestion) *meaning {
	m := &meaning{kind: askShare}
	in.questionTime(nil, nil, nil, append(append(q.Time, q.Time2...), q.Time3...)...)
	if q.Many != nil {
		return in.ratio(q.Many, nil, q.Holds)
	}
	attr := q.Attr
	if attr == nil {
		attr = q.Attr2
	}
	var p *property
	if q.Verb != nil {
		attr = q.Comp
		p = in.spending(*q.Verb, nil, q.Comp)
	} else {
		p = in.numeric(*attr)
	}
	if !p.additive() {
		in.refuse(*attr, "%s cannot be added up", p.Label)
	}
	m.attributes = []relation{{p, false}}
	if in.when != nil {
		m.when = in.measureTime(p, nil, *attr)
		in.when = nil
	}
	switch {
	case q.Whole != nil:
		m.set = in.bearers(*q.Whole, p)
	case q.Name != nil:
		m.set = in.bearers(*q.Name, p)
	case q.What != nil:
		m.set = in.phrase(q.What, nil)
		in.predicates(m.set, q.Preds)
		in.closed(m.set)
	default:
		m.set = in.bearing(p)
	}
	name := q.Of
	for _, n := range []*lexer.Token{q.Of2, q.Who} {
		if n != nil {
			name = n
		}
	}
	switch {
	case q.Part == nil && name == nil:
		in.refuse(lexer.Token{Pos: lexer.Position{Offset: len(in.seq.tokens)}}, "the share of what?")
		return m
	case q.Part != nil && name != nil:
		in.refuse(*name, "the share of one thing, not of two")
		return m
	case q.Part != nil && q.Part.Name != nil:
		name = q.Part.Name
	case q.Part != nil:
		m.part = in.phrase(q.Part.What, nil)
		in.predicates(m.part, q.Part.Preds)
		in.closed(m.part)
		return m
	}
	if in.fits(*name, p.Domain) {
		m.things = []string{in.name(*name, p.Domain)}
		return m
	}
	m.part = in.bearers(*name, p)
	return m
}

// ratio asks how many of a set meet further conditions, in per cent.
func (in *interpreter) ratio(what *phrase, own, holds []*predicate) *meaning {
	m := &meaning{kind: askShare, set: in.phrase(what, nil), part: &set{}}
	in.predicates(m.set, own)
	in.closed(m.set)
	in.predicates(m.part, holds)
	m.part.noun = m.set.noun
	return m
}

// share adds up a measure over the whole and over the part of it.
func (t *translator) share(m *meaning) algebra.Op {
	x := algebra.VarNode(t.variable(cmpOr(m.set.noun, t.lexicon.nounFor(m.set))))
	g := &group{}
	t.set(g, x, m.set, false)
	p := &property{Label: "count"}
	v := t.variable("value")
	if len(m.attributes) > 0 {
		p = m.attributes[0].property
		if t.commonFor(m, p) {
			t.commonYear(g, m, p, p)
		}
		t.value(g, x, p, m.when, v)
	} else {
		g.ops = append(g.ops, &algebra.Extend{Var: v, Expr: constant(integer(1))})
	}
	var falls algebra.Expr
	if m.part != nil {
		inner := &group{}
		t.set(inner, x, m.part, false)
		falls = &algebra.Exists{Pattern: inner.op()}
	} else {
		falls = call("=", varExpr(x.Var), constant(graph.IRI(m.things[0])))
	}
	own := t.variable("part value")
	g.ops = append(g.ops, &algebra.Extend{Var: own, Expr: call("IF", falls, varExpr(v), constant(integer(0)))})
	share, part, total := t.variable("share"), t.variable("part"), t.variable("total "+p.Label)
	t.columns = append(t.columns, Column{Var: share, Header: "share", Unit: "%"}, Column{Var: part, Header: "part", Unit: p.unit(), Note: share}, Column{Var: total, Header: "whole", Unit: p.unit(), Note: share})
	out := &algebra.Group{Aggs: []algebra.Aggregation{sumOf(own, part), sumOf(v, total)}}
	out.Input = t.once(g, v, []algebra.Var{x.Var, v, own}, out, share)
	t.common = ""
	var sums algebra.Op = out
	if t.notes && len(m.attributes) > 0 {
		n := t.variable("count")
		out.Aggs = append(out.Aggs, countOf(x.Var, n))
		t.columns = append(t.columns, Column{Var: n, Header: "number of values", Note: share})
		all, _ := t.known(m, share)
		vars := []algebra.Var{}
		for _, a := range out.Aggs {
			vars = append(vars, a.Var)
		}
		sums = &algebra.Join{Left: &algebra.Project{Input: out, Vars: vars}, Right: all}
	}
	return &algebra.Extend{Input: sums, Var: share, Expr: call("/", call("*", constant(integer(100)), varExpr(part)), varExpr(total))}
}
