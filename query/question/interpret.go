package question

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// interpreter turns a parsed question into its meaning. It resolves names and
// words by what fits their place. The first refusal stays; what is built after
// it is not used.
type interpreter struct {
	*Lexicon
	seq     *sequence
	refusal *Refusal
	// when is the time of relations that state none.
	when *moment
	// role is the relation last used with a noun and its target, for "joined"
	// without an object.
	last *relates
	// unit is that in which the answer is wanted.
	unit *lexer.Token
	// best is a superlative that stands behind its noun: "which is the largest".
	best *superlative
}

func (in *interpreter) token(t lexer.Token) token { return in.seq.tokens[t.Pos.Offset] }

func (in *interpreter) reading(t lexer.Token) reading { return in.seq.reading(t.Pos.Offset) }

// refuse records a refusal at a token.
func (in *interpreter) refuse(t lexer.Token, format string, args ...any) {
	if in.refusal != nil {
		return
	}
	r := &Refusal{Message: fmt.Sprintf(format, args...)}
	if t.Pos.Offset < len(in.seq.tokens) {
		tok := in.token(t)
		r.Position, r.Length, r.Word = tok.start, tok.end-tok.start, tok.text
	}
	in.refusal = r
}

func (in *interpreter) refuseAt(p lexer.Position, format string, args ...any) {
	in.refuse(lexer.Token{Pos: p}, format, args...)
}

// wanted refuses a unit that nothing in the answer is measured in.
func (in *interpreter) wanted(m *meaning) {
	if in.unit == nil || in.refusal != nil {
		return
	}
	for _, a := range m.attributes {
		if in.measuredIn(a.property, *in.unit) {
			return
		}
	}
	if m.order == nil || !in.measuredIn(m.order, *in.unit) {
		in.refuse(*in.unit, "nothing here is measured in %s", in.token(*in.unit).text)
	}
}

// sentence returns the meaning of a question.
func (in *interpreter) sentence(s *sentence) *meaning {
	switch {
	case s.When != nil:
		return in.whenQuestion(s.When)
	case s.Describe != nil:
		return in.describeQuestion(s.Describe)
	case s.Where != nil:
		return in.whereQuestion(s.Where)
	case s.Why != nil:
		return in.whyQuestion(s.Why)
	case s.Kinds != nil:
		return in.kindsQuestion(s.Kinds)
	case s.Compare != nil:
		return &meaning{kind: askCompare, things: in.names(tokensOf(s.Compare.Tokens, className), nil)}
	case s.Connect != nil:
		return in.connectQuestion(s.Connect)
	case s.Similar != nil:
		return in.similarQuestion(s.Similar)
	case s.Part != nil:
		return in.partQuestion(s.Part)
	case s.Ratio != nil:
		return in.ratio(s.Ratio.What, s.Ratio.Preds, s.Ratio.Holds)
	case s.Growth != nil:
		return in.growthQuestion(s.Growth)
	case s.Share != nil:
		return in.shareQuestion(s.Share)
	case s.Inverted != nil:
		return in.invertedQuestion(s.Inverted)
	case s.Count != nil:
		return in.countQuestion(s.Count)
	case s.HowMuch != nil:
		return in.howMuchQuestion(s.HowMuch)
	case s.Check != nil:
		return in.checkQuestion(s.Check)
	case s.Combine != nil:
		return in.combineQuestion(s.Combine)
	case s.Attr != nil:
		return in.attrQuestion(s.Attr)
	case s.List != nil:
		return in.listQuestion(s.List)
	}
	return in.bareQuestion(s.Bare)
}

// names resolves names that may be of any kind, or of the classes given.
func (in *interpreter) names(tokens []lexer.Token, classes []string) []string {
	var out []string
	for _, t := range tokens {
		out = append(out, in.name(t, classes))
	}
	return out
}

// name resolves one name or adjective: to the thing that fits the classes, of
// these the one of the lowest rank; several are a refusal.
func (in *interpreter) name(t lexer.Token, classes []string) string {
	all := in.candidates(t)
	var fit []string
	for _, iri := range all {
		if in.isA(iri, classes) {
			fit = append(fit, iri)
		}
	}
	if len(fit) == 0 {
		if len(all) > 0 {
			in.refuse(t, "%q is not %s", in.token(t).text, in.oneOf(classes))
		}
		return ""
	}
	return in.choose(t, fit)
}

func (in *interpreter) choose(t lexer.Token, fit []string) string {
	best := defaultRank
	for _, iri := range fit {
		best = min(best, in.rank(iri))
	}
	var out []string
	for _, iri := range fit {
		if in.rank(iri) == best {
			out = append(out, iri)
		}
	}
	if len(out) > 1 && in.refusal == nil {
		in.refusal = in.ambiguous(in.token(t), out)
	}
	return out[0]
}

// candidates lists what a name or adjective may stand for.
func (in *interpreter) candidates(t lexer.Token) []string {
	r := in.reading(t)
	if r.class == className {
		return r.names
	}
	var out []string
	for _, s := range r.senses {
		if s.entity != "" && !slices.Contains(out, s.entity) {
			out = append(out, s.entity)
		}
	}
	return out
}

// oneOf says what a thing should be: "an organisation or a region".
func (in *interpreter) oneOf(classes []string) string {
	var out []string
	for _, c := range classes {
		if cl := in.classOf(c); cl != nil {
			out = append(out, withArticle(cl.Noun))
		}
	}
	if len(out) == 0 {
		return "of a kind that fits here"
	}
	return strings.Join(out, " or ")
}

// relationTo resolves a relation word and the name of its target together.
func (in *interpreter) relationTo(word, name lexer.Token, subject *class) (relation, string) {
	type pair struct {
		rel relation
		iri string
	}
	var fits []pair
	senses := in.reading(word).senses
	for _, s := range senses {
		if !in.related(subject, s.relation.from()) {
			continue
		}
		for _, iri := range in.candidates(name) {
			if in.isA(iri, s.relation.to()) {
				fits = append(fits, pair{s.relation, iri})
			}
		}
	}
	if len(fits) == 0 {
		var classes []string
		for _, s := range senses {
			if in.related(subject, s.relation.from()) {
				classes = append(classes, s.relation.to()...)
			}
		}
		if len(classes) == 0 && subject != nil && len(senses) > 0 {
			in.refuse(word, "%q is not recorded of %s", in.token(word).text, subject.Plural)
			return relation{}, ""
		}
		in.refuse(name, "%q does not go with %q, which wants %s", in.token(name).text, in.token(word).text, in.oneOf(classes))
		return relation{}, ""
	}
	var iris []string
	for _, f := range fits {
		if !slices.Contains(iris, f.iri) {
			iris = append(iris, f.iri)
		}
	}
	iri := in.choose(name, iris)
	for _, f := range fits {
		if f.iri == iri {
			return f.rel, iri
		}
	}
	return relation{}, ""
}

// relationToSet resolves a relation word whose target is a set of this class.
func (in *interpreter) relationToSet(word lexer.Token, to *class, subject *class) relation {
	for _, s := range in.reading(word).senses {
		if in.related(subject, s.relation.from()) && in.related(to, s.relation.to()) {
			return s.relation
		}
	}
	what := "this"
	if to != nil {
		what = to.Plural
	}
	in.refuse(word, "%q does not go with %s", in.token(word).text, what)
	return relation{property: &property{}}
}

// relate makes the conditions that a relation word and its objects stand for.
func (in *interpreter) relate(word lexer.Token, o *objects, subject *class, when moment) cond {
	negative := false
	if s := in.reading(word).senses; len(s) > 0 {
		negative = s[0].negative
	}
	named := func(t lexer.Token) (relation, string) { return in.relationTo(word, t, subject) }
	among := func(_ lexer.Position, to *class) relation { return in.relationToSet(word, to, subject) }
	if o.First.Any {
		among = func(lexer.Position, *class) relation { return in.reading(word).senses[0].relation }
	}
	c := in.relateBy(o, negative, when, named, among)
	if negative {
		return not{c}
	}
	return c
}

// relateBy makes the conditions of being related to objects, where named and
// among give the relation to a thing and to a set.
func (in *interpreter) relateBy(o *objects, negative bool, when moment, named func(lexer.Token) (relation, string), among func(lexer.Position, *class) relation) cond {
	if o.First.What != nil && len(o.Rest) == 0 && (o.bound() || o.Quant == "only") {
		s := in.object(o.First, when)
		rel := among(o.First.Pos, s.class)
		if o.Quant == "only" {
			some := relates{rel, target{}, in.timeFor(rel, when)}
			other := relates{rel, target{set: &set{class: rel.toClass(in.Lexicon), conds: []cond{not{in.belongs(s)}}}}, in.timeFor(rel, when)}
			return allOf{some, not{other}}
		}
		if when.kind != today {
			in.refuseAt(o.Pos, "how many is only known for today")
		}
		bound := in.bounded(o, nil).(someOf)
		return compares{property: in.counting(rel, s, paraphraser{in.Lexicon}.set(s)), op: bound.op, low: itoa(bound.n)}
	}
	return in.objects(o, negative, func(ob *object) cond {
		switch {
		case ob.Any:
			rel := among(ob.Pos, nil)
			return relates{rel, target{}, in.timeFor(rel, when)}
		case ob.Name != nil:
			rel, iri := named(*ob.Name)
			if rel.property == nil {
				return allOf{}
			}
			r := relates{rel, target{iri: iri}, in.timeFor(rel, when)}
			in.last = &r
			return r
		}
		s := in.object(ob, when)
		rel := among(ob.Pos, s.class)
		if len(s.conds) == 0 && s.class == rel.toClass(in.Lexicon) {
			return relates{rel, target{}, in.timeFor(rel, when)}
		}
		return relates{rel, target{set: s}, in.timeFor(rel, when)}
	})
}

// object is the set that an object without a name stands for. It is what it was
// at the time of the clause: those who bordered EU members in 1990 bordered the
// members of that year.
func (in *interpreter) object(ob *object, when moment) *set {
	mom := in.standing()
	if when.kind == during && when.beside == nil {
		mom = when
	}
	s := in.phrase(ob.What, &mom)
	if ob.That != nil {
		s.conds = append(s.conds, in.clause(ob.That, s.class, nil))
	}
	in.closed(s)
	return s
}

// toClass is the class of what a relation leads to.
func (r relation) toClass(l *Lexicon) *class {
	for _, iri := range r.to() {
		if c := l.classOf(iri); c != nil {
			return c
		}
	}
	return nil
}

// belongs is the condition of being in a set.
func (in *interpreter) belongs(s *set) cond {
	var list allOf
	if s.class != nil {
		list = append(list, ofClass{s.class})
	}
	return simple(append(list, s.conds...))
}

// objects combines what is made of each object. In a negative context "and"
// means the same as "or", unless "both" stands before it: "outside NATO and the
// EU" is outside each.
func (in *interpreter) objects(o *objects, negative bool, make func(*object) cond) cond {
	list := []cond{make(o.First)}
	var or, and bool
	var except []cond
	groups := []allOf{{list[0]}}
	for _, n := range o.Rest {
		c := make(n.What)
		if n.Sep == "butnot" {
			except = append(except, not{c})
			continue
		}
		list = append(list, c)
		switch n.Sep {
		case "or", ",or", "nor":
			or = true
			groups = append(groups, allOf{c})
		default:
			if n.Sep != "," {
				and = true
			}
			groups[len(groups)-1] = append(groups[len(groups)-1], c)
		}
	}
	var c cond
	switch {
	case o.bound():
		c = in.bounded(o, list)
	case len(list) == 1 && (o.Quant == "both" || o.Quant == "either" || o.Quant == "neither"):
		in.refuseAt(o.Pos, "%q wants two things", o.Quant)
		return allOf{}
	case len(list) == 1:
		c = list[0]
		if o.Quant == "neither" || o.Quant == "no" {
			c = not{c}
		}
	case o.Quant == "neither":
		c = not{anyOf(list)}
	case o.Quant == "either" || o.Quant == "any" || o.Quant == "some":
		c = anyOf(list)
	case o.Quant == "both" || o.Quant == "all" || o.Quant == "each" || o.Quant == "every":
		c = allOf(list)
	case or && and:
		var any anyOf
		for _, g := range groups {
			any = append(any, simple(g))
		}
		c = any
	case or || negative:
		c = anyOf(list)
	default:
		c = allOf(list)
	}
	if o.OrBoth {
		if len(list) != 2 || !or {
			in.refuseAt(o.Pos, "\"but not both\" wants two things, as in \"A or B but not both\"")
		}
		c = someOf{"=", 1, list}
	}
	if len(except) > 0 {
		c = allOf(append([]cond{c}, except...))
	}
	return c
}

// bound reports whether it is said how many.
func (o *objects) bound() bool { return len(o.Bound) > 0 || o.Count2 != nil || o.Count3 != nil }

func (in *interpreter) bounded(o *objects, list []cond) cond {
	op, t := ">=", o.Count
	if t == nil {
		op, t = "=", o.Count2
	}
	if t == nil {
		t = o.Count3
		op = map[string]string{"more": ">=", "fewer": "<=", "less": "<="}[o.Or]
	}
	n := in.integer(*t)
	switch strings.Join(o.Bound, " ") {
	case "at most":
		op = "<="
	case "exactly", "only":
		op = "="
	case "more than":
		op, n = ">=", n+1
	case "fewer than", "less than":
		op, n = "<=", n-1
	}
	return someOf{op, n, list}
}

func (in *interpreter) integer(t lexer.Token) int {
	n, err := strconv.Atoi(in.reading(t).number.text)
	if err != nil {
		in.refuse(t, "%q is not a whole number", in.token(t).text)
	}
	return n
}

// simple unwraps combinations of one.
func simple(c cond) cond {
	switch x := c.(type) {
	case allOf:
		if len(x) == 1 {
			return simple(x[0])
		}
	case anyOf:
		if len(x) == 1 {
			return simple(x[0])
		}
	}
	return c
}
