package question_test

import (
	"context"
	"testing"

	"github.com/ententedb/entente/query/question"
)

// BenchmarkParse is the way from the text of a question to its algebra.
func BenchmarkParse(b *testing.B) {
	w := theFlagship(b)
	for _, text := range []string{
		"which WTO members are outside NATO",
		"which NATO members spent less than 2% of GDP on defence in 2023",
		"countries in at least 3 of BRICS, SCO, G20, OPEC",
		"how are Japan and the United States connected",
		"members of NATO or the CSTO that border Ukraine",
	} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, err := question.Parse(w.lexicon, text, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRefusal is a question that is not understood, with what could have
// stood there.
func BenchmarkRefusal(b *testing.B) {
	w := theFlagship(b)
	for _, text := range []string{
		"which WTO membrs are outside NATO",
		"which countries joined the EU and NATO with of the in",
		"is the North Atlantic Treaty in Brussels",
	} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, err := question.Parse(w.lexicon, text, nil); err == nil {
					b.Fatal("understood")
				}
			}
		})
	}
}

// BenchmarkLoadLexicon reads the words of the partnership graph.
func BenchmarkLoadLexicon(b *testing.B) {
	w := theFlagship(b)
	for b.Loop() {
		if _, err := question.LoadLexicon(context.Background(), w.ds); err != nil {
			b.Fatal(err)
		}
	}
}
