package question

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

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
		if kinds := t.lexicon.kinds[c.value]; len(kinds) > 0 {
			t.ofKind(g, x, c.property, kinds)
			break
		}
		value := graph.Boolean(true)
		if c.value != "" {
			value = graph.String(c.value)
		}
		g.triple(x, c.property.IRI, algebra.TermNode(value))
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
			t.extra = append(t.extra, extraColumn{v: v, header: c.property.Participle, merge: "MIN", date: true})
		}
	}
}

// ofKind says that x has one of some values.
func (t *translator) ofKind(g *group, x algebra.Node, p *property, values []string) {
	g.bound = true
	if len(values) == 1 {
		g.triple(x, p.IRI, iriNode(values[0]))
		return
	}
	v := t.variable(p.Label)
	table := &algebra.Table{Vars: []algebra.Var{v}}
	for _, iri := range values {
		table.Rows = append(table.Rows, []graph.Term{graph.IRI(iri)})
	}
	g.triple(x, p.IRI, algebra.VarNode(v))
	g.ops = append(g.ops, table)
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

// everOfClass says that x is or was an instance of a class: among the states
// that were in the Warsaw Pact is the Soviet Union.
func (t *translator) everOfClass(g *group, x algebra.Node, c *class) {
	is, was := &group{}, &group{}
	t.class(is, x, c)
	p := algebra.TriplePattern{Subject: x, Predicate: iriNode(graph.RDFType), Object: iriNode(c.IRI)}
	was.triple(algebra.VarNode(t.variable("statement")), graph.RDFReifies, algebra.Node{Triple: &p})
	g.ops = append(g.ops, &algebra.Union{Branches: []algebra.Op{is.op(), was.op()}})
	g.bound = true
}

// past reports whether a condition tells of what was, and need not be any more.
func past(c cond) bool {
	switch x := c.(type) {
	case allOf:
		return slices.ContainsFunc(x, past)
	case anyOf:
		return slices.ContainsFunc(x, past)
	case relates:
		return x.when.kind != today && x.when.kind != since
	}
	return false
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
		if x.rel.Inverse {
			return x.rel.InverseSubject
		}
		return x.rel.Subject
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
	t.tie(g, x, c, y, top)
	g.bound = true
	if c.to.set != nil {
		t.set(g, y, c.to.set, false)
	}
}

// tie relates x to y at a time.
func (t *translator) tie(g *group, x algebra.Node, c relates, y algebra.Node, top bool) {
	switch {
	case c.rel.property != nil && c.rel.joint != nil:
		t.joint(g, x, c, y)
	case c.when.kind == today && c.rel.ImpliedBy != nil:
		said, implied := &group{}, &group{}
		t.link(said, x, c.rel, y)
		t.statement(implied, x, relates{rel: relation{c.rel.ImpliedBy, c.rel.Inverse}, when: moment{kind: ever}}, y, false)
		// What is recorded of the thing itself comes first.
		of := pattern(x, c.rel, y)
		of.Object = algebra.VarNode(t.variable("other"))
		implied.filter(&algebra.Exists{Negated: true, Pattern: &algebra.BGP{Patterns: []algebra.TriplePattern{of}}})
		g.ops = append(g.ops, &algebra.Union{Branches: []algebra.Op{said.op(), implied.op()}})
	case c.when.kind == today:
		t.link(g, x, c.rel, y)
		if w := c.rel.while; w != nil {
			subject := x
			if c.rel.Inverse {
				subject = y
			}
			t.cond(g, subject, *w, false)
		}
	default:
		t.statement(g, x, c, y, top)
	}
}

// joint relates x to y through a third thing; where both are tied to it alike,
// nothing is related to itself.
func (t *translator) joint(g *group, x algebra.Node, c relates, y algebra.Node) {
	j := c.rel.joint
	if c.rel.Inverse {
		x, y = y, x
	}
	noun := "thing"
	if j.via.class != nil {
		noun = j.via.class.Noun
	}
	v := algebra.VarNode(t.variable(noun))
	t.tie(g, x, relates{rel: j.own, when: c.when}, v, false)
	t.tie(g, v, relates{rel: j.other, when: c.when}, y, false)
	t.set(g, v, j.via, false)
	if j.symmetric() && (x.IsVar() || y.IsVar()) {
		g.filter(call("!=", nodeExpr(x), nodeExpr(y)))
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
		t.extra = append(t.extra, extraColumn{v: v, header: c.property.Label, unit: c.property.unit(), plain: c.property.plain(), merge: "MAX"})
		t.extra = append(t.extra, t.yearsOf(g, v)...)
	}
}

// set adds the conditions of a set on x.
func (t *translator) set(g *group, x algebra.Node, s *set, top bool) {
	switch {
	case s.class == nil || t.lexicon.entailed(s):
	case s.class.former && past(allOf(s.conds)):
		t.everOfClass(g, x, s.class)
	default:
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
