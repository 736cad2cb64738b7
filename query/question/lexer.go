package question

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/alecthomas/participle/v2/lexer"
)

// wordClass is the class of a token: what the grammar's terminals are.
type wordClass uint8

const (
	classEnd wordClass = iota
	classWord
	className
	classAdjective // of a thing: Japanese, African
	classNoun      // of a class: country
	classRole      // of a relation: member
	classAttribute // capital, population
	classVerb
	classEvent // join, leave
	classPreposition
	classRelative // allied with
	classFlag     // landlocked
	classMeasureVerb
	classComplement
	classDated // founded
	classUnit
	classSuperlative
	classComparative
	classGradable
	classNumber
	classDate
	classCount
)

var classNames = [classCount]string{
	"End", "Word", "Name", "Adjective", "Class", "Role", "Attribute", "Verb", "Event", "Preposition", "Relative", "Flag",
	"MeasureVerb", "Complement", "Dated", "Unit", "Superlative", "Comparative", "Gradable", "Number", "Date",
}

// said is how a class of words is named in messages.
var classSaid = [classCount]string{
	"the end", "a word", "a name", "an adjective such as Japanese", "a noun", "a noun", "an attribute", "a verb", "a verb", "a preposition", "an adjective", "an adjective",
	"a verb", "what it is spent on", "a participle", "a unit", "a superlative", "a comparative", "an adjective such as rich", "a number", "a date",
}

func (c wordClass) String() string { return classNames[c] }

// classes is the lexer definition of the grammar: its token types are the word
// classes. Tokens are made by [Lexicon.tokens], not by it.
type classes struct{}

// Symbols implements lexer.Definition.
func (classes) Symbols() map[string]lexer.TokenType {
	out := map[string]lexer.TokenType{"EOF": lexer.EOF}
	for c, name := range classNames {
		out[name] = lexer.TokenType(c + 1)
	}
	return out
}

// Lex implements lexer.Definition; questions are not lexed without a lexicon.
func (classes) Lex(string, io.Reader) (lexer.Lexer, error) {
	return nil, errors.New("a question is read with a lexicon")
}

// reading is one word class that a token may have, with its senses.
type reading struct {
	class  wordClass
	value  string // what literals of the grammar are compared with
	senses []sense
	names  []string
	number quantity
	span   span
}

// quantity is a number as it was written.
type quantity struct {
	text   string // decimal, all zeros written out
	scaled bool   // a word such as million was part of it
	scale  int    // power of ten of that word
}

// token is a word or phrase of the question.
type token struct {
	start, end int // runes
	text       string
	readings   []reading
}

// sequence is one way to read all tokens; it is a lexer.Lexer.
type sequence struct {
	tokens   []token
	readings []int
	next     int
}

// Next implements lexer.Lexer.
func (s *sequence) Next() (lexer.Token, error) {
	if s.next > len(s.tokens) {
		return lexer.EOFToken(s.position(len(s.tokens))), nil
	}
	i := s.next
	s.next++
	if i == len(s.tokens) {
		return lexer.Token{Type: lexer.TokenType(classEnd) + 1, Value: "\x00end", Pos: s.position(i)}, nil
	}
	r := s.tokens[i].readings[s.readings[i]]
	return lexer.Token{Type: lexer.TokenType(r.class) + 1, Value: r.value, Pos: s.position(i)}, nil
}

// position numbers tokens: the offset is the index of the token.
func (s *sequence) position(i int) lexer.Position {
	return lexer.Position{Offset: i, Line: 1, Column: i + 1}
}

func (s *sequence) reading(i int) reading { return s.tokens[i].readings[s.readings[i]] }

// maxSequences bounds the readings of a question that are tried.
const maxSequences = 64

// sequences lists the ways to read the tokens; the first readings first.
func sequences(tokens []token) []*sequence {
	out := []*sequence{{tokens: tokens, readings: make([]int, len(tokens))}}
	for i, t := range tokens {
		n := len(out)
		for r := 1; r < len(t.readings); r++ {
			for k := 0; k < n && len(out) < maxSequences; k++ {
				s := &sequence{tokens: tokens, readings: slices.Clone(out[k].readings)}
				s.readings[i] = r
				out = append(out, s)
			}
		}
	}
	return out
}

// words that mean another function word.
var synonyms = map[string]string{
	"whats": "what", "percent": "%", "pct": "%", "nations'": "nations", "organisations'": "organizations", "wich": "which",
}

// fillers may stand anywhere and mean nothing.
var fillers = map[string]bool{"please": true, "kindly": true, "exactly": false, "worldwide": true, "globally": true}

// tokens cuts a question into tokens: the longest phrase that the lexicon
// knows, a number, a date, or a function word. An unknown word is a refusal.
func (l *Lexicon) tokens(text string) ([]token, *Refusal) { return l.tokenize(split(text)) }

func (l *Lexicon) tokenize(all []word) ([]token, *Refusal) {
	words := make([]word, 0, len(all))
	for i, w := range all {
		if isArticle(w.Key) && len(all) > 1 || fillers[w.Key] {
			continue
		}
		if s, ok := synonyms[w.Key]; ok {
			w.Key = s
		}
		if w.Key == "cent" && len(words) > 0 && words[len(words)-1].Key == "per" && i > 0 {
			words[len(words)-1].Key = "%"
			words[len(words)-1].End = w.End
			continue
		}
		words = append(words, w)
	}
	words = l.idle(words)
	var out []token
	for i := 0; i < len(words); {
		n, readings := l.at(words, i)
		if n == 0 {
			return nil, l.unknownWord(words, i)
		}
		var text strings.Builder
		for k := i; k < i+n; k++ {
			if k > i && words[k].Start > words[k-1].End {
				text.WriteByte(' ')
			}
			text.WriteString(words[k].Text)
		}
		if readings[0].value == "it" {
			readings = append(readings, pronoun(out)...)
		}
		out = append(out, token{words[i].Start, words[i+n-1].End, text.String(), readings})
		i += n
	}
	return out, nil
}

// idle takes out the phrases that restrict nothing: "in the world", "the world's
// largest economy", and "their" of "2% of their GDP".
func (l *Lexicon) idle(words []word) []word {
	key := func(i int) string {
		if i < 0 || i >= len(words) {
			return ""
		}
		return words[i].Key
	}
	out := words[:0:0]
	for i := 0; i < len(words); i++ {
		world := key(i)
		switch {
		case world == "in" && key(i+1) == "world" && slices.Contains([]string{"", "by", ",", "in", "with", "that", "and"}, key(i+2)) && l.alone(words, i+1),
			world == "world" && key(i+1) == possessive && key(i-1) != "of" && l.alone(words, i):
			i++
		case (world == "their" || world == "its") && key(i-1) == "of":
		default:
			out = append(out, words[i])
		}
	}
	return out
}

// alone reports whether no longer phrase begins at a word.
func (l *Lexicon) alone(words []word, i int) bool {
	n, _ := l.at(words, i)
	return n == 1
}

// pronoun reads "it" as the name before it.
func pronoun(before []token) []reading {
	for _, t := range slices.Backward(before) {
		for _, r := range t.readings {
			if r.class == className {
				return []reading{{class: className, value: r.value, names: r.names}}
			}
		}
	}
	return nil
}

// at returns the readings of the longest known phrase at word i.
func (l *Lexicon) at(words []word, i int) (int, []reading) {
	if n, r, ok := dateAt(words, i); ok {
		return n, []reading{r}
	}
	longest := min(int(l.longest[words[i].Key]), len(words)-i)
	var buf [24]string
	for k := range longest {
		buf[k] = words[i+k].Key
	}
	for n := longest; n > 0; n-- {
		key := words[i].Key
		if n > 1 {
			key = strings.Join(buf[:n], " ")
		}
		if n > 2 && l.isList(buf[:n]) {
			continue
		}
		if r := l.readings(key, words[i:i+n], i); len(r) > 0 {
			return n, r
		}
	}
	if n, q, ok := numberAt(words, i); ok {
		return n, []reading{{class: classNumber, value: "number:" + q.text, number: q}}
	}
	if functionWords()[words[i].Key] {
		return 1, []reading{{class: classWord, value: words[i].Key}}
	}
	return 0, nil
}

// isList reports whether a phrase is two names joined by "and", which are then
// read as two, although together they name a third thing, such as the region
// Australia and New Zealand.
func (l *Lexicon) isList(keys []string) bool {
	k := slices.Index(keys, "and")
	if k <= 0 || k == len(keys)-1 {
		return false
	}
	_, left := l.names[strings.Join(keys[:k], " ")]
	_, right := l.names[strings.Join(keys[k+1:], " ")]
	return left && right
}

// readings returns the readings of one phrase.
func (l *Lexicon) readings(key string, words []word, at int) []reading {
	var out []reading
	function := len(words) == 1 && functionWords()[key]
	senses := l.words[key]
	if !(function && !capitals(words[0].Text)) {
		if names := l.named(key); len(names) > 0 {
			out = append(out, reading{class: className, value: "name:" + key, names: names})
		}
	}
	if function && capitals(words[0].Text) && len(out) > 0 && at > 0 {
		return out
	}
	for _, s := range senses {
		k := slices.IndexFunc(out, func(r reading) bool { return r.class == s.class })
		if k < 0 {
			value := s.class.String() + ":" + key
			if function {
				value = key
			}
			out = append(out, reading{class: s.class, value: value})
			k = len(out) - 1
		}
		out[k].senses = append(out[k].senses, s)
	}
	// "dependencies of France": what something is to another is tried before
	// what it is in general.
	slices.SortStableFunc(out, func(a, b reading) int {
		return cmp.Compare(b2i(a.class == classNoun), b2i(b.class == classNoun))
	})
	if function && !slices.ContainsFunc(out, func(r reading) bool { return r.value == key }) {
		word := reading{class: classWord, value: key}
		if capitals(words[0].Text) && len(out) > 0 {
			out = append(out, word)
		} else {
			out = append([]reading{word}, out...)
		}
	}
	return out
}

// capitals reports whether a word is written in capitals, as acronyms are.
func capitals(s string) bool {
	letters := 0
	for _, c := range s {
		if unicode.IsLower(c) {
			return false
		}
		if unicode.IsUpper(c) {
			letters++
		}
	}
	return letters > 1
}
