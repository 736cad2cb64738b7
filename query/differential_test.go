package query_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/reference"
	"github.com/ententedb/entente/query/sparql"
)

var (
	differentialN    = flag.Int("differential", 400, "number of random queries for TestDifferential")
	differentialSeed = flag.Uint64("seed", 0, "seed of TestDifferential; 0: one from the clock, which is printed")
)

// TestDifferential asks random queries of random small graphs: the engine,
// with and without the optimiser, on plain memory and in the store, must give what the naive reference evaluator gives.
// A failure prints the seed and the smallest query and data that still fail.
func TestDifferential(t *testing.T) {
	seed := *differentialSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	skipped, nonEmpty := 0, 0
	for i := range *differentialN {
		g := &generator{r: rand.New(rand.NewPCG(seed, uint64(i)))}
		c := g.caseOf()
		want, err := reference.Evaluate(c.dataset(c.quads), c.pattern())
		if errors.Is(err, reference.ErrTooLarge) {
			skipped++
			continue
		}
		if len(want) > 0 {
			nonEmpty++
		}
		if problem := c.check(); problem != "" {
			small := shrink(c)
			t.Fatalf("seed %d, query %d: %s\n\nquery:\n%s\n\nalgebra:\n%s\n\ndata:\n%s", seed, i, small.check(),
				sparql.FormatOp(small.root), algebra.Print(small.root), quadText(small.quads))
		}
	}
	t.Logf("%d queries, %d too large for the reference, %d with an answer", *differentialN, skipped, nonEmpty)
}

// testCase is one query over one dataset.
type testCase struct {
	quads []graph.Quad
	root  algebra.Op
	union bool
	from  algebra.DatasetClause
	way   way
}

func (c *testCase) dataset(quads []graph.Quad) *reference.Dataset {
	return &reference.Dataset{Quads: quads, Union: c.union, Clause: c.from}
}

// pattern is the query without its slice: which rows LIMIT keeps is open.
func (c *testCase) pattern() algebra.Op {
	if s, ok := c.root.(*algebra.Slice); ok {
		return algebra.Clone(s.Input)
	}
	return algebra.Clone(c.root)
}

// check runs the query, optimised and not, on its kind of dataset and returns
// what is wrong, "" for nothing.
func (c *testCase) check() (problem string) {
	err := c.way.open(c.quads, func(ds query.Dataset, quads []graph.Quad) error {
		want, err := reference.Evaluate(c.dataset(quads), c.pattern())
		if err != nil {
			return nil // nothing to compare with
		}
		vars := algebra.Vars(c.root)
		for _, optimise := range []bool{false, true} {
			got, err := c.run(ds, vars, optimise)
			name := map[bool]string{false: "not optimised", true: "optimised"}[optimise]
			if err != nil {
				return fmt.Errorf("%s, %s: %w", c.way, name, err)
			}
			if p := c.compare(got, want); p != "" {
				return fmt.Errorf("%s, %s: %s", c.way, name, p)
			}
		}
		return nil
	})
	if err != nil {
		return err.Error()
	}
	return ""
}

func (c *testCase) run(ds query.Dataset, vars []algebra.Var, optimise bool) (rows []reference.Solution, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	opts := []query.Option{query.WithTimeout(20 * time.Second)}
	if !optimise {
		opts = append(opts, query.WithoutOptimizer())
	}
	if c.union {
		opts = append(opts, query.WithUnionDefaultGraph())
	}
	q := &algebra.Query{Form: algebra.Select, Vars: vars, Root: c.root, Dataset: c.from}
	res, err := query.RunQuery(context.Background(), ds, q, opts...)
	if err != nil {
		return nil, err
	}
	for row, err := range res.Rows() {
		if err != nil {
			return nil, err
		}
		s := reference.Solution{}
		for i, t := range row.Terms() {
			if !t.IsZero() {
				s[vars[i]] = t
			}
		}
		rows = append(rows, s)
	}
	return rows, nil
}

// compare compares bags; of a slice, size and membership; of a sorted result,
// the order as well.
func (c *testCase) compare(got, want []reference.Solution) string {
	count := map[string]int{}
	for _, s := range want {
		count[s.Key()]++
	}
	size := len(want)
	op := c.root
	if s, ok := op.(*algebra.Slice); ok {
		size = max(0, size-int(s.Offset))
		if s.Limit >= 0 {
			size = min(size, int(s.Limit))
		}
		op = s.Input
	}
	if _, ok := op.(*algebra.Reduced); !ok && len(got) != size {
		return fmt.Sprintf("%d rows, want %d\ngot:\n%s\nwant:\n%s", len(got), size, list(got), list(want))
	}
	for _, s := range got {
		if count[s.Key()]--; count[s.Key()] < 0 {
			return fmt.Sprintf("row not expected, or too often: %s\ngot:\n%s\nwant:\n%s", s.Key(), list(got), list(want))
		}
	}
	if p, ok := op.(*algebra.Project); ok {
		// The first key only: where it is equal is not always told by the specification.
		if o, ok := p.Input.(*algebra.OrderBy); ok && slices.Contains(p.Vars, o.Keys[0].Expr.(*algebra.VarExpr).Var) && !reference.Sorted(got, o.Keys[:1]) {
			return "not in order:\n" + list(got)
		}
	}
	return ""
}

func list(rows []reference.Solution) string {
	var lines []string
	for _, s := range rows {
		lines = append(lines, "  "+s.Key())
	}
	if len(lines) > 30 {
		lines = append(lines[:30], "  …")
	}
	return strings.Join(lines, "\n")
}

func quadText(quads []graph.Quad) string {
	var b strings.Builder
	for _, q := range quads {
		b.WriteString(q.String() + "\n")
	}
	return b.String()
}
