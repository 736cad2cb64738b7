package question

import (
	"cmp"
	"slices"
	"strings"
)

// Word is a phrase that questions may use, in one of its senses.
type Word struct {
	// Phrase is written as the graph spells it; Kind says what it is, such as
	// "a noun".
	Phrase, Kind string
	// Means is the IRI of the class, property or thing that it stands for, Gloss
	// explains it in a few words.
	Means, Gloss string
	// Clash says that the phrase has another sense of the same kind, between
	// which only the context can tell; a question in which it cannot is refused.
	Clash bool
}

// Words lists the phrases that the lexicon knows, names left out, in
// alphabetical order; a phrase of several senses is there several times.
func (l *Lexicon) Words() []Word {
	var out []Word
	for text, senses := range l.words {
		count := map[wordClass]int{}
		for _, s := range senses {
			count[s.class]++
		}
		for _, s := range senses {
			w := Word{Phrase: l.spelling(text), Kind: classSaid[s.class], Clash: count[s.class] > 1}
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
	sortWords(out)
	return out
}

// AmbiguousNames lists the names that fit several things equally well, once for
// each of them.
func (l *Lexicon) AmbiguousNames() []Word {
	var out []Word
	for text := range l.more {
		all := l.named(text)
		best := defaultRank
		for _, iri := range all {
			best = min(best, l.rank(iri))
		}
		all = slices.DeleteFunc(all, func(iri string) bool { return l.rank(iri) > best })
		if len(all) < 2 {
			continue
		}
		for _, iri := range all {
			out = append(out, Word{Phrase: text, Kind: classSaid[className], Means: iri, Gloss: strings.TrimSpace(l.kindOf(iri) + " " + l.label(iri)), Clash: true})
		}
	}
	sortWords(out)
	return out
}

// Names returns the number of names of things.
func (l *Lexicon) Names() int { return len(l.names) }

func sortWords(words []Word) {
	slices.SortFunc(words, func(a, b Word) int {
		return cmp.Or(strings.Compare(a.Phrase, b.Phrase), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Means, b.Means), strings.Compare(a.Gloss, b.Gloss))
	})
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
	case classGradable:
		return "how much " + label
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
