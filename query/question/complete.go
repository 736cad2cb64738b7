package question

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// follow lists what could stand at token i of a sequence: classes of words
// (in words) and function words. It asks the grammar itself, by putting one
// token of each kind there and seeing whether it is accepted.
func (l *Lexicon) follow(s *sequence, i int) []string {
	var out []string
	try := func(r reading) bool {
		probe := &sequence{tokens: append(slices.Clone(s.tokens[:min(i, len(s.tokens))]), token{readings: []reading{r}}), readings: append(slices.Clone(s.readings[:min(i, len(s.readings))]), 0)}
		_, err := parseSequence(probe)
		return err == nil || errorIndex(err) > i
	}
	for c := className; c < classCount; c++ {
		if try(reading{class: c, value: "\x00"}) && !slices.Contains(out, classSaid[c]) {
			out = append(out, classSaid[c])
		}
	}
	for _, w := range []string{"that", "in", "of", "and", "or", "not", "with", "by", "is", "are", "which"} {
		if try(reading{class: classWord, value: w}) {
			out = append(out, w)
		}
	}
	return out
}

var _ lexer.Lexer = (*sequence)(nil)

// Complete returns what may stand at the end of a question typed so far: start
// is the byte offset from which the words would replace the text.
func Complete(l *Lexicon, text string) (start int, words []string) {
	return len(text), nil
}
