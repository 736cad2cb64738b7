package question

import (
	"cmp"
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// isPastLead reports whether the question is led by "who were".
func (l *lead) isPast() bool {
	return l != nil && (slices.Contains(l.Words, "was") || slices.Contains(l.Words, "were"))
}

// isOneOf reports whether the question is led by "which of".
func (l *lead) isOneOf() bool { return l != nil && slices.Contains(l.Words, "of") }

func (in *interpreter) pastLead(l *lead) {
	if in.when == nil && l.isPast() {
		in.when = &moment{kind: ever}
	}
}

func (in *interpreter) listQuestion(q *listQuestion) *meaning {
	m := &meaning{kind: askSet}
	plural := in.plural(q.What) || q.Attr != nil && in.reading(*q.Attr).senses[0].plural
	in.superlative(m, q.Super, plural)
	var of *class
	if q.What != nil && q.What.Class != nil {
		of = in.reading(*q.What.Class).senses[0].of
	}
	in.tails(m, of, q.Tails)
	if m.per != nil && m.order == nil && q.Lead == nil && slices.ContainsFunc(q.Tails, func(t *tail) bool { return t.Per }) {
		m.kind = askCount // "countries per continent"
	}
	if m.perYear {
		in.refuseAt(q.Tails[len(q.Tails)-1].Pos, "things have no year; ask for one, as in \"in 2000\", or for a measure by year")
	}
	preds := in.takeBest(m, of, plural && !q.Lead.isOneOf(), q.Preds)
	in.questionTime(q.Before, preds, q.Tails)
	in.pastLead(q.Lead)
	if q.Group != nil {
		if ordered := m.order != nil || m.byDate; q.Super != nil || !ordered && (q.Lead == nil || !q.Lead.among()) {
			in.refuse(*q.Group, "%q does not fit here", in.token(*q.Group).text)
		}
		in.orderTime(m, *q.Group)
		m.set = in.group(*q.Group)
	} else if q.Attr != nil {
		// "the largest economies": the things that have the measure.
		if q.Super == nil {
			in.refuse(*q.Attr, "%s of what?", in.token(*q.Attr).text)
		}
		m.order = in.numeric(*q.Attr)
		in.orderTime(m, *q.Attr)
		m.set = in.bearing(m.order)
	} else {
		in.orderTime(m, q.What.Head)
		m.set = in.phrase(q.What, nil)
	}
	in.predicates(m.set, preds)
	in.closed(m.set)
	in.checkOrder(m, q.Super, q.Tails)
	in.adverb(m, q.Tails)
	in.timed(m, q.What)
	return m
}

func (in *interpreter) bareQuestion(q *bareQuestion) *meaning {
	m := &meaning{kind: askSet}
	in.tails(m, nil, q.Tails)
	preds := in.takeBest(m, nil, false, q.Preds)
	in.questionTime(q.Before, preds, q.Tails)
	in.pastLead(q.Lead)
	m.set = &set{}
	in.predicates(m.set, preds)
	in.closed(m.set)
	in.adverb(m, q.Tails)
	if len(m.set.conds) == 0 && m.order != nil {
		m.set = in.bearing(m.order)
	}
	in.checkOrder(m, nil, q.Tails)
	if len(m.set.conds) == 0 && m.set.class == nil && m.order == nil {
		in.refuseAt(q.Pos, "it is not clear what is asked for")
	}
	return m
}

func (in *interpreter) countQuestion(q *countQuestion) *meaning {
	m := &meaning{kind: askCount}
	in.tails(m, nil, q.Tails)
	if q.Role != nil {
		in.questionTime(nil, nil, q.Tails, q.Time...)
		m.set = in.roleOf(*q.Role, q.Names.list())
		return m
	}
	in.questionTime(nil, q.Preds, q.Tails)
	in.noOrder(m, q.Tails)
	if q.Group != nil {
		in.questionTime(nil, q.Where, q.Tails)
		m.set = in.group(*q.Group)
		q.Preds = q.Where
	} else {
		m.set = in.phrase(q.What, nil)
	}
	in.predicates(m.set, q.Preds)
	in.closed(m.set)
	in.timed(m, q.What)
	if m.perYear && !in.eachYear(m.set) {
		in.refuseAt(q.Pos, "things are counted by year only by one dated relation, as in \"number of NATO members by year\"")
	}
	return m
}

// group is the set of what is in a named thing: "which of the G20", "list the
// G7".
func (in *interpreter) group(t lexer.Token) *set {
	return &set{conds: []cond{in.place(t, nil, in.standing())}}
}

// among reports whether a question is led by words after which the name of a
// group stands for what is in it.
func (l *lead) among() bool {
	return l.Show || slices.Contains(l.Words, "of") || slices.Contains(l.Words, "who")
}

// roleOf is the set of members of the named things.
func (in *interpreter) roleOf(role lexer.Token, names []lexer.Token) *set {
	s := &set{}
	r := in.reading(role)
	if r.class == classNoun {
		s = in.noun(role)
		s.noun = s.class.Noun
		for _, n := range names {
			s.conds = append(s.conds, in.place(n, s.class, in.standing()))
		}
		return s
	}
	s.noun = r.senses[0].relation.noun(false)
	for _, n := range names {
		rel, iri := in.relationTo(role, n, nil)
		if rel.property != nil {
			s.conds = append(s.conds, relates{rel, target{iri: iri}, in.timeFor(rel, in.standing())})
		}
	}
	return s
}

func (in *interpreter) attrQuestion(q *attrQuestion) *meaning {
	m := &meaning{kind: askAttributes}
	attrs, who := q.Attrs.list(), q.Who.list()
	if q.Adj != nil {
		attrs = []lexer.Token{*q.Attr3}
	}
	if q.World != nil {
		attrs, who = []lexer.Token{*q.World}, nil
	}
	if len(attrs) == 0 {
		attrs, who = q.Attr2.list(), q.Names.list()
	}
	if q.Verb != nil {
		attrs, who = []lexer.Token{*q.Verb}, q.Of.list()
	}
	in.superlative(m, q.Super, in.plural(q.What))
	in.tails(m, nil, q.Tails)
	in.questionTime(nil, q.Preds, q.Tails, q.Time...)
	var domain []string
	dated := false
	for _, a := range attrs {
		rel := in.reading(a).senses[0].relation
		if in.unit != nil {
			rel = relation{in.numeric(a), true}
		}
		m.attributes = append(m.attributes, rel.flip())
		// Partners are those of exports and of imports.
		for _, s := range in.reading(a).senses[1:] {
			if rel.Weighted && s.relation.Weighted && !slices.Contains(m.attributes, s.relation.flip()) {
				m.attributes = append(m.attributes, s.relation.flip())
			}
		}
		domain = append(domain, rel.to()...)
		dated = dated || rel.Kind == valueNumber && rel.yearly()
	}
	in.series(m)
	if in.when != nil && in.when.kind != today {
		p := m.attributes[0].property
		if dated || p.Reified {
			m.when = *in.when
			if dated {
				m.when = in.measureTime(p, nil, attrs[0])
			}
			in.when = nil
		}
	}
	if m.perYear {
		if len(m.attributes) != 1 || !m.attributes[0].Reified || in.model.Year == "" {
			in.refuse(attrs[0], "%s is not recorded by year", in.token(attrs[0]).text)
		}
		if m.when.year != "" {
			in.refuse(attrs[0], "it cannot be both of one year and by year")
		}
	}
	if q.World != nil {
		p := in.numeric(*q.World)
		if !p.additive() && !p.quotient() {
			in.refuse(*q.World, "%s cannot be added up", p.Label)
		}
		m.set = in.bearing(p)
		return in.total(m)
	}
	if q.Adj != nil {
		rel := in.reading(*q.Attr3).senses[0].relation
		m.attributes = []relation{rel.flip()}
		if !in.fits(*q.Adj, rel.to()) {
			m.set = in.bearers(*q.Adj, rel.property)
			return in.total(m)
		}
		m.things = []string{in.name(*q.Adj, rel.to())}
		return m
	}
	if len(who) == 1 && !in.fits(who[0], domain) && len(m.attributes) > 0 {
		m.set = in.bearers(who[0], m.attributes[0].property)
		return in.total(m)
	}
	if len(who) > 0 {
		m.things = in.names(who, domain)
		return m
	}
	m.set = in.phrase(q.What, nil)
	in.predicates(m.set, q.Preds)
	for i, a := range m.attributes {
		if c := in.implied(m.set); m.set.class == nil && c != nil && !in.related(c, a.from()) {
			in.refuse(attrs[i], "%q is not recorded of %s", in.token(attrs[i]).text, c.Plural)
		}
	}
	in.checkOrder(m, q.Super, q.Tails)
	return m
}

func (in *interpreter) howMuchQuestion(q *howMuchQuestion) *meaning {
	m := &meaning{kind: askAttributes}
	in.questionTime(nil, nil, nil, q.Time...)
	var p *property
	var of *objects
	var at lexer.Token
	switch {
	case q.Attr != nil:
		p, of, at = in.numeric(*q.Attr), q.Of, *q.Attr
	case q.Whose != nil && q.Attr2 != nil:
		p, of, at = in.numeric(*q.Attr2), &objects{First: &object{Name: q.Whose}}, *q.Attr2
	case q.Whose != nil:
		in.refuse(*q.Whose, "%s in what?", q.How)
		in.suggestMeasures(func(p *property) bool { return in.fits(*q.Whose, p.Domain) }, "how large is the %s of "+in.token(*q.Whose).text)
		return m
	case q.Grade != nil:
		p, of, at = in.reading(*q.Grade).senses[0].relation.property, q.Graded, *q.Grade
	case q.In != nil:
		at = lexer.Token{Pos: lexer.Position{Offset: q.Pos.Offset + 2}}
		p, of = in.reading(at).senses[0].relation.property, q.In
	case q.Verb != nil:
		p, of, at = in.spending(*q.Verb, q.Unit, q.Comp, q.Of2), q.Who, *q.Verb
	case q.Unit != nil:
		p, of, at = in.reading(*q.Unit).senses[0].relation.property, q.Who, *q.Unit
	default:
		in.refuseAt(q.Pos, "it is not clear what is asked for")
		return m
	}
	m.attributes = []relation{{p, false}}
	if in.when != nil {
		m.when = in.measureTime(p, nil, at)
		in.when = nil
	}
	if of.First.Name == nil {
		m.set = in.phrase(of.First.What, nil)
		if q.In != nil {
			return in.total(m)
		}
		return m
	}
	if len(of.Rest) == 0 && !in.fits(*of.First.Name, p.Domain) {
		m.set = in.bearers(*of.First.Name, p)
		return in.total(m)
	}
	m.things = append(m.things, in.name(*of.First.Name, p.Domain))
	for _, o := range of.Rest {
		if o.What.Name != nil {
			m.things = append(m.things, in.name(*o.What.Name, p.Domain))
		}
	}
	return m
}

func (in *interpreter) whenQuestion(q *whenQuestion) *meaning {
	m := &meaning{kind: askWhen}
	if len(q.Time) > 0 {
		in.refuseAt(q.Time[0].Pos, "the question asks for the time; it cannot name one too")
	}
	if q.What.Dated != nil {
		m.dated = in.reading(*q.What.Dated).senses[0].relation.property
		in.subject(m, q.Subject, m.dated.Domain)
		return m
	}
	c := in.core(q.What, nil, moment{}, &clause{Core: q.What})
	r, ok := simple(c).(relates)
	if k, is := simple(c).(ofClass); is && k.class.being != nil {
		r, ok = in.being(k.class, moment{kind: began}).(relates)
	}
	if !ok {
		in.refuseAt(q.What.Pos, "it has no date")
		return m
	}
	in.closed(&set{conds: []cond{r}})
	if r.rel.joint != nil {
		in.refuseAt(q.What.Pos, "no date is recorded of this as a whole; ask for the %s and their dates", r.rel.joint.via.class.Plural)
	}
	if r.when.kind == today || r.when.kind == during {
		r.when.kind = began
	}
	if r.when.kind == former || len(q.When) > 0 && q.When[0] == "until" {
		r.when.kind = ended
	}
	if !r.rel.Reified {
		in.refuseAt(q.What.Pos, "no dates are recorded for %q", r.rel.Label)
	}
	m.event, m.long = &r, len(q.When) > 0 && q.When[0] == "how"
	in.subject(m, q.Subject, r.rel.from())
	return m
}

func (in *interpreter) subject(m *meaning, s *subject, classes []string) {
	if s.Names != nil {
		m.things = in.names(s.Names.list(), classes)
		return
	}
	m.set = in.phrase(s.what(), nil)
}

// whereQuestion asks for the seat of what has one, else for the places that a
// thing is in.
func (in *interpreter) whereQuestion(q *whereQuestion) *meaning {
	m := &meaning{kind: askAttributes}
	names := q.Names.list()
	if attr := cmp.Or(q.Attr, q.Attr2); attr != nil {
		rel := in.reading(*attr).senses[0].relation
		m.attributes = []relation{rel.flip()}
		m.things = in.names(append(names, q.Of.list()...), rel.to())
		return m
	}
	for _, phrase := range []string{"based in", "in"} {
		for _, s := range in.words[phrase] {
			rel := s.relation
			if rel.Reified || rel.Inverse || s.negative || len(m.attributes) > 0 && phrase != "in" {
				continue
			}
			if in.fits(names[0], rel.from()) && !slices.Contains(m.attributes, rel) {
				m.attributes = append(m.attributes, rel)
			}
		}
		if len(m.attributes) > 0 {
			break
		}
	}
	if len(m.attributes) == 0 {
		in.refuse(names[0], "where %s is has not been recorded", in.token(names[0]).text)
		return m
	}
	m.things = in.names(names, m.attributes[0].from())
	return m
}

func (in *interpreter) shareQuestion(q *shareQuestion) *meaning {
	m := &meaning{kind: askSet}
	if q.Many {
		m.kind = askCount
	}
	in.questionTime(nil, nil, nil, q.Time...)
	r := in.reading(q.What)
	if r.class != classNoun {
		m.set = in.roleOf(q.What, tokensOf(q.Tokens, className))
		return m
	}
	m.set = in.noun(q.What)
	for _, n := range tokensOf(q.Tokens, className) {
		m.set.conds = append(m.set.conds, in.held(n, m.set.class))
	}
	return m
}

// held relates things of a class to one that has them: the organisations of
// Japan are those it is in.
func (in *interpreter) held(t lexer.Token, of *class) cond {
	rels, iris := in.holders(t, of)
	if len(rels) == 0 {
		return in.place(t, of, in.standing())
	}
	return relates{rels[0], target{iri: in.choose(t, iris)}, in.timeFor(rels[0], in.standing())}
}
