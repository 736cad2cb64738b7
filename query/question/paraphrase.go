package question

import (
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
			out += " per " + p.groupNoun(*m.per)
		}
		if m.perYear {
			return out + " at the end of each year"
		}
		return out + p.suffix(m)
	case askShare:
		if len(m.attributes) == 0 {
			return "of " + p.set(m.set) + ", what share " + p.all(m.part.conds) + p.suffix(m)
		}
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
			year += " per " + p.groupNoun(*m.per)
		}
		return out + p.names(m.things) + year
	case askGrowth:
		out := "growth " + m.when.said + " of " + m.attributes[0].Label + " of "
		if m.set != nil {
			return out + p.set(m.set) + p.suffix(m)
		}
		return out + p.names(m.things)
	case askWhen:
		return p.when(m)
	case askCombine:
		out := combinations[m.combine] + " " + m.attributes[0].Label
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
			out += " per " + p.groupNoun(*m.per)
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
			out += " through " + p.kind(m)
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
			// To have founded something is not a state of today.
			holds = holds || x.when.kind == today && !x.rel.punctual()
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
		out += " by " + p.groupNoun(*m.per)
	}
	if m.order == nil {
		return out
	}
	if m.order.Kind == valueDate && m.limit == 0 {
		return out + " by date" + map[bool]string{false: ", newest first"}[m.ascending]
	}
	if m.order.Kind == valueDate {
		word := "newest"
		if m.ascending {
			word = "oldest"
		}
		if m.limit > 1 || m.limit == 1 && !m.ties && m.skip == 0 {
			word += " " + itoa(m.limit)
		}
		return m.place() + word + " of the " + out + p.ties(m)
	}
	switch {
	case m.limit == 1 && (m.ties || m.skip > 0) && m.ascending:
		out = m.place() + "smallest of the " + out
	case m.limit == 1 && (m.ties || m.skip > 0):
		out = m.place() + "largest of the " + out
	case m.limit > 0 && m.ascending:
		out = "bottom " + number(itoa(m.limit)) + " " + out
	case m.limit > 0:
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
	return out + p.ties(m)
}

// place is "second ", or nothing for the first.
func (m *meaning) place() string {
	if m.skip == 0 {
		return ""
	}
	return ordinals[m.skip-1] + " "
}

// ties says that those who share the last place belong to a ranking.
func (p paraphraser) ties(m *meaning) string {
	if m.ties && m.limit > 1 {
		return ", with ties"
	}
	return ""
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
	if m.either {
		names = p.alternatives(m.things)
	}
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
	one := len(m.things) == 1 || m.either
	if _, ok := m.check.(compares); ok || had(m.check) {
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

// had reports whether a condition is about having something now or in a year,
// which is asked with "does".
func had(c cond) bool {
	if n, ok := c.(not); ok {
		c = n.cond
	}
	r, ok := c.(relates)
	return ok && r.rel.joint != nil && r.when.kind == today
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
	is, was, do := "are", "were", "do"
	if one {
		is, was = "is", "was"
	}
	if m.dated != nil {
		if v := m.dated.Active; v != "" {
			return "when did " + subject + " " + v
		}
		return "when " + was + " " + subject + " " + m.dated.Participle
	}
	object := p.target(m.event.to, m.event.rel)
	if m.long {
		r := *m.event
		r.when = moment{kind: since}
		aux, rest, _ := strings.Cut(p.relation(r, object, false), " ")
		if one {
			aux, rest = "has", p.singularRole(r, rest)
		}
		return "how long " + aux + " " + subject + " " + rest
	}
	v := m.event.rel.begin()
	if m.event.when.kind == ended {
		v = m.event.rel.end()
	}
	if v != "" {
		return "when did " + subject + " " + v + " " + object
	}
	r := *m.event
	start := "since when "
	if r.when.kind == ended {
		start, is, do = "until when ", was, "did"
	}
	r.when = moment{}
	s := p.relation(r, object, false)
	if rest, ok := strings.CutPrefix(s, "are "); ok {
		if one && r.rel.being != nil {
			rest = withArticle(r.rel.being.Noun)
		}
		return start + is + " " + subject + " " + rest
	}
	return start + do + " " + subject + " " + s
}

// kind names what connects.
func (p paraphraser) kind(m *meaning) string {
	if len(m.kinds) == 1 {
		return p.flag(m.kinds[0].(flagged))
	}
	return m.through.Plural
}
