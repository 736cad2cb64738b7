package plan_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/internal/memory"
	"github.com/ententedb/entente/query/internal/plan"
	"github.com/ententedb/entente/query/sparql"
)

// pollContext is cancelled at the poll of number limit; 0 is never.
type pollContext struct {
	context.Context
	polls, limit int
}

func (c *pollContext) Err() error {
	c.polls++
	if c.limit > 0 && c.polls >= c.limit {
		return context.Canceled
	}
	return nil
}

// hugePatterns are what programs write, of n parts each.
var hugePatterns = map[string]func(i int) string{
	"star":        func(i int) string { return fmt.Sprintf("?s :p%d ?o%d . ", i%4, i) },
	"chain":       func(i int) string { return fmt.Sprintf("?v%d :p0 ?v%d . ", i, i+1) },
	"unconnected": func(i int) string { return fmt.Sprintf("?s%d :p%d ?o%d . ", i, i%4, i) },
	"constants":   func(i int) string { return ":s :p0 :o . " },
	"union":       func(i int) string { return "UNION { ?s :p0 ?o } " },
	"optionals":   func(i int) string { return fmt.Sprintf("OPTIONAL { ?s :p1 ?o%d } ", i) },
	"filters":     func(i int) string { return fmt.Sprintf("FILTER(?o != %d) ", i) },
	"binds":       func(i int) string { return fmt.Sprintf("BIND(?o + %d AS ?b%d) ", i, i) },
	"exists":      func(i int) string { return "FILTER EXISTS { ?s :p1 ?o } " },
	"groups":      func(i int) string { return "{ ?s :p2 ?o } " },
}

func hugeQuery(part func(int) string, n int) string {
	var b strings.Builder
	b.WriteString(prologue + "SELECT * { { ?s :p0 ?o } ")
	for i := range n {
		b.WriteString(part(i))
	}
	b.WriteString("}")
	return b.String()
}

func hugeData() *memory.Dataset {
	iri := func(s string) graph.Term { return graph.IRI("http://x/" + s) }
	var quads []graph.Quad
	for p := range 4 {
		quads = append(quads, graph.Quad{Subject: iri("s"), Predicate: iri(fmt.Sprint("p", p)), Object: iri("o")})
	}
	return memory.New(quads)
}

// TestOptimize_Polls plans queries of hundreds of parts and cancels each half-way:
// the planner polls the context for each part at least, and gives up at the poll that says so.
func TestOptimize_Polls(t *testing.T) {
	const n = 200
	ds := hugeData()
	for name, part := range hugePatterns {
		optimize := func(ctx context.Context) error {
			q, err := sparql.Parse(hugeQuery(part, n), nil)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			_, err = plan.Optimize(ctx, q.Root, ds, plan.Options{})
			return err
		}
		whole := &pollContext{Context: context.Background()}
		if err := optimize(whole); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if whole.polls < n {
			t.Errorf("%s: the context was polled %d times for %d parts", name, whole.polls, n)
		}
		for _, limit := range []int{whole.polls / 4, whole.polls / 2, whole.polls - 2} {
			half := &pollContext{Context: context.Background(), limit: limit}
			if err := optimize(half); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: cancelled at poll %d of %d: %v", name, limit, whole.polls, err)
			}
			if half.polls > limit+n {
				t.Errorf("%s: %d polls more after it was cancelled", name, half.polls-limit)
			}
		}
	}
}

// TestOptimize_TooLarge refuses a group of more patterns than can be planned, whatever its shape.
func TestOptimize_TooLarge(t *testing.T) {
	ds := hugeData()
	for _, name := range []string{"star", "chain", "unconnected", "constants"} {
		q, err := sparql.Parse(hugeQuery(hugePatterns[name], 20_000), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := plan.Optimize(context.Background(), q.Root, ds, plan.Options{}); !errors.Is(err, plan.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
