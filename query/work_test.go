package query_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// workGraph has predicates of very different sizes on the same subjects.
func workGraph() []graph.Quad {
	r := rand.New(rand.NewPCG(3, 4))
	var quads []graph.Quad
	add := func(s int, p string, o graph.Term) {
		quads = append(quads, graph.Quad{Subject: graph.IRI(fmt.Sprint("http://x/s", s)), Predicate: graph.IRI("http://x/" + p), Object: o})
	}
	for s := range 4000 {
		add(s, "type", graph.IRI(fmt.Sprint("http://x/t", s%5)))
		add(s, "name", graph.String(fmt.Sprint("name ", s)))
		add(s, "size", graph.Literal(fmt.Sprint(r.IntN(1000)), graph.XSDInteger))
		for range 2 {
			add(s, "link", graph.IRI(fmt.Sprint("http://x/s", r.IntN(4000))))
		}
		if s%200 == 0 {
			add(s, "rare", graph.IRI("http://x/o"))
		}
	}
	return quads
}

// work adds up the rows that scans delivered and their positionings in the index.
func work(n *query.PlanNode) (rows, seeks uint64) {
	if n.Operator == "scan" {
		rows = n.Rows
	}
	seeks = n.Seeks
	for _, in := range n.Inputs {
		r, s := work(in)
		rows += r
		seeks += s
	}
	return rows, seeks
}

// TestWork asserts the work that plans do, on a store, rather than their time:
// rows read by scans and seeks at most as given, whatever the written order.
func TestWork(t *testing.T) {
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	// One load: everything is in the sorted zone of the dictionary and in one run.
	_, err = store.LoadQuads(ctx, nil, func(_ context.Context, emit func(graph.Quad) error) error {
		for _, q := range workGraph() {
			if err := emit(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name        string
		patterns    []string
		head        string
		rows, seeks uint64
	}{
		{"count is in the index", []string{"?s :name ?n ."}, "(COUNT(*) AS ?c)", 0, 0},
		{"distinct count is in the index", []string{"?s :type ?t ."}, "(COUNT(DISTINCT ?t) AS ?c)", 10, 10},
		{"look-ups from the rare pattern", []string{"?s :name ?n .", "?s :rare ?r .", "?s :size ?z ."}, "*", 70, 70},
		{"chain from the rare pattern", []string{"?a :link ?b .", "?b :link ?c .", "?c :rare ?r ."}, "*", 400, 250},
		{"number range", []string{"?s :size ?z .", "FILTER(?z > 989)"}, "?s", 60, 10},
		{"equality with an IRI", []string{"?s :link ?o .", "FILTER(?s = :s17)"}, "*", 2, 3},
		{"nothing is read for a predicate that is not there", []string{"?s :name ?n .", "?s :none ?x ."}, "*", 0, 0},
		{"semi-join", []string{"?s :rare ?r .", "FILTER EXISTS { ?s :link ?x }"}, "*", 70, 70},
		{"prefix", []string{"?s :name ?n .", `FILTER REGEX(?n, "^name 399")`}, "*", 12, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := store.View(func(ds *storage.Tx) error {
				for i := range 4 {
					r := rand.New(rand.NewPCG(uint64(i), 9))
					ps := append([]string(nil), c.patterns...)
					r.Shuffle(len(ps), func(a, b int) { ps[a], ps[b] = ps[b], ps[a] })
					e, err := query.Explain(ctx, ds, "SELECT "+c.head+" { "+strings.Join(ps, " ")+" }", query.ExplainOptions{Analyze: true}, prefixes)
					if err != nil {
						return err
					}
					if rows, seeks := work(e.Plan); rows > c.rows || seeks > c.seeks {
						t.Errorf("%d rows and %d seeks, at most %d and %d expected:\n%s", rows, seeks, c.rows, c.seeks, e)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
