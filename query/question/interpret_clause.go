package question

import (
	"cmp"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// predicates adds what the clauses after a noun say to a set. A time that
// stands by itself has been taken before, by questionTime.
func (in *interpreter) predicates(s *set, preds []*predicate) {
	for _, p := range preds {
		subject := s.class
		if subject == nil && len(s.conds) > 0 {
			subject = in.implied(s)
		}
		switch {
		case p.Or != nil:
			s.conds = append(s.conds, in.orClause(p.Or, subject))
		case p.Bare != nil && in.fillsRole(s, p.Bare):
		case p.Bare != nil:
			s.conds = append(s.conds, in.orClause(p.Bare, subject))
		}
	}
	s.conds = flat(s.conds)
	in.closeRole(s)
}

// fillsRole reads "observers in the SCO" as observers of it: a place that a role
// without an object can be of is its object.
func (in *interpreter) fillsRole(s *set, o *orClause) bool {
	c := o.First.First
	if len(o.Rest)+len(o.First.Rest)+len(c.Aux) > 0 || c.Core == nil || c.Core.Prep == nil || c.Core.Of == nil || in.token(*c.Core.Prep).text != "in" {
		return false
	}
	for i, x := range s.conds {
		r, ok := x.(relates)
		if !ok || r.to.open == nil || !in.takes(*r.to.open, c.Core.Of) {
			continue
		}
		when := r.when
		if len(c.Time) > 0 {
			when = in.stateTime(c.Time)
		}
		s.conds[i] = in.relate(*r.to.open, c.Core.Of, s.class, when)
		return true
	}
	return false
}

// flat dissolves conjunctions inside a conjunction.
func flat(conds []cond) []cond {
	var out []cond
	for _, c := range conds {
		if all, ok := c.(allOf); ok {
			out = append(out, flat(all)...)
		} else {
			out = append(out, c)
		}
	}
	return out
}

// closeRole drops "members of anything" where a later condition names what
// they are members of.
func (in *interpreter) closeRole(s *set) {
	for i, c := range s.conds {
		open, ok := c.(relates)
		if !ok || open.to.iri != "" || open.to.set != nil {
			continue
		}
		named := slices.ContainsFunc(s.conds, func(c cond) bool {
			r, ok := c.(relates)
			return ok && r.rel == open.rel && r.to.iri != ""
		})
		if named {
			s.conds = slices.Delete(slices.Clone(s.conds), i, i+1)
			return
		}
	}
}

func (in *interpreter) orClause(o *orClause, subject *class) cond {
	var list anyOf
	list = append(list, in.andClause(o.First, subject))
	for _, a := range o.Rest {
		list = append(list, in.andClause(a, subject))
	}
	return simple(list)
}

func (in *interpreter) andClause(a *andClause, subject *class) cond {
	clauses := append([]*clause{a.First}, a.Rest...)
	// A past tense without a time takes that of the next clause that has one.
	var list allOf
	var kept *moment
	for i, c := range clauses {
		var lent *moment
		if in.isPast(c) && len(c.Time) == 0 {
			for _, later := range clauses[i+1:] {
				if len(later.Time) > 0 {
					m := in.stateTime(later.Time)
					lent = &m
					break
				}
			}
			if lent == nil && kept != nil && kept.kind == during {
				lent = kept
			}
		}
		// Without an auxiliary of its own, "but not in the EU" keeps the time of
		// what it continues.
		if i > 0 && lent == nil && len(c.Time) == 0 && elliptic(c) && kept != nil {
			lent = kept
		}
		list = append(list, in.clause(c, subject, lent))
		switch {
		case len(c.Time) > 0 && in.isPast(c):
			m := in.stateTime(c.Time)
			kept = &m
		case lent != nil:
			kept = lent
		case in.isPast(c):
			kept = &moment{kind: ever}
		default:
			kept = nil
		}
	}
	return simple(list)
}

// elliptic reports whether a clause has no auxiliary that shows a tense.
func elliptic(c *clause) bool {
	if c.Have != nil {
		return c.Have.Have == ""
	}
	for _, a := range c.Aux {
		if a != "not" && a != "also" && a != "never" {
			return false
		}
	}
	return c.Core == nil || c.Core.Measure == nil && c.Core.Event == nil
}

// becomes reports whether a clause tells how something began.
func (c *clause) becomes() bool {
	return slices.ContainsFunc(c.Aux, func(a string) bool { return strings.HasPrefix(a, "becom") || a == "became" })
}

// nestedTime is the time at the end of a clause that stands within another: in
// "were allied with states that were in the EU in 1990" it is that of both.
func (c *clause) nestedTime() []*timeNode {
	if c.Core == nil {
		return nil
	}
	of := c.Core.Of
	if p := c.Core.Phrase; p != nil {
		of = p.Of
	}
	if of == nil || len(of.Rest) > 0 || of.First.That == nil {
		return nil
	}
	return of.First.That.Time
}

// aux lists the auxiliaries of a clause.
func (c *clause) aux() []string {
	if c.Have != nil {
		return append(append(slices.Clone(c.Have.Aux), c.Have.Have), c.Have.Words...)
	}
	return c.Aux
}

// isPast reports whether a clause is in the past tense.
func (in *interpreter) isPast(c *clause) bool {
	return slices.ContainsFunc(c.aux(), func(a string) bool {
		return a == "been" || a == "was" || a == "were" || a == "had" || a == "did" || a == "once" || a == "formerly" || a == "previously"
	})
}

func (in *interpreter) clause(c *clause, subject *class, lent *moment) cond {
	if c.Whose != nil {
		return in.whose(c.Whose, c)
	}
	if c.Inv != nil {
		return in.inverted(c.Inv, nil, c.Time, subject)
	}
	negations := 0
	formerly := false
	for _, a := range c.aux() {
		switch a {
		case "longer", "used":
			formerly = true
		case "not", "never":
			negations++
		case "formerly", "previously", "once":
			formerly = true
		}
	}
	when := in.standing()
	switch {
	case c.becomes():
		when = in.eventTime(c.Time, began)
	case len(c.Time) > 0:
		when = in.stateTime(c.Time)
	case lent != nil:
		when = *lent
	case in.isPast(c) && len(c.nestedTime()) > 0:
		when = in.stateTime(c.nestedTime())
	case formerly:
		when = moment{kind: former}
	case slices.Contains(c.aux(), "ever"), slices.Contains(c.aux(), "never"):
		when = moment{kind: ever}
	case in.when == nil && in.isPast(c):
		when = moment{kind: ever}
	}
	if c.Have != nil {
		return in.having(c.Have, subject, when, nil, nil)
	}
	each := func(cores []*core) []cond {
		var out []cond
		for _, k := range cores {
			out = append(out, in.core(k, subject, when, c))
		}
		return out
	}
	var out cond
	switch {
	case len(c.Neither) > 0:
		list := each(c.Neither)
		for _, n := range c.Nor {
			if n.Core != nil {
				list = append(list, in.core(n.Core, subject, when, c))
				continue
			}
			if p := c.Neither[0]; p.Prep != nil {
				list = append(list, in.relate(*p.Prep, n.Objects, subject, when))
			} else if p.Phrase != nil {
				list = append(list, in.relate(p.Phrase.Head, n.Objects, subject, when))
			} else {
				in.refuseAt(c.Pos, "it is not clear what follows nor")
			}
		}
		out = not{simple(anyOf(list))}
	case len(c.Both) > 0:
		out = allOf(each(c.Both))
	case len(c.Either) > 0:
		out = anyOf(each(c.Either))
	case c.Group != nil:
		out = in.orClause(c.Group, subject)
	default:
		out = in.core(c.Core, subject, when, c)
	}
	if negations%2 == 1 {
		if n, ok := out.(not); ok {
			return n.cond
		}
		if all, ok := out.(allOf); ok && c.Core != nil && !in.saysBoth(c.Core) {
			out = anyOf(all)
		}
		out = not{out}
	}
	return out
}

// saysBoth reports whether the objects of a predicate are introduced by both.
func (in *interpreter) saysBoth(k *core) bool {
	of := k.Of
	if k.Phrase != nil {
		of = k.Phrase.Of
	}
	return of == nil || of.Quant == "both" || of.Quant == "all" || len(of.Rest) == 0
}

func (in *interpreter) core(k *core, subject *class, when moment, c *clause) cond {
	switch {
	case k.BestOf != nil:
		in.refuse(*k.BestOf, "this superlative does not go here")
		return allOf{}
	case k.Measure != nil:
		return in.measure(k.Measure, c)
	case k.Prep != nil && k.Then != nil:
		return in.twice(k, subject, when, c)
	case k.Prep != nil:
		return in.relate(*k.Prep, k.Of, subject, when)
	case k.Alone != nil:
		rel := in.reading(*k.Alone).senses[0].relation
		return relates{rel, target{open: k.Alone}, in.timeFor(rel, when)}
	case k.Linked != nil:
		return in.linked(k, subject, when)
	case k.As != nil:
		return in.as(k, subject, when)
	case k.Event != nil:
		return in.event(k, subject, c)
	case k.Flag != nil:
		s := in.reading(*k.Flag).senses[0]
		switch {
		case s.of != nil:
		case slices.Contains(c.Aux, "longer") && s.relation.Ended != "" && !s.negative:
			return flagged{property: s.relation.property, value: s.relation.Ended}
		case slices.Contains(c.Aux, "longer") || slices.Contains(c.Aux, "used") || slices.Contains(c.Aux, "formerly") || slices.Contains(c.Aux, "ever"):
			in.refuse(*k.Flag, "since when something is %s, or until when, is not recorded", in.token(*k.Flag).text)
		}
		return in.flagAt(*k.Flag, c.Time, when)
	case k.Dated != nil:
		when := in.eventTime(c.Time, began)
		if p := in.reading(*k.Dated).senses[0].relation.property; subject != nil && !in.related(subject, p.Domain) {
			in.refuse(*k.Dated, "%s have no such date", subject.Plural)
		}
		if when.beside != nil {
			in.refuse(*k.Dated, "this date cannot be compared with another event")
		}
		return happened{in.reading(*k.Dated).senses[0].relation.property, when}
	case k.Other != nil:
		return in.other(k.Other, subject)
	}
	s := in.phrase(k.Phrase, &when)
	list := allOf(s.conds)
	if s.class != nil && s.class != subject {
		if when.kind != today && len(list) == 0 && s.class.being == nil {
			in.undated(k.Phrase.Head, s.class)
		}
		list = append(allOf{in.being(s.class, when)}, list...)
	}
	return simple(list)
}

// twice is two predicates with the same objects: "signed but not ratified".
func (in *interpreter) twice(k *core, subject *class, when moment, c *clause) cond {
	one := func(tie lexer.Token) cond {
		if in.reading(tie).class == classEvent {
			return in.event(&core{Event: &tie, EventOf: k.Of}, subject, c)
		}
		return in.relate(tie, k.Of, subject, when)
	}
	first, second := one(*k.Prep), one(k.Then.Tie)
	if k.Then.Not {
		second = not{second}
	}
	if k.Then.Sep == "or" {
		return anyOf{first, second}
	}
	return allOf{first, second}
}

// as is "have Russia as a member".
func (in *interpreter) as(k *core, subject *class, when moment) cond {
	for _, s := range in.reading(*k.As).senses {
		rel := s.relation
		if rel.property != nil && s.class != classAttribute {
			rel = rel.flip()
		}
		if rel.property == nil || !in.related(subject, rel.from()) {
			continue
		}
		return in.tie(k.AsOf, false, rel, when)
	}
	in.refuse(*k.As, "it is not clear what has them as %s", in.token(*k.As).text)
	return allOf{}
}

// other is "other than Japan", "except the members of NATO".
func (in *interpreter) other(o *objects, subject *class) cond {
	var list allOf
	for _, ob := range append([]*object{o.First}, others(o.Rest)...) {
		switch {
		case ob.Any:
			in.refuseAt(ob.Pos, "it is not clear what is left")
		case ob.Name != nil:
			var classes []string
			if subject != nil {
				classes = []string{subject.IRI}
			}
			if !in.fits(*ob.Name, classes) {
				// What is in it: "countries except the EU".
				list = append(list, not{in.place(*ob.Name, subject, in.standing())})
				continue
			}
			list = append(list, not{same{in.name(*ob.Name, classes)}})
		default:
			list = append(list, not{in.belongs(in.object(ob, moment{}))})
		}
	}
	return simple(list)
}

func others(rest []*nextObject) []*object {
	var out []*object
	for _, n := range rest {
		out = append(out, n.What)
	}
	return out
}

// event is "joined NATO after 2000", "has left the EU".
func (in *interpreter) event(k *core, subject *class, c *clause) cond {
	s := in.reading(*k.Event).senses[0]
	kind := began
	if s.end {
		kind = ended
	}
	when := in.eventTime(c.Time, kind)
	if len(c.Time) == 0 && in.when != nil && in.when.kind == during {
		when = *in.when
		when.kind = kind
	}
	if k.EventOf == nil {
		if in.last == nil || in.last.rel.property != s.relation.property {
			in.refuse(*k.Event, "%q wants to know what was %s", in.token(*k.Event).text, in.english.verb(firstWord(cmpOr(s.relation.begin(), s.relation.end()))).participle)
			return allOf{}
		}
		return in.beyond(relates{in.last.rel, in.last.to, when})
	}
	return in.objects(k.EventOf, false, func(ob *object) cond {
		if ob.Any {
			return relates{s.relation, target{}, when}
		}
		if ob.Name == nil {
			set := in.phrase(ob.What, nil)
			return relates{in.relationToSet(*k.Event, set.class, subject), target{set: set}, when}
		}
		rel, iri := in.relationTo(*k.Event, *ob.Name, subject)
		if rel.property == nil {
			return allOf{}
		}
		r := in.beyond(relates{rel, target{iri: iri}, when})
		in.last = &r
		return r
	})
}

// beyond completes an event that is told before or after that of another thing.
func (in *interpreter) beyond(r relates) relates {
	if r.when.than == "" {
		return r
	}
	if !in.isA(r.when.than, r.rel.from()) {
		in.refusal = cmp.Or(in.refusal, &Refusal{Message: "the other one cannot have done this"})
	}
	other := relates{r.rel, r.to, moment{kind: r.when.kind}}
	r.when.beside = &other
	return r
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

func (in *interpreter) whose(w *whose, cl *clause) cond {
	rel := in.reading(w.Attr).senses[0].relation
	negative := slices.Contains(w.Aux, "not")
	when := in.standing()
	if len(cl.Time) > 0 {
		when = in.stateTime(cl.Time)
	}
	var c cond
	switch {
	case w.Cmp != nil && rel.Kind == valueNumber:
		c = in.comparison(w.Cmp, rel.property, w.Attr, cl.Time)
	case w.Is != nil:
		rel = rel.flip()
		c = in.objects(w.Is, false, func(ob *object) cond {
			if ob.Name == nil {
				s := in.phrase(ob.What, nil)
				return relates{rel, target{set: s}, in.timeFor(rel, when)}
			}
			iri := in.name(*ob.Name, rel.to())
			return relates{rel, target{iri: iri}, in.timeFor(rel, when)}
		})
	case w.Core != nil:
		var class *class
		for _, r := range rel.from() {
			class = in.classOf(r)
		}
		c = valued{rel.flip(), in.core(w.Core, class, when, &clause{Time: cl.Time})}
	default:
		in.refuse(w.Attr, "%q cannot be compared like this", in.token(w.Attr).text)
		return allOf{}
	}
	if negative {
		return not{c}
	}
	return c
}

// flip reads the relation in the other direction.
func (r relation) flip() relation { return relation{r.property, !r.Inverse && !r.Symmetric} }
