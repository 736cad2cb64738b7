package question_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/query/question"
)

// TestConversations asks each question with the one before it as the last.
func TestConversations(t *testing.T) {
	w := theFlagship(t)
	datadriven.RunTest(t, "testdata/conversations.txt", func(t *testing.T, d *datadriven.TestData) string {
		var out strings.Builder
		var last *question.Question
		for line := range strings.Lines(d.Input) {
			q, err := question.Parse(w.lexicon, strings.TrimSpace(line), &question.Options{Previous: last})
			if err != nil {
				fmt.Fprintf(&out, "%v\n", err)
				continue
			}
			a, err := w.answer(q)
			if err != nil {
				d.Fatalf(t, "%v", err)
			}
			fmt.Fprintf(&out, "%s\n  %s\n", q.Understood, a.brief(false))
			last = q
		}
		return out.String()
	})
}
