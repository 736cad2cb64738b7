package question

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ententedb/entente/graph"
)

// Lexicon is the words that a graph understands: the names of its things, and
// the nouns, verbs, adjectives and prepositions of its classes and properties.
// It is read-only once made and may be shared between goroutines.
type Lexicon struct {
	english *english
	// names maps a folded phrase to what it names, more holds the further
	// senses of phrases that name several things.
	names map[string]name
	more  map[string][]name
	// words maps a folded phrase to its grammatical senses.
	words map[string][]sense
	// longest maps the first word of a phrase to the greatest number of words
	// of a phrase that starts with it.
	longest map[string]int8

	// spelled maps folded words to how they are written, where it differs.
	spelled map[string]string
	// kinds maps a noun for a kind of things to the values that make it, where
	// they are things themselves.
	kinds      map[string][]string
	labels     map[string]string
	broad      []string          // lex:broad: they hold others of their kind, and make no groups
	said       map[string]string // lex:name: how a thing is named in answers
	types      map[string][]int32
	classes    []*class
	classIndex map[string]int32
	properties map[string]*property
	order      []*property // sorted by IRI
	model      model
	vocabulary *vocabulary
}

// name is one sense of a name. Rank 0 is a label, 1 an alternative label.
type name struct {
	iri  string
	rank int8
}

// model is how the graph records time and origin of statements: the
// properties, declared with lex:role, that a reifier carries.
type model struct{ Weight, Since, Until, Year, Source, InferredFrom, UntilUnknown string }

// class is a class with its words.
type class struct {
	IRI          string
	Noun, Plural string
	Comment      string
	Note         string // what the graph holds of its instances, where it is not all
	Rank         int
	parents      []int32
	below        []int32 // all subclasses, itself included
	above        []int32 // all superclasses, itself included
	instances    int
	unnamed      bool
	// partial says that some instance of a subclass is not stated to be an
	// instance of this class, so that the subclasses must be asked for too.
	partial bool
	// former says that things were instances of it: statements that ended; reified
	// counts the statements that are reified.
	former  bool
	reified int
	// being is the relation to the class of being its instance, where reifiers say
	// since when or until when; dated says that they do so of all instances.
	being *property
	dated bool
}

// sense is one grammatical sense of a word or phrase.
type sense struct {
	class    wordClass
	of       *class
	relation relation
	plural   bool
	negative bool
	end      bool // of an event verb: it ends the relation
	entity   string
	least    bool
	value    string // of a property whose values are words: in force
}

// Properties that name things in any graph.
const (
	schemaName = "http://schema.org/name"
	schemaHTTP = "https://schema.org/name"
	foafName   = "http://xmlns.com/foaf/0.1/name"
	dcTitle    = "http://purl.org/dc/elements/1.1/title"
	dctTitle   = "http://purl.org/dc/terms/title"
)

// addName enters a name of a thing.
func (l *Lexicon) addName(text, iri string, rank int8) {
	if key, words, ok := plainKey(text); ok {
		if words > 0 && words <= 24 {
			first, _, _ := strings.Cut(key, " ")
			l.addNameKey(first, key, words, name{iri, rank})
		}
		return
	}
	ks := keys(text)
	if len(ks) == 0 || len(ks) > 24 {
		return
	}
	l.addNameKey(ks[0], strings.Join(ks, " "), len(ks), name{iri, rank})
}

func (l *Lexicon) addNameKey(first, key string, words int, n name) {
	if l.longest[first] < int8(words) {
		l.longest[first] = int8(words)
	}
	old, ok := l.names[key]
	if !ok {
		l.names[key] = n
		return
	}
	if old.iri == n.iri {
		return
	}
	for _, m := range l.more[key] {
		if m.iri == n.iri {
			return
		}
	}
	l.more[key] = append(l.more[key], n)
}

// named returns the things that a folded phrase names: those that have it as
// their label if there are any, else those that have it as another name.
func (l *Lexicon) named(key string) []string {
	first, ok := l.names[key]
	if !ok {
		return nil
	}
	all := append([]name{first}, l.more[key]...)
	best := slices.MinFunc(all, func(a, b name) int { return cmp.Compare(a.rank, b.rank) }).rank
	var out []string
	for _, n := range all {
		if n.rank == best {
			out = append(out, n.iri)
		}
	}
	return out
}

// addWord enters a phrase with a sense. A phrase already known in the same
// sense stays as it is.
func (l *Lexicon) addWord(phrase string, s sense) {
	ks := keys(phrase)
	for w := range strings.FieldsSeq(phrase) {
		if low := strings.ToLower(w); low != fold(w) && l.spelled[fold(w)] == "" {
			l.spelled[fold(w)] = low
		}
	}
	if len(ks) == 0 {
		return
	}
	key := strings.Join(ks, " ")
	for _, old := range l.words[key] {
		if old.class == s.class && old.of == s.of && old.relation == s.relation && old.entity == s.entity && old.value == s.value && old.end == s.end && old.negative == s.negative {
			return
		}
	}
	l.words[key] = append(l.words[key], s)
	if l.longest[ks[0]] < int8(len(ks)) {
		l.longest[ks[0]] = int8(len(ks))
	}
}

// spelling writes a folded phrase as the graph spells it.
func (l *Lexicon) spelling(key string) string {
	words := strings.Split(key, " ")
	for i, w := range words {
		if s, ok := l.spelled[w]; ok {
			words[i] = s
		}
	}
	return strings.Join(words, " ")
}

// addVerb enters all forms of a verb with its complement ("belong to").
func (l *Lexicon) addVerb(phrase string, s sense) {
	base, rest, _ := strings.Cut(phrase, " ")
	if rest != "" {
		rest = " " + rest
	}
	for _, form := range l.english.verb(base).all() {
		l.addWord(form+rest, s)
	}
}

// label returns how a thing is named in answers.
func (l *Lexicon) label(iri string) string {
	if s, ok := l.said[iri]; ok {
		return s
	}
	if s, ok := l.labels[iri]; ok {
		return s
	}
	return localWords(iri)
}

// isA reports whether a thing may be of one of the classes: true where the
// classes or its types are not known.
func (l *Lexicon) isA(iri string, classes []string) bool {
	types := l.types[iri]
	if len(classes) == 0 || len(types) == 0 {
		return true
	}
	known := false
	for _, c := range classes {
		i, ok := l.classIndex[c]
		if !ok {
			continue
		}
		known = true
		for _, t := range types {
			if slices.Contains(l.classes[t].above, i) {
				return true
			}
		}
	}
	return !known
}

// related reports whether instances of class a may be instances of one of the
// classes bs: a is above or below one of them.
func (l *Lexicon) related(a *class, bs []string) bool {
	if a == nil || len(bs) == 0 {
		return true
	}
	for _, b := range bs {
		i, ok := l.classIndex[b]
		if !ok || slices.Contains(a.above, i) || slices.Contains(a.below, i) {
			return true
		}
	}
	return false
}

func (l *Lexicon) classOf(iri string) *class {
	if i, ok := l.classIndex[iri]; ok {
		return l.classes[i]
	}
	return nil
}

// rank returns the least lex:rank of the classes of a thing: of several things
// with one name the one of the lowest rank is meant.
func (l *Lexicon) rank(iri string) int {
	best := defaultRank
	for _, t := range l.types[iri] {
		best = min(best, l.classes[t].Rank)
	}
	return best
}

const defaultRank = 100

// kindOf says what a thing is, for telling candidates apart: the class with the
// most above it, of several the one of the lowest rank.
func (l *Lexicon) kindOf(iri string) string {
	var best *class
	for _, t := range l.types[iri] {
		c := l.classes[t]
		if best == nil || len(c.above) > len(best.above) || len(c.above) == len(best.above) && c.Rank < best.Rank {
			best = c
		}
	}
	if best == nil {
		return ""
	}
	return best.Noun
}

// localWords makes words of the last part of an IRI: "productFeature" gives
// "product feature".
func localWords(iri string) string {
	at := strings.LastIndexAny(iri, "#/:")
	local := iri[at+1:]
	var b strings.Builder
	runes := []rune(local)
	for i, c := range runes {
		switch {
		case c == '_' || c == '-' || c == '.':
			b.WriteByte(' ')
		case unicode.IsUpper(c) && i > 0 && unicode.IsLower(runes[i-1]):
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(c))
		case unicode.IsUpper(c) && i+1 < len(runes) && unicode.IsLower(runes[i+1]):
			b.WriteRune(unicode.ToLower(c))
		default:
			b.WriteRune(c)
		}
	}
	return strings.TrimSpace(b.String())
}

// finish derives what depends on everything having been read.
func (l *Lexicon) finish() {
	for _, p := range l.properties {
		l.order = append(l.order, p)
	}
	slices.SortFunc(l.order, func(a, b *property) int { return strings.Compare(a.IRI, b.IRI) })
	for i := range l.classes {
		l.classes[i].above = l.closure(int32(i))
	}
	for i, c := range l.classes {
		for _, a := range c.above {
			l.classes[a].below = append(l.classes[a].below, int32(i))
		}
	}
	for _, ts := range l.types {
		for _, t := range ts {
			l.classes[t].instances++
			for _, a := range l.classes[t].above {
				if !slices.Contains(ts, a) {
					l.classes[a].partial = true
				}
			}
		}
	}
	for _, c := range l.classes {
		if c.former {
			c.being = &property{IRI: graph.RDFType, Label: c.Noun, Kind: valueThing, Reified: true, being: c, Subject: c.IRI}
			c.dated = c.reified >= c.instances
			if c.dated && len(c.parents) > 0 {
				c.being.Subject = l.classes[c.parents[0]].IRI
			}
		}
	}
	l.vocabulary = newVocabulary(l)
}

func (l *Lexicon) closure(i int32) []int32 {
	out := []int32{i}
	for k := 0; k < len(out); k++ {
		for _, p := range l.classes[out[k]].parents {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

func atoi(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}
