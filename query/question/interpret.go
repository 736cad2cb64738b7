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
	in.refuse(word, "%q does not go with %s", in.token(word).text, to.Plural)
	return relation{property: &property{}}
}

// relate makes the conditions that a relation word and its objects stand for.
func (in *interpreter) relate(word lexer.Token, o *objects, subject *class, when moment) cond {
	negative := false
	if s := in.reading(word).senses; len(s) > 0 {
		negative = s[0].negative
	}
	if o.First.What != nil && len(o.Rest) == 0 && (len(o.Bound) > 0 || o.Quant == "only") {
		s := in.phrase(o.First.What, nil)
		if o.First.That != nil {
			s.conds = append(s.conds, in.clause(o.First.That, s.class, nil))
		}
		rel := in.relationToSet(word, s.class, subject)
		if o.Quant == "only" {
			some := relates{rel, target{}, in.timeFor(rel, when)}
			other := relates{rel, target{set: &set{class: rel.toClass(in.Lexicon), conds: []cond{not{in.belongs(s)}}}}, in.timeFor(rel, when)}
			return allOf{some, not{other}}
		}
		bound := in.bounded(o, nil).(someOf)
		return compares{property: in.counting(rel, s, paraphraser{in.Lexicon}.set(s)), op: bound.op, low: itoa(bound.n)}
	}
	c := in.objects(o, negative, func(ob *object) cond {
		if ob.Name != nil {
			rel, iri := in.relationTo(word, *ob.Name, subject)
			if rel.property == nil {
				return allOf{}
			}
			r := relates{rel, target{iri: iri}, in.timeFor(rel, when)}
			in.last = &r
			return r
		}
		s := in.phrase(ob.What, nil)
		if ob.That != nil {
			s.conds = append(s.conds, in.clause(ob.That, s.class, nil))
		}
		rel := in.relationToSet(word, s.class, subject)
		if len(s.conds) == 0 && s.class == rel.toClass(in.Lexicon) {
			return relates{rel, target{}, in.timeFor(rel, when)}
		}
		return relates{rel, target{set: s}, in.timeFor(rel, when)}
	})
	if negative {
		return not{c}
	}
	return c
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

// timeFor returns the time of a relation: statements of properties that are
// never dated hold whenever.
func (in *interpreter) timeFor(rel relation, when moment) moment {
	if rel.property == nil || !rel.Reified || in.model.Since == "" && in.model.Until == "" {
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
	case len(o.Bound) > 0 || o.Count2 != nil:
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
	if len(except) > 0 {
		c = allOf(append([]cond{c}, except...))
	}
	return c
}

func (in *interpreter) bounded(o *objects, list []cond) cond {
	op, t := ">=", o.Count
	if t == nil {
		op, t = "=", o.Count2
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

// ---------------------------------------------------------------- phrases

// phrase returns the set that a noun with its modifiers stands for.
func (in *interpreter) phrase(p *phrase, mom *moment) *set {
	s := &set{}
	when := in.standing()
	if mom != nil {
		when = *mom
	}
	switch {
	case p.Class != nil:
		s.class = in.reading(*p.Class).senses[0].of
		s.noun = s.class.Noun
	case p.Kind != nil:
		s.class = in.reading(*p.Kind).senses[0].of
		s.noun = s.class.Noun
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
			in.refuseAt(m.Pos, "founding members are not recorded as such; ask for the first date of joining")
		case "other", "new":
			in.refuseAt(m.Pos, "%q has no clear meaning here", m.Word)
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
			s.conds = append(s.conds, in.flag(*m.Flag))
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
		if r, ok := c.(relates); ok && r.to.open != nil {
			in.refuse(*r.to.open, "%s of what?", in.token(*r.to.open).text)
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
		if senses := in.reading(head).senses; subject == nil && len(senses) > 0 {
			for _, d := range senses[0].relation.from() {
				subject = in.classOf(d)
			}
		}
	}
	return in.place(t, subject, when)
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

func (in *interpreter) flag(t lexer.Token) cond {
	s := in.reading(t).senses[0]
	if s.negative {
		return not{flagged{s.relation.property}}
	}
	return flagged{s.relation.property}
}

// ------------------------------------------------------------- predicates

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
		case p.Bare != nil:
			s.conds = append(s.conds, in.orClause(p.Bare, subject))
		}
	}
	s.conds = flat(s.conds)
	in.closeRole(s)
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

// isPast reports whether a clause is in the past tense.
func (in *interpreter) isPast(c *clause) bool {
	perfect := slices.Contains(c.Aux, "been")
	return perfect || slices.ContainsFunc(c.Aux, func(a string) bool {
		return a == "was" || a == "were" || a == "had" || a == "did" || a == "once" || a == "formerly" || a == "previously"
	})
}

func (in *interpreter) clause(c *clause, subject *class, lent *moment) cond {
	if c.Whose != nil {
		return in.whose(c.Whose, c)
	}
	if c.Inv != nil {
		var words []string
		for _, a := range c.Inv.Aux {
			if a != "never" {
				words = append(words, a)
				continue
			}
			words = append(words, "not", "ever")
		}
		return simple(allOf(in.inverted(c.Inv.Names.list(), words, c.Inv.Tie, c.Time, subject)))
	}
	negations := 0
	formerly := false
	for _, a := range c.Aux {
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
	case formerly:
		when = moment{kind: former}
	case slices.Contains(c.Aux, "ever"), slices.Contains(c.Aux, "never"):
		when = moment{kind: ever}
	case in.when == nil && in.isPast(c):
		when = moment{kind: ever}
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
	case k.Prep != nil:
		return in.relate(*k.Prep, k.Of, subject, when)
	case k.Event != nil:
		return in.event(k, subject, c)
	case k.Flag != nil:
		return in.flag(*k.Flag)
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
		var list allOf
		for _, iri := range in.names(k.Other.list(), nil) {
			list = append(list, not{same{iri}})
		}
		return simple(list)
	}
	s := in.phrase(k.Phrase, &when)
	list := allOf(s.conds)
	if s.class != nil && s.class != subject {
		list = append(allOf{ofClass{s.class}}, list...)
	}
	return simple(list)
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
	if kind == ended && when.low == "" && when.high == "" && when.beside == nil {
		when = moment{kind: former}
	}
	if k.EventOf == nil {
		if in.last == nil || in.last.rel.property != s.relation.property {
			in.refuse(*k.Event, "%q wants to know what was %s", in.token(*k.Event).text, in.english.verb(firstWord(cmpOr(s.relation.begin(), s.relation.end()))).participle)
			return allOf{}
		}
		return relates{in.last.rel, in.last.to, when}
	}
	return in.objects(k.EventOf, false, func(ob *object) cond {
		if ob.Name == nil {
			set := in.phrase(ob.What, nil)
			return relates{in.relationToSet(*k.Event, set.class, subject), target{set: set}, when}
		}
		rel, iri := in.relationTo(*k.Event, *ob.Name, subject)
		if rel.property == nil {
			return allOf{}
		}
		r := relates{rel, target{iri: iri}, when}
		in.last = &r
		return r
	})
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

// --------------------------------------------------------------- measures

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
		return compares{property: in.counter(*m.NoOf, nil), op: "=", low: "0"}
	case m.MoreVerb != nil:
		p := in.spending(*m.MoreVerb, m.MoreComp)
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
		p := in.spending(*m.Verb, m.Comp, m.Comp3)
		if cmp == nil {
			in.refuse(*m.Verb, "%q wants an amount, as in \"spent more than 2%% of GDP\"", in.token(*m.Verb).text)
			return allOf{}
		}
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
	return in.comparison(m.Cmp4, in.reading(*unit).senses[0].relation.property, *unit, times)
}

// counter makes the measure "number of members", or of things of a class.
func (in *interpreter) counter(t lexer.Token, subject *class) *property {
	s := in.reading(t).senses[0]
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

func (in *interpreter) spending(verb lexer.Token, complements ...*lexer.Token) *property {
	senses := in.reading(verb).senses
	for _, c := range complements {
		if c == nil {
			continue
		}
		for _, s := range in.reading(*c).senses {
			if hasRelation(senses, s.relation) {
				return s.relation.property
			}
		}
	}
	return senses[0].relation.property
}

// numeric returns the measure that an attribute names.
func (in *interpreter) numeric(t lexer.Token) *property {
	for _, s := range in.reading(t).senses {
		if s.relation.Kind == valueNumber {
			return s.relation.property
		}
	}
	in.refuse(t, "%q is not a number that could be compared", in.token(t).text)
	return &property{}
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

// ------------------------------------------------------------------- time

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
		case t.Event != nil:
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
