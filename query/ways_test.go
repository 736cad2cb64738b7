package query_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/internal/memory"
	"github.com/ententedb/entente/storage"
)

// way is one kind of dataset that a test runs on.
type way string

// The ways: the plain dataset of package memory; a store in memory, half
// loaded, half added by a later commit; the same on disk; and the store on disk after
// it was closed and opened again.
const (
	inMemory    way = "plain memory"
	storeMemory way = "store in memory"
	storeDisk   way = "store on disk"
	storeReopen way = "store on disk, reopened"
)

var allWays = []way{inMemory, storeMemory, storeDisk, storeReopen}

// open puts quads into a dataset and calls fn with it and with its quads as it
// names them: blank nodes have other labels in a store.
func (w way) open(quads []graph.Quad, fn func(ds query.Dataset, quads []graph.Quad) error) error {
	if w == inMemory {
		return fn(memory.New(quads), quads)
	}
	opts := &storage.Options{InMemory: w == storeMemory, Relaxed: true, Cache: 8 << 20}
	dir := ""
	if w != storeMemory {
		var err error
		if dir, err = os.MkdirTemp("", "entente-test"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	s, err := storage.Open(dir, opts)
	if err != nil {
		return err
	}
	defer func() { s.Close() }()
	first := slices.Clone(quads[:len(quads)/2])
	_, err = s.LoadQuads(context.Background(), nil, func(_ context.Context, emit func(graph.Quad) error) error {
		for _, q := range first {
			if err := emit(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.Update(func(tx *storage.Tx) error {
		_, err := query.InsertAll(context.Background(), tx, seq(quads[len(quads)/2:]), graph.Term{})
		return err
	}); err != nil {
		return err
	}
	if w == storeReopen {
		if err := s.Close(); err != nil {
			return err
		}
		if s, err = storage.Open(dir, opts); err != nil {
			return err
		}
	}
	return s.View(func(tx *storage.Tx) error {
		named, err := dump(tx)
		if err != nil {
			return err
		}
		return fn(tx, named)
	})
}

// dump returns all quads of a dataset.
func dump(ds query.Dataset) ([]graph.Quad, error) {
	var out []graph.Quad
	for _, s := range []encoded.Scan{
		{Order: encoded.SPO, Pattern: encoded.Pattern{encoded.Graph: encoded.DefaultGraph}},
		{Order: encoded.SPO, Scope: encoded.ScopeNamed},
	} {
		for q, err := range query.Quads(context.Background(), ds, s) {
			if err != nil {
				return nil, err
			}
			out = append(out, q)
		}
	}
	return out, nil
}

// TestWaysHoldTheSame checks the helper itself: every way holds the quads.
func TestWaysHoldTheSame(t *testing.T) {
	quads := []graph.Quad{
		{Subject: graph.IRI("http://x/a"), Predicate: graph.IRI("http://x/p"), Object: graph.String("1")},
		{Subject: graph.Blank("b"), Predicate: graph.IRI("http://x/p"), Object: graph.Blank("b")},
		{Subject: graph.IRI("http://x/a"), Predicate: graph.IRI("http://x/p"), Object: graph.String("1"), Graph: graph.IRI("http://x/g")},
		{Subject: graph.IRI("http://x/r"), Predicate: graph.IRI(graph.RDFReifies), Object: graph.TripleTerm(graph.IRI("http://x/a"), graph.IRI("http://x/p"), graph.String("1"))},
	}
	for _, w := range allWays {
		err := w.open(quads, func(_ query.Dataset, got []graph.Quad) error {
			if len(got) != len(quads) {
				t.Errorf("%s: %d quads, want %d:\n%s", w, len(got), len(quads), quadText(got))
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", w, err)
		}
	}
}
