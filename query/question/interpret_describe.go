package question

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/ententedb/entente/graph"
)

// whyQuestion asks for the statements behind a fact.
func (in *interpreter) whyQuestion(q *whyQuestion) *meaning {
	if q.Attr != nil {
		rel := in.reading(*q.Attr).senses[0].relation.flip()
		m := &meaning{kind: askSource, attributes: []relation{rel}, things: in.names(q.Of.list(), rel.from())}
		in.questionTime(nil, nil, nil, q.Time...)
		if in.when != nil {
			m.when = in.measureTime(rel.property, nil, *q.Attr)
		}
		return m
	}
	m := &meaning{kind: askWhy}
	in.questionTime(nil, q.Preds, nil)
	in.past(q.Aux, q.Preds)
	asserted := &set{}
	in.predicates(asserted, q.Preds)
	r, ok := simple(allOf(asserted.conds)).(relates)
	if !ok || r.to.iri == "" {
		in.refuseAt(q.Preds[0].Pos, "reasons can be given for one relation between two things")
		return m
	}
	m.event = &r
	m.things = in.names(q.Subject.list(), r.rel.from())
	if len(m.things) > 1 {
		in.refuse(q.Subject.First, "reasons can be given for one thing at a time")
	}
	return m
}

func (in *interpreter) kindsQuestion(q *kindsQuestion) *meaning {
	if q.Class != nil {
		return &meaning{kind: askRelations, class: in.whole(*q.Class)}
	}
	switch q.What[0] {
	case "kinds", "classes", "types", "know", "ask":
		return &meaning{kind: askKinds}
	}
	return &meaning{kind: askRelations}
}

// The terms of SKOS by which concepts are defined.
const (
	skosConcept    = graph.SKOS + "Concept"
	skosDefinition = graph.SKOS + "definition"
)

func (in *interpreter) describeQuestion(q *describeQuestion) *meaning {
	if q.Bare != nil {
		q.Thing = *q.Bare
	}
	r := in.reading(q.Thing)
	switch r.class {
	case className:
		if (q.Bare != nil || len(q.Is) > 0) && in.namesMembers(q.Thing) {
			return &meaning{kind: askSet, set: in.group(q.Thing)}
		}
		m := &meaning{kind: askDescribe, things: in.names([]lexer.Token{q.Thing}, nil)}
		if concept, ok := in.classIndex[skosConcept]; ok && q.Define && slices.Contains(in.types[m.things[0]], concept) {
			m.kind = askDefine
		}
		return m
	case classNoun:
		return &meaning{kind: askDefine, class: in.whole(q.Thing)}
	}
	return &meaning{kind: askDefine, role: r.senses[0].relation}
}

// namesMembers reports whether a name is a plural of those who are in a thing,
// such as "permanent members of the Security Council".
func (in *interpreter) namesMembers(t lexer.Token) bool {
	for _, w := range split(in.token(t).text) {
		for _, s := range in.words[w.Key] {
			if s.class == classRole && s.plural && in.fits(t, s.relation.to()) {
				return true
			}
		}
	}
	return false
}
