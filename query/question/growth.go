package question

import (
	"slices"
	"strings"

	"github.com/ententedb/entente/query/algebra"

	"github.com/ententedb/entente/graph"
)

// How a measure changed between two years, or since one: in per cent of the first
// value, or, of what is a share or an index itself, by how much.

func (in *interpreter) growthQuestion(q *growthQuestion) *meaning {
	m := &meaning{kind: askGrowth}
	at, who := q.Attr1, q.Who
	if q.Attr2 != nil {
		at, who = q.Attr2, q.Who2
	}
	if q.Attr4 != nil {
		at, who = q.Attr4, q.Who4
	}
	name := q.Whose
	if q.Attr3 != nil {
		at = q.Attr3
	}
	if q.Attr5 != nil {
		at, name = q.Attr5, q.Name5
	}
	p := in.numeric(*at)
	m.attributes = []relation{{p, false}}
	if !p.yearly() || in.model.Year == "" {
		in.refuse(*at, "%s is not recorded by year", p.Label)
		return m
	}
	times := append(q.Time0, q.Time...)
	if who != nil {
		who.Preds = slices.DeleteFunc(who.Preds, func(p *predicate) bool {
			if p.Time != nil {
				times = append(times, p.Time)
			}
			return p.Time != nil
		})
	}
	if len(times) == 1 && (times[0].First != nil || times[0].At != nil) {
		m.when = in.bounds(times[0])
	}
	if len(times) != 1 || m.when.low == "" || m.when.lowStrict || m.when.year != "" {
		in.refuse(*at, "between which years? say, for example, \"between 2010 and 2020\" or \"since 2010\"")
		return m
	}
	switch {
	case name != nil && in.fits(*name, p.Domain):
		m.things = []string{in.name(*name, p.Domain)}
	case name != nil:
		m.set = in.bearers(*name, p)
	case who.What != nil:
		m.set = in.phrase(who.What, nil)
		in.predicates(m.set, who.Preds)
		in.closed(m.set)
	default:
		names := who.Names.list()
		if len(names) == 1 && !in.fits(names[0], p.Domain) {
			m.set = in.bearers(names[0], p)
			break
		}
		m.things = in.names(names, p.Domain)
	}
	return m
}

// growth compares the values of two years.
func (t *translator) growth(m *meaning) algebra.Op {
	p := m.attributes[0].property
	x := t.subject(m)
	g := &group{}
	t.subjects(g, m, x)
	from, to := t.variable("from"), t.variable("to")
	first := m.when.low[:4]
	t.value(g, x, p, moment{year: first}, from)
	last := moment{}
	header := "latest " + p.Label
	if m.when.high != "" {
		last.year = m.when.high[:4]
		header = p.Label + " in " + last.year
	}
	t.value(g, x, p, last, to)
	change := t.variable("change")
	difference := call("-", varExpr(to), varExpr(from))
	c := Column{Var: change, Header: "change of " + p.Label, Unit: p.unit()}
	if strings.HasPrefix(p.unit(), "%") {
		c.Unit = "percentage points"
	}
	if p.relative() {
		difference = call("/", call("*", constant(integer(100)), difference), varExpr(from))
		c.Header, c.Unit = "growth of "+p.Label, "%"
		g.filter(call("!=", varExpr(from), constant(graph.Literal("0", graph.XSDInteger))))
	}
	t.columns = append(t.columns, c, Column{Var: from, Header: p.Label + " in " + first, Unit: p.unit(), Note: change},
		Column{Var: to, Header: header, Unit: p.unit(), Note: change})
	if last.year == "" {
		for _, y := range t.yearsOf(g, to) {
			t.columns = append(t.columns, Column{Var: y.v, Header: y.header, Note: to})
		}
	}
	out := &algebra.Extend{Input: g.op(), Var: change, Expr: difference}
	if x.IsVar() {
		return &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(change), Descending: true}}}
	}
	return out
}

// relative reports whether a change is said in per cent of the first value.
func (p *property) relative() bool {
	unit := p.unit()
	return unit != "" && unit[0] != '%' && unit != "points"
}
