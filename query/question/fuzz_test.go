package question_test

import (
	"errors"
	"io"
	"os"
	"testing"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/question"
)

// FuzzParse holds that any text is understood or refused with a position in
// it, and that what was understood can be asked again by its paraphrase.
func FuzzParse(f *testing.F) {
	file, err := os.Open("testdata/family.ttl")
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	var quads []graph.Quad
	for r := rdfio.NewReader(file, rdfio.Turtle, nil); ; {
		q, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			f.Fatal(err)
		}
		quads = append(quads, q)
	}
	l := question.NewLexicon(quads)
	for _, text := range []string{
		"who are the children of Anna", "women whose parents live in York", "top 2 people by height", "people with height over 170 cm",
		"is Carl a child of Anna?", "people that are neither retired nor in York", "average height of the women", "who knows Emma or Carl but not Anna",
		"people born between 1950 and 1980", "", "?", "the", "in 1990", "Anna's", "- 5", "children of children of children of Anna", "(women or men) in",
		"people that have at least 2 children", "how are Anna and Bert connected", "compare Anna, Bert and Carl", "when was Anna born",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 200 || !utf8.ValidString(text) {
			t.Skip()
		}
		q, err := question.Parse(l, text, nil)
		if err != nil {
			var r *question.Refusal
			if !errors.As(err, &r) {
				t.Fatalf("%q: %v is no refusal", text, err)
			}
			if r.Position < 0 || r.Position > utf8.RuneCountInString(text) || r.Message == "" {
				t.Fatalf("%q: %+v", text, r)
			}
			return
		}
		if _, err := question.Parse(l, q.Understood, nil); err != nil {
			t.Fatalf("%q is understood as %q, which is not: %v", text, q.Understood, err)
		}
		question.Complete(l, text)
	})
}
