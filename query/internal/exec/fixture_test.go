package exec

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
	"github.com/ententedb/entente/query/internal/memory"
)

// text is a canonical form of a solution.
func text(s solution) string {
	var parts []string
	for v, t := range s {
		if !v.Hidden() {
			parts = append(parts, fmt.Sprintf("%s=%v", v, t))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func bag(ss []solution) []string {
	out := make([]string, len(ss))
	for i, s := range ss {
		out[i] = text(s)
	}
	slices.Sort(out)
	return out
}

// fixture is a dataset with an environment to run trees in.
type fixture struct {
	t     testing.TB
	quads []graph.Quad
	env   *Env
}

func newFixture(t testing.TB, quads []graph.Quad) *fixture {
	ds := memory.New(quads)
	return &fixture{t: t, quads: quads, env: &Env{Dataset: ds, Eval: &eval.Env{Terms: eval.NewTerms(ds), Now: time.Unix(0, 0)}, Budget: NewBudget(0, 0)}}
}

// run returns the solutions of a tree, checking what the operator claims.
func (f *fixture) run(op algebra.Op) []solution {
	f.t.Helper()
	root, err := Build(op, f.env)
	if err != nil {
		f.t.Fatal(err)
	}
	out := f.drain(root)
	root.Close()
	root.Close()
	if used := f.env.Budget.Used(); used != 0 {
		f.t.Errorf("%d bytes of the budget are still held after Close", used)
	}
	return out
}

func (f *fixture) drain(root Operator) []solution {
	f.t.Helper()
	p := &failing{Operator: root}
	out := f.drainUntil(p)
	if p.err != nil {
		f.t.Fatal(p.err)
	}
	return out
}

// drainUntil reads the solutions up to the end or an error.
func (f *fixture) drainUntil(root *failing) []solution {
	f.t.Helper()
	var out []solution
	schema := root.Schema()
	maybe := root.Operator.(*node).maybe
	var last []encoded.Term
	for {
		b, err := root.Next(context.Background())
		if err != nil {
			f.t.Fatal(err)
		}
		if b == nil {
			return out
		}
		if b.Counts != nil {
			f.t.Fatal("the root has multiplicities")
		}
		if b.Len == 0 || len(b.Columns) != len(schema) {
			f.t.Fatalf("batch of %d rows and %d columns for %v", b.Len, len(b.Columns), schema)
		}
		for i := range b.Len {
			s := solution{}
			for c, v := range schema {
				col := b.Columns[c]
				if col != nil && len(col) < b.Len {
					f.t.Fatalf("column ?%s has %d of %d rows", v, len(col), b.Len)
				}
				if col != nil && col[i] == memory.Poison {
					f.t.Fatalf("?%s is poisoned: a batch was read after its time", v)
				}
				if col != nil && col[i] != encoded.Undefined {
					s[v] = col[i]
				} else if !maybe[c] {
					f.t.Fatalf("?%s is unbound in row %d, against the operator's word", v, i)
				}
			}
			var key []encoded.Term
			for _, v := range root.SortedBy() {
				key = append(key, s[v])
			}
			if last != nil && slices.Compare(last, key) > 0 {
				f.t.Fatalf("rows are not sorted by %v", root.SortedBy())
			}
			last = key
			out = append(out, s)
		}
	}
}

func dedup(quads []graph.Quad) []graph.Quad {
	seen := map[string]bool{}
	var out []graph.Quad
	for _, q := range quads {
		if k := q.String(); !seen[k] {
			seen[k] = true
			out = append(out, q)
		}
	}
	return out
}

// check compares the operators with the naive evaluator.
func (f *fixture) check(op algebra.Op) {
	f.t.Helper()
	got, want := bag(f.run(op)), bag(f.naive(op))
	if !slices.Equal(got, want) {
		f.t.Fatalf("%s\ngot  %d:\n%s\nwant %d:\n%s", show(op), len(got), strings.Join(got, "\n"), len(want), strings.Join(want, "\n"))
	}
}

func show(op algebra.Op) string { return algebra.Print(op) }
