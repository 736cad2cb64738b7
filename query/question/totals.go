package question

import "slices"

// What is compared may have members: beside what is said of the things themselves
// stand the totals of what is measured of those who are in them.

// Totals returns the questions for the totals of the members of each thing that a
// comparison is about, in the sequence of [Question.About]: those of the measures
// that the graph gives several words for their unit, which are the ones spoken of.
// Their Text is short: "members: GDP". The lists are as long as each other; nil if some
// thing has no members.
func (q *Question) Totals() [][]*Question {
	m := q.meaning
	if m.kind != askCompare {
		return nil
	}
	l := q.lexicon
	in := &interpreter{Lexicon: l}
	var measures []*property
	for _, p := range l.order {
		if p.additive() && !p.derived() && !p.unused && len(p.Units) > 2 {
			measures = append(measures, p)
		}
	}
	var out [][]*Question
	for _, iri := range m.things {
		var own []*Question
		for _, p := range measures {
			bearer := in.bearer(p)
			for _, w := range l.words["in"] {
				rel := w.relation
				if w.class != classPreposition || w.negative || len(rel.to()) == 0 || !in.isA(iri, rel.to()) || !in.related(bearer, rel.from()) || in.isA(iri, p.Domain) {
					continue
				}
				s := &set{class: bearer, conds: []cond{relates{rel: rel, to: target{iri: iri}}}}
				if bearer != nil {
					s.noun = bearer.Noun
				}
				total := &meaning{kind: askCombine, combine: "SUM", attributes: []relation{{p, false}}, set: s}
				asked := l.asked(total)
				asked.Text = cmpOr(rel.noun(true), "things in it") + ": " + p.Label
				own = append(own, asked)
				break
			}
		}
		out = append(out, own)
	}
	if slices.ContainsFunc(out, func(own []*Question) bool { return len(own) == 0 || len(own) != len(out[0]) }) {
		return nil
	}
	return out
}

// asked makes a question of a meaning.
func (l *Lexicon) asked(m *meaning) *Question {
	t := newTranslator(l)
	q := &Question{meaning: m, lexicon: l, Understood: paraphraser{l}.meaning(m), Query: t.query(m), Columns: t.columns, Kind: m.answer()}
	q.Text = q.Understood
	return q
}
