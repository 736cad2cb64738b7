package question

import (
	"cmp"
	"slices"
	"strings"
)

// that introduces clauses.
func (p paraphraser) that(conds []cond) string {
	s := p.all(conds)
	if strings.HasPrefix(s, "whose ") {
		return " " + s
	}
	return " that " + s
}

// implied is the class that the things of a set must have where none is said.
func (l *Lexicon) implied(s *set) *class {
	in := &interpreter{Lexicon: l}
	for _, c := range s.conds {
		switch c.(type) {
		case not, someOf:
			continue
		}
		for _, iri := range in.domains(c) {
			if cl := l.classOf(iri); cl != nil {
				return cl
			}
		}
	}
	all := allOf(s.conds)
	if c := l.classOf(subjectOf(all)); c != nil {
		return c
	}
	for _, iri := range in.domains(all) {
		if cl := l.classOf(iri); cl != nil {
			return cl
		}
	}
	return nil
}

// all joins clauses with "and"; "are" is said once.
func (p paraphraser) all(list []cond) string {
	// What does not hold is said last, so that its "not" is not read on.
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b cond) int {
		_, x := a.(not)
		_, y := b.(not)
		return cmp.Compare(b2i(x), b2i(y))
	})
	var out []string
	last := ""
	for _, c := range list {
		s := p.clause(c)
		if _, ok := c.(anyOf); ok && len(list) > 1 {
			out, last = append(out, "("+s+")"), ""
			continue
		}
		aux, rest, _ := strings.Cut(s, " ")
		if aux == last && aux == "are" {
			s = rest
		}
		last = aux
		out = append(out, s)
	}
	return strings.Join(out, " and ")
}

// clause is a condition as a predicate of a plural subject.
func (p paraphraser) clause(c cond) string {
	switch x := c.(type) {
	case allOf:
		return p.all(x)
	case anyOf:
		var out []string
		last := ""
		for _, c := range x {
			s := p.clause(c)
			if _, ok := c.(allOf); !ok {
				aux, rest, _ := strings.Cut(s, " ")
				if aux == last && aux == "are" {
					s = rest
				}
				last = aux
			}
			out = append(out, s)
		}
		return strings.Join(out, " or ")
	case not:
		if s, ok := x.cond.(same); ok {
			return "are other than " + p.name(s.iri)
		}
		return p.negative(x.cond)
	case someOf:
		var out []string
		for _, c := range x.of {
			out = append(out, c2name(p, c))
		}
		r := x.of[0].(relates)
		word := map[string]string{">=": "at least", "<=": "at most", "=": "exactly"}[x.op]
		list := strings.Join(out, ", ")
		return p.relation(r, word+" "+itoa(x.n)+" of "+list, false)
	case relates:
		return p.relation(x, p.target(x.to, x.rel), false)
	case ofClass:
		return "are " + x.class.Plural
	case flagged:
		return "are " + p.flag(x)
	case same:
		return "are " + p.name(x.iri)
	case compares:
		return p.compares(x)
	case happened:
		said := x.when.said
		if said == "" {
			said = "at any time"
		}
		if v := x.property.Active; v != "" {
			return p.english.verb(firstWord(v)).past + strings.TrimPrefix(v, firstWord(v)) + " " + said
		}
		return "were " + x.property.Participle + " " + said
	case valued:
		return "whose " + x.rel.flip().noun(false) + " " + p.singular(p.clause(x.cond))
	}
	return ""
}

func (p paraphraser) flag(f flagged) string {
	switch {
	case f.noun:
		return p.english.plural(f.value)
	case f.value != "" && f.value == f.property.Ended:
		return "no longer " + f.property.Value
	case f.value != "":
		return f.value
	}
	return f.property.Adjective
}

func c2name(p paraphraser, c cond) string {
	if r, ok := c.(relates); ok {
		return p.target(r.to, r.rel)
	}
	return ""
}

// singular makes "are in Asia" "is in Asia".
func (p paraphraser) singular(s string) string {
	first, rest, _ := strings.Cut(s, " ")
	switch first {
	case "are":
		return "is " + rest
	case "have":
		return "has " + rest
	case "do":
		return "does " + rest
	case "were", "had", "did":
		return s
	}
	return p.english.verb(first).third + " " + rest
}

func (p paraphraser) negative(c cond) string {
	switch x := c.(type) {
	case relates:
		return p.relation(x, p.target(x.to, x.rel), true)
	case flagged:
		return "are not " + p.flag(x)
	case ofClass:
		return "are not " + x.class.Plural
	case anyOf:
		var out []string
		for _, c := range x {
			rest, ok := strings.CutPrefix(p.clause(c), "are ")
			if _, simple := c.(relates); !ok || !simple {
				return "not (" + p.clause(x) + ")"
			}
			out = append(out, rest)
		}
		return "are neither " + strings.Join(out, " nor ")
	case someOf:
		return "not (" + p.clause(x) + ")"
	}
	return "not (" + p.clause(c) + ")"
}

// relation is "are members of NATO", "do not border Germany", "joined the
// European Union in 2004".
func (p paraphraser) relation(r relates, object string, negative bool) string {
	rel, w := r.rel, r.when
	if j := rel.joint; j != nil && len(j.via.conds) > 0 {
		object += " that (" + p.all(j.via.conds) + ")"
	}
	said := ""
	if w.said != "" && !(r.to.set != nil && strings.HasSuffix(object, " "+w.said)) {
		said = " " + w.said
	}
	verb := func(v string) (string, string) {
		return p.english.verb(firstWord(v)).past, strings.TrimPrefix(v, firstWord(v))
	}
	switch w.kind {
	case began, ended:
		v := rel.begin()
		if w.kind == ended {
			v = rel.end()
		}
		if a := rel.adjective(); v == "" && rel.punctual() && a != "" {
			if negative {
				a = "not " + a
			}
			return "were " + a + " " + object + said
		}
		if to := rel.flip(); v == "" && cmpOr(to.begin(), to.end()) != "" && rel.Inverse {
			return p.invertedEvent(to, w, object, negative)
		}
		if v == "" && w.kind == began {
			r.when = moment{}
			s := strings.TrimPrefix(p.relation(r, object, negative), "are ")
			return "became " + s + said
		}
		if v != "" {
			past, rest := verb(v)
			if negative {
				return "did not " + v + " " + object + said
			}
			return past + rest + " " + object + said
		}
	case former:
		if to := rel.flip(); rel.noun(true) == "" && rel.Inverse && to.end() != "" {
			return p.invertedEvent(to, w, object, negative)
		}
		if n := rel.noun(true); n != "" {
			if negative {
				return "are not former " + n + " of " + object
			}
			return "are former " + n + " of " + object
		}
	}
	what := ""
	switch {
	case rel.property != nil && rel.being != nil:
		what = rel.being.Plural
	case rel.noun(true) != "" && !(rel.Inverse && rel.Kind == valueThing && rel.preposition() == "" && rel.InverseVerb != ""):
		what = rel.noun(true) + " of " + object
	case rel.adjective() != "":
		what = rel.adjective() + " " + object
	case rel.preposition() != "":
		what = rel.preposition() + " " + object
	}
	if n := rel.flip().noun(false); what == "" && rel.verb() == "" && n != "" {
		is := " is "
		if w.kind != today {
			is = " was "
		}
		if negative {
			is += "not "
		}
		return "whose " + n + is + object + said
	}
	if what == "" && rel.Inverse && rel.InverseVerb == "" {
		return p.inverted(r, object, negative)
	}
	if what == "" {
		v := cmpOr(rel.verb(), rel.Label)
		switch {
		case rel.punctual() && w.kind == today && negative:
			return "have not " + p.participle(v) + " " + object
		case rel.punctual() && w.kind == today:
			return "have " + p.participle(v) + " " + object
		case w.kind == ever && negative:
			return "have never " + p.participle(v) + " " + object
		case w.kind == ever:
			return "have ever " + p.participle(v) + " " + object
		case w.kind == since:
			return "have " + p.participle(v) + " " + object + said
		case w.kind == during && negative:
			return "did not " + v + " " + object + said
		case w.kind == during:
			past, rest := verb(v)
			return past + rest + " " + object + said
		case negative:
			return "do not " + v + " " + object
		}
		return v + " " + object
	}
	n := ""
	if negative {
		n = "not "
	}
	switch w.kind {
	case during:
		return "were " + n + what + said
	case ever:
		if negative {
			return "have never been " + what
		}
		return "have ever been " + what
	case since:
		return "have " + n + "been " + what + said
	case former:
		return "were once " + n + what
	}
	return "are " + n + what
}

// invertedEvent is "Finland joined in 1995", said of what was joined.
func (p paraphraser) invertedEvent(to relation, w moment, subject string, negative bool) string {
	v, said := to.begin(), w.said
	if w.kind != began {
		v = to.end()
	}
	if said != "" {
		said = " " + said
	}
	if negative {
		return subject + " did not " + v + said
	}
	return subject + " " + p.english.verb(firstWord(v)).past + strings.TrimPrefix(v, firstWord(v)) + said
}

// inverted is a clause of which the other thing is the subject: "Carl knows".
func (p paraphraser) inverted(r relates, subject string, negative bool) string {
	to := r.rel.flip()
	said := ""
	if r.when.said != "" {
		said = " " + r.when.said
	}
	n := ""
	if negative {
		n = "not "
	}
	is := map[momentKind]string{today: "is ", during: "was ", ever: "was ever ", former: "was once "}[r.when.kind]
	switch {
	case to.noun(false) != "":
		return subject + " " + is + n + withArticle(to.noun(false)) + " of" + said
	case to.adjective() != "":
		return subject + " " + is + n + to.adjective() + said
	case to.preposition() != "":
		return subject + " " + is + n + to.preposition() + said
	}
	v := cmpOr(to.verb(), to.Label)
	rest := strings.TrimPrefix(v, firstWord(v))
	switch {
	case negative && r.when.kind == today:
		return subject + " does not " + v
	case negative:
		return subject + " did not " + v + said
	case r.when.kind == today:
		return subject + " " + p.english.verb(firstWord(v)).third + rest
	}
	return subject + " " + p.english.verb(firstWord(v)).past + rest + said
}

func (p paraphraser) participle(v string) string {
	return p.english.verb(firstWord(v)).participle + strings.TrimPrefix(v, firstWord(v))
}

// target names what a relation leads to.
func (p paraphraser) target(t target, rel relation) string {
	switch {
	case t.iri != "":
		return p.name(t.iri)
	case t.set != nil:
		head := "things"
		if t.set.class != nil {
			head = t.set.class.Plural
		} else if c := p.implied(t.set); c != nil {
			head = c.Plural
		}
		switch len(t.set.conds) {
		case 0:
			return head
		case 1:
			return head + p.that(t.set.conds)
		}
		return head + " that (" + p.all(t.set.conds) + ")"
	}
	for _, iri := range rel.to() {
		if c := p.classOf(iri); c != nil {
			return "any " + c.Noun
		}
	}
	return "anything"
}

var comparisonWords = map[string]string{">": "over", ">=": "at least", "<": "under", "<=": "at most", "=": "exactly"}

func (p paraphraser) compares(c compares) string {
	unit := ""
	if len(c.property.Units) > 0 {
		unit = c.property.Units[0]
		if !strings.HasPrefix(unit, "%") {
			unit = " " + unit
		}
	}
	said := ""
	if c.when.said != "" {
		said = " " + c.when.said
	}
	var amount string
	switch {
	case c.op == "between":
		amount = "between " + number(c.low) + " and " + number(c.high) + unit
	case c.than != "":
		amount = map[string]string{">": "more than", "<": "less than", ">=": "at least", "<=": "at most", "=": "exactly"}[c.op] + " that of " + p.name(c.than)
	default:
		amount = comparisonWords[c.op] + " " + number(c.low) + unit
	}
	if c.property.counts != nil {
		op := map[string]string{">": "more than", "<": "fewer than", ">=": "at least", "<=": "at most", "=": "exactly"}[c.op]
		if w := c.property.within; w != nil {
			s := p.relation(relates{rel: *c.property.counts}, op+" "+c.low+" "+p.set(w), false)
			return s
		}
		return "have " + op + " " + c.low + " " + strings.TrimPrefix(c.property.Label, "number of ")
	}
	have := "have "
	if said != "" {
		have = "had "
	}
	return have + c.property.Label + " " + amount + said
}

// singularRole makes "members of NATO" "a member of NATO".
func (p paraphraser) singularRole(c cond, s string) string {
	if n, ok := c.(not); ok {
		c = n.cond
	}
	noun, plural := "", ""
	switch x := c.(type) {
	case ofClass:
		noun, plural = x.class.Noun, x.class.Plural
	case relates:
		noun, plural = x.rel.noun(false), x.rel.noun(true)
		if x.rel.being != nil {
			noun, plural = x.rel.being.Noun, x.rel.being.Plural
		}
	}
	if plural != "" {
		for _, before := range []string{"", "not ", "former ", "never been ", "ever been ", "been ", "once ", "once not "} {
			if rest, ok := strings.CutPrefix(s, before+plural); ok {
				if before == "former " {
					return "a former " + noun + rest
				}
				return before + withArticle(noun) + rest
			}
		}
	}
	return s
}
