package question_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/query/question"
)

// questions lists the questions of the text tests.
func questions(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/answers/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			if (line == "set" || line == "list") && i+1 < len(lines) {
				out = append(out, lines[i+1])
			}
		}
	}
	return out
}

// misspell makes one random edit of a word.
func misspell(r *rand.Rand, w string) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	i := 1 + r.IntN(len(w)-1)
	c := string(letters[r.IntN(26)])
	switch r.IntN(4) {
	case 0:
		return w[:i] + w[i+1:]
	case 1:
		return w[:i] + c + w[i:]
	case 2:
		if i+1 < len(w) {
			return w[:i] + w[i+1:i+2] + w[i:i+1] + w[i+2:]
		}
		return w[:i-1] + w[i:i+1] + w[i-1:i]
	}
	return w[:i] + c + w[i+1:]
}

// TestMisspellings makes one random edit in one content word of 200 questions:
// never a wrong answer, and in nine of ten the right word comes first.
func TestMisspellings(t *testing.T) {
	w := theFlagship(t)
	r := rand.New(rand.NewPCG(1, 2))
	all := questions(t)
	common := strings.Fields("which countries members does belong their there today about people member country")
	tried, first := 0, 0
	for tried < 200 {
		text := all[r.IntN(len(all))]
		words := strings.Fields(text)
		var content []int
		for i, word := range words {
			plain := !strings.ContainsFunc(word, func(c rune) bool { return c < 'A' || c > 'z' || c > 'Z' && c < 'a' })
			if plain && len(word) >= 5 && (!slices.Contains(common, strings.ToLower(word)) || r.IntN(4) == 0) {
				content = append(content, i)
			}
		}
		if len(content) == 0 {
			continue
		}
		i := content[r.IntN(len(content))]
		right := words[i]
		words[i] = misspell(r, right)
		if words[i] == right {
			continue
		}
		tried++
		wrong := strings.Join(words, " ")
		_, want, err := w.ask(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		q, got, err := w.ask(wrong)
		var refusal *question.Refusal
		switch {
		case err == nil && (got.yes != want.yes || !sameRows(got.rows, want.rows, false)):
			t.Errorf("%q (was %q) is answered: %s", wrong, right, q.Understood)
		case err == nil:
			first++
		case !errors.As(err, &refusal):
			t.Errorf("%s: %v", wrong, err)
		case len(refusal.Suggestions) > 0 && suggests(refusal.Suggestions[0], right):
			first++
		default:
			t.Logf("%q (was %q): %v", wrong, right, refusal)
		}
	}
	t.Logf("the right word came first in %d of %d", first, tried)
	if first*10 < tried*9 {
		t.Errorf("the right word came first in only %d of %d", first, tried)
	}
}

// suggests reports whether a suggestion is the word, or a phrase that holds it.
func suggests(suggestion, right string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(suggestion, func(c rune) bool { return c == ' ' || c == '-' }), func(s string) bool { return strings.EqualFold(s, right) })
}

// TestRefusals shows what questions that are not understood are told: the
// position is marked by a caret.
func TestRefusals(t *testing.T) {
	w := theFlagship(t)
	datadriven.RunTest(t, "testdata/refusals.txt", func(t *testing.T, d *datadriven.TestData) string {
		var out strings.Builder
		for line := range strings.Lines(d.Input) {
			text := strings.TrimSpace(line)
			q, err := question.Parse(w.lexicon, text, nil)
			var refusal *question.Refusal
			if !errors.As(err, &refusal) {
				t.Errorf("%q is not refused but understood as %v", text, q)
				continue
			}
			said := *refusal
			said.Expected = nil
			if len(said.Candidates) == 0 {
				said.Suggestions = nil // they change with the data
			}
			fmt.Fprintf(&out, "%s\n%s\n", refusal.Caret(text), said.Error())
		}
		return out.String()
	})
}
