package question

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/ententedb/entente/graph"
)

// isPastLead reports whether the question is led by "who were".
func (l *lead) isPast() bool {
	return l != nil && (slices.Contains(l.Words, "was") || slices.Contains(l.Words, "were"))
}

func (in *interpreter) pastLead(l *lead) {
	if in.when == nil && l.isPast() {
		in.when = &moment{kind: ever}
	}
}

// tails reads order, grouping and number wanted.
func (in *interpreter) tails(m *meaning, of *class, tails []*tail) {
	for _, t := range tails {
		if t.Of != nil {
			s := in.phrase(t.Of, nil)
			if t.That != nil {
				s.conds = append(s.conds, in.orClause(t.That, s.class))
			}
			s.conds = flat(s.conds)
			if len(s.conds) == 1 {
				if r, ok := s.conds[0].(relates); ok && r.to.open != nil {
					m.order = in.counter(*r.to.open, nil)
					continue
				}
			}
			if len(s.conds) == 0 && s.class != nil {
				m.order = in.counter(*t.Of.Class, nil)
				continue
			}
			m.order = in.countingBetween(of, s, lexer.Token{Pos: t.Of.Pos})
		}
		if t.Key != nil {
			key := *t.Key
			switch r := in.reading(key); {
			case t.Number || r.class == classRole:
				m.order = in.counter(key, nil)
			case r.class == classWord && r.value == "year":
				m.perYear = true
			case r.class == classWord:
				if r.value != "name" {
					in.refuse(key, "answers cannot be ordered by %s", r.value)
				}
			case r.class == classNoun:
				in.groupBy(m, key, r.senses[0].of)
			case r.senses[0].relation.Kind == valueNumber:
				m.order = r.senses[0].relation.property
				m.ascending = m.ascending || t.Order == "ascending" || t.Order == "increasing"
			case t.Sorted:
				in.refuse(key, "answers are ordered by a number, and %q is none", in.token(key).text)
			default:
				rel := r.senses[0].relation.flip()
				m.per = &rel
			}
		}
	}
}

// groupBy groups by the one property that leads to things of a class.
func (in *interpreter) groupBy(m *meaning, t lexer.Token, to *class) {
	for _, p := range in.order {
		if p.InverseNoun == to.Noun && slices.Contains(p.Range, to.IRI) {
			m.per = &relation{p, false}
			return
		}
	}
	in.refuse(t, "nothing leads to %s to group by", to.Plural)
}

// noOrder refuses an order where there is one answer or one for each group.
func (in *interpreter) noOrder(m *meaning, tails []*tail) {
	if m.order != nil {
		in.refuseAt(tails[len(tails)-1].Pos, "there is nothing here to order by %s", m.order.Label)
	}
}

// superlative reads "top 5", "largest".
func (in *interpreter) superlative(m *meaning, s *superlative) {
	if s == nil {
		return
	}
	m.limit = 1
	for _, n := range []*lexer.Token{s.Number, s.N, s.N2} {
		if n != nil {
			m.limit = in.integer(*n)
		}
	}
	switch s.Best + s.Top {
	case "smallest", "lowest", "least", "fewest", "bottom", "last":
		m.ascending = true
	}
	if s.Word != nil {
		sense := in.reading(*s.Word).senses[0]
		m.order, m.ascending = sense.relation.property, sense.least
	}
}

// takeBest finds "has the largest population" among the predicates.
func (in *interpreter) takeBest(m *meaning, of *class, preds []*predicate) []*predicate {
	var out []*predicate
	for _, p := range preds {
		if p.Bare != nil && len(p.Bare.Rest) == 0 && len(p.Bare.First.Rest) == 0 {
			c := p.Bare.First.First
			if c.Core != nil && c.Core.BestOf != nil {
				s := in.reading(*c.Core.BestOf).senses[0]
				to := s.of
				rel := in.relationToSet(*c.Core.Prep, to, nil)
				within := &set{class: to, noun: "other"}
				noun := ""
				if to != nil {
					noun = to.Plural
				}
				m.order = in.counting(rel, within, noun)
				if m.limit == 0 {
					m.limit = 1
				}
				m.ascending = c.Core.Best == "fewest"
				continue
			}
			if c.Core != nil && c.Core.Measure != nil && (c.Core.Measure.BestOf != nil || c.Core.Measure.BestVerb != nil || c.Core.Measure.BestIn != nil) {
				k := c.Core.Measure
				var best lexer.Token
				switch {
				case k.BestVerb != nil:
					best = *k.BestVerb
					m.order = in.spending(best, k.BestComp)
					k.Best = k.BestHow
				case k.BestIn != nil:
					best = lexer.Token{Pos: k.BestIn.Pos}
					m.order = in.countingBetween(of, in.phrase(k.BestIn, nil), best)
				default:
					best = *k.BestOf
				}
				if k.BestOf == nil {
				} else if in.reading(best).class == classAttribute {
					m.order = in.numeric(best)
				} else {
					m.order = in.counter(best, nil)
				}
				if m.limit == 0 {
					m.limit = 1
				}
				switch c.Core.Measure.Best {
				case "smallest", "lowest", "least", "fewest":
					m.ascending = true
				}
				if len(c.Time) > 0 {
					m.when = in.measureTime(m.order, c.Time, best)
				}
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// countingBetween counts the things of a set that things of a class are
// related to by place or membership: "the region with the most NATO members".
func (in *interpreter) countingBetween(of *class, s *set, at lexer.Token) *property {
	to := s.class
	if to == nil {
		to = in.implied(s)
	}
	for _, w := range in.words["in"] {
		rel := w.relation.flip()
		if w.class == classPreposition && of != nil && len(rel.from()) > 0 && len(rel.to()) > 0 && in.related(of, rel.from()) && in.related(to, rel.to()) {
			return in.counting(rel, s, paraphraser{in.Lexicon}.set(s))
		}
	}
	// Else they are in the things counted: "countries by number of organisations
	// that include India".
	for _, w := range in.words["in"] {
		rel := w.relation
		if w.class == classPreposition && of != nil && len(rel.from()) > 0 && len(rel.to()) > 0 && in.related(of, rel.from()) && in.related(to, rel.to()) {
			return in.counting(rel, s, paraphraser{in.Lexicon}.set(s))
		}
	}
	in.refuse(at, "it is not clear what is to be counted")
	return &property{}
}

func (in *interpreter) listQuestion(q *listQuestion) *meaning {
	m := &meaning{kind: askSet}
	in.superlative(m, q.Super)
	var of *class
	if q.What != nil && q.What.Class != nil {
		of = in.reading(*q.What.Class).senses[0].of
	}
	in.tails(m, of, q.Tails)
	if m.perYear {
		in.refuseAt(q.Tails[len(q.Tails)-1].Pos, "things have no year; ask for one, as in \"in 2000\", or for a measure by year")
	}
	preds := in.takeBest(m, of, q.Preds)
	in.questionTime(q.Before, preds, q.Tails)
	in.pastLead(q.Lead)
	if q.Attr != nil {
		// "the largest economies": the things that have the measure.
		if q.Super == nil {
			in.refuse(*q.Attr, "%s of what?", in.token(*q.Attr).text)
		}
		m.order = in.numeric(*q.Attr)
		in.orderTime(m, *q.Attr)
		m.set = &set{class: in.bearer(m.order)}
	} else {
		in.orderTime(m, q.What.Head)
		m.set = in.phrase(q.What, nil)
	}
	in.predicates(m.set, preds)
	in.closed(m.set)
	in.checkOrder(m, q.Super)
	in.adverb(m, q.Tails)
	return m
}

// bearer is the class of things that have a measure.
func (in *interpreter) bearer(p *property) *class {
	for _, iri := range append([]string{p.Subject}, p.Domain...) {
		if c := in.classOf(iri); c != nil {
			return c
		}
	}
	return nil
}

// orderTime gives the time of a question that is ordered by a measure to the
// measure, and leaves the memberships to today.
func (in *interpreter) orderTime(m *meaning, at lexer.Token) {
	if m.order == nil || in.when == nil || in.when.kind == today {
		return
	}
	if in.when.year != "" && m.order.yearly() && in.model.Year != "" {
		m.when = *in.when
		in.when = nil
		return
	}
	in.refuse(at, "%s is not recorded for that time", m.order.Label)
}

func (in *interpreter) checkOrder(m *meaning, s *superlative) {
	if s == nil || m.order != nil {
		return
	}
	switch word := s.Best + s.Top; word {
	case "first", "oldest", "earliest", "last", "newest", "latest", "youngest":
		in.byDate(m, s.Pos)
		m.ascending = word == "first" || word == "oldest" || word == "earliest"
		m.ties = s.Number == nil && s.N == nil && s.N2 == nil
		return
	}
	in.refuseAt(s.Pos, "by what should they be ranked?")
	if in.refusal != nil && in.refusal.Suggestions == nil {
		for _, p := range in.order {
			if p.Kind == valueNumber && in.related(m.set.class, p.Domain) {
				in.refusal.Suggestions = append(in.refusal.Suggestions, "by "+p.Label)
			}
		}
	}
}

// byDate orders a set by when its members joined, or by the date that things
// of its class have.
func (in *interpreter) byDate(m *meaning, at lexer.Position) {
	var best *relates
	for _, c := range m.set.conds {
		r, ok := c.(relates)
		if !ok || !r.rel.Reified || r.to.iri == "" || in.model.Since == "" {
			continue
		}
		if best == nil || r.when.kind == began || r.when.kind == ended {
			best = &r
		}
	}
	if best != nil {
		m.order = &property{Label: "date", Kind: valueDate, Domain: best.rel.from(), event: best}
		return
	}
	for _, p := range in.Lexicon.order {
		if p.Origin && m.set.class != nil && len(p.Domain) > 0 && in.related(m.set.class, p.Domain) {
			m.order = p
			return
		}
	}
	// A graph that declares none may still have only one date.
	var only *property
	for _, p := range in.Lexicon.order {
		if p.Kind == valueDate && !p.unused && p.IRI != in.model.Since && p.IRI != in.model.Until && p.IRI != in.model.Year && in.related(m.set.class, p.Domain) {
			if only != nil {
				only = nil
				break
			}
			only = p
		}
	}
	if only == nil {
		in.refuseAt(at, "there is no date to order by")
		return
	}
	m.order = only
}

// last reads "which country joined NATO last".
func (in *interpreter) adverb(m *meaning, tails []*tail) {
	for _, t := range tails {
		if t.Last == "" || m.order != nil {
			continue
		}
		in.byDate(m, t.Pos)
		m.ascending = t.Last == "first" || t.Last == "earliest"
		m.limit, m.ties = 1, true
	}
}

func (in *interpreter) bareQuestion(q *bareQuestion) *meaning {
	m := &meaning{kind: askSet}
	in.tails(m, nil, q.Tails)
	preds := in.takeBest(m, nil, q.Preds)
	in.questionTime(q.Before, preds, q.Tails)
	in.pastLead(q.Lead)
	m.set = &set{}
	in.predicates(m.set, preds)
	in.closed(m.set)
	in.adverb(m, q.Tails)
	if len(m.set.conds) == 0 && m.order != nil {
		m.set.class = in.bearer(m.order)
	}
	if len(m.set.conds) == 0 && m.set.class == nil {
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
	m.set = in.phrase(q.What, nil)
	in.predicates(m.set, q.Preds)
	in.closed(m.set)
	if m.perYear && !in.eachYear(m.set) {
		in.refuseAt(q.Pos, "things are counted by year only by one dated relation, as in \"number of NATO members by year\"")
	}
	return m
}

// roleOf is the set of members of the named things.
func (in *interpreter) roleOf(role lexer.Token, names []lexer.Token) *set {
	s := &set{}
	r := in.reading(role)
	if r.class == classNoun {
		s.class = r.senses[0].of
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
	p := in.numeric(q.Attr)
	m.attributes = []relation{{p, false}}
	in.questionTime(nil, q.Preds, q.Tails, q.Time...)
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
	case q.What == nil:
		in.refuse(q.Attr, "%s of what?", in.token(q.Attr).text)
		return m
	}
	m.set = in.phrase(q.What, nil)
	in.predicates(m.set, q.Preds)
	return m
}

// fits reports whether a name can be of one of the classes.
func (in *interpreter) fits(t lexer.Token, classes []string) bool {
	return slices.ContainsFunc(in.candidates(t), func(iri string) bool { return in.isA(iri, classes) })
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

func (in *interpreter) attrQuestion(q *attrQuestion) *meaning {
	m := &meaning{kind: askAttributes}
	attrs, who := q.Attrs.list(), q.Who.list()
	if q.Adj != nil {
		attrs = []lexer.Token{*q.Attr3}
	}
	if len(attrs) == 0 {
		attrs, who = q.Attr2.list(), q.Names.list()
	}
	if q.Verb != nil {
		attrs, who = []lexer.Token{*q.Verb}, q.Of.list()
	}
	in.superlative(m, q.Super)
	in.tails(m, nil, q.Tails)
	in.questionTime(nil, q.Preds, q.Tails, q.Time...)
	var domain []string
	dated := false
	for _, a := range attrs {
		rel := in.reading(a).senses[0].relation
		m.attributes = append(m.attributes, rel.flip())
		domain = append(domain, rel.to()...)
		dated = dated || rel.Kind == valueNumber && rel.yearly()
	}
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
		if m.when.said != "" {
			in.refuse(attrs[0], "it cannot be both of one year and by year")
		}
	}
	if q.Adj != nil {
		rel := in.reading(*q.Attr3).senses[0].relation
		m.attributes = []relation{rel.flip()}
		if !in.fits(*q.Adj, rel.to()) {
			m.set = in.bearers(*q.Adj, rel.property)
			return m
		}
		m.things = []string{in.name(*q.Adj, rel.to())}
		return m
	}
	if len(who) == 1 && !in.fits(who[0], domain) && len(m.attributes) > 0 {
		m.set = in.bearers(who[0], m.attributes[0].property)
		return m
	}
	if len(who) > 0 {
		m.things = in.names(who, domain)
		return m
	}
	m.set = in.phrase(q.What, nil)
	in.predicates(m.set, q.Preds)
	in.checkOrder(m, q.Super)
	return m
}

func (in *interpreter) howMuchQuestion(q *howMuchQuestion) *meaning {
	m := &meaning{kind: askAttributes}
	in.questionTime(nil, nil, nil, q.Time...)
	var p *property
	var of *objects
	at := lexer.Token{Pos: q.Pos}
	switch {
	case q.Attr != nil:
		p, of, at = in.numeric(*q.Attr), q.Of, *q.Attr
	case q.In != nil:
		at = lexer.Token{Pos: lexer.Position{Offset: q.Pos.Offset + 2}}
		p, of = in.reading(at).senses[0].relation.property, q.In
	case q.Verb != nil:
		p, of, at = in.spending(*q.Verb, q.Comp), q.Who, *q.Verb
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
		return m
	}
	m.things = append(m.things, in.name(*of.First.Name, p.Domain))
	for _, o := range of.Rest {
		if o.What.Name != nil {
			m.things = append(m.things, in.name(*o.What.Name, p.Domain))
		}
	}
	return m
}

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
	if q.Subject.Names != nil {
		if in.bareMembers(q) {
			in.refuseAt(q.Subject.Pos, "all of them, or any of them?")
			if in.refusal.Suggestions == nil {
				in.refusal.Suggestions = []string{"all", "any"}
			}
			return m
		}
		asserted := &set{}
		in.predicates(asserted, q.Preds)
		m.check = simple(allOf(asserted.conds))
		m.things = in.names(q.Subject.Names.list(), in.domains(m.check))
		return m
	}
	keep := in.when
	if q.Aux == "was" || q.Aux == "were" || q.Aux == "did" {
		keep = in.when
	}
	m.set = in.phrase(q.Subject.what(), keep)
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
	m.check = simple(allOf(last.conds))
	return m
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
	if !ok {
		in.refuseAt(q.What.Pos, "it has no date")
		return m
	}
	if r.when.kind == today || r.when.kind == during {
		r.when.kind = began
	}
	if r.when.kind == former {
		r.when.kind = ended
	}
	if !r.rel.Reified {
		in.refuseAt(q.What.Pos, "no dates are recorded for %q", r.rel.Label)
	}
	m.event = &r
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
		return &meaning{kind: askRelations, class: in.reading(*q.Class).senses[0].of}
	}
	switch q.What[0] {
	case "kinds", "classes", "types":
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
	r := in.reading(q.Thing)
	switch r.class {
	case className:
		m := &meaning{kind: askDescribe, things: in.names([]lexer.Token{q.Thing}, nil)}
		if concept, ok := in.classIndex[skosConcept]; ok && q.Define && slices.Contains(in.types[m.things[0]], concept) {
			m.kind = askDefine
		}
		return m
	case classNoun:
		return &meaning{kind: askDefine, class: r.senses[0].of}
	}
	return &meaning{kind: askDefine, role: r.senses[0].relation}
}

func (in *interpreter) shareQuestion(q *shareQuestion) *meaning {
	m := &meaning{kind: askSet}
	in.questionTime(nil, nil, nil, q.Time...)
	r := in.reading(q.What)
	if r.class != classNoun {
		m.set = in.roleOf(q.What, tokensOf(q.Tokens, className))
		m.kind = askSet
		return m
	}
	m.kind = askSet
	m.set = &set{class: r.senses[0].of, noun: r.senses[0].of.Noun}
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

func (in *interpreter) invertedQuestion(q *invertedQuestion) *meaning {
	m := &meaning{kind: askSet}
	if q.Many {
		m.kind = askCount
	}
	m.set = &set{}
	if q.Class != nil {
		m.set.class = in.reading(*q.Class).senses[0].of
		m.set.noun = m.set.class.Noun
	}
	in.questionTime(nil, nil, nil, q.Time...)
	m.set.conds = in.inverted(q.Names.list(), append(slices.Clone(q.Words), q.Aux), q.Tie, q.Time, m.set.class)
	return m
}

// inverted makes the conditions "that these names are tied to it".
func (in *interpreter) inverted(names []lexer.Token, words []string, tie lexer.Token, times []*timeNode, subject *class) []cond {
	when := in.standing()
	if len(times) > 0 {
		when = in.stateTime(times)
	}
	for _, w := range words {
		switch w {
		case "was", "were", "ever", "been", "had":
			if in.when == nil && len(times) == 0 {
				when = moment{kind: ever}
			}
		case "former", "formerly", "once":
			when = moment{kind: former}
		}
	}
	negative := slices.Contains(words, "not")
	r := in.reading(tie)
	var out []cond
	for _, n := range names {
		var fit *relates
		for _, s := range r.senses {
			rel := s.relation.flip()
			if fit != nil || !in.related(subject, rel.from()) || !in.fits(n, rel.to()) {
				continue
			}
			mom := in.timeFor(rel, when)
			if s.class == classEvent {
				mom = in.eventTime(times, began)
				if s.end {
					mom = in.eventTime(times, ended)
					if mom.low+mom.high == "" && mom.beside == nil {
						mom = moment{kind: former}
					}
				}
			}
			fit = &relates{rel, target{iri: in.name(n, rel.to())}, mom}
		}
		if fit == nil {
			in.refuse(n, "%q does not go with %q", in.token(n).text, in.token(tie).text)
			return out
		}
		if negative != r.senses[0].negative {
			out = append(out, not{*fit})
		} else {
			out = append(out, *fit)
		}
	}
	return out
}
