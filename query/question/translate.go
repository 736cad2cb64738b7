package question

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// Column is one column of the answer.
type Column struct {
	Var algebra.Var
	// Header names it for people.
	Header string
}

// translator makes algebra of a meaning.
//
// How time is translated. Today: the statement is asserted, a plain triple
// pattern. Any other time: a reifier of the statement, with its dates, which
// are compared as text, so that days, months and years mix: ISO text sorts by
// time, and a year or month sorts before the days in it. So the first day of a
// statement is compared as it is, its last day after being filled up to ten
// characters with nines; what is only known to the year counts as possible
// throughout that year. A statement without a first day has always held.
type translator struct {
	lexicon *Lexicon
	used    map[algebra.Var]int
	columns []Column
	// extra are the columns beside the first, with how they are merged when a
	// thing occurs more than once.
	extra []extraColumn
	order algebra.Var
	year  algebra.Var // of the row, for moments of each year
}

type extraColumn struct {
	v      algebra.Var
	header string
	merge  string // MIN, MAX
	date   bool
}

// group is a group graph pattern under construction.
type group struct {
	bgp     []algebra.TriplePattern
	ops     []algebra.Op
	filters []algebra.Expr
	bound   bool // the thing spoken of is bound by what is there
}

func (g *group) triple(s algebra.Node, p string, o algebra.Node) {
	g.bgp = append(g.bgp, algebra.TriplePattern{Subject: s, Predicate: algebra.TermNode(graph.IRI(p)), Object: o})
}

func (g *group) filter(e algebra.Expr) { g.filters = append(g.filters, e) }

// op returns the pattern.
func (g *group) op() algebra.Op {
	var out algebra.Op
	if len(g.bgp) > 0 {
		out = &algebra.BGP{Patterns: g.bgp}
	}
	for _, o := range g.ops {
		switch x := o.(type) {
		case *algebra.LeftJoin:
			if x.Left == nil {
				if out == nil {
					out = algebra.Unit()
				}
				x.Left = out
				out = x
				continue
			}
		case *algebra.Extend:
			if x.Input == nil {
				if out == nil {
					out = algebra.Unit()
				}
				x.Input = out
				out = x
				continue
			}
		}
		if out == nil {
			out = o
		} else {
			out = &algebra.Join{Left: out, Right: o}
		}
	}
	if out == nil {
		out = algebra.Unit()
	}
	if len(g.filters) > 0 {
		c := g.filters[0]
		for _, f := range g.filters[1:] {
			c = call("&&", c, f)
		}
		out = &algebra.Filter{Input: out, Condition: c}
	}
	return out
}

func call(name string, args ...algebra.Expr) algebra.Expr {
	return &algebra.Call{Name: name, Arguments: args}
}

func varExpr(v algebra.Var) algebra.Expr { return &algebra.VarExpr{Var: v} }
func constant(t graph.Term) algebra.Expr { return &algebra.Const{Term: t} }
func text(s string) algebra.Expr         { return constant(graph.String(s)) }
func iriNode(iri string) algebra.Node    { return algebra.TermNode(graph.IRI(iri)) }
func nodeExpr(n algebra.Node) algebra.Expr {
	if n.IsVar() {
		return varExpr(n.Var)
	}
	return constant(n.Term)
}

// variable makes a fresh variable named after words: "defence spending" gives
// defenceSpending, then defenceSpending2.
func (t *translator) variable(words string) algebra.Var {
	var b strings.Builder
	up := false
	for _, c := range words {
		switch {
		case !(unicode.IsLetter(c) || unicode.IsDigit(c)) || c > 0x7f:
			up = b.Len() > 0
		case up:
			b.WriteRune(unicode.ToUpper(c))
			up = false
		case b.Len() == 0:
			b.WriteRune(unicode.ToLower(c))
		default:
			b.WriteRune(c)
		}
	}
	name := b.String()
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "v" + name
	}
	v := algebra.Var(name)
	t.used[v]++
	if n := t.used[v]; n > 1 {
		v = algebra.Var(name + strconv.Itoa(n))
	}
	return v
}

func (t *translator) column(v algebra.Var, header string) {
	t.columns = append(t.columns, Column{v, header})
}

// cond adds a condition on x to a group. top says that the condition holds of
// every answer by itself, so that its values may become columns.
func (t *translator) cond(g *group, x algebra.Node, c cond, top bool) {
	switch c := c.(type) {
	case allOf:
		for _, p := range c {
			if _, ok := p.(not); !ok {
				t.cond(g, x, p, top)
			}
		}
		for _, p := range c {
			if _, ok := p.(not); ok {
				t.cond(g, x, p, top)
			}
		}
	case anyOf:
		u := &algebra.Union{}
		bound := true
		for _, p := range c {
			branch := &group{}
			t.cond(branch, x, p, false)
			if x.IsVar() && !branch.bound {
				t.bind(branch, x, c)
			}
			bound = bound && branch.bound
			u.Branches = append(u.Branches, branch.op())
		}
		g.ops = append(g.ops, u)
		g.bound = g.bound || bound
	case not:
		inner := &group{}
		t.cond(inner, x, c.cond, false)
		g.filter(&algebra.Exists{Pattern: inner.op(), Negated: true})
	case someOf:
		var sum algebra.Expr
		for _, p := range c.of {
			inner := &group{}
			t.cond(inner, x, p, false)
			one := call("IF", &algebra.Exists{Pattern: inner.op()}, constant(integer(1)), constant(integer(0)))
			if sum == nil {
				sum = one
			} else {
				sum = call("+", sum, one)
			}
		}
		g.filter(call(c.op, sum, constant(integer(c.n))))
	case relates:
		t.relates(g, x, c, top)
	case ofClass:
		t.class(g, x, c.class)
	case flagged:
		g.triple(x, c.property.IRI, algebra.TermNode(graph.Boolean(true)))
		g.bound = true
	case same:
		g.filter(call("=", nodeExpr(x), constant(graph.IRI(c.iri))))
	case valued:
		y := algebra.VarNode(t.variable(cmpOr(c.rel.flip().noun(false), "value")))
		t.link(g, x, c.rel, y)
		g.bound = true
		t.cond(g, y, c.cond, false)
	case compares:
		t.compares(g, x, c, top)
	case happened:
		v := t.variable(c.property.Participle)
		g.triple(x, c.property.IRI, algebra.VarNode(v))
		t.within(g, v, c.when)
		g.bound = true
		if top {
			t.extra = append(t.extra, extraColumn{v, c.property.Participle, "MIN", true})
		}
	}
}

func integer(n int) graph.Term { return graph.Literal(strconv.Itoa(n), graph.XSDInteger) }

// class says that x is an instance of a class or of one below it.
func (t *translator) class(g *group, x algebra.Node, c *class) {
	if !c.partial {
		g.triple(x, graph.RDFType, iriNode(c.IRI))
		g.bound = true
		return
	}
	v := t.variable("class")
	table := &algebra.Table{Vars: []algebra.Var{v}}
	for _, i := range c.below {
		if t.lexicon.classes[i].instances > 0 {
			table.Rows = append(table.Rows, []graph.Term{graph.IRI(t.lexicon.classes[i].IRI)})
		}
	}
	g.triple(x, graph.RDFType, algebra.VarNode(v))
	g.ops = append(g.ops, table)
	g.bound = true
}

// bind makes sure that x is bound by something, where the conditions alone are
// all negative: by the class of things that they can be true of.
func (t *translator) bind(g *group, x algebra.Node, c cond) {
	in := &interpreter{Lexicon: t.lexicon}
	var classes []string
	if s := subjectOf(c); s != "" {
		classes = []string{s}
	} else {
		classes = in.domains(c)
	}
	front := &group{}
	switch {
	case len(classes) == 0 || t.lexicon.classOf(classes[0]) == nil:
		front.triple(x, graph.RDFType, algebra.VarNode(t.variable("class")))
	default:
		t.class(front, x, t.lexicon.classOf(classes[0]))
	}
	g.bgp = append(front.bgp, g.bgp...)
	g.ops = append(front.ops, g.ops...)
	g.bound = true
}

// subjectOf returns the class declared with lex:subject for the relation.
func subjectOf(c cond) string {
	switch x := c.(type) {
	case relates:
		if !x.rel.Inverse {
			return x.rel.Subject
		}
	case not:
		return subjectOf(x.cond)
	case allOf:
		if len(x) > 0 {
			return subjectOf(x[0])
		}
	case anyOf:
		return subjectOf(x[0])
	case someOf:
		return subjectOf(x.of[0])
	case compares:
		return x.property.Subject
	}
	return ""
}

// pattern returns x rel y as a triple pattern.
func pattern(x algebra.Node, rel relation, y algebra.Node) algebra.TriplePattern {
	if rel.Inverse {
		x, y = y, x
	}
	return algebra.TriplePattern{Subject: x, Predicate: iriNode(rel.IRI), Object: y}
}

func (t *translator) link(g *group, x algebra.Node, rel relation, y algebra.Node) {
	g.bgp = append(g.bgp, pattern(x, rel, y))
}

func (t *translator) relates(g *group, x algebra.Node, c relates, top bool) {
	var y algebra.Node
	switch {
	case c.to.iri != "":
		y = iriNode(c.to.iri)
	case c.to.set != nil:
		y = algebra.VarNode(t.variable(cmpOr(c.to.set.noun, "other")))
	default:
		y = algebra.VarNode(t.variable(cmpOr(c.rel.flip().noun(false), "other")))
	}
	if c.when.kind == today {
		t.link(g, x, c.rel, y)
	} else {
		t.statement(g, x, c, y, top)
	}
	g.bound = true
	if c.to.set != nil {
		t.set(g, y, c.to.set, false)
	}
}

// statement matches a reified statement at a time.
func (t *translator) statement(g *group, x algebra.Node, c relates, y algebra.Node, top bool) {
	m := &t.lexicon.model
	st := algebra.VarNode(t.variable("statement"))
	p := pattern(x, c.rel, y)
	inner := &group{}
	inner.triple(st, graph.RDFReifies, algebra.Node{Triple: &p})
	optional := func(property string, name string) algebra.Var {
		v := t.variable(name)
		inner.ops = append(inner.ops, &algebra.LeftJoin{Right: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: st, Predicate: iriNode(property), Object: algebra.VarNode(v)}}}})
		return v
	}
	required := func(property, name string) algebra.Var {
		v := t.variable(name)
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
			t.extra = append(t.extra, extraColumn{v, "until", "MAX", true})
		}
	case since:
		inner.bgp = append(inner.bgp, pattern(x, c.rel, y))
		v := required(m.Since, "since")
		t.within(inner, v, w)
		if m.Until != "" {
			inner.filter(&algebra.Exists{Negated: true, Pattern: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: st, Predicate: iriNode(m.Until), Object: algebra.VarNode(t.variable("until"))}}}})
		}
		if top {
			t.extra = append(t.extra, extraColumn{v, "since", "MIN", true})
		}
	case began, ended:
		property, name, merge := m.Since, "since", "MIN"
		if w.kind == ended {
			property, name, merge = m.Until, "until", "MAX"
		}
		v := required(property, name)
		t.within(inner, v, w)
		if top {
			t.extra = append(t.extra, extraColumn{v, name, merge, true})
		}
		if w.beside != nil {
			other := algebra.VarNode(t.variable("statement"))
			q := pattern(x, w.beside.rel, iriNode(w.beside.to.iri))
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
				t.extra = append(t.extra, extraColumn{date, name, merge, true})
			}
		}
	}
	g.bgp = append(g.bgp, inner.bgp...)
	g.ops = append(g.ops, inner.ops...)
	g.filters = append(g.filters, inner.filters...)
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

// value binds the value of a measure of x, at a year or the latest.
func (t *translator) value(g *group, x algebra.Node, p *property, m moment, v algebra.Var) {
	if p.derived() {
		t.derived(g, x, p, m, v)
		return
	}
	if m.year == "" || !p.Reified {
		g.triple(x, p.IRI, algebra.VarNode(v))
		g.bound = true
		return
	}
	st := algebra.VarNode(t.variable("statement"))
	tp := pattern(x, relation{property: p}, algebra.VarNode(v))
	g.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
	g.triple(st, t.lexicon.model.Year, algebra.TermNode(graph.Literal(m.year, graph.XSDGYear)))
	g.bound = true
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
		inner.bgp = append(inner.bgp, pattern(x, *p.counts, y))
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
		part := func(q *property, op string) {
			w := t.variable(q.Label)
			t.value(g, x, q, m, w)
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
			out = call("*", out, constant(graph.Literal(p.scale, graph.XSDDecimal)))
		}
		g.ops = append(g.ops, &algebra.Extend{Var: v, Expr: out})
	}
}

func (t *translator) compares(g *group, x algebra.Node, c compares, top bool) {
	v := t.variable(c.property.Label)
	t.value(g, x, c.property, c.when, v)
	number := func(s string) algebra.Expr {
		datatype := graph.XSDInteger
		if strings.Contains(s, ".") {
			datatype = graph.XSDDecimal
		}
		return constant(graph.Literal(s, datatype))
	}
	switch {
	case c.op == "between":
		g.filter(call(">=", varExpr(v), number(c.low)))
		g.filter(call("<=", varExpr(v), number(c.high)))
	case c.than != "":
		other := t.variable(c.property.Label)
		t.value(g, iriNode(c.than), c.property, c.when, other)
		g.filter(call(c.op, varExpr(v), varExpr(other)))
	default:
		g.filter(call(c.op, varExpr(v), number(c.low)))
	}
	if top {
		t.extra = append(t.extra, extraColumn{v, c.property.Label, "MAX", false})
	}
}

// set adds the conditions of a set on x.
func (t *translator) set(g *group, x algebra.Node, s *set, top bool) {
	if s.class != nil && !t.lexicon.entailed(s) {
		t.class(g, x, s.class)
	}
	t.cond(g, x, allOf(s.conds), top)
	if !g.bound && x.IsVar() {
		t.bind(g, x, allOf(s.conds))
	}
}

// entailed reports whether a condition of a set can only be true of instances
// of its class, by the domain or range of its property.
func (l *Lexicon) entailed(s *set) bool {
	for _, c := range s.conds {
		r, ok := c.(relates)
		if !ok || len(r.rel.from()) == 0 {
			continue
		}
		all := true
		for _, iri := range r.rel.from() {
			from, known := l.classIndex[iri]
			all = all && known && slices.Contains(l.classes[from].above, l.classIndex[s.class.IRI])
		}
		if all {
			return true
		}
	}
	return false
}

// query translates a meaning.
func (t *translator) query(m *meaning) *algebra.Query {
	q := &algebra.Query{Form: algebra.Select}
	switch m.kind {
	case askCheck:
		q.Form = algebra.Ask
		q.Root = t.check(m)
		return q
	case askSet:
		q.Root = t.sets(m)
	case askCount:
		q.Root = t.count(m)
	case askAttributes:
		q.Root = t.attributes(m)
	case askWhen:
		q.Root = t.whens(m)
	case askCombine:
		q.Root = t.combine(m)
	case askDescribe:
		q.Root = t.describe(m)
	case askDefine:
		q.Root = t.define(m)
	case askCompare:
		q.Root = t.compare(m)
	case askConnect:
		q.Root = t.connect(m)
	case askShare:
		q.Root = t.share(m)
	case askWhy:
		q.Root = t.why(m)
	case askSource:
		q.Root = t.source(m)
	case askKinds, askRelations:
		q.Root = t.kinds(m)
	}
	for _, c := range t.columns {
		q.Vars = append(q.Vars, c.Var)
	}
	q.Root = &algebra.Project{Input: q.Root, Vars: q.Vars}
	if m.kind != askCount && m.kind != askCombine && !grouped(q.Root) {
		q.Root = &algebra.Distinct{Input: q.Root}
	}
	if m.limit > 0 && !m.ties {
		q.Root = &algebra.Slice{Input: q.Root, Limit: int64(m.limit)}
	}
	return q
}

// grouped reports whether rows are already distinct because they are groups.
func grouped(o algebra.Op) bool {
	switch x := o.(type) {
	case *algebra.Project:
		return grouped(x.Input)
	case *algebra.OrderBy:
		return grouped(x.Input)
	case *algebra.Extend:
		return grouped(x.Input)
	case *algebra.Group:
		return true
	}
	return false
}

// thing makes the variable of the things asked for.
func (t *translator) thing(s *set) algebra.Var {
	noun := s.noun
	if noun == "" {
		noun = t.lexicon.nounFor(s)
	}
	return t.variable(noun)
}

// nounFor names what a set without a noun asks for.
func (l *Lexicon) nounFor(s *set) string {
	in := &interpreter{Lexicon: l}
	for _, iri := range append([]string{subjectOf(allOf(s.conds))}, in.domains(allOf(s.conds))...) {
		if c := l.classOf(iri); c != nil && !strings.Contains(c.Noun, " ") {
			return c.Noun
		}
	}
	return "thing"
}

func (t *translator) sets(m *meaning) algebra.Op {
	x := t.thing(m.set)
	t.column(x, cmpOr(m.set.noun, string(x)))
	g := &group{}
	t.set(g, algebra.VarNode(x), m.set, true)
	if m.order != nil {
		v := algebra.Var("")
		for _, e := range t.extra {
			if e.header == m.order.Label && m.when.year == "" {
				v = e.v
			}
		}
		if v == "" {
			v = t.variable(m.order.Label)
			t.value(g, algebra.VarNode(x), m.order, m.when, v)
			merge := "MAX"
			if m.ascending && m.order.Kind == valueDate {
				merge = "MIN"
			}
			t.extra = append(t.extra, extraColumn{v, m.order.Label, merge, m.order.Kind == valueDate})
		}
		t.order = v
	}
	if m.ties {
		t.ties(g, m)
	}
	if m.per != nil {
		v := t.variable(m.per.flip().noun(false))
		t.link(g, algebra.VarNode(x), *m.per, algebra.VarNode(v))
		t.column(v, m.per.flip().noun(false))
	}
	out := t.merge(g.op(), x)
	if m.order != nil {
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(t.order), Descending: !m.ascending}, {Expr: varExpr(x)}}}
	}
	return out
}

// ties keeps the things whose date is the first or last of all.
func (t *translator) ties(g *group, m *meaning) {
	inner := &group{}
	x := algebra.VarNode(t.thing(m.set))
	t.set(inner, x, m.set, false)
	v, best := t.variable(m.order.Label), t.variable("best")
	t.value(inner, x, m.order, m.when, v)
	name := "MAX"
	if m.ascending {
		name = "MIN"
	}
	sub := &algebra.Group{Input: inner.op(), Aggs: []algebra.Aggregation{{Var: best, Agg: &algebra.Aggregate{Name: name, Arg: call("STR", varExpr(v))}}}}
	g.ops = append(g.ops, &algebra.Project{Input: sub, Vars: []algebra.Var{best}})
	g.filter(call("=", call("STR", varExpr(t.order)), varExpr(best)))
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
		t.column(inner, e.header)
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
	key := t.variable(m.per.flip().noun(false))
	t.link(g, algebra.VarNode(x), *m.per, algebra.VarNode(key))
	out.Input = g.op()
	out.Keys = []algebra.GroupKey{{Var: key, Expr: varExpr(key)}}
	t.column(key, m.per.flip().noun(false))
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
	x := t.subject(m)
	g := &group{}
	t.subjects(g, m, x)
	if m.order != nil {
		t.order = t.variable(m.order.Label)
		t.value(g, x, m.order, m.when, t.order)
	}
	for _, a := range m.attributes {
		name := cmpOr(a.flip().noun(false), a.Label)
		v := t.variable(name)
		t.column(v, name)
		one := &group{}
		when := m.when
		switch {
		case m.perYear:
			st := algebra.VarNode(t.variable("statement"))
			tp := pattern(x, a, algebra.VarNode(v))
			year := t.variable("year")
			one.triple(st, graph.RDFReifies, algebra.Node{Triple: &tp})
			one.triple(st, t.lexicon.model.Year, algebra.VarNode(year))
			t.columns = append(t.columns[:len(t.columns)-1], Column{year, "year"}, t.columns[len(t.columns)-1])
			t.order = year
		case a.Kind == valueNumber:
			t.value(one, x, a.property, when, v)
		case when.kind != today && a.Reified:
			t.statement(one, x, relates{rel: a, when: when}, algebra.VarNode(v), false)
		default:
			t.link(one, x, a, algebra.VarNode(v))
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
		v := t.variable(m.per.flip().noun(false))
		t.link(g, x, *m.per, algebra.VarNode(v))
		t.column(v, m.per.flip().noun(false))
	}
	out := g.op()
	switch {
	case m.order != nil:
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(t.order), Descending: !m.ascending}}}
	case m.perYear:
		out = &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(t.order)}}}
	}
	return out
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

func (t *translator) combine(m *meaning) algebra.Op {
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
		t.column(key, "year")
	default:
		t.value(g, x, p, m.when, v)
		if m.per != nil {
			key = t.variable(m.per.flip().noun(false))
			t.link(g, x, *m.per, algebra.VarNode(key))
			t.column(key, m.per.flip().noun(false))
		}
	}
	if key != "" {
		vars = append(vars, key)
		out.Keys = []algebra.GroupKey{{Var: key, Expr: varExpr(key)}}
	}
	out.Input = &algebra.Distinct{Input: &algebra.Project{Input: g.op(), Vars: vars}}
	said := map[string]string{"AVG": "average", "SUM": "total", "MEDIAN": "median", "MAX": "maximum", "MIN": "minimum"}[m.combine]
	a := t.variable(said + " " + p.Label)
	out.Aggs = []algebra.Aggregation{{Var: a, Agg: &algebra.Aggregate{Name: m.combine, Arg: varExpr(v)}}}
	t.column(a, said+" "+p.Label)
	n := t.variable("count")
	out.Aggs = append(out.Aggs, algebra.Aggregation{Var: n, Agg: &algebra.Aggregate{Name: "COUNT", Arg: varExpr(v)}})
	t.column(n, "number of values")
	if key != "" {
		return &algebra.OrderBy{Input: out, Keys: []algebra.OrderKey{{Expr: varExpr(key)}}}
	}
	return out
}

// check is true for "any" where some thing of the set meets the condition,
// for "all" where none fails to.
func (t *translator) check(m *meaning) algebra.Op {
	if m.set == nil {
		g := &group{}
		for _, iri := range m.things {
			t.cond(g, iriNode(iri), m.check, false)
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

// describe lists what is asserted of a thing, in both directions; a property
// read backwards is named by its inverse where the graph has one.
func (t *translator) describe(m *meaning) algebra.Op {
	thing := iriNode(m.things[0])
	p, v := t.variable("property"), t.variable("value")
	t.column(p, "property")
	t.column(v, "value")
	forward := &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: thing, Predicate: algebra.VarNode(p), Object: algebra.VarNode(v)}}}
	back := t.variable("backwards")
	table := &algebra.Table{Vars: []algebra.Var{back, p}}
	for _, prop := range t.lexicon.order {
		if prop.Kind != valueThing || prop.Symmetric || isMeta(prop.IRI) {
			continue
		}
		inverse := cmpOr(prop.InverseOf, prop.IRI)
		table.Rows = append(table.Rows, []graph.Term{graph.IRI(prop.IRI), graph.IRI(inverse)})
	}
	backward := &algebra.Join{
		Left:  table,
		Right: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: algebra.VarNode(v), Predicate: algebra.VarNode(back), Object: thing}}},
	}
	return &algebra.Union{Branches: []algebra.Op{
		forward,
		&algebra.Filter{Input: backward, Condition: call("!", call("ISBLANK", varExpr(v)))},
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
	g := &group{ops: []algebra.Op{table}}
	g.bgp = append(g.bgp, algebra.TriplePattern{Subject: algebra.VarNode(thing), Predicate: algebra.VarNode(p), Object: algebra.VarNode(v)})
	return &algebra.OrderBy{Input: g.op(), Keys: []algebra.OrderKey{{Expr: varExpr(p)}, {Expr: varExpr(thing)}}}
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
	t.column(v, name)
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

// connect lists the ties between two things: direct ones, and things that both
// are tied to in the same way.
func (t *translator) connect(m *meaning) algebra.Op {
	tie, via := t.variable("tie"), t.variable("via")
	t.column(tie, "tie")
	t.column(via, "through")
	// A symmetric tie is stated in both directions and read in one.
	table := func(symmetric bool) *algebra.Table {
		out := &algebra.Table{Vars: []algebra.Var{tie}}
		declared := false
		for _, p := range t.lexicon.order {
			declared = declared || p.Tie
		}
		for _, p := range t.lexicon.order {
			if p.Kind == valueThing && !isMeta(p.IRI) && (p.Tie || !declared) && (symmetric || !p.Symmetric) {
				out.Rows = append(out.Rows, []graph.Term{graph.IRI(p.IRI)})
			}
		}
		return out
	}
	a, b := iriNode(m.things[0]), iriNode(m.things[1])
	branch := func(symmetric bool, patterns ...algebra.TriplePattern) algebra.Op {
		return &algebra.Join{Left: table(symmetric), Right: &algebra.BGP{Patterns: patterns}}
	}
	tp := func(s, o algebra.Node) algebra.TriplePattern {
		return algebra.TriplePattern{Subject: s, Predicate: algebra.VarNode(tie), Object: o}
	}
	v := algebra.VarNode(via)
	u := &algebra.Union{}
	if m.through == nil {
		u.Branches = append(u.Branches,
			&algebra.Extend{Input: branch(true, tp(a, b)), Var: via, Expr: constant(graph.IRI(m.things[1]))},
			&algebra.Extend{Input: branch(false, tp(b, a)), Var: via, Expr: constant(graph.IRI(m.things[0]))})
	}
	if m.steps != 1 {
		for _, shared := range []algebra.Op{branch(true, tp(a, v), tp(b, v)), branch(false, tp(v, a), tp(v, b))} {
			if m.through != nil {
				of := &group{ops: []algebra.Op{shared}}
				t.class(of, v, m.through)
				shared = of.op()
			}
			u.Branches = append(u.Branches, shared)
		}
	}
	if m.steps == 3 {
		u.Branches = append(u.Branches, t.chain(a, b, tie, via))
	}
	return &algebra.OrderBy{Input: u, Keys: []algebra.OrderKey{{Expr: varExpr(tie)}, {Expr: varExpr(via)}}}
}
