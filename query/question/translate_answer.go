package question

import (
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

func (t *translator) sets(m *meaning) algebra.Op {
	x := t.thing(m.set)
	t.column(x, cmpOr(m.set.noun, t.lexicon.nounFor(m.set)))
	g := &group{}
	t.set(g, algebra.VarNode(x), m.set, true)
	if m.order != nil {
		v := algebra.Var("")
		for i, e := range t.extra {
			if e.header == m.order.Label && m.when.year == "" {
				v = e.v
				if e.date {
					t.extra[i].merge = map[bool]string{true: "MIN", false: "MAX"}[m.ascending]
				}
			}
		}
		if v == "" {
			v = t.variable(m.order.Label)
			t.value(g, algebra.VarNode(x), m.order, m.when, v)
			merge := "MAX"
			if m.ascending && m.order.Kind == valueDate {
				merge = "MIN"
			}
			t.extra = append(t.extra, extraColumn{v: v, header: m.order.Label, unit: m.order.unit(), plain: m.order.plain(), merge: merge, date: m.order.Kind == valueDate})
			t.extra = append(t.extra, t.yearsOf(g, v)...)
		}
		t.order = v
	}
	t.first(g, algebra.VarNode(x), m)
	if m.per != nil {
		t.groupKey(g, algebra.VarNode(x), *m.per)
	}
	out := t.merge(g.op(), x)
	if m.order == nil {
		// What is compared or dated is shown in that order.
		for _, e := range t.extra {
			if e.note == "" {
				return &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(e.v), Descending: !e.date}, {Expr: varExpr(x)}}}
			}
		}
	}
	if m.order != nil {
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(t.order), Descending: !m.ascending}, {Expr: varExpr(x)}}}
	}
	return out
}

// first keeps what comes first in the order: as many things as are wanted, or
// those that come no later than the last of that number.
func (t *translator) first(g *group, x algebra.Node, m *meaning) {
	if m.limit == 0 || m.order == nil || m.kind == askSet && !m.ties {
		return
	}
	inner := &group{}
	y := t.thing(m.set)
	if !m.ties {
		y = x.Var
	}
	t.set(inner, algebra.VarNode(y), m.set, false)
	v, best := t.variable(m.order.Label), t.variable("best")
	t.value(inner, algebra.VarNode(y), m.order, m.when, v)
	sortable := func(v algebra.Var) algebra.Expr {
		if m.order.Kind == valueDate {
			return call("STR", varExpr(v))
		}
		return varExpr(v)
	}
	last, within := "MIN", ">="
	if m.ascending {
		last, within = "MAX", "<="
	}
	top := &algebra.Slice{Offset: int64(m.skip), Limit: int64(m.limit), Input: &algebra.Distinct{Input: &algebra.Project{Vars: []algebra.Var{y, v},
		Input: &algebra.OrderBy{Input: inner.op(), Keys: []algebra.OrderKey{{Expr: sortable(v), Descending: !m.ascending}, {Expr: varExpr(y)}}}}}}
	if !m.ties {
		g.ops = append(g.ops, top)
		return
	}
	sub := &algebra.Group{Input: top, Aggs: []algebra.Aggregation{{Var: best, Agg: &algebra.Aggregate{Name: last, Arg: sortable(v)}}}}
	g.ops = append(g.ops, &algebra.Project{Input: sub, Vars: []algebra.Var{best}})
	g.filter(call(within, sortable(t.order), varExpr(best)))
}

// merge makes one row of each thing, where further columns could make several.
func (t *translator) merge(in algebra.Op, x algebra.Var) algebra.Op {
	if len(t.extra) == 0 {
		return in
	}
	g := &algebra.Group{Input: in, Keys: []algebra.GroupKey{{Var: x, Expr: varExpr(x)}}}
	for _, e := range t.extra {
		v := t.variable(string(e.v) + "Value")
		inner := e.v
		// The group's result takes the good name; what it is made from keeps
		// another.
		rename(in, inner, v)
		arg := varExpr(v)
		if e.date {
			// Days, months and years have an order only as text.
			arg = call("STR", arg)
		}
		g.Aggs = append(g.Aggs, algebra.Aggregation{Var: inner, Agg: &algebra.Aggregate{Name: e.merge, Arg: arg}})
		t.columns = append(t.columns, Column{inner, e.header, e.unit, e.plain, e.note})
	}
	return g
}

// rename renames a variable throughout a tree.
func rename(o algebra.Op, from, to algebra.Var) {
	node := func(n *algebra.Node) {
		if n.Var == from {
			n.Var = to
		}
	}
	var expr func(e algebra.Expr)
	expr = func(e algebra.Expr) {
		switch x := e.(type) {
		case nil:
			return
		case *algebra.VarExpr:
			if x.Var == from {
				x.Var = to
			}
		case *algebra.Exists:
			rename(x.Pattern, from, to)
		}
		for _, a := range e.Args() {
			expr(*a)
		}
	}
	switch x := o.(type) {
	case *algebra.BGP:
		for i := range x.Patterns {
			p := &x.Patterns[i]
			node(&p.Subject)
			node(&p.Object)
			if tp := p.Object.Triple; tp != nil {
				node(&tp.Subject)
				node(&tp.Object)
			}
		}
	case *algebra.LeftJoin:
		expr(x.Condition)
	case *algebra.Filter:
		expr(x.Condition)
	case *algebra.Extend:
		expr(x.Expr)
		if x.Var == from {
			x.Var = to
		}
	case *algebra.Table:
		for i := range x.Vars {
			if x.Vars[i] == from {
				x.Vars[i] = to
			}
		}
	}
	for _, i := range o.Inputs() {
		rename(*i, from, to)
	}
}

func (t *translator) count(m *meaning) algebra.Op {
	x := t.thing(m.set)
	g := &group{}
	var years algebra.Op
	if m.perYear {
		years = t.years(m.set)
	}
	t.set(g, algebra.VarNode(x), m.set, false)
	v := t.variable("count")
	out := &algebra.Group{Aggs: []algebra.Aggregation{{Var: v, Agg: &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: varExpr(x)}}}}
	if m.perYear {
		g.ops = append([]algebra.Op{years}, g.ops...)
		out.Input = g.op()
		out.Keys = []algebra.GroupKey{{Var: t.year, Expr: varExpr(t.year)}}
		t.column(t.year, "year")
		t.column(v, "count")
		return &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(t.year)}}}
	}
	if m.per == nil {
		out.Input = g.op()
		t.column(v, "count")
		return out
	}
	key := t.groupKey(g, algebra.VarNode(x), *m.per)
	out.Input = g.op()
	out.Keys = []algebra.GroupKey{{Var: key, Expr: varExpr(key)}}
	t.column(v, "count")
	return &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(v), Descending: true}, {Expr: varExpr(key)}}}
}

// subjects binds x to the things or the set spoken of.
func (t *translator) subjects(g *group, m *meaning, x algebra.Node) {
	switch {
	case m.set != nil:
		t.set(g, x, m.set, false)
	case x.IsVar():
		table := &algebra.Table{Vars: []algebra.Var{x.Var}}
		for _, iri := range m.things {
			table.Rows = append(table.Rows, []graph.Term{graph.IRI(iri)})
		}
		g.ops = append(g.ops, table)
		g.bound = true
	}
}

// subject is the node of what a question is about: the thing itself if it is
// one, else a variable, which becomes the first column.
func (t *translator) subject(m *meaning) algebra.Node {
	if m.set == nil && len(m.things) == 1 {
		return iriNode(m.things[0])
	}
	noun := "thing"
	if m.set != nil {
		noun = cmpOr(m.set.noun, t.lexicon.nounFor(m.set))
	} else if k := t.lexicon.kindOf(m.things[0]); k != "" {
		noun = k
	}
	x := t.variable(noun)
	t.column(x, noun)
	return algebra.VarNode(x)
}

func (t *translator) attributes(m *meaning) algebra.Op {
	if t.weighted(m) && m.order == nil && m.per == nil && m.when == (moment{}) {
		return t.partners(m)
	}
	x := t.subject(m)
	g := &group{}
	t.subjects(g, m, x)
	if m.order != nil {
		t.order = t.variable(m.order.Label)
		t.value(g, x, m.order, m.when, t.order)
		t.first(g, x, m)
	}
	for _, a := range m.attributes {
		name := cmpOr(a.flip().noun(false), a.Label)
		v := t.variable(name)
		t.measureColumn(v, name, a.property)
		one := &group{}
		when := m.when
		switch {
		case m.perYear:
			st := algebra.VarNode(t.variable("statement"))
			tp := pattern(x, a, algebra.VarNode(v))
			year := t.variable("year")
			one.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
			one.triple(st, t.lexicon.model.Year, algebra.VarNode(year))
			t.inYears(one, year, when)
			t.columns = append(t.columns[:len(t.columns)-1], Column{Var: year, Header: "year"}, t.columns[len(t.columns)-1])
			t.order = year
		case a.Kind == valueNumber:
			t.value(one, x, a.property, when, v)
			for _, y := range t.yearsOf(one, v) {
				t.columns = append(t.columns, Column{Var: y.v, Header: y.header, Note: v})
			}
		case when.kind != today && a.Reified:
			t.statement(one, x, relates{rel: a, when: when}, algebra.VarNode(v), false)
		default:
			t.link(one, x, a, algebra.VarNode(v))
			if a.Weighted && t.lexicon.model.Weight != "" && len(m.attributes) == 1 {
				w := t.variable("share")
				st := algebra.VarNode(t.variable("statement"))
				tp := pattern(x, a, algebra.VarNode(v))
				one.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
				one.triple(st, t.lexicon.model.Weight, algebra.VarNode(w))
				weight := t.lexicon.properties[t.lexicon.model.Weight]
				t.columns = append(t.columns, Column{Var: w, Header: weight.Label, Unit: weight.unit(), Note: v})
				t.order = w
			}
		}
		if len(m.attributes) > 1 {
			g.ops = append(g.ops, &algebra.LeftJoin{Right: one.op()})
			continue
		}
		g.bgp = append(g.bgp, one.bgp...)
		g.ops = append(g.ops, one.ops...)
		g.filters = append(g.filters, one.filters...)
	}
	if m.per != nil {
		t.groupKey(g, x, *m.per)
	}
	out := t.latest(g.op())
	switch {
	case m.order != nil:
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(t.order), Descending: !m.ascending}}}
	case t.order != "" && !m.perYear && x.IsVar():
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(x.Var)}, {Expr: varExpr(t.order), Descending: true}}}
	case t.order != "" && !m.perYear:
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(t.order), Descending: true}}}
	case m.perYear && x.IsVar():
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(x.Var)}, {Expr: varExpr(t.order)}}}
	case m.perYear:
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(t.order)}}}
	case x.IsVar():
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(x.Var)}}}
	}
	return out
}

// latest makes one row of those that differ only in their notes, with the latest
// of these.
func (t *translator) latest(in algebra.Op) algebra.Op {
	g := &algebra.Group{Input: in}
	key := func(v algebra.Var) {
		g.Keys = append(g.Keys, algebra.GroupKey{Var: v, Expr: varExpr(v)})
	}
	for _, c := range t.columns {
		if c.Note == "" {
			key(c.Var)
			continue
		}
		each := t.variable(string(c.Var) + "Value")
		rename(in, c.Var, each)
		arg := call("STR", varExpr(each)) // years have an order only as text
		if c.Var == t.order {
			arg = varExpr(each)
		}
		g.Aggs = append(g.Aggs, algebra.Aggregation{Var: c.Var, Agg: &algebra.Aggregate{Name: "MAX", Arg: arg}})
	}
	if len(g.Aggs) == 0 {
		return in
	}
	if t.order != "" && !slices.ContainsFunc(t.columns, func(c Column) bool { return c.Var == t.order }) {
		key(t.order)
	}
	return g
}

func (t *translator) whens(m *meaning) algebra.Op {
	x := t.subject(m)
	g := &group{}
	t.subjects(g, m, x)
	if m.dated != nil {
		v := t.variable(m.dated.Participle)
		g.triple(x, m.dated.IRI, algebra.VarNode(v))
		t.column(v, m.dated.Participle)
		return g.op()
	}
	st := algebra.VarNode(t.variable("statement"))
	y := iriNode(m.event.to.iri)
	if m.event.to.iri == "" {
		y = algebra.VarNode(t.variable(cmpOr(m.event.rel.flip().noun(false), "other")))
		t.column(y.Var, string(y.Var))
		if m.event.to.set != nil {
			t.set(g, y, m.event.to.set, false)
		}
	}
	p := pattern(x, m.event.rel, y)
	property, name := t.lexicon.model.Since, "since"
	if m.event.when.kind == ended {
		property, name = t.lexicon.model.Until, "until"
	}
	v := t.variable(name)
	g.triple(st, graph.RDFReifies, algebra.Node{Triple: &p})
	g.triple(st, property, algebra.VarNode(v))
	t.column(v, name)
	return &algebra.OrderBy{Input: g.op(), Keys: []algebra.OrderKey{{Expr: varExpr(v)}}}
}

// check is true for "any" where some thing of the set meets the condition,
// for "all" where none fails to.
func (t *translator) check(m *meaning) algebra.Op {
	if m.set == nil {
		u, g := &algebra.Union{}, &group{}
		for _, iri := range m.things {
			if m.either {
				g = &group{}
			}
			t.cond(g, iriNode(iri), m.check, false)
			if m.either {
				u.Branches = append(u.Branches, g.op())
			}
		}
		if m.either {
			return u
		}
		return g.op()
	}
	x := algebra.VarNode(t.thing(m.set))
	g := &group{}
	t.set(g, x, m.set, false)
	switch m.quantifier {
	case everyOne:
		t.cond(g, x, not{m.check}, false)
		return &algebra.Filter{Input: algebra.Unit(), Condition: &algebra.Exists{Pattern: g.op(), Negated: true}}
	case noOne:
		if m.check != nil {
			t.cond(g, x, m.check, false)
		}
		return &algebra.Filter{Input: algebra.Unit(), Condition: &algebra.Exists{Pattern: g.op(), Negated: true}}
	}
	if m.check != nil {
		t.cond(g, x, m.check, false)
	}
	return g.op()
}
