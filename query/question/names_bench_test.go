package question_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/question"
	"github.com/ententedb/entente/storage"
)

// BenchmarkLoadLexicon_50000Names reads the words of a graph with 50,000 names of
// two or three words: 40,000 labels and 10,000 alternative labels.
func BenchmarkLoadLexicon_50000Names(b *testing.B) {
	const syllables = "ka lo mi ra ten dor vis nal"
	s := strings.Fields(syllables)
	var text strings.Builder
	for i := range 40000 {
		name := s[i%8] + s[i/8%8] + s[i/64%8] + " " + s[i/512%8] + s[i/4096%8] + s[i/32768%8]
		fmt.Fprintf(&text, "<http://example.org/%d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Place> .\n", i)
		fmt.Fprintf(&text, "<http://example.org/%d> <http://www.w3.org/2000/01/rdf-schema#label> \"%s\" .\n", i, name)
		if i%4 == 0 {
			fmt.Fprintf(&text, "<http://example.org/%d> <http://www.w3.org/2004/02/skos/core#altLabel> \"Old %s\" .\n", i, name)
		}
	}
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Load(context.Background(), strings.NewReader(text.String()), rdfio.NTriples, nil); err != nil {
		b.Fatal(err)
	}
	tx, err := store.Snapshot()
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Close()
	b.ReportAllocs()
	for b.Loop() {
		l, err := question.LoadLexicon(context.Background(), tx)
		if err != nil {
			b.Fatal(err)
		}
		if l.Names() < 50000 {
			b.Fatalf("%d names", l.Names())
		}
	}
}
