package question

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

func (t *translator) combine(m *meaning) algebra.Op {
	if m.combine == whole {
		return t.quotient(m)
	}
	p := m.attributes[0].property
	noun := "thing"
	if m.set != nil {
		noun = cmpOr(m.set.noun, t.lexicon.nounFor(m.set))
	}
	x := algebra.VarNode(t.variable(noun))
	g := &group{}
	t.subjects(g, m, x)
	v := t.variable(p.Label + " value")
	vars := []algebra.Var{x.Var, v}
	out := &algebra.Group{}
	var key algebra.Var
	switch {
	case m.perYear && m.when.year == "":
		key = t.variable("year")
		st := algebra.VarNode(t.variable("statement"))
		tp := pattern(x, relation{property: p}, algebra.VarNode(v))
		g.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
		g.triple(st, t.lexicon.model.Year, algebra.VarNode(key))
		t.inYears(g, key, m.when)
		t.column(key, "year")
	default:
		if m.combine == "SUM" && t.commonFor(m, p) {
			t.commonYear(g, m, p, p)
		}
		t.value(g, x, p, m.when, v)
		if m.per != nil {
			key = t.groupKey(g, x, *m.per)
		}
	}
	if key != "" {
		vars = append(vars, key)
		out.Keys = []algebra.GroupKey{{Var: key, Expr: varExpr(key)}}
	}
	said := combinations[m.combine]
	a := t.variable(said + " " + p.Label)
	out.Aggs = []algebra.Aggregation{{Var: a, Agg: &algebra.Aggregate{Name: m.combine, Arg: varExpr(v)}}}
	t.measureColumn(a, said+" "+p.Label, p)
	out.Input = t.once(g, v, vars, out, a)
	ofOne := t.common != ""
	t.common = ""
	n := t.variable("count")
	out.Aggs = append(out.Aggs, algebra.Aggregation{Var: n, Agg: &algebra.Aggregate{Name: "COUNT", Arg: varExpr(v)}})
	if key != "" {
		t.column(n, "number of values")
		return &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(key)}}}
	}
	t.columns = append(t.columns, Column{Var: n, Header: "number of values", Note: a})
	return t.covered(m, out, n, a, ofOne)
}

// covered keeps the sum of a set where at least half of those that have a value at
// some time have one at the time asked for, and of named things that all have one: less would be
// taken for what it is not. Of a common year that is known already.
func (t *translator) covered(m *meaning, sum *algebra.Group, n, of algebra.Var, common bool) algebra.Op {
	if m.set == nil {
		return &algebra.Filter{Input: sum, Condition: call("=", varExpr(n), constant(integer(len(m.things))))}
	}
	if m.combine == "MAX" || m.combine == "MIN" {
		return sum
	}
	count, all := t.known(m, of)
	var vars []algebra.Var
	for _, a := range sum.Aggs {
		vars = append(vars, a.Var)
	}
	both := &algebra.Join{Left: &algebra.Project{Input: sum, Vars: vars}, Right: count}
	if common {
		return both
	}
	return &algebra.Filter{
		Input:     both,
		Condition: call(">=", call("*", constant(integer(2)), varExpr(n)), varExpr(all)),
	}
}

// known counts the things of a set that have a value of the measure of a meaning at
// some time, which is noted on a column.
func (t *translator) known(m *meaning, on algebra.Var) (algebra.Op, algebra.Var) {
	g := &group{}
	y, all := t.thing(m.set), t.variable("all")
	t.set(g, algebra.VarNode(y), m.set, false)
	t.value(g, algebra.VarNode(y), m.attributes[0].property, moment{}, t.variable("any value"))
	t.columns = append(t.columns, Column{Var: all, Header: "of", Note: on})
	return &algebra.Project{Input: &algebra.Group{Input: g.op(), Aggs: []algebra.Aggregation{countOf(y, all)}}, Vars: []algebra.Var{all}}, all
}

// inYears keeps the years that lie within the bounds of a moment.
func (t *translator) inYears(g *group, year algebra.Var, when moment) {
	if len(when.low) >= 4 && when.year == "" {
		op := map[bool]string{false: ">=", true: ">"}[when.lowStrict]
		g.filter(call(op, call("STR", varExpr(year)), text(when.low[:4])))
	}
	if len(when.high) >= 4 && when.year == "" {
		op := map[bool]string{false: "<=", true: "<"}[when.highStrict]
		g.filter(call(op, call("STR", varExpr(year)), text(when.high[:4])))
	}
}

// once takes one row for each of vars. For people, the first and the last year
// of the values v become columns of out, noted on a column of their sum.
func (t *translator) once(g *group, v algebra.Var, vars []algebra.Var, out *algebra.Group, of algebra.Var) algebra.Op {
	years := t.yearsOf(g, v)
	if len(years) == 0 {
		return &algebra.Distinct{Input: &algebra.Project{Input: g.op(), Vars: vars}}
	}
	rows := &algebra.Group{Input: g.op()}
	for _, w := range vars {
		rows.Keys = append(rows.Keys, algebra.GroupKey{Var: w, Expr: varExpr(w)})
	}
	for _, y := range years {
		latest := t.variable("latest year")
		rows.Aggs = append(rows.Aggs, algebra.Aggregation{Var: latest, Agg: &algebra.Aggregate{Name: "MAX", Arg: call("STR", varExpr(y.v))}})
		for _, name := range []string{"MIN", "MAX"} {
			w := t.variable("year")
			out.Aggs = append(out.Aggs, algebra.Aggregation{Var: w, Agg: &algebra.Aggregate{Name: name, Arg: varExpr(latest)}})
			t.columns = append(t.columns, Column{Var: w, Header: map[string]string{"MIN": "first ", "MAX": "last "}[name] + y.header, Note: of})
		}
	}
	return rows
}

// combinations are how measures are summed up, with what that is called.
var combinations = map[string]string{"AVG": "average", "SUM": "total", "MEDIAN": "median", "MAX": "maximum", "MIN": "minimum", whole: "overall"}

// whole is how quotients are combined: sum divided by sum.
const whole = "WHOLE"
