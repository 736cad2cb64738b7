package exec

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/dataset"
)

// runnerTypes returns the names of the types of this package that are runners: physical operators.
func runnerTypes(t *testing.T) []string {
	methods := map[string]map[string]bool{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range files {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil {
				continue
			}
			recv := fn.Recv.List[0].Type
			if star, ok := recv.(*ast.StarExpr); ok {
				recv = star.X
			}
			name := recv.(*ast.Ident).Name
			if methods[name] == nil {
				methods[name] = map[string]bool{}
			}
			methods[name][fn.Name.Name] = true
		}
	}
	var names []string
	for name, has := range methods {
		if has["next"] && has["close"] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// polled is a context that is cancelled when it is asked for its error the nth time.
type polled struct {
	context.Context
	polls, cancelAt int
	cancelled       func() // called when it is
}

func (p *polled) Err() error {
	p.polls++
	if p.polls == p.cancelAt {
		p.cancelled()
	}
	if p.cancelAt > 0 && p.polls >= p.cancelAt {
		return context.Canceled
	}
	return nil
}

// deaf is a dataset that does not hear a cancellation: operators have to notice it themselves. It
// counts the batches that it delivers.
type deaf struct {
	dataset.Dataset
	batches int
}

func (d *deaf) Scan(_ context.Context, s encoded.Scan) (encoded.Iterator, error) {
	it, err := d.Dataset.Scan(context.Background(), s)
	return &deafIterator{it, d}, err
}

type deafIterator struct {
	encoded.Iterator
	d *deaf
}

func (it *deafIterator) Next(b *encoded.Batch) (bool, error) {
	it.d.batches++
	return it.Iterator.Next(b)
}

// operatorTrees are trees over spillGraph that have every operator between them.
func operatorTrees(f *fixture) map[string]algebra.Op {
	trees := spillTrees()
	n, m := bgp(tp("?s", "n", "?n")), bgp(tp("?s", "m", "?m"))
	scan := func(p, o string) *algebra.Scan { return &algebra.Scan{Pattern: tp("?s", p, o)} }
	outer := func(op algebra.Op) algebra.Op { // correlated: run once for each of a few solutions
		return &algebra.Lateral{Left: &algebra.Slice{Input: n, Limit: 3}, Right: op}
	}
	maps.Copy(trees, map[string]algebra.Op{
		"top":            &algebra.TopN{Input: n, Keys: []algebra.OrderKey{{Expr: v("n")}}, Limit: 7},
		"merge join":     &algebra.PhysicalJoin{Method: algebra.JoinMerge, Left: scan("n", "?n"), Right: scan("m", "?m")},
		"merge minus":    &algebra.PhysicalJoin{Kind: algebra.MinusJoin, Method: algebra.JoinMerge, Left: scan("n", "?n"), Right: scan("m", "?m")},
		"count":          &algebra.Count{Scan: scan("n", "?n"), Key: "n", Var: "c"},
		"count distinct": &algebra.Count{Scan: &algebra.Scan{Pattern: tp("?s", "n", "?n"), Ranges: []algebra.VarRange{{Var: "s", Ranges: []encoded.Range{{Low: 1, High: ^encoded.Term(0)}}}}}, Distinct: "n", Var: "c"},
		"count each key": &algebra.Count{Scan: &algebra.Scan{Pattern: tp("?s", "?p", "?o"), Order: encoded.PSO}, Key: "p", Var: "c"},
		"reduced":        &algebra.Reduced{Input: unionOf(n, n)},
		"no solutions":   bgp(tp("?s", "nothing", "?n")),
		"values":         &algebra.Join{Left: n, Right: &algebra.Table{Vars: []algebra.Var{"n"}, Rows: [][]graph.Term{{num("1")}, {num("2")}}}},
		"extend":         &algebra.Extend{Input: n, Var: "x", Expr: call("+", v("n"), v("n"))},
		"correlated":     outer(&algebra.Extend{Input: m, Var: "n", Expr: call("+", v("s"), v("m"))}),
		"correlated, on": outer(&algebra.Filter{Input: m, Condition: call("<", v("m"), v("n"))}),
		"graphs":         &algebra.Graph{Name: nd("?g"), Input: bgp(tp("?s", "n", "?n"))},
		"each graph":     &algebra.Graph{Name: nd("?g"), Input: &algebra.Minus{Left: n, Right: m}},
		"service":        &algebra.Join{Left: n, Right: &algebra.Service{Name: nd("endpoint"), Input: bgp(tp("?s", "far", "?r"))}},
	})
	f.env.Service = func(ctx context.Context, r ServiceRequest, add func([]graph.Term) error) error {
		for i := range 3000 {
			if err := add([]graph.Term{iri("s000001"), num("7")}[:len(r.Vars)]); err != nil {
				return err
			}
			if i&1023 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	}
	return trees
}

func unionOf(branches ...algebra.Op) algebra.Op { return &algebra.Union{Branches: branches} }

// TestCancel_EveryOperator cancels trees with every physical operator at many moments, in memory
// and while they spill: at whichever poll of the context it happens, the tree reads no more than what it
// is reading, fails with the error of the context, and leaves nothing behind.
func TestCancel_EveryOperator(t *testing.T) {
	quads := spillGraph(2400)
	for _, q := range quads[:1000] { // in a named graph too
		q.Graph = iri("g")
		quads = append(quads, q)
	}
	f := newFixture(t, quads)
	ds := &deaf{Dataset: f.env.Dataset}
	f.env.Dataset = ds
	seen := map[string]bool{}
	var note func(n *node)
	note = func(n *node) {
		seen[reflect.Indirect(reflect.ValueOf(n.run)).Type().Name()] = true
		if l, ok := n.run.(*lateral); ok && l.right != nil {
			note(l.right)
		}
		for _, in := range n.inputs {
			note(in)
		}
	}
	for name, op := range operatorTrees(f) {
		for _, budget := range []int64{0, 24 << 10} {
			// run drains the tree, cancelled at a poll, and returns the number of polls.
			run := func(cancelAt int) int {
				f.env.Budget, f.env.SpillDir = NewBudget(budget, 0), t.TempDir()
				root, err := Build(op, f.env)
				if err != nil {
					t.Fatal(name, err)
				}
				then := 0
				ctx := &polled{Context: context.Background(), cancelAt: cancelAt, cancelled: func() { then = ds.batches }}
				for {
					note(root.(*node))
					var b *Batch
					if b, err = root.Next(ctx); b == nil || err != nil {
						break
					}
				}
				root.Close()
				switch {
				case cancelAt == 0 && errors.Is(err, ErrMemory):
				case cancelAt == 0 && err != nil:
					t.Errorf("%s: %v", name, err)
				case cancelAt > 0 && cancelAt <= ctx.polls && !errors.Is(err, context.Canceled):
					t.Errorf("%s, cancelled at poll %d of %d: %v", name, cancelAt, ctx.polls, err)
				case cancelAt > 0 && ds.batches > then+1:
					t.Errorf("%s, cancelled at poll %d: read %d more batches", name, cancelAt, ds.batches-then)
				}
				if held := f.env.Budget.Used(); held != 0 {
					t.Errorf("%s: %d bytes are still held", name, held)
				}
				if files := f.env.Budget.spilled.Load(); files != 0 {
					t.Errorf("%s: %d bytes of files are left", name, files)
				}
				return ctx.polls
			}
			polls := run(0)
			for at := 1; at <= polls; at += 1 + polls/12 {
				run(at)
			}
		}
	}
	for _, name := range runnerTypes(t) {
		if !seen[name] {
			t.Errorf("no tree has the operator %s", name)
		}
	}
}
