package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/storage"
)

// place is where a test's dataset is kept.
type place uint8

const (
	inMemory place = iota
	onDisk
	reopened // on disk, closed after loading and opened again
	places
)

func (p place) String() string {
	return [...]string{"in memory", "on disk", "reopened"}[p]
}

// way is one of the ways to run a test.
type way struct {
	place
	optimizer bool
}

func (w way) String() string {
	if w.optimizer {
		return w.place.String()
	}
	return w.place.String() + ", not optimised"
}

// source is a document of a test's dataset: graph is zero for the default graph.
type source struct {
	iri   string // of the file
	graph graph.Term
}

func (s source) key() string { return s.iri + " " + s.graph.Value() }

// quads reads the document.
func (s source) quads() ([]graph.Quad, error) {
	path, err := filePath(s.iri)
	if err != nil {
		return nil, err
	}
	quads, err := readFile(path, "")
	if err != nil {
		return nil, err
	}
	if !s.graph.IsZero() {
		for i := range quads {
			quads[i].Graph = s.graph
		}
	}
	return quads, nil
}

// stores opens the stores of tests. It keeps the last one of each place open, for the next
// test over the same data.
type stores struct {
	dir  string
	n    int
	kept [places]struct {
		key   string
		store *storage.Store
		path  string
	}
}

// open makes a new store with these documents.
func (s *stores) open(ctx context.Context, p place, sources []source) (*storage.Store, string, error) {
	path := ""
	if p != inMemory {
		s.n++
		path = filepath.Join(s.dir, fmt.Sprint("store", s.n))
	}
	store, err := storage.Open(path, options(p))
	if err != nil {
		return nil, "", err
	}
	load := make([]storage.QuadSource, len(sources))
	for i, src := range sources {
		quads, err := src.quads()
		if err != nil {
			store.Close()
			return nil, "", err
		}
		load[i] = list(quads)
	}
	if len(load) > 0 {
		if _, err := store.LoadQuads(ctx, nil, load...); err != nil {
			store.Close()
			return nil, "", err
		}
	}
	if p == reopened {
		if store, err = reopen(store, path); err != nil {
			return nil, "", err
		}
	}
	return store, path, nil
}

// options are those of a store of a test: small, and lost with the machine.
func options(p place) *storage.Options {
	return &storage.Options{InMemory: p == inMemory, Relaxed: true, Cache: 8 << 20, Memory: 64 << 20}
}

func reopen(store *storage.Store, path string) (*storage.Store, error) {
	if err := store.Close(); err != nil {
		return nil, err
	}
	return storage.Open(path, options(reopened))
}

// changed makes a store with these documents, changes it, opens it again where
// the place says so, and compares what it then holds with the quads wanted. text
// is what a wrong answer shows as the test.
func (s *stores) changed(ctx context.Context, p place, sources []source, text string, want []graph.Quad, change func(*storage.Store) error) error {
	store, path, err := s.open(ctx, p, sources)
	if err != nil {
		return err
	}
	defer func() { discard(store, path) }()
	if err := change(store); err != nil {
		return err
	}
	if p == reopened {
		again, err := reopen(store, path)
		if err != nil {
			return err
		}
		store = again
	}
	var got []graph.Quad
	if err := store.View(func(tx *storage.Tx) (err error) {
		got, err = contents(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	if !graph.Isomorphic(want, got) {
		return &wrongAnswer{text, showQuads(want), showQuads(got)}
	}
	return nil
}

// list is a source of quads that are in memory.
func list(quads []graph.Quad) storage.QuadSource {
	return func(_ context.Context, emit func(graph.Quad) error) error {
		for _, q := range quads {
			if err := emit(q); err != nil {
				return err
			}
		}
		return nil
	}
}

// shared returns a store with these documents, which must not be changed.
func (s *stores) shared(ctx context.Context, p place, sources []source) (*storage.Store, error) {
	keys := make([]string, len(sources))
	for i, src := range sources {
		keys[i] = src.key()
	}
	key := strings.Join(keys, "\n") + "."
	k := &s.kept[p]
	if k.key == key {
		return k.store, nil
	}
	if err := s.drop(p); err != nil {
		return nil, err
	}
	store, path, err := s.open(ctx, p, sources)
	if err != nil {
		return nil, err
	}
	k.key, k.store, k.path = key, store, path
	return store, nil
}

func (s *stores) drop(p place) error {
	k := &s.kept[p]
	if k.store == nil {
		return nil
	}
	err := k.store.Close()
	if k.path != "" {
		os.RemoveAll(k.path)
	}
	k.store, k.key, k.path = nil, "", ""
	return err
}

// discard closes and removes a store made by open.
func discard(store *storage.Store, path string) {
	store.Close()
	if path != "" {
		os.RemoveAll(path)
	}
}

func (s *stores) close() {
	for p := range places {
		s.drop(p)
	}
}
