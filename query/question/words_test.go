package question_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ententedb/entente/query/question"
)

func TestLexicon_Words_SensesAndClashes(t *testing.T) {
	w := theFlagship(t)
	words, names := w.lexicon.Words(), w.lexicon.AmbiguousNames()
	if !slices.IsSortedFunc(words, func(a, b question.Word) int { return strings.Compare(a.Phrase, b.Phrase) }) {
		t.Error("the words are not sorted")
	}
	has := func(list []question.Word, want question.Word) {
		t.Helper()
		if !slices.Contains(list, want) {
			t.Errorf("no %+v", want)
		}
	}
	has(words, question.Word{Phrase: "members", Kind: "a noun", Means: pk + "memberOf", Gloss: "member of, subject to object"})
	has(words, question.Word{Phrase: "landlocked", Kind: "an adjective", Means: pk + "landlocked", Gloss: "landlocked"})
	has(words, question.Word{Phrase: "left", Kind: "a verb", Means: pk + "memberOf", Gloss: "end of: member of"})
	has(names, question.Word{Phrase: "korea", Kind: "a name", Means: pk + "KOR", Gloss: "state South Korea", Clash: true})
}
