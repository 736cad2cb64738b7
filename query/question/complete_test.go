package question_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/query/question"
)

// TestComplete shows what may follow; "|" marks where the words would be put.
func TestComplete(t *testing.T) {
	w := theFlagship(t)
	datadriven.RunTest(t, "testdata/complete.txt", func(t *testing.T, d *datadriven.TestData) string {
		text := strings.TrimSuffix(d.Input, "$")
		start, words := question.Complete(w.lexicon, text)
		if len(words) > 12 {
			words = append(words[:12:12], "…")
		}
		return fmt.Sprintf("%s|\n%s\n", text[:start], strings.Join(words, " · "))
	})
}
