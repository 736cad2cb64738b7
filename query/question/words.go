package question

import (
	"cmp"
	"slices"
	"strings"
)

// Word is a word or phrase that a graph understands, in one of its senses.
type Word struct {
	// Text is the word as questions are compared with it: folded.
	Text string
	// Class is its word class, such as "Role" or "Name".
	Class string
	// Means is the class, property or thing that it stands for.
	Means string
	// Gloss explains it in a few words.
	Gloss string
	// Clash says that the text has another sense of the same class, between
	// which only the context can tell; a question in which it cannot is refused.
	Clash bool
}

// Words lists the words of the graph, sorted by text; with names, also the names
// of things.
func (l *Lexicon) Words(names bool) []Word {
	var out []Word
	for text, senses := range l.words {
		count := map[wordClass]int{}
		for _, s := range senses {
			count[s.class]++
		}
		for _, s := range senses {
			w := Word{Text: text, Class: s.class.String(), Clash: count[s.class] > 1}
			switch {
			case s.entity != "":
				w.Means, w.Gloss = s.entity, "adjective of "+l.label(s.entity)
			case s.of != nil:
				w.Means, w.Gloss = s.of.IRI, "the class "+s.of.Noun
			case s.relation.property != nil:
				w.Means, w.Gloss = s.relation.IRI, l.gloss(s)
			}
			out = append(out, w)
		}
	}
	if names {
		for text, first := range l.names {
			all := append([]name{first}, l.more[text]...)
			clash := len(l.named(text)) > 1
			for _, n := range all {
				out = append(out, Word{Text: text, Class: className.String(), Means: n.iri, Gloss: strings.TrimSpace(l.kindOf(n.iri) + " " + l.label(n.iri)), Clash: clash})
			}
		}
	}
	slices.SortFunc(out, func(a, b Word) int {
		return cmp.Or(strings.Compare(a.Text, b.Text), strings.Compare(a.Class, b.Class), strings.Compare(a.Means, b.Means))
	})
	return out
}

// gloss explains a word of a property.
func (l *Lexicon) gloss(s sense) string {
	label := s.relation.Label
	direction := "subject to object"
	if s.relation.Inverse {
		direction = "object to subject"
	}
	switch s.class {
	case classUnit:
		return "unit of " + label
	case classSuperlative:
		if s.least {
			return "least " + label
		}
		return "greatest " + label
	case classEvent:
		if s.end {
			return "end of: " + label
		}
		return "beginning of: " + label
	case classFlag:
		if s.negative {
			return "not: " + label
		}
		return label
	case classPreposition:
		if s.negative {
			return "not: " + label + ", " + direction
		}
	}
	return label + ", " + direction
}
