package question

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// describe lists what is asserted of a thing, in both directions; a property
// read backwards is named by its inverse where the graph has one.
func (t *translator) describe(m *meaning) algebra.Op {
	p, v := t.variable("property"), t.variable("value")
	t.column(p, "property")
	t.column(v, "value")
	return t.statements(iriNode(m.things[0]), p, v)
}

// statements binds what is asserted of a thing to p and v; for people with the date
// since when, and the year in which, it holds.
func (t *translator) statements(thing algebra.Node, p, v algebra.Var) algebra.Op {
	back := t.variable("backwards")
	table := &algebra.Table{Vars: []algebra.Var{back, p}}
	for _, prop := range t.lexicon.order {
		if prop.Kind != valueThing || prop.Symmetric || isMeta(prop.IRI) {
			continue
		}
		inverse := cmpOr(prop.InverseOf, prop.IRI)
		table.Rows = append(table.Rows, []graph.Term{graph.IRI(prop.IRI), graph.IRI(inverse)})
	}
	forward, backward := &group{}, &group{ops: []algebra.Op{table}}
	said := algebra.TriplePattern{Subject: thing, Predicate: algebra.VarNode(p), Object: algebra.VarNode(v)}
	read := algebra.TriplePattern{Subject: algebra.VarNode(v), Predicate: algebra.VarNode(back), Object: thing}
	forward.bgp = []algebra.TriplePattern{said}
	backward.ops = append(backward.ops, &algebra.BGP{Patterns: []algebra.TriplePattern{read}})
	if t.notes {
		// What is read backwards under its own name is told apart.
		inverse := t.variable("inverse")
		t.columns = append(t.columns, Column{Var: inverse, Header: "inverse", Note: v})
		backward.ops = append(backward.ops, &algebra.Extend{Var: inverse, Expr: call("=", varExpr(back), varExpr(p))})
		model := t.lexicon.model
		for i, property := range []string{model.Since, model.Year} {
			if property == "" {
				continue
			}
			name := []string{"since", "year"}[i]
			when := t.variable(name)
			t.columns = append(t.columns, Column{Var: when, Header: name, Note: v})
			for _, side := range []struct {
				g  *group
				tp algebra.TriplePattern
			}{{forward, said}, {backward, read}} {
				tp := side.tp
				one := &group{}
				st := algebra.VarNode(t.variable("statement"))
				one.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
				one.triple(st, property, algebra.VarNode(when))
				side.g.ops = append(side.g.ops, &algebra.LeftJoin{Right: one.op()})
			}
		}
	}
	return &algebra.Union{Branches: []algebra.Op{
		forward.op(),
		&algebra.Filter{Input: backward.op(), Condition: call("!", call("ISBLANK", varExpr(v)))},
	}}
}

func (t *translator) define(m *meaning) algebra.Op {
	iri, property := m.role.iri(), graph.RDFSComment
	switch {
	case m.class != nil:
		iri = m.class.IRI
	case len(m.things) > 0:
		iri, property = m.things[0], skosDefinition
	}
	v := t.variable("definition")
	t.column(v, "definition")
	g := &group{}
	g.triple(iriNode(iri), property, algebra.VarNode(v))
	return g.op()
}

func (r relation) iri() string {
	if r.property == nil {
		return ""
	}
	return r.IRI
}

// compare sets what is asserted of things side by side.
func (t *translator) compare(m *meaning) algebra.Op {
	thing, p, v := t.variable("thing"), t.variable("property"), t.variable("value")
	t.column(p, "property")
	t.column(thing, "of")
	t.column(v, "value")
	table := &algebra.Table{Vars: []algebra.Var{thing}}
	for _, iri := range m.things {
		table.Rows = append(table.Rows, []graph.Term{graph.IRI(iri)})
	}
	notes := t.notes
	t.notes = false
	u := &algebra.Join{Left: table, Right: t.statements(algebra.VarNode(thing), p, v)}
	t.notes = notes
	return &algebra.OrderBy{Input: u, Keys: []algebra.OrderKey{{Expr: varExpr(p)}, {Expr: varExpr(thing)}}}
}

// why lists the statements that say that a relation holds, with what is known
// about each.
func (t *translator) why(m *meaning) algebra.Op {
	st := algebra.VarNode(t.variable("statement"))
	p := pattern(iriNode(m.things[0]), m.event.rel, iriNode(m.event.to.iri))
	g := &group{}
	g.triple(st, graph.RDFReifies, algebra.Node{Triple: &p})
	t.about(g, st)
	return g.op()
}

// about adds what a reifier may say about its statement as optional columns.
func (t *translator) about(g *group, st algebra.Node) {
	model := t.lexicon.model
	for _, a := range []struct{ property, name string }{{model.Since, "since"}, {model.Until, "until"}, {model.InferredFrom, "inferred from"}, {model.Source, "source"}} {
		if a.property == "" {
			continue
		}
		v := t.variable(a.name)
		t.column(v, a.name)
		g.ops = append(g.ops, &algebra.LeftJoin{Right: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: st, Predicate: iriNode(a.property), Object: algebra.VarNode(v)}}}})
	}
}

// source lists the values of an attribute with their years and sources.
func (t *translator) source(m *meaning) algebra.Op {
	rel := m.attributes[0]
	x := t.subject(m)
	g := &group{}
	t.subjects(g, m, x)
	name := cmpOr(rel.flip().noun(false), rel.Label)
	v := t.variable(name)
	t.measureColumn(v, name, rel.property)
	st := algebra.VarNode(t.variable("statement"))
	p := pattern(x, rel, algebra.VarNode(v))
	g.triple(st, graph.RDFReifies, algebra.Node{Triple: &p})
	model := t.lexicon.model
	if m.when.year == "" {
		g.bgp = append(g.bgp, pattern(x, rel, algebra.VarNode(v)))
	} else {
		g.triple(st, model.Year, algebra.TermNode(graph.Literal(m.when.year, graph.XSDGYear)))
	}
	for _, a := range []struct{ property, name string }{{model.Year, "year"}, {model.Source, "source"}} {
		if a.property == "" {
			continue
		}
		w := t.variable(a.name)
		t.column(w, a.name)
		g.ops = append(g.ops, &algebra.LeftJoin{Right: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: st, Predicate: iriNode(a.property), Object: algebra.VarNode(w)}}}})
	}
	return g.op()
}

// kinds counts the things of each class, or the statements of each property,
// about things of one class if it is given.
func (t *translator) kinds(m *meaning) algebra.Op {
	g := &group{}
	thing := algebra.VarNode(t.variable("thing"))
	name := "class"
	if m.kind == askRelations {
		name = "relation"
	}
	v := t.variable(name)
	n := t.variable("count")
	t.column(v, name)
	t.column(n, "count")
	if m.kind == askKinds {
		g.triple(thing, graph.RDFType, algebra.VarNode(v))
	} else {
		if m.class != nil {
			t.class(g, thing, m.class)
		}
		g.bgp = append(g.bgp, algebra.TriplePattern{Subject: thing, Predicate: algebra.VarNode(v), Object: algebra.VarNode(t.variable("value"))})
	}
	out := &algebra.Group{Input: g.op(), Keys: []algebra.GroupKey{{Var: v, Expr: varExpr(v)}}, Aggs: []algebra.Aggregation{{Var: n, Agg: &algebra.Aggregate{Name: "COUNT"}}}}
	return &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(n), Descending: true}, {Expr: varExpr(v)}}}
}
