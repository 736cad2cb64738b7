package question

import (
	"cmp"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

func (in *interpreter) measure(m *measure, c *clause) cond {
	var times []*timeNode
	if c != nil {
		times = c.Time
	}
	switch {
	case m.MoreOf != nil:
		p := in.numeric(*m.MoreOf)
		op := []string{"more"}
		if m.More == "smaller" || m.More == "lower" || m.More == "less" {
			op[0] = "less"
		}
		return in.comparison(&comparison{Pos: m.Pos, Op: append(op, "than"), Value: m.Than}, p, *m.MoreOf, times)
	case m.Comp4 != nil:
		s := in.reading(*m.Comp4).senses[0]
		more := "more"
		if s.least {
			more = "less"
		}
		return in.comparison(&comparison{Pos: m.Pos, Op: []string{more, "than"}, Value: m.ThanName}, s.relation.property, *m.Comp4, times)
	case m.ManyOf != nil:
		p := in.counter(*m.ManyOf, nil)
		return in.comparison(m.Many, p, *m.ManyOf, times)
	case m.NoOf != nil:
		if p := in.counter(*m.NoOf, nil); p.counts == nil {
			return not{compares{property: p, op: ">", low: "0", when: in.measureTime(p, times, *m.NoOf)}}
		}
		return compares{property: in.counter(*m.NoOf, nil), op: "=", low: "0"}
	case m.Has != nil:
		if !m.With && (c == nil || !slices.ContainsFunc(c.Aux, func(w string) bool { return w == "have" || w == "has" || w == "had" })) {
			in.refuse(*m.Has, "it is not clear what %q is to be", in.token(*m.Has).text)
			return allOf{}
		}
		p := in.numeric(*m.Has)
		return compares{property: p, op: ">", low: "0", when: in.measureTime(p, times, *m.Has)}
	case m.MoreVerb != nil:
		p := in.spending(*m.MoreVerb, nil, m.MoreComp)
		return in.comparison(&comparison{Pos: m.Pos, Op: []string{m.MoreHow, "than"}, Value: m.ThanOf}, p, *m.MoreVerb, times)
	case m.BestVerb != nil:
		in.refuse(*m.BestVerb, "this superlative does not go here")
		return allOf{}
	case m.BestIn != nil:
		in.refuseAt(m.BestIn.Pos, "this superlative does not go here")
		return allOf{}
	case m.BestOf != nil:
		in.refuse(*m.BestOf, "ask for the %s thing first, as in \"largest country by population\"", m.Best)
		return allOf{}
	case m.Attr != nil:
		p := in.numeric(*m.Attr)
		return in.comparison(m.Cmp, p, *m.Attr, times)
	case m.Verb != nil:
		cmp := m.Cmp2
		if m.Cmp3 != nil {
			cmp = m.Cmp3
		}
		if cmp == nil {
			if m.Comp == nil && m.Comp3 == nil {
				in.refuse(*m.Verb, "%q wants an amount, as in \"spent more than 2%% of GDP\"", in.token(*m.Verb).text)
				return allOf{}
			}
			p := in.spending(*m.Verb, nil, m.Comp, m.Comp3)
			return compares{property: p, op: ">", low: "0", when: in.measureTime(p, times, *m.Verb)}
		}
		p := in.spending(*m.Verb, cmp.unit(), m.Comp, m.Comp3)
		return in.comparison(cmp, p, *m.Verb, times)
	}
	// The unit says what is measured.
	unit := m.Cmp4.unit()
	if unit == nil {
		in.refuseAt(m.Cmp4.Pos, "it is not clear what is compared; name the measure, as in \"population over 5 million\"")
		if v := m.Cmp4.Value; v != nil && v.Name != nil && in.refusal.Suggestions == nil {
			in.refusal.Message = "it is not clear in what they are compared"
			for _, p := range in.order {
				if len(p.Units) > 0 && p.own && p.Kind == valueNumber && !p.unused && !strings.HasPrefix(p.Units[0], "%") && p.MeasureVerb == "" && in.fits(*v.Name, p.Domain) {
					in.refusal.Suggestions = append(in.refusal.Suggestions, m.Cmp4.Op[0]+" "+p.Label+" than")
				}
			}
		}
		return allOf{}
	}
	return in.comparison(m.Cmp4, in.measuredBy(*unit), *unit, times)
}

// counter makes the measure "number of members", or of things of a class. What is
// a number already is its own measure: "number of nuclear reactors".
func (in *interpreter) counter(t lexer.Token, subject *class) *property {
	if in.reading(t).class == classUnit {
		return in.measuredBy(t)
	}
	for _, s := range in.reading(t).senses {
		if s.relation.property != nil && s.relation.Kind == valueNumber {
			return s.relation.property
		}
	}
	s := in.reading(t).senses[0]
	if s.class == classAttribute && s.relation.Kind != valueThing && s.relation.Kind != valueUnknown {
		in.refuse(t, "%q is not a number that could be compared", in.token(t).text)
		return &property{}
	}
	if s.class == classNoun {
		for _, w := range in.words["in"] {
			rel := w.relation
			if w.class == classPreposition && len(rel.to()) > 0 && in.related(s.of, rel.to()) && in.related(subject, rel.from()) {
				return in.counting(rel, &set{class: s.of, noun: s.of.Noun}, s.of.Plural)
			}
		}
		in.refuse(t, "it is not clear which %s are to be counted", s.of.Plural)
		return &property{}
	}
	return in.counting(s.relation.flip(), nil, s.relation.noun(true))
}

// counting makes the measure of how many things a relation leads to.
func (in *interpreter) counting(rel relation, within *set, noun string) *property {
	return &property{Label: "number of " + noun, InverseNoun: "number of " + noun, Kind: valueNumber, Domain: rel.from(), counts: &rel, within: within}
}

// spending returns the measure of a verb and its complement; of two that share
// them, such as an amount and its share of GDP, the one with the unit.
func (in *interpreter) spending(verb lexer.Token, unit *lexer.Token, complements ...*lexer.Token) *property {
	senses := in.reading(verb).senses
	var fit []*property
	for _, c := range complements {
		if c == nil {
			continue
		}
		for _, s := range in.reading(*c).senses {
			if hasRelation(senses, s.relation) {
				fit = append(fit, s.relation.property)
			}
		}
	}
	if fit == nil {
		for _, c := range complements {
			if c != nil {
				in.unrecorded(verb, *c)
			}
		}
		fit = append(fit, senses[0].relation.property)
	}
	if unit != nil {
		for _, u := range in.reading(*unit).senses {
			if slices.Contains(fit, u.relation.property) {
				return u.relation.property
			}
		}
	}
	return fit[0]
}

// unrecorded refuses a measure that the graph does not have, such as how much oil
// is exported where only gas and coal are, with those of the same verb and of the
// same complement.
func (in *interpreter) unrecorded(verb, complement lexer.Token) {
	in.refuse(complement, "it is not recorded how much %s they %s", strings.TrimPrefix(in.token(complement).text, "on "), in.token(verb).text)
	for _, t := range []lexer.Token{complement, verb} {
		for _, s := range in.reading(t).senses {
			if !slices.Contains(in.refusal.Suggestions, s.relation.Label) && len(in.refusal.Suggestions) < 6 {
				in.refusal.Suggestions = append(in.refusal.Suggestions, s.relation.Label)
			}
		}
	}
}

// measuredBy returns the one measure that a unit is of.
func (in *interpreter) measuredBy(unit lexer.Token) *property {
	senses := in.reading(unit).senses
	for _, s := range senses[1:] {
		if s.relation.property != senses[0].relation.property {
			in.refuse(unit, "it is not clear what is measured in %s; name the measure", in.token(unit).text)
			for _, s := range senses {
				in.refusal.Suggestions = append(in.refusal.Suggestions, s.relation.Label)
			}
			break
		}
	}
	return senses[0].relation.property
}

// numeric returns the measure that an attribute names.
func (in *interpreter) numeric(t lexer.Token) *property {
	if in.reading(t).class == classUnit {
		return in.measuredBy(t)
	}
	var first *property
	for _, s := range in.reading(t).senses {
		if s.relation.property == nil || s.relation.Kind != valueNumber {
			continue
		}
		if in.unit == nil || in.measuredIn(s.relation.property, *in.unit) {
			return s.relation.property
		}
		first = cmp.Or(first, s.relation.property)
	}
	if first != nil {
		in.refuse(*in.unit, "%s is not measured in %s but in %s", first.Label, in.token(*in.unit).text, cmpOr(first.unit(), "no unit"))
		return first
	}
	in.refuse(t, "%q is not a number that could be compared", in.token(t).text)
	return &property{}
}

// measuredIn reports whether a unit is one of a measure.
func (in *interpreter) measuredIn(p *property, unit lexer.Token) bool {
	return slices.ContainsFunc(in.reading(unit).senses, func(s sense) bool { return s.relation.property == p })
}

func (c *comparison) unit() *lexer.Token {
	for _, a := range []*amount{c.High, c.Low, c.Value, c.Plain} {
		if a != nil && a.Unit != nil {
			return a.Unit
		}
		if a != nil && a.Before != nil {
			return a.Before
		}
	}
	return nil
}

func (in *interpreter) comparison(c *comparison, p *property, at lexer.Token, times []*timeNode) cond {
	out := compares{property: p, when: in.measureTime(p, times, at)}
	value := c.Value
	switch {
	case c.Between:
		out.op = "between"
		out.high = in.amount(c.High, p, quantity{})
		out.low = in.amount(c.Low, p, in.scaleOf(c.High, c.Low))
		return out
	case c.Plain != nil:
		value = c.Plain
		out.op = "="
		if c.Or == "" && p.counts == nil && len(p.Units) > 0 {
			in.refuseAt(c.Pos, "it is not clear how it compares with this; say how")
			if in.refusal.Suggestions == nil {
				in.refusal.Suggestions = []string{"at least", "at most", "exactly"}
			}
			return out
		}
		if c.Whole != nil && !strings.HasSuffix(p.unit(), " of "+in.reading(*c.Whole).senses[0].relation.InverseNoun) {
			in.refuse(*c.Whole, "%s is not measured so", p.Label)
		}
		switch c.Or {
		case "more", "above", "over", "higher", "greater":
			out.op = ">="
		case "less", "fewer", "below", "lower", "smaller":
			out.op = "<="
		}
	default:
		switch strings.Join(c.Op, " ") {
		case "over", "above", "exceeding", ">", "more than", "greater than", "larger than", "higher than", "bigger than", "exceeds", "exceed", "exceeded":
			out.op = ">"
		case "at least", "> =", "not under", "not below", "not less than":
			out.op = ">="
		case "under", "below", "<", "less than", "fewer than", "smaller than", "lower than":
			out.op = "<"
		case "at most", "up to", "< =", "not over", "not above", "not more than":
			out.op = "<="
		case "exactly", "equal to", "=":
			out.op = "="
		default:
			in.refuseAt(c.Pos, "the comparison is not clear")
		}
	}
	if value.Name != nil {
		out.than = in.name(*value.Name, p.Domain)
		return out
	}
	out.low = in.amount(value, p, quantity{})
	return out
}

// scaleOf lends the scale of the upper bound to the lower: "between 10 and 20
// million".
func (in *interpreter) scaleOf(high, low *amount) quantity {
	if high.Name != nil || low.Name != nil {
		return quantity{}
	}
	h, l := in.reading(high.Number).number, in.reading(low.Number).number
	if h.scaled && !l.scaled {
		return h
	}
	return quantity{}
}

func (in *interpreter) amount(a *amount, p *property, lent quantity) string {
	if a.Name != nil {
		in.refuse(*a.Name, "a number is wanted here")
		return ""
	}
	for _, u := range []*lexer.Token{a.Before, a.Unit} {
		if u == nil {
			continue
		}
		if !slices.ContainsFunc(in.reading(*u).senses, func(s sense) bool { return s.relation.property == p }) {
			unit := "no unit"
			if len(p.Units) > 0 {
				unit = p.Units[0]
			}
			in.refuse(*u, "%s is not measured in %s but in %s", p.Label, in.token(*u).text, unit)
		}
	}
	q := in.reading(a.Number).number
	if lent.scaled {
		return q.text + strings.Repeat("0", lent.scale)
	}
	return q.text
}

// measureTime returns the time of a measured value: a year, or the latest.
func (in *interpreter) measureTime(p *property, times []*timeNode, at lexer.Token) moment {
	var m moment
	switch {
	case len(times) > 0:
		m = in.stateTime(times)
	case in.when != nil:
		m = *in.when
	}
	if m.kind == today {
		return moment{}
	}
	if p.counts != nil || p.event != nil {
		in.refuse(at, "%s is only known for today", p.Label)
	}
	if m.year == "" {
		in.refuse(at, "%s is recorded by year; ask for one year, as in \"in 2020\"", p.Label)
	}
	if !p.yearly() || in.model.Year == "" {
		in.refuse(at, "%s is not recorded by year", p.Label)
	}
	return m
}
