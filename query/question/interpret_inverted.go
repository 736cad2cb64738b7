package question

import "github.com/alecthomas/participle/v2/lexer"

// Clauses and questions whose subject is not what they describe: "that Germany
// borders", "with which Japan is allied", "which organisations does Japan belong
// to".

func (in *interpreter) invertedQuestion(q *invertedQuestion) *meaning {
	m := &meaning{kind: askSet}
	if q.Many {
		m.kind = askCount
	}
	m.set = &set{}
	if q.OfTie != nil {
		q.Class, q.Aux, q.Time = q.Kind, q.OfAux, q.OfAt
		q.Inv = &inverted{Of: q.Of, OfTie: q.OfTie}
	}
	if q.Class != nil {
		m.set = in.noun(*q.Class)
	}
	kind := m.set.conds
	in.questionTime(nil, nil, nil, q.Time...)
	m.set.conds = append(kind, flat([]cond{in.inverted(q.Inv, []string{q.Aux}, q.Time, m.set.class)})...)
	return m
}

// inverted makes the conditions "that these names are tied to it".
func (in *interpreter) inverted(q *inverted, words []string, times []*timeNode, subject *class) cond {
	if q.OfTie != nil {
		q.Names, q.Aux, q.Tie = q.Of, q.OfAux, q.OfTie
	}
	words = append(words, q.Aux...)
	when := in.standing()
	if len(times) > 0 {
		when = in.stateTime(times)
	}
	negative := false
	for _, w := range words {
		switch w {
		case "was", "were", "ever", "been", "had", "never":
			if in.when == nil && len(times) == 0 {
				when = moment{kind: ever}
			}
		case "former", "formerly", "once":
			when = moment{kind: former}
		}
		negative = negative || w == "not" || w == "never"
	}
	names := q.Names.list()
	var out allOf
	switch {
	case q.Own != "" && subject == nil:
		in.refuse(q.Names.First, "it is not said of what kind the things are that %s has", in.token(q.Names.list()[0]).text)
		return out
	case q.Own != "":
		for _, n := range names {
			out = append(out, in.held(n, subject))
		}
		return simple(out)
	case q.Have != nil:
		for _, n := range names {
			out = append(out, in.havingOf(q, n, subject, when))
		}
		return simple(out)
	}
	tied := func(names []lexer.Token, tie lexer.Token, negative bool) {
		for _, n := range names {
			r, ok := in.invertedTie(n, tie, times, when, subject)
			if !ok {
				return
			}
			if negative != in.reading(tie).senses[0].negative {
				out = append(out, not{r})
			} else {
				out = append(out, r)
			}
		}
	}
	tied(names, *q.Tie, negative)
	if q.Then != nil {
		if q.Then.Sep == "or" {
			in.refuse(q.Then.Tie, "%q after \"or\" wants a clause of its own", in.token(q.Then.Tie).text)
		}
		tied(names, q.Then.Tie, q.Then.Not)
	}
	if q.But != nil {
		tied(q.But.list(), *q.Tie, !negative)
	}
	return simple(out)
}

// invertedTie relates what is described to the name that is the subject.
func (in *interpreter) invertedTie(n, tie lexer.Token, times []*timeNode, when moment, subject *class) (relates, bool) {
	for _, s := range in.reading(tie).senses {
		rel := s.relation.flip()
		if !in.related(subject, rel.from()) || !in.fits(n, rel.to()) {
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
		r := relates{rel, target{iri: in.name(n, rel.to())}, mom}
		in.last = &r
		return r, true
	}
	in.refuse(n, "%q does not go with %q", in.token(n).text, in.token(tie).text)
	return relates{}, false
}

// havingOf is "(countries) with which Japan has a defence treaty".
func (in *interpreter) havingOf(q *inverted, n lexer.Token, subject *class, when moment) cond {
	h := q.Have
	for _, w := range h.With {
		if w.Prep != nil {
			in.refuse(*w.Prep, "with whom is asked for already")
			return allOf{}
		}
	}
	return in.having(h, subject, when, &objects{Pos: h.Pos, First: &object{Pos: h.Pos, Name: &n}}, q.Prep)
}
