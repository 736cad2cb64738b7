package question

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

func (in *interpreter) combineQuestion(q *combineQuestion) *meaning {
	m := &meaning{kind: askCombine}
	switch q.How {
	case "average", "mean":
		m.combine = "AVG"
	case "median":
		m.combine = "MEDIAN"
	case "maximum":
		m.combine = "MAX"
	case "minimum":
		m.combine = "MIN"
	default:
		m.combine = "SUM"
	}
	in.tails(m, nil, q.Tails)
	in.noOrder(m, q.Tails)
	p := in.measured(q)
	m.attributes = []relation{{p, false}}
	switch {
	case m.combine == "SUM" && p.quotient():
		m.combine = whole
	case m.combine == "SUM" && p.unit() != "" && !p.additive():
		in.refuse(q.Attr, "%s cannot be added up", p.Label)
		if in.refusal.Suggestions == nil {
			in.refusal.Suggestions = []string{"average " + p.Label}
		}
	}
	in.questionTime(nil, q.Preds, q.Tails, q.Time...)
	in.series(m)
	if m.perYear && (!p.Reified || in.model.Year == "") {
		in.refuse(q.Attr, "%s is not recorded by year", p.Label)
	}
	if in.when != nil {
		m.when = in.measureTime(p, nil, q.Attr)
		in.when = nil
	}
	switch {
	case q.Who != nil:
		m.set = in.bearers(*q.Who, p)
		return m
	case q.Names != nil:
		names := q.Names.list()
		if len(names) == 1 && !in.fits(names[0], p.Domain) {
			m.set = in.bearers(names[0], p)
			return m
		}
		m.things = in.names(names, p.Domain)
		return m
	case q.What == nil && (q.World || m.per != nil || m.perYear):
		m.set = in.bearing(p)
		return m
	case q.What == nil:
		in.refuse(q.Attr, "%s of what?", in.token(q.Attr).text)
		return m
	}
	m.set = in.phrase(q.What, nil)
	in.predicates(m.set, q.Preds)
	in.closed(m.set)
	return m
}

// measured is the measure that is summed up: one of the graph, or a count, as in
// "average number of members of organisations".
func (in *interpreter) measured(q *combineQuestion) *property {
	if in.reading(q.Attr).class == classAttribute {
		return in.numeric(q.Attr)
	}
	var subject *class
	if q.What != nil && q.What.Class != nil {
		subject = in.reading(*q.What.Class).senses[0].of
	}
	return in.counter(q.Attr, subject)
}

// series makes a question about a stretch of years one by year: "GDP of Germany
// since 2010".
func (in *interpreter) series(m *meaning) {
	if w := in.when; w != nil && w.kind != today && w.year == "" && w.low+w.high != "" && len(m.attributes) == 1 && m.attributes[0].Reified && m.attributes[0].Kind == valueNumber && in.model.Year != "" {
		m.perYear, m.when, in.when = true, *w, nil
		if s, ok := spanOf(strings.TrimPrefix(w.said, "since ")); ok && w.kind == since {
			m.when.low, m.when.high = s.From, ""
		}
	}
}

// fits reports whether a name can be of one of the classes.
func (in *interpreter) fits(t lexer.Token, classes []string) bool {
	return slices.ContainsFunc(in.candidates(t), func(iri string) bool { return in.isA(iri, classes) })
}

// bearing is the set of all things with a measure.
func (in *interpreter) bearing(p *property) *set {
	s := &set{class: in.bearer(p)}
	if s.class != nil {
		s.noun = s.class.Noun
	}
	return s
}

// total asks for the sum of a measure over a set, where one is asked for as if the
// set were one thing: "the GDP of the G7". What cannot be added up is listed.
func (in *interpreter) total(m *meaning) *meaning {
	if len(m.attributes) == 1 && m.attributes[0].additive() {
		m.kind, m.combine = askCombine, "SUM"
	}
	if len(m.attributes) == 1 && m.attributes[0].quotient() && !m.perYear {
		m.kind, m.combine = askCombine, whole
	}
	return m
}

// bearers is the set of things with a measure that are in what a name or
// adjective stands for: "average European GDP".
func (in *interpreter) bearers(t lexer.Token, p *property) *set {
	c := in.bearer(p)
	s := &set{class: c}
	if c != nil {
		s.noun = c.Noun
	}
	s.conds = []cond{in.place(t, c, in.standing())}
	return s
}
