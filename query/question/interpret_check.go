package question

import "github.com/alecthomas/participle/v2/lexer"

func (in *interpreter) checkQuestion(q *checkQuestion) *meaning {
	m := &meaning{kind: askCheck, quantifier: anyOne}
	if q.Stated != nil {
		q.Subject, q.Preds = q.Stated, q.Said
		for _, p := range q.Said {
			if p.Bare != nil && len(p.Bare.First.First.Aux) > 0 {
				q.Aux = p.Bare.First.First.Aux[0]
			}
		}
	}
	if q.There != nil {
		in.questionTime(nil, q.There.Preds, nil)
		if q.There.Quant == "no" {
			m.quantifier = noOne
		}
		in.past(q.Aux, q.There.Preds)
		m.set = in.phrase(q.There.What, nil)
		in.predicates(m.set, q.There.Preds)
		return m
	}
	in.questionTime(nil, q.Preds, nil)
	in.past(q.Aux, q.Preds)
	if q.Subject.Names != nil || q.Subject.Alts != nil {
		in.checkNames(m, q)
		return m
	}
	if q.Subject.AllOf != nil {
		m.set = in.group(*q.Subject.AllOf)
	} else {
		m.set = in.phrase(q.Subject.what(), in.when)
	}
	switch q.Subject.Quant {
	case "any", "some":
	case "no", "none":
		m.quantifier = noOne
	case "all", "every", "each", "both":
		m.quantifier = everyOne
	default:
		in.refuseAt(q.Subject.Pos, "all of them, or any of them?")
		if in.refusal != nil && in.refusal.Suggestions == nil {
			in.refusal.Suggestions = []string{"all", "any"}
		}
	}
	in.predicates(m.set, q.Preds[:len(q.Preds)-1])
	last := &set{class: m.set.class}
	in.predicates(last, q.Preds[len(q.Preds)-1:])
	if len(last.conds) == 0 && len(q.Preds) > 1 {
		// The last was a time; what it dates is what is asserted.
		m.set.conds = m.set.conds[:len(m.set.conds)-1]
		in.predicates(last, q.Preds[len(q.Preds)-2:])
	}
	in.closed(last)
	m.check = simple(allOf(last.conds))
	return m
}

// checkNames asks whether something is true of named things: of all of them, of
// any ("is Norway or Sweden …"), of none ("is neither …").
func (in *interpreter) checkNames(m *meaning, q *checkQuestion) {
	s := q.Subject
	names := s.Names.list()
	if s.Alts != nil {
		names = tokensOf(s.Alts.Tokens, className)
		m.either = s.Either != "neither"
	} else if in.bareMembers(q) {
		in.refuseAt(s.Pos, "all of them, or any of them?")
		if in.refusal.Suggestions == nil {
			in.refusal.Suggestions = []string{"all", "any"}
		}
		return
	}
	asserted := &set{}
	in.predicates(asserted, q.Preds)
	m.check = simple(allOf(asserted.conds))
	if c, ok := in.mutual(m.check, names[1:]); ok && s.Alts == nil && len(names) > 1 {
		m.check, names = c, names[:1]
	}
	in.closed(asserted.with(m.check))
	m.things = in.names(names, in.domains(m.check))
	for i, iri := range m.things {
		in.sayable(names[i], iri, m.check)
	}
	if s.Either == "neither" {
		m.check = negated(m.check)
	}
}

func (s *set) with(c cond) *set { return &set{class: s.class, conds: flat([]cond{c})} }

func negated(c cond) cond {
	if n, ok := c.(not); ok {
		return n.cond
	}
	return not{c}
}

// sayable refuses what cannot be said of a thing, true or false, because it is
// of another kind: no state is with a state, as a treaty is.
func (in *interpreter) sayable(t lexer.Token, iri string, c cond) {
	var classes []string
	switch x := c.(type) {
	case allOf:
		for _, c := range x {
			in.sayable(t, iri, c)
		}
		return
	case anyOf:
		for _, c := range x {
			in.sayable(t, iri, c)
		}
		return
	case someOf:
		in.sayable(t, iri, anyOf(x.of))
		return
	case not:
		in.sayable(t, iri, x.cond)
		return
	case ofClass:
		return
	default:
		classes = in.domains(c)
	}
	if !in.isA(iri, classes) {
		in.refuse(t, "%q is not %s", in.token(t).text, in.oneOf(classes))
	}
}

// bareMembers recognises "are NATO members in the EU", whose subject is the
// members and not NATO.
func (in *interpreter) bareMembers(q *checkQuestion) bool {
	names := q.Subject.Names.list()
	if q.Aux == "is" || q.Aux == "was" || q.Aux == "does" || len(q.Preds) < 2 || q.Preds[0].Bare == nil {
		return false
	}
	c := q.Preds[0].Bare.First.First
	return len(names) == 1 && c.Core != nil && c.Core.Phrase != nil && c.Core.Phrase.Of == nil && len(c.Core.Phrase.Pre) == 0
}

// past makes a question in the past tense without a time ask for any time.
func (in *interpreter) past(aux string, preds []*predicate) {
	if in.when != nil || aux != "was" && aux != "were" {
		return
	}
	for _, p := range preds {
		for _, o := range []*orClause{p.Or, p.Bare} {
			if o != nil && len(o.First.First.Time) > 0 {
				return
			}
		}
	}
	in.when = &moment{kind: ever}
}

// domains lists the classes of things that a condition can be true of.
func (in *interpreter) domains(c cond) []string {
	switch x := c.(type) {
	case relates:
		return x.rel.from()
	case not:
		return in.domains(x.cond)
	case allOf:
		if len(x) > 0 {
			return in.domains(x[0])
		}
	case anyOf:
		return in.domains(x[0])
	case compares:
		return x.property.Domain
	case happened:
		return x.property.Domain
	case flagged:
		return x.property.Domain
	case someOf:
		return in.domains(x.of[0])
	case valued:
		return x.rel.from()
	}
	return nil
}
