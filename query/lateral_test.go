package query_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// A value put in by LATERAL is in scope around a sub-query that does not select
// it. (Found by the differential test, seed 1795495356504910383, query 27796.)
func TestLateral_FilterAroundASubQuerySeesTheLeftSide(t *testing.T) {
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Load(context.Background(), strings.NewReader("<x:1> <x:p> <x:2> ."), rdfio.NTriples, nil); err != nil {
		t.Fatal(err)
	}
	const text = `SELECT * { ?c <x:p> ?d LATERAL { { SELECT (1 AS ?k) { ?a !(<x:p>)? ?a } } FILTER (!(?d = 1)) } }`
	for _, opts := range [][]query.Option{nil, {query.WithoutOptimizer()}} {
		err := store.View(func(tx *storage.Tx) error {
			res, err := query.Run(context.Background(), tx, text, opts...)
			if err != nil {
				return err
			}
			n := 0
			for _, err := range res.Rows() {
				if err != nil {
					return err
				}
				n++
			}
			if n != 2 {
				t.Errorf("%d rows, want 2 (options: %d)", n, len(opts))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
