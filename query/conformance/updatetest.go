package conformance

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// update runs an UpdateEvaluationTest.
func (r *runner) update(ctx context.Context, t *Test, w way) error {
	action, result := t.property(mf+"action"), t.property(mf+"result")
	file := t.g.object(action, ut+"request")
	text, err := readText(file.Value())
	if err != nil {
		return err
	}
	var want []graph.Quad
	for i, s := range t.documents(result, ut) {
		quads, err := s.quads()
		if err != nil {
			return fmt.Errorf("expected result: %w", err)
		}
		want = append(want, apart(quads, i)...)
	}
	opts := []query.Option{query.WithBase(file.Value()), query.WithLoad(loadFile)}
	if !w.optimizer {
		opts = append(opts, query.WithoutOptimizer())
	}
	return r.stores.changed(ctx, w.place, t.documents(action, ut), text, want, func(store *storage.Store) error {
		return store.Update(func(tx *storage.Tx) error {
			_, err := query.Update(ctx, tx, text, opts...)
			return err
		})
	})
}

// apart gives the blank nodes of the i-th document labels of their own.
func apart(quads []graph.Quad, i int) []graph.Quad {
	var rename func(t graph.Term) graph.Term
	rename = func(t graph.Term) graph.Term {
		switch {
		case t.IsBlank():
			return graph.Blank(fmt.Sprintf("d%d.%s", i, t.Value()))
		case t.IsTriple():
			c := t.Triple()
			return graph.TripleTerm(rename(c.Subject), c.Predicate, rename(c.Object))
		}
		return t
	}
	for k, q := range quads {
		quads[k].Subject, quads[k].Object, quads[k].Graph = rename(q.Subject), rename(q.Object), rename(q.Graph)
	}
	return quads
}

// loadFile answers LOAD of file: IRIs. Tests must not reach out into the Web.
func loadFile(_ context.Context, iri string) (io.ReadCloser, string, error) {
	path, err := filePath(iri)
	if err != nil {
		return nil, "", err
	}
	f, err := os.Open(path)
	return f, path, err
}
