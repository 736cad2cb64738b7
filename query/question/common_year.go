package question

import "github.com/ententedb/entente/query/algebra"

// The latest values of many things are of different years. What is added up, or
// divided one sum by another, is taken of one year: the latest for which at least
// nine tenths of the things that have a value at all have one, or those do that have
// nineteen twentieths of the sum of the latest values, which for shares is what
// matters; of things by name, for which all do.
// Without such a year there is no answer.

// commonFor reports whether a measure is to be taken of a common year.
func (t *translator) commonFor(m *meaning, p *property) bool {
	return m.when.year == "" && !m.perYear && p.counts == nil && p.event == nil && p.yearly() && t.lexicon.model.Year != ""
}

// commonYear joins the common year of a measure of the things of a meaning to g, and
// makes it the one of which values are taken until [translator.common] is cleared.
// Things weigh by the latest values of weight.
func (t *translator) commonYear(g *group, m *meaning, p, weight *property) {
	year := t.variable("year")
	each, y, latest := &group{}, t.subjectVar(m), t.variable("latest")
	t.subjects(each, m, algebra.VarNode(y))
	t.value(each, algebra.VarNode(y), weight, moment{}, latest)
	t.common = year
	t.value(each, algebra.VarNode(y), p, moment{}, t.variable(p.Label))
	t.common = ""
	n, sum := t.variable("with value"), t.variable("sum")
	byYear := &algebra.Group{
		Input: &algebra.Distinct{Input: &algebra.Project{Input: each.op(), Vars: []algebra.Var{y, year, latest}}},
		Keys:  []algebra.GroupKey{{Var: year, Expr: varExpr(year)}},
		Aggs:  []algebra.Aggregation{countOf(y, n), sumOf(latest, sum)},
	}
	whole, z, any := &group{}, t.subjectVar(m), t.variable("latest")
	t.subjects(whole, m, algebra.VarNode(z))
	t.value(whole, algebra.VarNode(z), weight, moment{}, any)
	all, total := t.variable("all"), t.variable("total")
	ever := &algebra.Group{
		Input: &algebra.Distinct{Input: &algebra.Project{Input: whole.op(), Vars: []algebra.Var{z, any}}},
		Aggs:  []algebra.Aggregation{countOf(z, all), sumOf(any, total)},
	}
	enough := call("=", varExpr(n), varExpr(all))
	if m.set != nil {
		most := func(part, whole algebra.Var, of int) algebra.Expr {
			return call(">=", call("*", constant(integer(of)), varExpr(part)), call("*", constant(integer(of-1)), varExpr(whole)))
		}
		enough = call("||", most(n, all, 10), most(sum, total, 20))
	}
	years := &algebra.Filter{Condition: enough, Input: &algebra.Join{
		Left:  &algebra.Project{Input: byYear, Vars: []algebra.Var{year, n, sum}},
		Right: &algebra.Project{Input: ever, Vars: []algebra.Var{all, total}},
	}}
	g.ops = append(g.ops, &algebra.Slice{Limit: 1, Input: &algebra.Project{Vars: []algebra.Var{year},
		Input: &algebra.OrderBy{Input: years, Keys: []algebra.OrderKey{{Expr: call("STR", varExpr(year)), Descending: true}}}}})
	t.common = year
}

// subjectVar makes a variable for what a meaning speaks of.
func (t *translator) subjectVar(m *meaning) algebra.Var {
	if m.set != nil {
		return t.thing(m.set)
	}
	return t.variable("thing")
}

func sumOf(of, as algebra.Var) algebra.Aggregation {
	return algebra.Aggregation{Var: as, Agg: &algebra.Aggregate{Name: "SUM", Arg: varExpr(of)}}
}

func countOf(of, as algebra.Var) algebra.Aggregation {
	return algebra.Aggregation{Var: as, Agg: &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: varExpr(of)}}
}

// quotient computes a measure that is one sum divided by another for things as a
// whole: the GDP per head of the EU is its GDP divided by its population.
func (t *translator) quotient(m *meaning) algebra.Op {
	p := m.attributes[0].property
	above, below := p.times[0], p.over[0]
	x := t.subjectVar(m)
	g := &group{}
	t.subjects(g, m, algebra.VarNode(x))
	if t.commonFor(m, p) {
		t.commonYear(g, m, p, above)
	}
	v, w := t.variable(above.Label+" value"), t.variable(below.Label+" value")
	t.value(g, algebra.VarNode(x), above, m.when, v)
	t.value(g, algebra.VarNode(x), below, m.when, w)
	vars := []algebra.Var{x, v, w}
	out := &algebra.Group{}
	var key algebra.Var
	if m.per != nil {
		key = t.groupKey(g, algebra.VarNode(x), *m.per)
		vars = append(vars, key)
		out.Keys = []algebra.GroupKey{{Var: key, Expr: varExpr(key)}}
	}
	label := combinations[m.combine] + " " + p.Label
	a, total, by, n := t.variable(label), t.variable("total "+above.Label), t.variable("total "+below.Label), t.variable("count")
	t.measureColumn(a, label, p)
	t.columns = append(t.columns, Column{Var: total, Header: "total " + above.Label, Unit: above.unit(), Note: a}, Column{Var: by, Header: "total " + below.Label, Unit: below.unit(), Note: a})
	out.Aggs = []algebra.Aggregation{sumOf(v, total), sumOf(w, by), countOf(x, n)}
	of := v
	if t.common == "" && !above.Reified {
		of = w
	}
	out.Input = t.once(g, of, vars, out, a)
	ofOne := t.common != ""
	t.common = ""
	value := call("/", varExpr(total), varExpr(by))
	if p.scale != "" {
		value = call("*", value, scaled(p))
	}
	t.columns = append(t.columns, Column{Var: n, Header: "number of values", Note: a})
	if key != "" {
		return &algebra.OrderBy{Input: &algebra.Extend{Input: out, Var: a, Expr: value}, Keys: []algebra.OrderKey{{Expr: varExpr(key)}}}
	}
	return &algebra.Extend{Input: t.covered(m, out, n, a, ofOne), Var: a, Expr: value}
}
