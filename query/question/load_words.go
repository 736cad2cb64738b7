package question

import (
	"slices"
	"strings"
)

// classWords enters the nouns of a class.
func (r *reader) classWords(c *class) {
	f := r.forms[c.IRI]
	c.Comment, c.Note = r.comments[c.IRI], r.scopes[c.IRI]
	c.Rank = atoi(f.first("rank"), defaultRank)
	nouns := slices.Clone(f["noun"])
	label := r.labels[c.IRI]
	if label == "" {
		label = localWords(c.IRI)
	}
	nouns = append(append(nouns, label), r.alts[c.IRI]...)
	c.Noun = nouns[0]
	c.Plural = f.first("plural")
	if c.Plural == "" {
		c.Plural = r.english.plural(c.Noun)
	}
	r.labels[c.IRI] = label
	for _, n := range nouns {
		r.addWord(n, sense{class: classNoun, of: c})
		r.addWord(r.english.plural(n), sense{class: classNoun, of: c, plural: true})
	}
	for _, n := range f["plural"] {
		r.addWord(n, sense{class: classNoun, of: c, plural: true})
	}
	for _, a := range append(slices.Clone(f["adjective"]), f["having"]...) {
		r.addWord(a, sense{class: classFlag, of: c})
	}
	for _, v := range f["verb"] {
		r.addVerb(v, sense{class: classFlag, of: c})
	}
}

// ownWords enters the lexical forms that the graph gives a property.
func (r *reader) ownWords(p *property) {
	f := r.forms[p.IRI]
	p.own = len(f) > 0 && !(len(f) == 1 && len(f["unit"]) > 0)
	p.Comment, p.Note = r.comments[p.IRI], r.scopes[p.IRI]
	p.Label = r.labels[p.IRI]
	if p.Label == "" {
		p.Label = localWords(p.IRI)
	}
	p.Since, p.Until = f.first("since"), f.first("until")
	p.Value, p.Ended = f.first("value"), f.first("endedValue")
	for _, v := range f["value"] {
		r.addWord(v, sense{class: classFlag, relation: relation{property: p}, value: v})
	}
	for _, v := range f["valueNoun"] {
		for _, d := range append([]string{f.first("subject")}, p.Domain...) {
			if c := r.classOf(d); c != nil {
				r.addWord(v, sense{class: classNoun, of: c, relation: relation{property: p}, value: v})
				r.addWord(r.english.plural(v), sense{class: classNoun, of: c, relation: relation{property: p}, value: v, plural: true})
				break
			}
		}
	}
	p.Units = append(p.Units, f["unit"]...)
	if p.unused || f.first("silent") == "true" {
		return
	}
	p.Subject, p.InverseSubject = f.first("subject"), f.first("inverseSubject")
	p.Tie = f.first("tie") == "true"
	p.Origin = f.first("origin") == "true"
	p.Weighted = f.first("weighted") == "true"
	for i, inverse := range []bool{false, true} {
		rel := relation{p, inverse}
		prefix := []string{"", "inverse"}[i]
		get := func(name string) []string {
			if inverse {
				name = prefix + strings.ToUpper(name[:1]) + name[1:]
			}
			return f[name]
		}
		for k, n := range get("noun") {
			plural := r.pluralOf(p, n)
			if ps := get("plural"); k < len(ps) {
				plural = ps[k]
			}
			r.relationNoun(rel, n, plural)
		}
		for _, v := range get("verb") {
			r.relationVerb(rel, v)
		}
		for _, a := range get("adjective") {
			r.relationAdjective(rel, a)
		}
		for _, w := range get("preposition") {
			if inverse && p.InversePrep == "" {
				p.InversePrep = w
			} else if !inverse && p.Preposition == "" {
				p.Preposition = w
			}
			r.addWord(w, sense{class: classPreposition, relation: rel})
		}
		for _, w := range get("negative") {
			if p.Kind == valueBoolean {
				r.addWord(w, sense{class: classFlag, relation: rel, negative: true})
				continue
			}
			if p.Negative == "" {
				p.Negative = w
			}
			r.addWord(w, sense{class: classPreposition, relation: rel, negative: true})
		}
	}
	rel := relation{property: p}
	for _, v := range f["begin"] {
		p.Begin = cmpOr(p.Begin, v)
		r.addVerb(v, sense{class: classEvent, relation: rel})
	}
	for _, v := range f["end"] {
		p.End = cmpOr(p.End, v)
		r.addVerb(v, sense{class: classEvent, relation: rel, end: true})
	}
	for _, v := range f["inverseBegin"] {
		p.InverseBegin = cmpOr(p.InverseBegin, v)
		r.addVerb(v, sense{class: classEvent, relation: relation{p, true}})
	}
	for _, v := range f["inverseEnd"] {
		p.InverseEnd = cmpOr(p.InverseEnd, v)
		r.addVerb(v, sense{class: classEvent, relation: relation{p, true}, end: true})
	}
	for _, v := range f["participle"] {
		p.Participle = cmpOr(p.Participle, v)
		r.addWord(v, sense{class: classDated, relation: rel})
	}
	for _, v := range f["dateVerb"] {
		p.Active = cmpOr(p.Active, v)
		p.Participle = cmpOr(p.Participle, r.english.verb(firstWord(v)).past+strings.TrimPrefix(v, firstWord(v)))
		r.addVerb(v, sense{class: classDated, relation: rel})
	}
	for _, v := range f["measureVerb"] {
		base, rest, _ := strings.Cut(v, " ")
		p.MeasureVerb, p.Complement = cmpOr(p.MeasureVerb, base), cmpOr(p.Complement, rest)
		r.addVerb(base, sense{class: classMeasureVerb, relation: rel})
		if rest != "" {
			r.addWord(rest, sense{class: classComplement, relation: rel})
			r.bearerNouns(relation{p, true}, base, rest)
		}
	}
	for _, v := range f["unit"] {
		if strings.HasPrefix(v, "% ") {
			r.addWord("%", sense{class: classUnit, relation: rel})
		}
		r.addWord(v, sense{class: classUnit, relation: rel})
	}
	for _, v := range f["unitWord"] {
		r.addWord(v, sense{class: classUnit, relation: rel})
		p.Units = append(p.Units, v)
	}
	for _, v := range f["most"] {
		p.Most = cmpOr(p.Most, v)
		r.addWord(v, sense{class: classSuperlative, relation: rel})
		r.addWord(comparative(v), sense{class: classComparative, relation: rel})
		r.addWord(positive(v), sense{class: classGradable, relation: rel})
	}
	for _, v := range f["least"] {
		p.Least = cmpOr(p.Least, v)
		r.addWord(v, sense{class: classSuperlative, relation: rel, least: true})
		r.addWord(comparative(v), sense{class: classComparative, relation: rel, least: true})
	}
}

// kindWords enters the nouns that a value gives to the things that have it: the
// commitment to mutual defence makes a treaty a defence pact.
func (r *reader) kindWords() {
	var iris []string
	for iri, f := range r.forms {
		if len(f["kindNoun"]) > 0 {
			iris = append(iris, iri)
		}
	}
	slices.Sort(iris)
	var properties []*property
	for _, p := range r.properties {
		properties = append(properties, p)
	}
	slices.SortFunc(properties, func(a, b *property) int { return strings.Compare(a.IRI, b.IRI) })
	for _, iri := range iris {
		for _, p := range properties {
			of := r.typed(iri, p.Range)
			if !of || len(p.Domain) == 0 || r.classOf(p.Domain[0]) == nil {
				continue
			}
			for _, v := range r.forms[iri]["kindNoun"] {
				s := sense{class: classNoun, of: r.classOf(p.Domain[0]), relation: relation{property: p}, value: v}
				r.addWord(v, s)
				s.plural = true
				r.addWord(r.english.plural(v), s)
				r.kinds[v] = append(r.kinds[v], iri)
			}
			break
		}
	}
}

// typed reports whether a thing is stated to be of one of the classes.
func (r *reader) typed(iri string, classes []string) bool {
	return slices.ContainsFunc(r.types[iri], func(t int32) bool { return slices.Contains(classes, r.classes[t].IRI) })
}

// bearerNouns enters the nouns for who does what a measure measures: "producer
// of cobalt", "cobalt producer", "spender on defence".
func (r *reader) bearerNouns(rel relation, verb, complement string) {
	agent := verb + "er"
	if strings.HasSuffix(verb, "e") {
		agent = verb + "r"
	}
	thing, link := complement, "of "
	if rest, ok := strings.CutPrefix(complement, "on "); ok {
		thing, link = rest, "on "
	}
	for i, noun := range []string{agent, r.english.plural(agent)} {
		r.addWord(noun+" "+link+thing, sense{class: classAttribute, relation: rel, plural: i > 0})
		r.addWord(thing+" "+noun, sense{class: classAttribute, relation: rel, plural: i > 0})
	}
}

// positive makes "rich" of "richest" and "populous" of "most populous".
func positive(superlative string) string {
	first, rest, _ := strings.Cut(superlative, " ")
	base, ok := strings.CutSuffix(first, "est")
	switch {
	case first == "most":
		return rest
	case !ok:
		return superlative
	case strings.HasSuffix(base, "i"):
		base = strings.TrimSuffix(base, "i") + "y"
	case strings.HasSuffix(base, "s") && !strings.HasSuffix(base, "ss"):
		base += "e" // densest
	}
	return strings.TrimSpace(base + " " + rest)
}

// comparative makes "richer" of "richest" and "more populous" of "most
// populous".
func comparative(superlative string) string {
	first, rest, _ := strings.Cut(superlative, " ")
	switch {
	case first == "most":
		return "more " + rest
	case first == "least":
		return "less " + rest
	}
	if base, ok := strings.CutSuffix(first, "est"); ok {
		first = base + "er"
	}
	return strings.TrimSpace(first + " " + rest)
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// pluralOf makes the plural of the label of a property. One that ends in s is a plural
// already, "oil reserves", or a verb, "uses", of which there is none: both stay.
func (r *reader) pluralOf(p *property, noun string) string {
	singular := func(ending string) bool { return strings.HasSuffix(noun, ending) }
	if singular("s") && (p.Kind == valueNumber && !singular("ss") || !slices.ContainsFunc([]string{"ss", "us", "is", "as", "os"}, singular)) {
		return noun
	}
	return r.english.plural(noun)
}

func (r *reader) relationNoun(rel relation, noun, plural string) {
	if rel.Inverse {
		if rel.InverseNoun == "" {
			rel.InverseNoun, rel.InversePlual = noun, plural
		}
	} else if rel.Noun == "" {
		rel.Noun, rel.Plural = noun, plural
	}
	c := classRole
	if rel.Inverse && rel.Kind != valueThing && rel.Kind != valueUnknown {
		c = classAttribute
	}
	if rel.Inverse && c == classRole {
		// "the capital of Japan", "whose capital is Tokyo": both a role and
		// an attribute; the grammar tells them apart.
		c = classAttribute
	}
	r.addWord(noun, sense{class: c, relation: rel})
	r.addWord(plural, sense{class: c, relation: rel, plural: true})
}

func (r *reader) relationVerb(rel relation, verb string) {
	if rel.Inverse {
		rel.InverseVerb = cmpOr(rel.InverseVerb, verb)
	} else {
		rel.Verb = cmpOr(rel.Verb, verb)
	}
	r.addVerb(verb, sense{class: classVerb, relation: rel})
	if bare, ok := r.stranded(verb); ok {
		r.addVerb(bare, sense{class: classVerb, relation: rel})
	}
}

// stranded returns a phrase without its last preposition, for "with which
// Japan is allied", if what is left is a word that means nothing else.
func (r *reader) stranded(phrase string) (string, bool) {
	first, last, ok := strings.Cut(phrase, " ")
	if i := strings.LastIndexByte(phrase, ' '); ok {
		first, last = phrase[:i], phrase[i+1:]
	}
	if !ok || !slices.Contains([]string{"with", "to", "of", "in", "from", "by"}, last) || functionWords()[first] || len(r.words[first]) > 0 && !r.bare[first] {
		return "", false
	}
	r.bare[first] = true
	return first, true
}

func (r *reader) relationAdjective(rel relation, a string) {
	if rel.Inverse {
		rel.InverseAdj = cmpOr(rel.InverseAdj, a)
	} else {
		rel.Adjective = cmpOr(rel.Adjective, a)
	}
	if rel.Kind == valueBoolean {
		r.addWord(a, sense{class: classFlag, relation: rel})
		return
	}
	r.addWord(a, sense{class: classRelative, relation: rel})
	if bare, ok := r.stranded(a); ok {
		r.addWord(bare, sense{class: classRelative, relation: rel})
	}
}

// derivedWords makes words of the labels of a property, or of its local name:
// "member of" gives the noun member, "has part" the inverse noun part, "allied
// with" an adjective, "borders" a verb, and anything else an inverse noun, as
// in "the capital of Japan".
func (r *reader) derivedWords(p *property) {
	if f := r.forms[p.IRI]; len(f["role"]) > 0 || isMeta(p.IRI) || p.unused || f.first("silent") == "true" {
		return
	}
	if p.IRI == schemaName || p.IRI == schemaHTTP || p.IRI == foafName || p.IRI == dctTitle || p.IRI == dcTitle {
		return
	}
	forward, inverse := relation{p, false}, relation{p, true}
	for i, label := range append([]string{p.Label}, r.alts[p.IRI]...) {
		words := strings.Fields(label)
		if len(words) == 0 || p.Verb != "" && label == r.english.verb(firstWord(p.Verb)).third+strings.TrimPrefix(p.Verb, firstWord(p.Verb)) {
			continue // "uses" is the verb that the graph has given
		}
		last := words[len(words)-1]
		head := strings.Join(words[:len(words)-1], " ")
		rest := strings.Join(words[1:], " ")
		switch {
		case p.Kind == valueBoolean:
			if words[0] == "is" && rest != "" {
				r.relationAdjective(forward, rest)
			} else {
				r.relationAdjective(forward, label)
			}
		case len(words) > 1 && words[0] == "has":
			r.relationNoun(inverse, rest, r.english.plural(rest))
		case len(words) > 1 && last == "of":
			head = strings.TrimPrefix(head, "is ")
			r.relationNoun(forward, head, r.english.plural(head))
		case len(words) > 1 && slices.Contains([]string{"with", "for", "from", "to", "in", "by", "at", "on"}, last):
			if first := words[0]; strings.HasSuffix(first, "s") && first != "is" && first != "has" && !strings.HasSuffix(first, "ss") {
				r.relationVerb(forward, strings.TrimSuffix(first, "s")+" "+rest)
				break
			}
			r.relationAdjective(forward, strings.TrimPrefix(label, "is "))
		case p.Kind == valueThing && len(words) == 1 && i == 0 && !p.own && strings.HasSuffix(last, "s") && !strings.HasSuffix(last, "ss") && len(last) > 3:
			base := strings.TrimSuffix(last, "s")
			if strings.HasSuffix(last, "sses") || strings.HasSuffix(last, "ches") || strings.HasSuffix(last, "shes") {
				base = strings.TrimSuffix(last, "es")
			} else if strings.HasSuffix(last, "ies") {
				base = strings.TrimSuffix(last, "ies") + "y"
			}
			r.relationVerb(forward, base)
		case p.Kind == valueDate && (strings.HasSuffix(last, "ed") || last == "born"):
			p.Participle = cmpOr(p.Participle, label)
			r.addWord(label, sense{class: classDated, relation: forward})
		case p.own && p.Kind == valueThing && p.InverseNoun == "" && (p.Noun != "" || p.Verb != "" || p.Adjective != ""):
			// The graph has said how this relation is spoken of.
		default:
			r.relationNoun(inverse, label, r.pluralOf(p, label))
		}
	}
}
