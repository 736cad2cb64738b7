package question

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// phrase returns the set that a noun with its modifiers stands for.
func (in *interpreter) phrase(p *phrase, mom *moment) *set {
	s := &set{}
	when := in.standing()
	if mom != nil {
		when = *mom
	}
	switch {
	case p.Class != nil:
		s = in.noun(*p.Class)
	case p.Kind != nil:
		s = in.noun(*p.Kind)
	}
	head := p.Head
	isRole := p.Class == nil && p.Attr == nil && !p.Any
	if p.Attr != nil {
		head, isRole = *p.Attr, true
		if k := in.reading(head).senses[0].relation.Kind; k != valueThing && k != valueUnknown {
			in.refuse(head, "%q is no kind of thing", in.token(head).text)
		}
	}
	for _, m := range p.Pre {
		switch m.Word {
		case "former", "ex", "past":
			when = moment{kind: former}
		case "founding", "original":
			in.refuseAt(m.Pos, "ask who founded it, or for its founding members")
		case "other", "new":
			in.refuseAt(m.Pos, "%q has no clear meaning here", m.Word)
		}
	}
	if s.class != nil && !isRole && when.kind != today {
		former := slices.ContainsFunc(p.Pre, func(m *modifier) bool { return m.Word == "former" || m.Word == "ex" || m.Word == "past" })
		switch named := slices.ContainsFunc(p.Pre, func(m *modifier) bool { return m.Names != nil }) || p.Of != nil; {
		case s.class.dated:
			s.conds, s.class = append(s.conds, in.being(s.class, when)), nil
		case former && !named:
			in.undated(head, s.class)
		}
	}
	var roleConds []cond
	if isRole {
		senses := in.reading(head).senses
		if s.noun == "" {
			s.noun = senses[0].relation.noun(false)
		}
		if p.Of != nil {
			roleConds = append(roleConds, in.relate(head, p.Of, s.class, when))
		}
	} else if p.Of != nil {
		roleConds = append(roleConds, in.locate(p.Of, s.class, when, p.Pos))
	}
	for _, m := range p.Pre {
		switch {
		case m.Flag != nil:
			s.conds = append(s.conds, in.flag(*m.Flag, when))
		case m.Non:
			s.conds = append(s.conds, not{in.modify(*m.NonOf, head, isRole, s.class, when)})
		case m.Names != nil:
			list := []cond{}
			or := slices.Contains(m.Names.Sep, "or")
			for _, t := range m.Names.list() {
				list = append(list, in.modify(t, head, isRole, s.class, when))
			}
			if or {
				s.conds = append(s.conds, anyOf(list))
			} else {
				s.conds = append(s.conds, list...)
			}
			for _, c := range list {
				if r, ok := c.(relates); ok && isRole && hasRelation(in.reading(head).senses, r.rel) {
					roleConds = append(roleConds, nil)
				}
			}
		}
	}
	for _, c := range roleConds {
		if c != nil {
			s.conds = append(s.conds, c)
		}
	}
	if isRole && len(roleConds) == 0 {
		// A noun without its object: members of anything. What follows may
		// still give the object.
		s.conds = append(s.conds, in.openRole(head, when))
	}
	return s
}

// being is the condition of being of a class at a time.
func (in *interpreter) being(c *class, when moment) cond {
	if when.kind == today || c.being == nil {
		return ofClass{c}
	}
	rel := relation{property: c.being}
	return relates{rel, target{iri: c.IRI}, in.timeFor(rel, when)}
}

// undated refuses a time of being of a class of which no times are recorded.
func (in *interpreter) undated(t lexer.Token, c *class) {
	in.refuse(t, "since when something is %s, or until when, is not recorded", withArticle(c.Noun))
}

// timed refuses a question's own time where nothing in its set has one.
func (in *interpreter) timed(m *meaning, what *phrase) {
	if in.when == nil || in.when.kind != during && in.when.kind != since || m.order != nil || what == nil || what.Class == nil || m.set.class == nil {
		return
	}
	if !slices.ContainsFunc(m.set.conds, dated) {
		in.undated(*what.Class, m.set.class)
	}
}

// dated reports whether a condition is about a time.
func dated(c cond) bool {
	switch x := c.(type) {
	case allOf:
		return slices.ContainsFunc(x, dated)
	case anyOf:
		return slices.ContainsFunc(x, dated)
	case someOf:
		return slices.ContainsFunc(x.of, dated)
	case not:
		return dated(x.cond)
	case valued:
		return dated(x.cond)
	case relates:
		return x.when.kind != today || x.rel.joint != nil || x.to.set != nil && slices.ContainsFunc(x.to.set.conds, dated)
	case compares:
		return x.when.kind != today || x.property.counts != nil
	case happened:
		return true
	}
	return false
}

// noun is the set that a noun of a class stands for: its instances, or those of
// one kind of them, as customs unions are trade agreements of a kind.
func (in *interpreter) noun(t lexer.Token) *set {
	sense := in.reading(t).senses[0]
	s := &set{class: sense.of, noun: sense.of.Noun}
	if sense.value != "" {
		s.conds = []cond{flagged{sense.relation.property, sense.value, true}}
	}
	return s
}

// whole is the class of a noun that must not stand for a kind of its instances.
func (in *interpreter) whole(t lexer.Token) *class {
	senses := in.reading(t).senses
	for _, s := range senses {
		if s.value == "" {
			return s.of
		}
	}
	sense := senses[0]
	if sense.value != "" {
		in.refuse(t, "%q are only some of the %s; this can be asked of all of them", in.token(t).text, sense.of.Plural)
	}
	return sense.of
}

func hasRelation(senses []sense, rel relation) bool {
	return slices.ContainsFunc(senses, func(s sense) bool { return s.relation == rel })
}

// openRole stands for a role whose object has not been named.
func (in *interpreter) openRole(head lexer.Token, when moment) cond {
	rel := in.reading(head).senses[0].relation
	return relates{rel, target{open: &head}, in.timeFor(rel, when)}
}

// closed refuses a set that still asks for members of nothing said.
func (in *interpreter) closed(s *set) {
	if s == nil {
		return
	}
	for _, c := range s.conds {
		if n, ok := c.(not); ok {
			c = n.cond
		}
		r, ok := c.(relates)
		if !ok || r.to.open == nil {
			continue
		}
		if t := *r.to.open; in.reading(t).class == classRole {
			in.refuse(t, "%s of what?", in.token(t).text)
		} else {
			in.refuse(t, "%q wants an object", in.token(t).text)
		}
	}
}

// modify makes the condition of a name or adjective before a noun: the object
// of the noun ("NATO members", "Japanese allies") or a place ("African
// members", "EU countries").
func (in *interpreter) modify(t, head lexer.Token, isRole bool, subject *class, when moment) cond {
	if isRole {
		for _, s := range in.reading(head).senses {
			for _, iri := range in.candidates(t) {
				if in.isA(iri, s.relation.to()) {
					rel, iri := in.relationTo(head, t, subject)
					if rel.property == nil {
						return allOf{}
					}
					r := relates{rel, target{iri: iri}, in.timeFor(rel, when)}
					in.last = &r
					return r
				}
			}
		}
		// The noun's own subjects are in a place: "African members of NATO".
		subject = in.subjectOf(head, subject)
	}
	return in.place(t, subject, when)
}

// subjectOf is the class of what a role is said of, where no other is given.
func (in *interpreter) subjectOf(role lexer.Token, given *class) *class {
	if senses := in.reading(role).senses; given == nil && len(senses) > 0 {
		for _, d := range senses[0].relation.from() {
			given = in.classOf(d)
		}
	}
	return given
}

// takes reports whether a role can be of the first of its objects.
func (in *interpreter) takes(role lexer.Token, o *objects) bool {
	return slices.ContainsFunc(in.reading(role).senses, func(s sense) bool {
		return o.First.Name != nil && in.fits(*o.First.Name, s.relation.to())
	})
}

// place resolves "in" this thing, whatever "in" means for it.
func (in *interpreter) place(t lexer.Token, subject *class, when moment) cond {
	var rels []relation
	var iris []string
	for _, s := range in.words["in"] {
		if s.class != classPreposition || !in.related(subject, s.relation.from()) {
			continue
		}
		for _, iri := range in.candidates(t) {
			if in.isA(iri, s.relation.to()) {
				rels, iris = append(rels, s.relation), append(iris, iri)
			}
		}
	}
	if len(rels) == 0 {
		rels, iris = in.holders(t, subject)
	}
	if len(rels) == 0 && subject != nil {
		rels, iris = in.agents(t, subject)
	}
	if len(rels) == 0 {
		rels, iris = in.only(t, subject)
	}
	if len(rels) == 0 {
		in.refuse(t, "it is not clear how %q belongs here", in.token(t).text)
		return allOf{}
	}
	uniq := slices.Clone(iris)
	slices.Sort(uniq)
	iri := in.choose(t, slices.Compact(uniq))
	for i := range rels {
		if iris[i] == iri {
			r := relates{rels[i], target{iri: iri}, in.timeFor(rels[i], when)}
			in.last = &r
			return r
		}
	}
	return allOf{}
}

// agents finds "by": the sanctions of the EU are those it imposes.
func (in *interpreter) agents(t lexer.Token, subject *class) (rels []relation, iris []string) {
	for _, s := range in.words["by"] {
		if s.class != classPreposition || len(s.relation.from()) == 0 || !in.related(subject, s.relation.from()) {
			continue
		}
		for _, iri := range in.candidates(t) {
			if in.isA(iri, s.relation.to()) {
				rels, iris = append(rels, s.relation), append(iris, iri)
			}
		}
	}
	return rels, iris
}

// holders finds "in" read backwards: the treaties of Japan are those it is in.
func (in *interpreter) holders(t lexer.Token, subject *class) (rels []relation, iris []string) {
	if subject == nil {
		return nil, nil
	}
	for _, s := range in.words["in"] {
		if s.class != classPreposition || len(s.relation.to()) == 0 || !in.related(subject, s.relation.to()) {
			continue
		}
		rel := s.relation.flip()
		for _, iri := range in.candidates(t) {
			if in.isA(iri, rel.to()) {
				rels, iris = append(rels, rel), append(iris, iri)
			}
		}
	}
	return rels, iris
}

// only finds the one relation that can hold between things of a class and what
// a name stands for: "Japanese treaties". If there are several, it finds none.
func (in *interpreter) only(t lexer.Token, subject *class) (rels []relation, iris []string) {
	for _, p := range in.order {
		for _, inverse := range []bool{false, true} {
			rel := relation{p, inverse}
			if !p.Tie || p.Symmetric && inverse || subject == nil || len(rel.from()) == 0 || len(rel.to()) == 0 || !in.related(subject, rel.from()) {
				continue
			}
			for _, iri := range in.candidates(t) {
				if in.isA(iri, rel.to()) {
					if len(rels) > 0 && rels[0] != rel {
						return nil, nil
					}
					rels, iris = append(rels, rel), append(iris, iri)
				}
			}
		}
	}
	return rels, iris
}

// locate is "countries of Asia".
func (in *interpreter) locate(o *objects, subject *class, when moment, at lexer.Position) cond {
	return in.objects(o, false, func(ob *object) cond {
		if ob.Name == nil {
			in.refuseAt(at, "it is not clear what this belongs to")
			return allOf{}
		}
		return in.place(*ob.Name, subject, when)
	})
}

func (in *interpreter) flag(t lexer.Token, when moment) cond {
	s := in.reading(t).senses[0]
	if s.of != nil {
		return in.being(s.of, when)
	}
	f := flagged{property: s.relation.property, value: s.value}
	if s.negative {
		return not{f}
	}
	return f
}

// flagAt is "in force in 1990": true from one date of the thing to another, both
// of which have to be recorded.
func (in *interpreter) flagAt(t lexer.Token, times []*timeNode, standing moment) cond {
	if s := in.reading(t).senses[0]; s.of != nil {
		if standing.kind != today && s.of.being == nil {
			in.undated(t, s.of)
		}
		return in.being(s.of, standing)
	}
	c := in.flag(t, standing)
	if len(times) == 0 {
		return c
	}
	f, ok := c.(flagged)
	when := in.stateTime(times)
	if when.kind == today {
		return c
	}
	if ok && (when.kind == since || when.kind == during && when.beside == nil) {
		begin, end := in.properties[f.property.Since], in.properties[f.property.Until]
		if begin != nil && when.kind == since {
			return allOf{f, happened{begin, moment{kind: began, high: when.high, said: "until " + strings.TrimPrefix(when.said, "since ")}}}
		}
		if begin != nil && end != nil && when.year != "" {
			before := happened{end, moment{kind: began, high: when.low, highStrict: true, said: "before " + when.year}}
			return allOf{happened{begin, moment{kind: began, high: when.high, said: "until " + when.year}}, not{before}}
		}
	}
	in.refuse(t, "since when something is %s, or until when, is not recorded", in.token(t).text)
	return c
}
