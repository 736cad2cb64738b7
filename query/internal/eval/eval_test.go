package eval

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/dataset"
	"github.com/ententedb/entente/query/internal/memory"
	"github.com/ententedb/entente/query/sparql"
)

const testPrefixes = "PREFIX : <http://example/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\nPREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"

// parseExpr parses a SPARQL expression.
func parseExpr(text string) (algebra.Expr, error) {
	q, err := sparql.Parse(testPrefixes+"SELECT ("+text+" AS ?result) {}", nil)
	if err != nil {
		return nil, err
	}
	var found algebra.Expr
	algebra.Walk(q.Root, func(op algebra.Op) bool {
		if x, ok := op.(*algebra.Extend); ok && x.Var == "result" {
			found = x.Expr
		}
		return true
	})
	if found == nil {
		return nil, fmt.Errorf("no expression in %q", text)
	}
	return found, nil
}

func testEnv(ds dataset.Dataset) *Env {
	return &Env{
		Terms: NewTerms(ds),
		Now:   time.Date(2026, 11, 24, 12, 30, 15, 250e6, time.UTC),
		Base:  "http://example/base/",
		Rand:  func() float64 { return 0.25 },
		Functions: map[string]Function{"http://example/reverse": func(a []graph.Term) (graph.Term, error) {
			r := []rune(a[0].Value())
			for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
				r[i], r[j] = r[j], r[i]
			}
			return graph.String(string(r)), nil
		}},
	}
}

// show prints a result with the prefixes of the tests.
func show(t graph.Term) string {
	s := t.String()
	switch {
	case t.IsZero():
		return "error"
	case t.IsBlank():
		return "blank"
	case t.Datatype() == graph.XSDBoolean, t.Datatype() == graph.XSDInteger:
		return t.Value()
	}
	for _, p := range [][2]string{{"http://example/", ":"}, {graph.XSD, "xsd:"}, {graph.RDF, "rdf:"}} {
		for {
			i := strings.Index(s, "<"+p[0])
			if i < 0 {
				break
			}
			j := strings.IndexByte(s[i:], '>') + i
			s = s[:i] + p[1] + s[i+1+len(p[0]):j] + s[j+1:]
		}
	}
	return s
}

// evalConstant computes an expression with its constants in place.
func evalConstant(e algebra.Expr, env *Env) (graph.Term, error) {
	x, err := Compile(e, nil, env)
	if err != nil {
		return graph.Term{}, err
	}
	var out [1]encoded.Term
	if err := x.Eval(context.Background(), nil, 1, out[:]); err != nil {
		return graph.Term{}, err
	}
	return env.Terms.Term(out[0])
}

// evalColumns computes an expression with its constants replaced by variables,
// over rows rows, every third of which has all of them unbound.
func evalColumns(e algebra.Expr, rows int, dictionary bool) ([]graph.Term, error) {
	var schema []algebra.Var
	var values []graph.Term
	var quads []graph.Quad
	e = algebra.RewriteExpr(algebra.CloneExpr(e), func(e algebra.Expr) algebra.Expr {
		c, ok := e.(*algebra.Const)
		if !ok {
			return e
		}
		v := algebra.Var(fmt.Sprint("v", len(schema)))
		schema, values = append(schema, v), append(values, c.Term)
		if !c.Term.IsBlank() {
			quads = append(quads, graph.Quad{Subject: graph.IRI("http://example/s"), Predicate: graph.IRI("http://example/p"), Object: c.Term})
		}
		return &algebra.VarExpr{Var: v}
	})
	if !dictionary {
		quads = nil
	}
	env := testEnv(memory.New(quads))
	cols := make([][]encoded.Term, len(schema))
	for i, t := range values {
		id, err := env.Terms.Encode(t)
		if err != nil {
			return nil, err
		}
		cols[i] = make([]encoded.Term, rows)
		for j := range cols[i] {
			if j%3 != 2 {
				cols[i][j] = id
			}
		}
	}
	x, err := Compile(e, schema, env)
	if err != nil {
		return nil, err
	}
	out := make([]encoded.Term, rows)
	for range 2 { // the second time from the memo
		if err := x.Eval(context.Background(), cols, rows, out); err != nil {
			return nil, err
		}
	}
	terms := make([]graph.Term, rows)
	if err := env.Terms.Decode(out, terms); err != nil {
		return nil, err
	}
	keep, err := x.Filter(context.Background(), cols, rows, nil)
	if err != nil {
		return nil, err
	}
	// Filter must agree with the effective boolean value of Eval's result.
	kept := map[int32]bool{}
	for _, i := range keep {
		kept[i] = true
	}
	for i, id := range out {
		if got, want := kept[int32(i)], x.f.ebv(id) == yes; got != want {
			return nil, fmt.Errorf("row %d: Filter says %v, the value is %v", i, got, terms[i])
		}
	}
	return terms, nil
}

func deterministic(e algebra.Expr) bool {
	ok := true
	algebra.WalkExpr(e, func(e algebra.Expr) bool {
		if c, is := e.(*algebra.Call); is && (c.Name == "BNODE" || c.Name == "UUID" || c.Name == "STRUUID") {
			ok = false
		}
		return ok
	})
	return ok
}

// TestExpressions runs the tables in testdata/functions: each line is an expression,
// with its value in the output. Every expression is computed as a constant, and as
// columns of variables, with the terms in the dictionary and without.
func TestExpressions(t *testing.T) {
	datadriven.Walk(t, "testdata/functions", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var b strings.Builder
			for _, line := range strings.Split(d.Input, "\n") {
				e, err := parseExpr(line)
				if err != nil {
					fmt.Fprintf(&b, "%s\n    syntax: %v\n", line, strings.SplitN(err.Error(), "\n", 2)[0])
					continue
				}
				want, err := evalConstant(e, testEnv(nil))
				if err != nil {
					fmt.Fprintf(&b, "%s\n    %v\n", line, err)
					continue
				}
				fmt.Fprintf(&b, "%s\n    %s\n", line, show(want))
				if !deterministic(e) {
					continue
				}
				for _, dictionary := range []bool{true, false} {
					got, err := evalColumns(e, 2500, dictionary)
					if err != nil {
						t.Fatalf("%s: as columns: %v", line, err)
					}
					for i, g := range got {
						if i%3 != 2 && !g.Equal(want) {
							t.Fatalf("%s: row %d as columns (dictionary %v): %v, as constants: %v", line, i, dictionary, g, want)
						}
					}
				}
				if folded, err := evalConstant(Fold(e), testEnv(nil)); err != nil || !folded.Equal(want) {
					t.Fatalf("%s: folded to %s: %v, %v, want %v", line, algebra.PrintExpr(Fold(e)), folded, err, want)
				}
			}
			return b.String()
		})
	})
}
