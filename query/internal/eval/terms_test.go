package eval

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/memory"
)

func TestTerms_EqualTermsHaveEqualIDs(t *testing.T) {
	s, p := graph.IRI("a:s"), graph.IRI("a:p")
	stored := graph.TripleTerm(s, p, graph.String("stored"))
	terms := NewTerms(memory.New([]graph.Quad{{Subject: s, Predicate: p, Object: stored}}))
	var list []graph.Term
	for i := range 200 {
		v := graph.String(fmt.Sprint("v", i))
		list = append(list, v, graph.TripleTerm(s, p, v), graph.Literal(fmt.Sprint(i), graph.XSDInteger), stored)
	}
	ids := make([][]encoded.Term, 8)
	var wait sync.WaitGroup
	for g := range ids {
		wait.Go(func() {
			for i := range list {
				id, err := terms.Encode(list[(i*7+g)%len(list)])
				if err != nil {
					t.Error(err)
				}
				if back, err := terms.Term(id); err != nil || !back.Equal(list[(i*7+g)%len(list)]) {
					t.Errorf("%v came back as %v, %v", list[(i*7+g)%len(list)], back, err)
				}
			}
			for _, term := range list {
				id, _ := terms.Encode(term)
				ids[g] = append(ids[g], id)
			}
		})
	}
	wait.Wait()
	for g := range ids {
		for i := range list {
			if ids[g][i] != ids[0][i] {
				t.Fatalf("%v has two ids: %v, %v", list[i], ids[g][i], ids[0][i])
			}
		}
	}
	if ids[0][3].Tag() != encoded.TagTriple {
		t.Errorf("the stored triple term was not found in the dictionary: %v", ids[0][3])
	}
	for _, i := range []int{1, 3} { // made by the query, and stored
		a, b, c, ok, err := terms.Components(ids[0][i])
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if again, err := terms.Triple(a, b, c); err != nil || again != ids[0][i] {
			t.Errorf("triple term %v from its components is %v, %v", ids[0][i], again, err)
		}
	}
}

func TestTerms_NewBlank_IsNew(t *testing.T) {
	terms := NewTerms(memory.New([]graph.Quad{{Subject: graph.Blank("new1"), Predicate: graph.IRI("a:p"), Object: graph.Blank("new2")}}))
	seen := map[graph.Term]bool{graph.Blank("new1"): true, graph.Blank("new2"): true}
	for range 5 {
		id, err := terms.NewBlank()
		if err != nil {
			t.Fatal(err)
		}
		term, err := terms.Term(id)
		if err != nil || seen[term] || terms.Kind(id) != graph.KindBlank {
			t.Fatalf("%v is not new (%v)", term, err)
		}
		seen[term] = true
	}
}

func TestIdentifySolutions(t *testing.T) {
	// Two Extends of BNODE(?x) in a chain: equal within a row, different between rows.
	call := func() algebra.Expr {
		return &algebra.Call{Name: "BNODE", Arguments: []algebra.Expr{&algebra.VarExpr{Var: "x"}}}
	}
	var root algebra.Op = &algebra.Extend{Var: "b", Expr: call(), Input: &algebra.Extend{Var: "a", Expr: call(), Input: algebra.Unit()}}
	IdentifySolutions(&root)
	outer := root.(*algebra.Extend)
	inner := outer.Input.(*algebra.Extend)
	solution := inner.Input.(*algebra.Extend)
	if !solution.Var.Hidden() {
		t.Errorf("?%s is not hidden", solution.Var)
	}
	env := testEnv(nil)
	schema := []algebra.Var{"x", solution.Var}
	x, _ := env.Terms.Encode(graph.String("same"))
	cols := [][]encoded.Term{{x, x, x}, make([]encoded.Term, 3)}
	var got [3][]encoded.Term
	for i, op := range []*algebra.Extend{solution, inner, outer} {
		e, err := Compile(op.Expr, schema, env)
		if err != nil {
			t.Fatal(err)
		}
		got[i] = make([]encoded.Term, 3)
		if err := e.Eval(context.Background(), cols, 3, got[i]); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			cols[1] = got[0]
		}
	}
	for i := range 3 {
		if got[1][i] != got[2][i] || got[1][i] == encoded.Undefined {
			t.Errorf("row %d: %v and %v", i, got[1][i], got[2][i])
		}
		if i > 0 && got[1][i] == got[1][i-1] {
			t.Errorf("rows %d and %d have the same blank node", i-1, i)
		}
	}
}

// TestExpression_Cancellation cancels an expression at one of its rows: it ends soon after.
func TestExpression_Cancellation(t *testing.T) {
	env := testEnv(nil)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	const last = 1000
	calls := 0
	env.Functions["http://example/call"] = func(a []graph.Term) (graph.Term, error) {
		if calls++; calls == last {
			cancel()
		}
		return a[0], nil
	}
	e, err := parseExpr(`REGEX(:call(?x), "a")`)
	if err != nil {
		t.Fatal(err)
	}
	x, err := Compile(e, []algebra.Var{"x"}, env)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := env.Terms.Encode(graph.String(strings.Repeat("a", 100)))
	col := make([]encoded.Term, 1<<20)
	for i := range col {
		col[i] = text
	}
	if _, err := x.Filter(ctx, [][]encoded.Term{col}, len(col), nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("canceled: %v", err)
	}
	if calls > last+chunk {
		t.Errorf("%d rows were computed, of which the last %d nobody waited for", calls, calls-last)
	}
}

func TestCompile_Errors(t *testing.T) {
	for _, e := range []algebra.Expr{
		&algebra.Call{Name: "NONSENSE"}, &algebra.Call{Name: "STRLEN"}, &algebra.Aggregate{Name: "COUNT"},
		&algebra.Exists{Pattern: algebra.Unit()},
	} {
		if _, err := Compile(e, nil, testEnv(nil)); err == nil {
			t.Errorf("%s compiles", algebra.PrintExpr(e))
		}
	}
}

// TestExpression_Exists asks the callback only for the rows that are left, once for each chunk.
func TestExpression_Exists(t *testing.T) {
	env := testEnv(nil)
	asked := 0
	env.Exists = func(_ context.Context, _ *algebra.Exists, schema []algebra.Var, cols [][]encoded.Term, n int, out []bool) error {
		asked += n
		for i := range n {
			v, _ := cols[0][i].Integer()
			out[i] = v%2 == 0
		}
		return nil
	}
	less, err := parseExpr("?x < 1500")
	if err != nil {
		t.Fatal(err)
	}
	e := &algebra.Call{Name: "&&", Arguments: []algebra.Expr{less, &algebra.Exists{Pattern: algebra.Unit(), Negated: true}}}
	x, err := Compile(e, []algebra.Var{"x"}, env)
	if err != nil {
		t.Fatal(err)
	}
	col := make([]encoded.Term, 3000)
	for i := range col {
		col[i], _ = encoded.InlineInteger(int64(i))
	}
	keep, err := x.Filter(context.Background(), [][]encoded.Term{col}, len(col), nil)
	if err != nil || len(keep) != 750 || keep[0] != 1 || keep[749] != 1499 || asked != 1500 {
		t.Errorf("%d rows, %d asked, %v", len(keep), asked, err)
	}
}
