package query_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/internal/memory"
)

// unsampled is a dataset that gives the planner nothing to sample.
type unsampled struct{ query.Dataset }

func (unsampled) Sample(encoded.Scan, int) ([]encoded.Pattern, error) { return nil, nil }

// correlatedGraph has 20,000 things with parts. Of kind and state, which have two values of
// half the things each, the first exclude each other but for five things. 3,000 posts are about things.
func correlatedGraph() []graph.Quad {
	var quads []graph.Quad
	add := func(s, p, o string) {
		quads = append(quads, graph.Quad{Subject: graph.IRI("http://x/" + s), Predicate: graph.IRI("http://x/" + p), Object: graph.IRI("http://x/" + o)})
	}
	for i := range 20000 {
		thing := fmt.Sprint("thing", i)
		add(thing, "kind", fmt.Sprint("k", i%2))
		state := (i + 1) % 2
		if i%4000 == 0 {
			state = 0
		}
		add(thing, "state", fmt.Sprint("s", state))
		for j := range 3 {
			add(thing, "part", fmt.Sprint("thing", (i*7+j*13)%20000))
		}
	}
	for i := range 3000 {
		add(fmt.Sprint("post", i), "about", fmt.Sprint("thing", i*6%20000))
		add(fmt.Sprint("post", i), "by", fmt.Sprint("user", i%50))
	}
	return quads
}

// TestSampling plans queries on patterns that exclude each other, with and without
// sampling: the operators read and deliver a fraction of the rows, and the plan is the same
// each time.
func TestSampling(t *testing.T) {
	ds := memory.New(correlatedGraph())
	for _, c := range []struct {
		text  string
		times float64 // fewer rows at least
	}{
		{"SELECT * { ?x :kind :k0 . ?x :state :s0 . ?x :part ?y . ?p :about ?y }", 4},
		{"SELECT * { ?x :kind :k0 . ?x :state :s0 . ?p :about ?x . ?p :by ?u }", 1.5},
		{"SELECT * { ?x :kind :k0 . ?x :state :s0 . ?y :part ?x . ?y :part ?z . ?z :kind :k1 }", 4},
	} {
		explain := func(ds query.Dataset) *query.Explanation {
			e, err := query.Explain(ctx, ds, c.text, query.ExplainOptions{Analyze: true}, prefixes)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		without, with := explain(unsampled{ds}), explain(ds)
		if a, b := delivered(without.Plan), delivered(with.Plan); float64(a) < c.times*float64(b) {
			t.Errorf("%d rows with sampling, %d without, in\n%s\n%s", b, a, with, without)
		}
		if a, b := shape(with.Plan), shape(explain(ds).Plan); a != b {
			t.Errorf("planned as\n%s\nand then as\n%s", a, b)
		}
	}
}

// delivered adds up the rows that all operators of a plan delivered.
func delivered(n *query.PlanNode) uint64 {
	sum := n.Rows
	for _, in := range n.Inputs {
		sum += delivered(in)
	}
	return sum
}

// shape is a plan without what depends on time.
func shape(n *query.PlanNode) string {
	var b strings.Builder
	writePlan(&b, n, 0)
	return b.String()
}
