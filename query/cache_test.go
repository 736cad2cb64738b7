package query_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// planned counts the calls of Totals, which planning begins with.
type planned struct {
	query.Dataset
	calls *int
}

func (p planned) Totals() (encoded.Totals, error) {
	*p.calls++
	return p.Dataset.Totals()
}

// TestCache runs queries twice: the second time nothing is planned, until the data
// change; other options are other queries.
func TestCache(t *testing.T) {
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	insert := func(text string) {
		t.Helper()
		if err := store.Update(func(tx *storage.Tx) error {
			_, err := query.Update(ctx, tx, text, prefixes)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	insert("INSERT DATA { :a :p 1 . :a :q 2 . GRAPH :g { :b :p 3 } }")
	var cache query.Cache
	run := func(text string, opts ...query.Option) (answer string, plannings int) {
		t.Helper()
		err := store.View(func(tx *storage.Tx) error {
			res, err := query.Run(ctx, planned{tx, &plannings}, text, append(opts, prefixes, query.WithCache(&cache))...)
			if err != nil {
				return err
			}
			var rows []string
			for row, err := range res.Rows() {
				if err != nil {
					return err
				}
				rows = append(rows, fmt.Sprint(row.Terms()))
			}
			answer = strings.Join(rows, " ")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return answer, plannings
	}
	check := func(what string, wantPlanned bool, want, text string, opts ...query.Option) {
		t.Helper()
		got, n := run(text, opts...)
		if got != want || n > 0 != wantPlanned {
			t.Errorf("%s: answer %s, want %s; planned: %t, want %t", what, got, want, n > 0, wantPlanned)
		}
	}
	const text = "SELECT (SUM(?n) AS ?sum) { ?s :p ?n }"
	one, three, four := `["1"^^<http://www.w3.org/2001/XMLSchema#integer>]`, `["3"^^<http://www.w3.org/2001/XMLSchema#integer>]`, `["4"^^<http://www.w3.org/2001/XMLSchema#integer>]`
	check("first", true, one, text)
	check("again", false, one, text)
	check("union", true, four, text, query.WithUnionDefaultGraph())
	check("union again", false, four, text, query.WithUnionDefaultGraph())
	check("dataset", true, three, text, query.WithDataset([]graph.Term{graph.IRI("http://x/g")}, nil))
	check("binding", true, one, text, query.WithBinding("s", graph.IRI("http://x/a")))
	check("another binding", true, `["0"^^<http://www.w3.org/2001/XMLSchema#integer>]`, text, query.WithBinding("s", graph.IRI("http://x/b")))
	check("as written", false, one, text, query.WithoutOptimizer())
	check("first after these", false, one, text)
	insert("DELETE DATA { :a :p 1 } ; INSERT DATA { :c :p 4 }")
	check("after a commit", true, four, text)
	check("again after a commit", false, four, text)

	// Many goroutines, more text than is kept.
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 60 {
				text := fmt.Sprintf("SELECT ?n { ?s :p ?n FILTER(?n = 4) } # %s", strings.Repeat("x", 10_000+(i+g)%7+i*1000))
				err := store.View(func(tx *storage.Tx) error {
					res, err := query.Run(ctx, tx, text, prefixes, query.WithCache(&cache))
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
					if n != 1 {
						t.Errorf("%d rows", n)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	check("long ago", true, four, text)
}
