package question_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/question"
	"github.com/ententedb/entente/storage"
)

// TestForeignGraph asks a family tree: "ask" answers a question, "complete"
// shows what may follow ("|" marks where the words would be put, "$" an end
// after a space).
func TestForeignGraph(t *testing.T) {
	f, err := os.Open("testdata/family.ttl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(context.Background(), f, rdfio.Turtle, nil); err != nil {
		t.Fatal(err)
	}
	w, err := newWorld(store)
	if err != nil {
		t.Fatal(err)
	}
	datadriven.RunTest(t, "testdata/family.txt", func(t *testing.T, d *datadriven.TestData) string {
		if d.Cmd == "complete" {
			text := strings.TrimSuffix(strings.TrimSpace(d.Input), "$")
			start, words := question.Complete(w.lexicon, text)
			return fmt.Sprintf("%s|\n%s\n", text[:start], strings.Join(words, " · "))
		}
		var out strings.Builder
		for line := range strings.Lines(d.Input) {
			q, got, err := w.ask(strings.TrimSpace(line))
			if err != nil {
				fmt.Fprintf(&out, "%v\n", err)
				continue
			}
			fmt.Fprintf(&out, "%s\n  %s\n", q.Understood, strings.ReplaceAll(got.brief(false), "http://example.org/family#", ":"))
		}
		return out.String()
	})
}
