package question

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// timeFor returns the time of a relation: statements of properties that are
// never dated hold whenever.
func (in *interpreter) timeFor(rel relation, when moment) moment {
	if rel.property == nil || !rel.Reified && rel.Since == "" || in.model.Since == "" && in.model.Until == "" {
		return moment{}
	}
	if when.kind == during && when.beside != nil {
		in.refuseAt(lexer.Position{}, "only events come before or after others, as in \"joined NATO %s they joined the EU\"", when.said)
		return moment{}
	}
	if rel.punctual() {
		// "ratified in 1995" is when it happened, not a state at that time.
		switch when.kind {
		case ever:
			when = moment{}
		case during:
			when.kind = began
		case since:
			if s, ok := spanOf(strings.TrimPrefix(when.said, "since ")); ok {
				when = moment{kind: began, low: s.From, said: when.said}
			}
		}
	}
	return when
}

// standing is the time of relations that state none.
func (in *interpreter) standing() moment {
	if in.when != nil {
		return *in.when
	}
	return moment{}
}

// stateTime is the time at which something held.
func (in *interpreter) stateTime(times []*timeNode) moment {
	var out moment
	for _, t := range times {
		switch {
		case t.Now != "":
			out = moment{}
		case t.Ever:
			out = moment{kind: ever}
		case t.Event != nil || t.Than != nil:
			out = moment{kind: during, beside: &relates{}, said: t.Rel}
		default:
			m := in.bounds(t)
			m.kind = during
			switch t.Op {
			case "since", "from":
				m = in.bounds(&timeNode{Pos: t.Pos, Op: "until", At: t.At})
				m.kind, m.said = since, "since "+in.spanAt(*t.At).Said
			}
			out = m
		}
	}
	return out
}

// eventTime is the time within which something happened.
func (in *interpreter) eventTime(times []*timeNode, kind momentKind) moment {
	out := moment{kind: kind}
	for _, t := range times {
		if t.Now != "" || t.Ever {
			continue
		}
		if t.Than != nil {
			out = moment{kind: kind, than: in.name(*t.Than, nil), before: t.Rel == "before"}
			out.said = t.Rel + " " + paraphraser{in.Lexicon}.name(out.than)
			continue
		}
		if t.Event != nil {
			out = in.beside(t, kind)
			continue
		}
		m := in.bounds(t)
		m.kind = kind
		out = m
	}
	return out
}

// beside is a time told by another event of the same thing: "after they
// joined the EU".
func (in *interpreter) beside(t *timeNode, kind momentKind) moment {
	s := in.reading(*t.Event).senses[0]
	rel, iri := in.relationTo(*t.Event, *t.Of, nil)
	other := &relates{rel, target{iri: iri}, moment{kind: began}}
	verb := rel.begin()
	if s.end {
		other.when.kind, verb = ended, rel.end()
	}
	if in.refusal != nil {
		return moment{}
	}
	v := in.english.verb(firstWord(verb)).past + strings.TrimPrefix(verb, firstWord(verb))
	return moment{kind: kind, beside: other, before: t.Rel == "before", said: t.Rel + " they " + v + " " + paraphraser{in.Lexicon}.name(iri)}
}

// bounds makes a time into bounds on a date.
func (in *interpreter) bounds(t *timeNode) moment {
	if t.First != nil {
		a, b := in.spanAt(*t.First), in.spanAt(*t.Last)
		return moment{low: a.From, high: b.To, said: "between " + a.Said + " and " + b.Said}
	}
	s := in.spanAt(*t.At)
	m := moment{low: s.From, high: s.To}
	word := "in"
	if len(s.Said) == 10 {
		word = "on"
	}
	switch t.Op {
	case "before":
		m = moment{high: s.From, highStrict: true}
		word = "before"
	case "after":
		m = moment{low: s.To, lowStrict: true}
		word = "after"
	case "since", "from":
		m = moment{low: s.From}
		word = "since"
	case "until", "till", "by":
		m = moment{high: s.To}
		word = "until"
	case "asof":
		word = "as of"
		m.year = year(s)
	default:
		m.year = year(s)
	}
	m.said = word + " " + s.Said
	return m
}

func year(s span) string {
	if len(s.Said) == 4 {
		return s.Said
	}
	return ""
}

// spanAt reads a date token or a number that is a year.
func (in *interpreter) spanAt(t lexer.Token) span {
	r := in.reading(t)
	if r.class == classDate {
		return r.span
	}
	s, ok := spanOf(r.number.text)
	if !ok || r.number.scaled {
		in.refuse(t, "%q is not a year", in.token(t).text)
	}
	return s
}

// questionTime takes the times that stand by themselves: before the question,
// between its clauses, at its end.
func (in *interpreter) questionTime(before *timeNode, preds []*predicate, tails []*tail, more ...*timeNode) {
	var times []*timeNode
	if before != nil {
		times = append(times, before)
	}
	for _, p := range preds {
		if p.Time != nil {
			times = append(times, p.Time)
		}
	}
	for _, t := range tails {
		if t.Time != nil {
			times = append(times, t.Time)
		}
	}
	times = append(times, more...)
	if len(times) > 0 {
		m := in.stateTime(times)
		in.when = &m
	}
}
