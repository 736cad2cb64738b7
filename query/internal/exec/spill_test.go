package exec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// within runs a tree with a budget. It returns the solutions and the bytes that were
// spilled, and checks that nothing is left behind.
func (f *fixture) within(bytes int64, dir string, op algebra.Op) ([]solution, int64, error) {
	f.t.Helper()
	f.env.Budget, f.env.SpillDir = NewBudget(bytes), dir
	root, err := Build(op, f.env)
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		root.Close()
		if n := f.env.Budget.Used(); n != 0 {
			f.t.Errorf("%d bytes still held", n)
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			f.t.Errorf("%d temporary files are left", len(files))
		}
		f.env.Budget = NewBudget(0)
	}()
	p := &failing{Operator: root}
	out := f.drainUntil(p)
	return out, spilledBytes(root), p.err
}

// failing ends at an error and remembers it.
type failing struct {
	Operator
	err error
}

func (p *failing) Next(ctx context.Context) (*Batch, error) {
	var b *Batch
	b, p.err = p.Operator.Next(ctx)
	if p.err != nil {
		return nil, nil
	}
	return b, nil
}

func spilledBytes(op Operator) int64 {
	n := op.Stats().Spill
	for _, in := range op.Inputs() {
		n += spilledBytes(in)
	}
	return n
}

// spillGraph has two predicates on overlapping subjects, several values each.
func spillGraph(n int) []graph.Quad {
	var quads []graph.Quad
	for i := range n {
		s := iri(fmt.Sprintf("s%06d", i))
		quads = append(quads, graph.Quad{Subject: s, Predicate: iri("n"), Object: num(fmt.Sprint(i * 7919 % (n / 3)))})
		if i%3 > 0 {
			for k := range i % 4 {
				quads = append(quads, graph.Quad{Subject: s, Predicate: iri("m"), Object: num(fmt.Sprint(i*31%(n/2) + k))})
			}
		}
	}
	return quads
}

func TestSpill_AnswersAsInMemory(t *testing.T) {
	f := newFixture(t, spillGraph(1500))
	n, m := bgp(tp("?s", "n", "?n")), bgp(tp("?s", "m", "?m"))
	other := bgp(tp("?t", "m", "?n"))
	join := func(kind algebra.JoinKind, l, r algebra.Op, c algebra.Expr) algebra.Op {
		return &algebra.PhysicalJoin{Kind: kind, Method: algebra.JoinHash, Left: l, Right: r, Condition: c}
	}
	group := func(in algebra.Op, agg *algebra.Aggregate, keys ...string) algebra.Op {
		g := &algebra.Group{Input: in, Aggs: []algebra.Aggregation{{Var: "c", Agg: agg}}}
		for _, k := range keys {
			g.Keys = append(g.Keys, algebra.GroupKey{Var: algebra.Var(k), Expr: v(k)})
		}
		return g
	}
	union := &algebra.Union{Branches: []algebra.Op{n, m}}
	odd := call("<", v("m"), v("n"))
	trees := map[string]algebra.Op{
		"join":                  join(algebra.InnerJoin, n, m, nil),
		"join on values":        join(algebra.InnerJoin, n, other, nil),
		"join with condition":   join(algebra.InnerJoin, n, m, odd),
		"left join":             join(algebra.LeftOuterJoin, n, m, nil),
		"left join, condition":  join(algebra.LeftOuterJoin, n, m, odd),
		"left join of nothing":  join(algebra.LeftOuterJoin, n, bgp(tp("?n", "m", "?s")), nil),
		"semi-join":             join(algebra.SemiJoin, n, m, nil),
		"semi-join, condition":  join(algebra.SemiJoin, n, m, odd),
		"anti-join":             join(algebra.AntiJoin, n, m, nil),
		"anti-join, condition":  join(algebra.AntiJoin, n, m, odd),
		"minus":                 join(algebra.MinusJoin, n, m, nil),
		"unbound on the left":   join(algebra.InnerJoin, union, m, nil),
		"unbound on the right":  join(algebra.InnerJoin, n, union, nil),
		"merge of spilled":      &algebra.PhysicalJoin{Method: algebra.JoinMerge, Left: &algebra.Scan{Pattern: tp("?s", "n", "?k")}, Right: join(algebra.InnerJoin, &algebra.Scan{Pattern: tp("?s", "n", "?n")}, m, nil)},
		"count of join":         group(join(algebra.InnerJoin, n, other, nil), &algebra.Aggregate{Name: "COUNT"}),
		"distinct":              &algebra.Distinct{Input: &algebra.Project{Input: union, Vars: []algebra.Var{"s", "n"}}},
		"distinct of sorted":    &algebra.Distinct{Input: &algebra.Scan{Pattern: tp("?s", "n", "?n")}},
		"distinct in order":     &algebra.Distinct{Input: join(algebra.InnerJoin, &algebra.Scan{Pattern: tp("?s", "n", "?n")}, m, nil)},
		"group":                 group(m, &algebra.Aggregate{Name: "COUNT"}, "m"),
		"group by two":          group(union, &algebra.Aggregate{Name: "COUNT", Arg: v("n")}, "n", "m"),
		"group, sum":            group(union, &algebra.Aggregate{Name: "SUM", Arg: v("m")}, "n"),
		"group, count distinct": group(m, &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: v("s")}, "m"),
		"count distinct":        group(union, &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: v("m")}),
		"count distinct *":      group(union, &algebra.Aggregate{Name: "COUNT", Distinct: true}),
		"group of a group":      group(group(m, &algebra.Aggregate{Name: "COUNT"}, "m"), &algebra.Aggregate{Name: "MAX", Arg: v("c")}, "c"),
	}
	spills, failures := 0, 0
	for name, op := range trees {
		t.Run(name, func(t *testing.T) {
			f.t = t
			want := bag(f.run(op))
			for _, kib := range []int64{2, 24, 256} {
				got, spilled, err := f.within(kib<<10, t.TempDir(), op)
				if spilled > 0 {
					spills++
				}
				switch {
				case errors.Is(err, ErrMemory):
					failures++
				case err != nil:
					t.Fatal(err)
				case !slices.Equal(bag(got), want):
					t.Fatalf("%d KiB, %d bytes spilled: %d rows, in memory %d, or others", kib, spilled, len(got), len(want))
				}
				if kib == 256 && err != nil {
					t.Errorf("%d KiB: %v", kib, err)
				}
			}
		})
	}
	if spills < len(trees) {
		t.Errorf("only %d of %d runs spilled, %d had too little memory", spills, 3*len(trees), failures)
	}
}

func TestSpill_AgreesWithNaiveEvaluation(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t, drawQuads(rt))
		op := drawInput(rt, 3)
		if rapid.Bool().Draw(rt, "group") {
			op = &algebra.Group{Input: op, Keys: []algebra.GroupKey{{Var: "x", Expr: v("x")}},
				Aggs: []algebra.Aggregation{{Var: "c", Agg: &algebra.Aggregate{Name: "COUNT", Distinct: rapid.Bool().Draw(rt, "distinct"), Arg: v("y")}}}}
		}
		got, _, err := f.within(rapid.Int64Range(500, 8000).Draw(rt, "budget"), dir, op)
		if errors.Is(err, ErrMemory) {
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := bag(got), bag(f.naive(op)); !slices.Equal(got, want) {
			rt.Fatalf("%s\ngot  %v\nwant %v", show(op), got, want)
		}
	})
}

func TestSpill_RemovesFilesWhenCancelled(t *testing.T) {
	f := newFixture(t, spillGraph(1500))
	op := &algebra.PhysicalJoin{Method: algebra.JoinHash, Left: bgp(tp("?s", "n", "?n")), Right: bgp(tp("?s", "m", "?m"))}
	f.env.Budget, f.env.SpillDir = NewBudget(16<<10), t.TempDir()
	for _, polls := range []int{0, 1, 5} {
		root, err := Build(op, f.env)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		for range polls {
			if b, err := root.Next(ctx); b == nil || err != nil {
				break
			}
		}
		cancel()
		if _, err := root.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("after cancellation: %v", err)
		}
		root.Close()
		if n := f.env.Budget.Used(); n != 0 {
			t.Fatalf("%d bytes still held", n)
		}
	}
}
