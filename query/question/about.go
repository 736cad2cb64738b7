package question

import (
	"slices"
	"strings"
)

// About is one thing that a question asks about, for people.
type About struct {
	IRI, Label string
	// Kind is the nouns of its most specific classes, and "".
	Kind string
}

// About returns the things that a description or comparison is about.
func (q *Question) About() []About {
	var out []About
	for _, iri := range q.meaning.things {
		out = append(out, About{iri, q.lexicon.label(iri), q.lexicon.mostSpecific(iri)})
	}
	return out
}

// mostSpecific names the classes of a thing that no other of its classes is below.
func (l *Lexicon) mostSpecific(iri string) string {
	types := l.types[iri]
	var nouns []string
	for _, t := range types {
		above := func(other int32) bool { return other != t && slices.Contains(l.classes[other].above, t) }
		if !slices.ContainsFunc(types, above) && !slices.Contains(nouns, l.classes[t].Noun) {
			nouns = append(nouns, l.classes[t].Noun)
		}
	}
	return strings.Join(nouns, ", ")
}

// Noun returns what the value of a property is to its subject, for people: "members"
// for a property labelled "has member"; "" where only the label says it. Backwards, it is what
// the subjects are to the value.
func (l *Lexicon) Noun(property string, backwards, plural bool) string {
	p := l.properties[property]
	switch {
	case p == nil:
		return ""
	case p.Symmetric:
		return relation{p, false}.noun(plural)
	case backwards:
		if noun := (relation{p, false}).noun(plural); noun != "" {
			return noun
		}
		words := strings.Fields(p.Label)
		if len(words) > 1 && slices.Contains([]string{"by", "of", "to", "for", "in", "with", "from", "on"}, words[len(words)-1]) {
			return p.Label + " it"
		}
		return p.Label + " of"
	case p.InverseOf != "" && l.properties[p.InverseOf] != nil && l.properties[p.InverseOf].Noun != "" && p.InverseNoun == "":
		return relation{l.properties[p.InverseOf], false}.noun(plural)
	}
	return relation{p, true}.noun(plural)
}

// Unit returns the unit of the values of a property, and "".
func (l *Lexicon) Unit(property string) string {
	if p := l.properties[property]; p != nil && p.Kind == valueNumber {
		return p.unit()
	}
	return ""
}
