package question

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
)

// The paraphrase says a meaning back in full, in the language of questions:
// read as a question it has the same meaning. Alternatives inside
// conjunctions stand in parentheses, each clause carries its own time, and what
// is about today ends in ", today".

// paraphraser writes one paraphrase.
type paraphraser struct{ *Lexicon }

func (p paraphraser) meaning(m *meaning) string {
	switch m.kind {
	case askSet:
		return p.list(m) + p.suffix(m)
	case askCount:
		out := "number of " + p.set(m.set)
		if m.per != nil {
			out += " per " + m.per.flip().noun(false)
		}
		if m.perYear {
			return out + " by year"
		}
		return out + p.suffix(m)
	case askShare:
		out := "what share of " + m.attributes[0].Label
		if m.when.said != "" {
			out += " " + m.when.said
		}
		out += " of " + p.set(m.set) + " falls to "
		if m.part != nil {
			return out + p.set(m.part) + p.suffix(m)
		}
		return out + p.names(m.things) + p.suffix(m)
	case askCheck:
		return p.check(m) + p.suffix(m)
	case askAttributes:
		var names []string
		for _, a := range m.attributes {
			names = append(names, cmpOr(a.flip().noun(false), a.Label))
		}
		out := and(names)
		if m.when.said != "" {
			out += " " + m.when.said
		}
		out += " of "
		year := ""
		if m.perYear {
			year = " by year"
		}
		if m.set != nil {
			return out + p.list(m) + year + p.suffix(m)
		}
		if m.per != nil {
			year += " per " + m.per.flip().noun(false)
		}
		return out + p.names(m.things) + year
	case askWhen:
		return p.when(m)
	case askCombine:
		said := map[string]string{"AVG": "average", "SUM": "total", "MEDIAN": "median", "MAX": "maximum", "MIN": "minimum"}[m.combine]
		out := said + " " + m.attributes[0].Label
		if m.when.said != "" {
			out += " " + m.when.said
		}
		out += " of "
		if m.set != nil {
			out += p.set(m.set)
		} else {
			out += p.names(m.things)
		}
		if m.perYear {
			out += " by year"
		}
		if m.per != nil {
			out += " per " + m.per.flip().noun(false)
		}
		return out + p.suffix(m)
	case askDescribe:
		return "tell me about " + p.name(m.things[0])
	case askDefine:
		switch {
		case m.class != nil:
			return "definition of " + m.class.Noun
		case len(m.things) > 0:
			return "definition of " + p.names(m.things)
		}
		return "definition of " + m.role.noun(false)
	case askCompare:
		return "compare " + p.names(m.things)
	case askWhy:
		return "why " + p.check(&meaning{check: *m.event, things: m.things})
	case askSource:
		out := "source for " + cmpOr(m.attributes[0].flip().noun(false), m.attributes[0].Label) + " of " + p.names(m.things)
		if m.when.said != "" {
			out += " " + m.when.said
		}
		return out
	case askKinds:
		return "which kinds of things are there"
	case askRelations:
		if m.class != nil {
			return "what is known about " + m.class.Plural
		}
		return "which relations are there"
	case askConnect:
		out := "how are " + p.names(m.things) + " connected"
		if m.through != nil {
			out += " through " + m.through.Plural
		}
		if m.steps > 0 {
			out += " within " + itoa(m.steps) + map[bool]string{true: " step", false: " steps"}[m.steps == 1]
		}
		return out
	}
	return ""
}

// suffix is ", today" where something holds today.
func (p paraphraser) suffix(m *meaning) string {
	if p.model.Since == "" && p.model.Until == "" {
		return ""
	}
	holds := false
	past := m.when.said != "" && (m.order != nil || m.kind == askShare)
	var look func(c cond)
	look = func(c cond) {
		switch x := c.(type) {
		case allOf:
			for _, c := range x {
				look(c)
			}
		case anyOf:
			for _, c := range x {
				look(c)
			}
		case not:
			look(x.cond)
		case someOf:
			look(anyOf(x.of))
		case valued:
			look(x.cond)
		case relates:
			holds = holds || x.when.kind == today
			past = past || x.when.kind != today
			if x.to.set != nil {
				look(allOf(x.to.set.conds))
			}
		case compares:
			holds = holds || x.when.kind == today
			past = past || x.when.kind != today
		case happened:
			past = true
		}
	}
	if m.set != nil {
		look(allOf(m.set.conds))
	}
	if m.check != nil {
		look(m.check)
	}
	if holds && !past {
		return ", today"
	}
	return ""
}

// list is a set with its order and number.
func (p paraphraser) list(m *meaning) string {
	out := p.set(m.set)
	if m.per != nil {
		out += " per " + m.per.flip().noun(false)
	}
	if m.order == nil {
		return out
	}
	if m.order.Kind == valueDate {
		word := "newest"
		if m.ascending {
			word = "oldest"
		}
		if m.limit > 1 {
			word += " " + itoa(m.limit)
		}
		return word + " of the " + out
	}
	switch {
	case m.limit == 1 && m.ascending:
		out = "smallest of the " + out
	case m.limit == 1:
		out = "largest of the " + out
	case m.limit > 1 && m.ascending:
		out = "bottom " + number(itoa(m.limit)) + " " + out
	case m.limit > 1:
		out = "top " + number(itoa(m.limit)) + " " + out
	}
	by := " by "
	if m.limit == 0 {
		by = ", sorted by "
	}
	out += by + m.order.Label
	if m.limit == 0 && m.ascending {
		out += " ascending"
	}
	if m.kind == askSet && m.when.said != "" {
		out += " " + m.when.said
	}
	return out
}

// set is a plural noun with its clauses.
func (p paraphraser) set(s *set) string {
	head := "things"
	if s.class != nil {
		head = s.class.Plural
	} else if c := p.implied(s); c != nil {
		head = c.Plural
	}
	if len(s.conds) == 0 {
		return head
	}
	return head + p.that(s.conds)
}

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
		return "are " + x.property.Adjective
	case same:
		return "are " + p.name(x.iri)
	case compares:
		return p.compares(x)
	case happened:
		return "were " + x.property.Participle + " " + x.when.said
	case valued:
		return "whose " + x.rel.flip().noun(false) + " " + p.singular(p.clause(x.cond))
	}
	return ""
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
		return "are not " + x.property.Adjective
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
	said := ""
	if w.said != "" {
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
		if n := rel.noun(true); n != "" {
			if negative {
				return "are not former " + n + " of " + object
			}
			return "are former " + n + " of " + object
		}
	}
	what := ""
	switch {
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

// check is a question for yes or no.
func (p paraphraser) check(m *meaning) string {
	if m.set != nil {
		quant := map[quantifier]string{everyOne: "all ", anyOne: "any ", noOne: "no "}[m.quantifier]
		if m.check == nil {
			return "are there " + quant + p.set(m.set)
		}
		return "are " + quant + p.set(m.set) + ", " + strings.TrimPrefix(p.clause(m.check), "are ")
	}
	s := p.clause(m.check)
	names := p.names(m.things)
	if r, ok := m.check.(relates); ok && (r.when.kind == began && r.rel.begin() != "" || r.when.kind == ended && r.rel.end() != "") {
		v := r.rel.begin()
		if r.when.kind == ended {
			v = r.rel.end()
		}
		if r.when.said != "" {
			s = " " + r.when.said
		} else {
			s = ""
		}
		return "did " + names + " " + v + " " + p.target(r.to, r.rel) + s
	}
	aux, rest, _ := strings.Cut(s, " ")
	one := len(m.things) == 1
	if _, ok := m.check.(compares); ok {
		return map[bool]string{true: "does ", false: "do "}[one] + names + " " + s
	}
	switch aux {
	case "are", "were", "have", "do", "did":
		if one {
			aux = map[string]string{"are": "is", "were": "was", "have": "has", "do": "does", "did": "did"}[aux]
			rest = p.singularRole(m.check, rest)
		}
		return aux + " " + names + " " + rest
	}
	if one {
		return "does " + names + " " + s
	}
	return "do " + names + " " + s
}

// singularRole makes "members of NATO" "a member of NATO".
func (p paraphraser) singularRole(c cond, s string) string {
	if n, ok := c.(not); ok {
		c = n.cond
	}
	r, ok := c.(relates)
	if !ok {
		return s
	}
	if plural := r.rel.noun(true); plural != "" {
		for _, before := range []string{"", "not ", "former ", "never been ", "ever been ", "been "} {
			if rest, ok := strings.CutPrefix(s, before+plural); ok {
				if before == "former " {
					return "a former " + r.rel.noun(false) + rest
				}
				return before + withArticle(r.rel.noun(false)) + rest
			}
		}
	}
	return s
}

func (p paraphraser) when(m *meaning) string {
	subject := ""
	one := m.set == nil && len(m.things) == 1
	if m.set != nil {
		subject = p.set(m.set)
		if len(m.set.conds) > 0 {
			subject += ","
		}
	} else {
		subject = p.names(m.things)
	}
	is, was := "are", "were"
	if one {
		is, was = "is", "was"
	}
	if m.dated != nil {
		return "when " + was + " " + subject + " " + m.dated.Participle
	}
	v := m.event.rel.begin()
	if m.event.when.kind == ended {
		v = m.event.rel.end()
	}
	object := p.target(m.event.to, m.event.rel)
	if v != "" {
		return "when did " + subject + " " + v + " " + object
	}
	r := *m.event
	r.when = moment{}
	s := p.relation(r, object, false)
	if rest, ok := strings.CutPrefix(s, "are "); ok {
		return "since when " + is + " " + subject + " " + rest
	}
	return "since when do " + subject + " " + s
}

// name is how a thing is named in a sentence.
func (p paraphraser) name(iri string) string {
	s := p.label(iri)
	if p.takesThe(iri, s) {
		return "the " + s
	}
	return s
}

// takesThe reports whether a name is said with the article: names that end in
// or hold a common noun, and plurals such as the Netherlands.
func (l *Lexicon) takesThe(iri, s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 {
		return slices.Contains([]string{"Netherlands", "Philippines", "Bahamas", "Gambia", "Maldives", "Comoros", "Seychelles", "Quad"}, s)
	}
	if strings.HasPrefix(s, "The ") {
		return false
	}
	if words[0] == "United" || words[0] == "Group" || strings.HasSuffix(s, "Islands") {
		return true
	}
	for _, w := range words {
		switch strings.ToLower(strings.Trim(w, "(),")) {
		case "organization", "organisation", "union", "league", "association", "agreement", "partnership", "community", "area", "forum", "council",
			"treaty", "pact", "convention", "agency", "bank", "fund", "court", "conference", "cooperation", "market", "republic", "federation", "countries", "commonwealth", "movement", "initiative":
			return true
		}
	}
	return false
}

func (p paraphraser) names(iris []string) string {
	var out []string
	for _, iri := range iris {
		out = append(out, p.name(iri))
	}
	return and(out)
}

func and(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

func withArticle(noun string) string {
	if noun == "" {
		return noun
	}
	if strings.ContainsRune("aeioAEIO", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

func itoa(n int) string { return big.NewInt(int64(n)).String() }

// number writes a decimal with its scale in words where that is exact:
// "200 million", "1.5 billion".
func number(s string) string {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	for _, scale := range []struct {
		power int64
		word  string
	}{{12, "trillion"}, {9, "billion"}, {6, "million"}} {
		q := new(big.Rat).Quo(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(scale.power), nil)))
		if new(big.Rat).Abs(q).Cmp(big.NewRat(1, 1)) >= 0 {
			if text := decimal(q); len(text) <= 6 {
				return text + " " + scale.word
			}
		}
	}
	whole, fraction, hasFraction := strings.Cut(s, ".")
	if len(whole) > 4 {
		var b strings.Builder
		for i, c := range whole {
			if i > 0 && (len(whole)-i)%3 == 0 {
				b.WriteByte(',')
			}
			b.WriteRune(c)
		}
		whole = b.String()
	}
	if hasFraction {
		return whole + "." + fraction
	}
	return whole
}
