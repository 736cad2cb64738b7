package question

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// tails reads order, grouping and number wanted.
func (in *interpreter) tails(m *meaning, of *class, tails []*tail) {
	for _, t := range tails {
		if t.Unit != nil {
			in.unit = t.Unit
		}
	}
	for _, t := range tails {
		m.ties, m.perYear = m.ties || t.Ties, m.perYear || t.Ends
		switch t.From + t.Front {
		case "smallest", "lowest", "least", "oldest", "earliest":
			m.ascending = true
		}
		if t.Date != "" {
			m.byDate, m.ascending = true, t.Front != "newest" && t.Front != "latest"
		}
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
				m.order = in.numeric(key)
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
	// A verb may lead there too, if only one does: "people per town" by where they live.
	var only []*property
	for _, p := range in.order {
		if !p.unused && p.Kind == valueThing && slices.Contains(p.Range, to.IRI) {
			only = append(only, p)
		}
	}
	if len(only) == 1 {
		m.per = &relation{only[0], false}
		return
	}
	in.refuse(t, "nothing leads to %s to group by", to.Plural)
}

// noOrder refuses an order where there is one answer or one for each group.
func (in *interpreter) noOrder(m *meaning, tails []*tail) {
	if m.byDate {
		in.refuseAt(tails[len(tails)-1].Pos, "there is nothing here to order by date")
	}
	if m.order != nil {
		in.refuseAt(tails[len(tails)-1].Pos, "there is nothing here to order by %s", m.order.Label)
	}
}

// ordinals are the words of places from the second on.
var ordinals = []string{"second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}

// ranking is how many come first where a superlative stands with a plural and
// without a number: "largest oil producers".
const ranking = 10

// superlative reads "top 5", "largest". Without a number it means the one that
// comes first, or, of a plural, the first [ranking]; all that share the last
// place belong to them.
func (in *interpreter) superlative(m *meaning, s *superlative, plural bool) {
	if s == nil {
		return
	}
	in.first(m, plural && !s.Of && s.Nth == "")
	if s.Nth != "" {
		m.skip, m.ties = 1+slices.Index(ordinals, s.Nth), false
	}
	for _, n := range []*lexer.Token{s.Number, s.N, s.N2} {
		if n != nil {
			m.limit, m.ties = in.integer(*n), m.ties && s.Of
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

// first wants what comes first: one thing or several, and those that share the
// last place with them.
func (in *interpreter) first(m *meaning, plural bool) {
	if m.limit > 0 {
		return
	}
	m.limit, m.ties = 1, true
	if plural {
		m.limit = ranking
	}
}

// plural reports whether a noun stands in the plural.
func (in *interpreter) plural(p *phrase) bool {
	if p == nil || p.Any {
		return false
	}
	head := p.Head
	for _, t := range []*lexer.Token{p.Class, p.Kind, p.Attr} {
		if t != nil {
			head = *t
		}
	}
	senses := in.reading(head).senses
	return len(senses) > 0 && senses[0].plural
}

// takeBest finds "has the largest population" among the predicates.
func (in *interpreter) takeBest(m *meaning, of *class, plural bool, preds []*predicate) []*predicate {
	var out []*predicate
	for _, p := range preds {
		if p.Bare != nil && len(p.Bare.Rest) == 0 && len(p.Bare.First.Rest) == 0 {
			c := p.Bare.First.First
			if c.Core != nil && c.Core.Is != nil {
				in.superlative(m, c.Core.Is, plural)
				in.best = c.Core.Is
				continue
			}
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
				in.first(m, plural)
				m.ascending = c.Core.Best == "fewest"
				continue
			}
			if c.Core != nil && c.Core.Measure != nil && (c.Core.Measure.BestOf != nil || c.Core.Measure.BestVerb != nil || c.Core.Measure.BestIn != nil) {
				k := c.Core.Measure
				var best lexer.Token
				switch {
				case k.BestVerb != nil:
					best = *k.BestVerb
					m.order = in.spending(best, nil, k.BestComp)
					k.Best = k.BestHow
				case k.BestIn != nil:
					best = lexer.Token{Pos: k.BestIn.Pos}
					m.order = in.countingBetween(of, in.phrase(k.BestIn, nil), best)
				default:
					best = *k.BestOf
				}
				if k.BestOf == nil {
				} else {
					m.order = in.counter(best, nil)
				}
				in.first(m, plural && k.Nth == "")
				if k.Nth != "" {
					m.skip, m.ties = 1+slices.Index(ordinals, k.Nth), false
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

func (in *interpreter) checkOrder(m *meaning, s *superlative, tails []*tail) {
	if s == nil {
		s = in.best
	}
	if m.byDate && m.order == nil {
		in.byDate(m, tails[0].Pos)
	}
	if m.order == nil {
		for _, t := range tails {
			if t.From+t.Front != "" {
				in.refuseAt(t.Pos, "by what should they be ordered?")
			}
		}
	}
	if s == nil || m.order != nil {
		return
	}
	switch word := s.Best + s.Top; word {
	case "first", "oldest", "earliest", "last", "newest", "latest", "youngest":
		in.byDate(m, s.Pos)
		m.ascending = word == "first" || word == "oldest" || word == "earliest"
		return
	}
	in.refuseAt(s.Pos, "by what should they be ranked?")
	in.suggestMeasures(func(p *property) bool { return in.related(m.set.class, p.Domain) }, "by %s")
}

// suggestMeasures adds the measures most spoken of, of those that fit, to a refusal
// that suggests nothing yet.
func (in *interpreter) suggestMeasures(fits func(*property) bool, said string) {
	if in.refusal == nil || in.refusal.Suggestions != nil {
		return
	}
	var measures []*property
	for _, p := range in.order {
		if p.Kind == valueNumber && !p.unused && fits(p) {
			measures = append(measures, p)
		}
	}
	// They are those with the most words for their unit.
	slices.SortStableFunc(measures, func(a, b *property) int { return len(b.Units) - len(a.Units) })
	for _, p := range measures[:min(len(measures), 6)] {
		in.refusal.Suggestions = append(in.refusal.Suggestions, fmt.Sprintf(said, p.Label))
	}
}

// eventDate names the date of an event: "joined NATO".
func (l *Lexicon) eventDate(r *relates) string {
	verb, otherwise := r.rel.begin(), "since"
	if r.when.kind == ended {
		verb, otherwise = r.rel.end(), "until"
	}
	if verb == "" {
		return otherwise
	}
	out := l.english.verb(firstWord(verb)).past + strings.TrimPrefix(verb, firstWord(verb))
	if r.to.iri != "" {
		out += " " + paraphraser{l}.name(r.to.iri)
	}
	return out
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
		m.order = &property{Label: in.eventDate(best), Kind: valueDate, Domain: best.rel.from(), event: best}
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
