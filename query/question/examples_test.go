package question_test

import (
	"os"
	"strings"
	"testing"
)

// TestExamples asks the example questions of the partnership graph: each has an
// answer.
func TestExamples(t *testing.T) {
	w := theFlagship(t)
	text, err := os.ReadFile("../../datasets/partnerships/questions/examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		q, got, err := w.ask(line)
		switch {
		case err != nil:
			t.Errorf("%s: %v", line, err)
		case !got.ask && len(got.rows) == 0:
			t.Errorf("%s, understood as %s, has no answer", line, q.Understood)
		}
	}
}
