package query_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// planGraph has the shapes that matter to plans: large and small predicates on the
// same subjects, few and many distinct objects, chains, cycles, numbers and texts.
func planGraph() []graph.Quad {
	r := rand.New(rand.NewPCG(11, 12))
	quads := workGraph()
	add := func(s, p string, o graph.Term) {
		quads = append(quads, graph.Quad{Subject: graph.IRI("http://x/" + s), Predicate: graph.IRI("http://x/" + p), Object: o})
	}
	for i := range 3000 {
		add(fmt.Sprint("r", i), "about", graph.IRI(fmt.Sprint("http://x/s", r.IntN(1000))))
		add(fmt.Sprint("r", i), "stars", graph.Literal(fmt.Sprint(1+r.IntN(5)), graph.XSDInteger))
		if i%3 == 0 {
			add(fmt.Sprint("r", i), "text", graph.LangString(fmt.Sprintf("review %d of a thing", i), []string{"en", "fr"}[i%2]))
		}
	}
	for i := range 60 {
		add(fmt.Sprint("c", i), "sub", graph.IRI(fmt.Sprint("http://x/c", (i-1)/2)))
	}
	return quads
}

// TestPlans asserts what each operator of a plan delivers and reads: rows,
// seeks and blocks.
func TestPlans(t *testing.T) {
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_, err = store.LoadQuads(ctx, nil, func(_ context.Context, emit func(graph.Quad) error) error {
		for _, q := range planGraph() {
			if err := emit(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	datadriven.RunTest(t, "testdata/plans", func(t *testing.T, d *datadriven.TestData) string {
		var out strings.Builder
		err := store.View(func(ds *storage.Tx) error {
			e, err := query.Explain(ctx, ds, d.Input, query.ExplainOptions{Analyze: true}, prefixes)
			if err != nil {
				return err
			}
			writePlan(&out, e.Plan, 0)
			return nil
		})
		if err != nil {
			return err.Error()
		}
		return out.String()
	})
}

func writePlan(out *strings.Builder, n *query.PlanNode, depth int) {
	fmt.Fprintf(out, "%*s%s", 2*depth, "", n.Operator)
	if n.Order != "" {
		fmt.Fprintf(out, " %s", n.Order)
	}
	fmt.Fprintf(out, " rows=%d", n.Rows)
	if n.Seeks > 0 || n.Blocks > 0 {
		fmt.Fprintf(out, " seeks=%d blocks=%d", n.Seeks, n.Blocks)
	}
	out.WriteByte('\n')
	for _, in := range n.Inputs {
		writePlan(out, in, depth+1)
	}
}
