package question_test

import (
	"slices"
	"testing"

	"github.com/ententedb/entente/query/question"
)

func TestLexicon_Words_SensesAndClashes(t *testing.T) {
	w := theFlagship(t)
	words := w.lexicon.Words(true)
	if !slices.IsSortedFunc(words, func(a, b question.Word) int {
		switch {
		case a.Text < b.Text:
			return -1
		case a.Text > b.Text:
			return 1
		}
		return 0
	}) {
		t.Error("the words are not sorted")
	}
	has := func(want question.Word) {
		t.Helper()
		if !slices.Contains(words, want) {
			t.Errorf("no %+v", want)
		}
	}
	has(question.Word{Text: "members", Class: "Role", Means: pk + "memberOf", Gloss: "member of, subject to object"})
	has(question.Word{Text: "landlocked", Class: "Flag", Means: pk + "landlocked", Gloss: "landlocked"})
	has(question.Word{Text: "left", Class: "Event", Means: pk + "memberOf", Gloss: "end of: member of"})
	has(question.Word{Text: "korea", Class: "Name", Means: pk + "KOR", Gloss: "state South Korea", Clash: true})
}
