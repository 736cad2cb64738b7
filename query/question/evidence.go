package question

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// The names of the columns of evidence.
const (
	EvidenceValue        = "value" // what the statement leads to, or a thing that an answer about all or any rests upon
	EvidenceSince        = "since"
	EvidenceUntil        = "until"
	EvidenceYear         = "year"
	EvidenceInferredFrom = "inferredFrom"
	EvidenceSource       = "source"
)

// Evidence returns the query for what an answer of one value, or a yes or no, rests
// upon: the statements with what is recorded of them, or, where all or any of a set
// were asked about, the things that decide it. It is nil where there is nothing to
// show.
func (q *Question) Evidence() *algebra.Query {
	m := q.meaning
	t := newTranslator(q.lexicon)
	out := &algebra.Query{Form: algebra.Select}
	g := &group{}
	value := t.variable(EvidenceValue)
	switch {
	case m.kind == askCheck && m.set != nil:
		c := m.check
		if m.quantifier == everyOne {
			c = not{c}
		}
		t.set(g, algebra.VarNode(value), m.set, false)
		if c != nil && m.check != nil {
			t.cond(g, algebra.VarNode(value), c, false)
		}
		out.Vars = []algebra.Var{value}
		out.Root = &algebra.OrderBy{Input: g.op(), Keys: []algebra.OrderKey{{Expr: varExpr(value)}}}
		out.Root = &algebra.Distinct{Input: &algebra.Project{Input: out.Root, Vars: out.Vars}}
		return out
	case len(m.things) != 1 || m.set != nil:
		return nil
	case m.kind == askCheck:
		switch c := simple(m.check).(type) {
		case relates:
			if c.to.iri == "" || !c.rel.Reified {
				return nil
			}
			t.evidence(g, pattern(iriNode(m.things[0]), c.rel, iriNode(c.to.iri)), moment{})
			if c.when.kind == ended || c.when.kind == former {
				g.filter(call("BOUND", varExpr(EvidenceUntil)))
			}
		case compares:
			if c.property.derived() || !c.property.Reified || c.than != "" {
				return nil
			}
			p := pattern(iriNode(m.things[0]), relation{property: c.property}, algebra.VarNode(value))
			if c.when.year == "" {
				g.bgp = append(g.bgp, p)
			}
			t.evidence(g, p, c.when)
		default:
			return nil
		}
	case m.kind == askWhen && m.event != nil && m.event.to.iri != "":
		t.evidence(g, pattern(iriNode(m.things[0]), m.event.rel, iriNode(m.event.to.iri)), moment{})
	case m.kind == askAttributes && len(m.attributes) == 1 && m.attributes[0].Reified && !m.attributes[0].derived() && !m.perYear:
		p := pattern(iriNode(m.things[0]), m.attributes[0], algebra.VarNode(value))
		if m.when == (moment{}) {
			g.bgp = append(g.bgp, p)
		}
		t.evidence(g, p, m.when)
	default:
		return nil
	}
	out.Vars = []algebra.Var{value, EvidenceSince, EvidenceUntil, EvidenceYear, EvidenceInferredFrom, EvidenceSource}
	out.Root = &algebra.Distinct{Input: &algebra.Project{Input: g.op(), Vars: out.Vars}}
	return out
}

// HowLong reports whether the question asks how long something has lasted, which the
// dates of the evidence tell.
func (q *Question) HowLong() bool { return q.meaning.long }

// Unit returns the unit of the measure that a yes or no is about.
func (q *Question) Unit() string {
	if c, ok := simple(q.meaning.check).(compares); ok {
		return c.property.unit()
	}
	return ""
}

// evidence binds what reifiers say of a statement.
func (t *translator) evidence(g *group, p algebra.TriplePattern, when moment) {
	model := t.lexicon.model
	st := algebra.VarNode(t.variable("statement"))
	g.triple(st, graph.RDFReifies, algebra.Node{Triple: &p})
	if when.year != "" && model.Year != "" {
		g.triple(st, model.Year, algebra.TermNode(graph.Literal(when.year, graph.XSDGYear)))
	}
	for _, a := range []struct {
		property string
		v        algebra.Var
	}{{model.Since, EvidenceSince}, {model.Until, EvidenceUntil}, {model.Year, EvidenceYear}, {model.InferredFrom, EvidenceInferredFrom}, {model.Source, EvidenceSource}} {
		if a.property != "" {
			g.ops = append(g.ops, &algebra.LeftJoin{Right: &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: st, Predicate: iriNode(a.property), Object: algebra.VarNode(a.v)}}}})
		}
	}
}

// Years returns the query for the first and the last year of the values that decide
// a question about the latest values of a measure, and the name of the measure; nil
// if there is none.
func (q *Question) Years() (*algebra.Query, string) {
	m := q.meaning
	if m.set == nil || q.lexicon.model.Year == "" {
		return nil, ""
	}
	rest := &set{class: m.set.class, noun: m.set.noun}
	var p *property
	for _, c := range m.set.conds {
		if x, ok := c.(compares); ok && p == nil && x.when == (moment{}) && x.property.yearly() {
			p = x.property
			continue
		}
		rest.conds = append(rest.conds, c)
	}
	if p == nil {
		return nil, ""
	}
	t := newTranslator(q.lexicon)
	t.notes = true
	g := &group{}
	x := algebra.VarNode(t.thing(rest))
	v := t.variable(p.Label)
	t.value(g, x, p, moment{}, v)
	t.set(g, x, rest, false)
	out := &algebra.Group{}
	years := t.yearsOf(g, v)
	if len(years) == 0 {
		return nil, ""
	}
	for _, name := range []string{"MIN", "MAX"} {
		agg := &algebra.Aggregate{Name: name, Arg: call("STR", varExpr(years[0].v))}
		out.Aggs = append(out.Aggs, algebra.Aggregation{Var: t.variable("year"), Agg: agg})
	}
	out.Input = g.op()
	vars := []algebra.Var{out.Aggs[0].Var, out.Aggs[1].Var}
	return &algebra.Query{Form: algebra.Select, Vars: vars, Root: &algebra.Project{Input: out, Vars: vars}}, p.Label
}
