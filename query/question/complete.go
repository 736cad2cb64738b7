package question

import (
	"cmp"
	"slices"
	"strings"
)

// accepts reports whether the grammar accepts a token of this reading at place
// i of a sequence, whatever may follow.
func accepts(s *sequence, i int, r reading) bool {
	n := min(i, len(s.tokens))
	probe := &sequence{
		tokens:   append(slices.Clone(s.tokens[:n]), token{readings: []reading{r}}),
		readings: append(slices.Clone(s.readings[:n]), 0),
	}
	_, err := parseSequence(probe)
	return err == nil || errorIndex(err) > i
}

// follow says, for a refusal, what could stand at token i of a sequence. It
// asks the grammar itself.
func (l *Lexicon) follow(s *sequence, i int) []string {
	var out []string
	for c := className; c < classCount; c++ {
		if !slices.Contains(out, classSaid[c]) && accepts(s, i, reading{class: c, value: "\x00"}) {
			out = append(out, classSaid[c])
		}
	}
	for _, w := range [...]string{"that", "in", "of", "and", "or", "not", "with", "by", "is", "are", "which"} {
		if accepts(s, i, reading{class: classWord, value: w}) {
			out = append(out, w)
		}
	}
	return out
}

// maxCompletions bounds the words that Complete returns.
const maxCompletions = 60

// Complete returns what may stand at the end of a question typed so far: start
// is the byte offset from which the words would replace the text. Words are
// offered that the grammar accepts in that place, names by their labels; where
// no word has been begun, names are left out.
func Complete(l *Lexicon, text string) (start int, words []string) {
	all := split(text)
	begun := len(all) > 0 && all[len(all)-1].End == len([]rune(text))
	if !begun {
		return len(text), l.complete(all, "")
	}
	// A phrase of several words may have been begun: the longest one that
	// leads anywhere.
	for n := min(5, len(all)); n > 0; n-- {
		first := len(all) - n
		if n > 1 && isArticle(all[first].Key) {
			continue
		}
		var prefix []string
		for _, w := range all[first:] {
			prefix = append(prefix, w.Key)
		}
		if out := l.complete(all[:first], strings.Join(prefix, " ")); len(out) > 0 {
			return len(string([]rune(text)[:all[first].Start])), out
		}
	}
	return len(text), nil
}

// complete lists the words and phrases with a prefix that may follow some words.
func (l *Lexicon) complete(before []word, prefix string) []string {
	var s *sequence
	if len(before) == 0 {
		s = &sequence{}
	} else {
		tokens, refusal := l.tokenize(before)
		if refusal != nil {
			return nil
		}
		// Of the ways to read the words, one that makes sense so far.
		for _, c := range sequences(tokens) {
			if _, err := parseSequence(c); err == nil || errorIndex(err) >= len(tokens) {
				s = c
				break
			}
		}
		if s == nil {
			return nil
		}
	}
	i := len(s.tokens)
	var ok [classCount]bool
	for c := className; c < classCount; c++ {
		ok[c] = accepts(s, i, reading{class: c, value: "\x00"})
	}
	found := map[string]bool{}
	for w := range functionWords() {
		if strings.HasPrefix(w, prefix) && w != possessive && len(w) > 1 && accepts(s, i, reading{class: classWord, value: w}) {
			found[w] = true
		}
	}
	for phrase, senses := range l.words {
		if strings.HasPrefix(phrase, prefix) && slices.ContainsFunc(senses, func(s sense) bool { return ok[s.class] }) {
			found[phrase] = true
		}
	}
	if ok[className] && prefix != "" {
		for key, n := range l.names {
			if strings.HasPrefix(key, prefix) {
				label := l.labels[n.iri]
				if !strings.HasPrefix(strings.Join(keys(label), " "), prefix) {
					label = key
				}
				found[label] = true
			}
		}
	}
	out := make([]string, 0, len(found))
	for w := range found {
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	return out[:min(len(out), maxCompletions)]
}
