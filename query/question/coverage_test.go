package question_test

import (
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/query/question"
)

// TestCoverage reads what is said under answers that rest upon what is not in the
// graph: "notes" after an answer, "nothing" after one that found nothing.
func TestCoverage(t *testing.T) {
	w := theFlagship(t)
	datadriven.RunTest(t, "testdata/coverage.txt", func(t *testing.T, d *datadriven.TestData) string {
		var out strings.Builder
		for _, line := range strings.Split(strings.TrimSpace(d.Input), "\n") {
			q, err := question.Parse(w.lexicon, line, nil)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			for _, n := range q.Coverage(d.Cmd == "nothing") {
				out.WriteString(n + "\n")
			}
		}
		return out.String()
	})
}
