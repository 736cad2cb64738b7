package question

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// To have something with others: "have a defence treaty with France", "share
// organisations with India", "connected to Poland through treaties". What is
// had is a thing of a class, to which both are tied. Together the two ties make
// one relation, so that everything that can be said of a relation can be said of
// it: with at least three EU members, with only allies, in 1950.

// joint is a relation through a third thing: the one spoken of is tied to it by
// own, and it to the others by other.
type joint struct {
	own, other relation
	via        *set
	word       string // with, against
}

// symmetric reports whether both are tied to the third thing alike.
func (j *joint) symmetric() bool { return j.own.property == j.other.property }

// jointly makes the relation of a joint.
func (in *interpreter) jointly(verb string, j *joint) relation {
	what := "things"
	if j.via.class != nil {
		what = j.via.class.Plural
	}
	return relation{property: &property{
		Label: verb + " " + what + " " + j.word, Verb: verb + " " + what + " " + j.word,
		Kind: valueThing, Domain: j.own.from(), Range: j.other.to(), Symmetric: j.symmetric(),
		Reified: j.own.Reified && j.other.Reified, joint: j,
	}}
}

// haver is the relation by which something has things of a class: by which it
// is in them, or by which they are with it, or by it.
func (in *interpreter) haver(subject, what *class) (relation, bool) {
	for _, s := range in.words["in"] {
		rel := s.relation
		if s.class == classPreposition && !s.negative && len(rel.to()) > 0 && in.related(what, rel.to()) && in.related(subject, rel.from()) {
			return rel, true
		}
	}
	for _, w := range []string{"by", "with"} {
		for _, s := range in.words[w] {
			rel := s.relation.flip()
			if s.class == classPreposition && len(rel.to()) > 0 && in.related(what, rel.to()) && in.related(subject, rel.from()) {
				return rel, true
			}
		}
	}
	return relation{}, false
}

// others is the relation by which a thing of a class leads on from who has it.
// A word that says something else of the thing, such as what it promises, gives
// none.
func (in *interpreter) others(prep lexer.Token, o *objects, own relation, what *class) (relation, bool) {
	key := in.reading(prep).value
	senses := in.reading(prep).senses
	if in.reading(prep).class == classWord {
		senses = in.words[key]
	}
	known := false
	for _, s := range senses {
		rel := s.relation
		if s.class != classPreposition || s.negative || len(rel.from()) == 0 || !in.related(what, rel.from()) {
			continue
		}
		known = true
		if o.First.Name != nil && !in.fits(*o.First.Name, rel.to()) {
			continue
		}
		for _, c := range own.from() {
			if in.related(in.classOf(c), rel.to()) {
				return rel, true
			}
		}
	}
	return own.flip(), !known && key == "with"
}

// having is the condition of having a thing of a class. If of is given, what is
// spoken of is not the subject but with whom: "(countries) with which Japan has
// a treaty".
func (in *interpreter) having(h *having, subject *class, when moment, of *objects, prep *lexer.Token) cond {
	if h.What.Class == nil {
		in.refuseAt(h.Pos, "it is not clear what is had")
		return allOf{}
	}
	via := in.phrase(h.What, &when)
	who := subject
	if of != nil {
		who = nil
	}
	own, ok := in.haver(who, via.class)
	if !ok {
		if subject != nil {
			in.refuse(*h.What.Class, "it is not recorded which %s have %s", subject.Plural, via.class.Plural)
		} else {
			in.refuse(*h.What.Class, "it is not recorded who has %s", via.class.Plural)
		}
		return allOf{}
	}
	negative := h.Quant == "no" || slices.Contains(h.Aux, "not") || slices.Contains(h.Aux, "never") || slices.Contains(h.Words, "never") || slices.Contains(h.Words, "not")
	verb := "have"
	if h.Have == "share" || h.Have == "shares" || h.Have == "shared" {
		verb = "share"
	}
	var with *havingOf
	var other relation
	var outside []cond
	for _, w := range h.With {
		if w.Said != nil {
			w.That = w.Said
		}
		switch {
		case w.That != nil:
			via.conds = append(via.conds, in.clause(w.That, via.class, nil))
		case with == nil:
			if rel, ok := in.others(*w.Prep, w.Of, own, via.class); ok {
				with, other = w, rel
				continue
			}
			fallthrough
		default:
			if in.reading(*w.Prep).class == classWord {
				in.refuse(*w.Prep, "%q is not recorded of %s", in.token(*w.Prep).text, via.class.Plural)
				return allOf{}
			}
			of := via
			if !slices.ContainsFunc(in.reading(*w.Prep).senses, func(s sense) bool { return in.related(via.class, s.relation.from()) }) {
				outside = append(outside, in.relate(*w.Prep, w.Of, subject, when))
				continue
			}
			of.conds = append(of.conds, in.relate(*w.Prep, w.Of, via.class, when))
		}
	}
	via.conds = flat(via.conds)
	in.closed(via)
	var c cond
	switch {
	case of != nil && own.property != nil:
		other, word := own.flip(), "with"
		if prep != nil {
			word = in.reading(*prep).value
			if other, ok = in.others(*prep, &objects{First: &object{Any: true}}, own, via.class); !ok {
				in.refuse(*prep, "%q is not recorded of %s", in.token(*prep).text, via.class.Plural)
			}
			if in.reading(*prep).class != classWord {
				word = in.token(*prep).text
			}
		}
		if !in.related(subject, other.to()) {
			in.refuseAt(h.Pos, "%s do not %s %s", subject.Plural, "have", via.class.Plural)
		}
		rel := in.jointly(verb, &joint{own, other, via, word})
		c = in.tie(of, negative, rel.flip(), when)
	case with == nil:
		c = relates{own, target{set: via}, in.timeFor(own, when)}
	default:
		word := in.reading(*with.Prep).value
		if r := in.reading(*with.Prep); r.class != classWord {
			word = in.token(*with.Prep).text
		}
		rel := in.jointly(verb, &joint{own, other, via, word})
		c = in.tie(with.Of, negative, rel, when)
	}
	if negative {
		c = not{c}
	}
	return simple(append(allOf{c}, outside...))
}

// linked is "connected to Poland through treaties".
func (in *interpreter) linked(k *core, subject *class, when moment) cond {
	via := in.phrase(k.Through, &when)
	if via.class == nil {
		in.refuseAt(k.Through.Pos, "connections go through things of a kind, such as treaties")
		return allOf{}
	}
	own, ok := in.haver(subject, via.class)
	if !ok {
		in.refuseAt(k.Through.Pos, "nothing is connected through %s", via.class.Plural)
		return allOf{}
	}
	return in.tie(k.Linked, false, in.jointly("have", &joint{own, own.flip(), via, "with"}), when)
}

// tie relates by one relation, whatever its word.
func (in *interpreter) tie(o *objects, negative bool, rel relation, when moment) cond {
	named := func(t lexer.Token) (relation, string) { return rel, in.name(t, rel.to()) }
	among := func(at lexer.Position, to *class) relation {
		if !in.related(to, rel.to()) {
			in.refuseAt(at, "%s do not %s anything", to.Plural, rel.Verb)
		}
		return rel
	}
	return in.relateBy(o, negative, when, named, among)
}

// mutual reads "do Japan and Germany have a tax treaty", "are China and Russia
// allied": things related to one another. It returns the condition on the
// first name and takes the others as its targets.
func (in *interpreter) mutual(c cond, others []lexer.Token) (cond, bool) {
	negative := false
	if n, ok := c.(not); ok {
		c, negative = n.cond, true
	}
	r, ok := c.(relates)
	if !ok {
		return nil, false
	}
	switch {
	case r.to.open != nil && r.rel.Symmetric:
	case r.to.set != nil && r.to.set.class != nil && r.rel.joint == nil && !r.rel.Symmetric && in.shared(r):
		r.rel = in.jointly("have", &joint{r.rel, r.rel.flip(), r.to.set, "with"})
	default:
		return nil, false
	}
	var list allOf
	for _, t := range others {
		list = append(list, relates{r.rel, target{iri: in.name(t, r.rel.to())}, r.when})
	}
	if negative {
		return not{simple(list)}, true
	}
	return simple(list), true
}

// shared reports whether a relation to a set says only that something of the
// kind is had, and not already with whom.
func (in *interpreter) shared(r relates) bool {
	own, ok := in.haver(nil, r.to.set.class)
	return ok && own == r.rel && !slices.ContainsFunc(r.to.set.conds, func(c cond) bool {
		x, ok := c.(relates)
		return ok && x.rel.property == r.rel.property
	})
}
