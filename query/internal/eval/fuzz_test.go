package eval

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/memory"
)

// fuzzTerms are the constants and column values of generated expressions.
var fuzzTerms = []graph.Term{
	graph.IRI("http://example/a"), graph.IRI("http://example/b"), graph.String(""), graph.String("abc"), graph.String("a(b"), graph.String("["),
	graph.String("i"), graph.String("$1"), graph.String("en"), graph.String("ltr"), graph.String("日本"), graph.String("P1D"), graph.String("12"),
	graph.LangString("abc", "en"), graph.DirLangString("abc", "en", graph.LTR), graph.Boolean(true), graph.Literal("1", graph.XSDBoolean),
	graph.Literal("0", graph.XSDInteger), graph.Literal("576460752303423487", graph.XSDInteger), graph.Literal("-99999999999999999999", graph.XSDInteger),
	graph.Literal("-7", graph.XSDByte), graph.Literal("2.50", graph.XSDDecimal), graph.Literal("1e300", graph.XSDDouble), graph.Literal("NaN", graph.XSDDouble),
	graph.Literal("-INF", graph.XSDFloat), graph.Literal("2004-02-29", graph.XSDDate), graph.Literal("2004-02-29T24:00:00Z", graph.XSDDateTime),
	graph.Literal("999999999-01-01T00:00:00", graph.XSDDateTime), graph.Literal("P1Y", graph.XSDYearMonthDuration), graph.Literal("-P9999999999999999D", graph.XSDDayTimeDuration),
	graph.Literal("P768614336404564650Y", graph.XSDDuration), graph.Literal("x", graph.XSDInteger), graph.Literal("x", "http://example/t"),
	graph.TripleTerm(graph.IRI("http://example/a"), graph.IRI("http://example/b"), graph.String("o")),
	graph.IRI(graph.XSDInteger), {},
}

// fuzzExpr makes an expression from bytes.
func fuzzExpr(data *[]byte, names []string, depth int) algebra.Expr {
	next := func() int {
		if len(*data) == 0 {
			return 0
		}
		b := (*data)[0]
		*data = (*data)[1:]
		return int(b)
	}
	switch k := next(); {
	case depth == 0 || k < 60:
		return &algebra.VarExpr{Var: algebra.Var(fmt.Sprint("v", k%4))}
	case k < 120:
		t := fuzzTerms[next()%(len(fuzzTerms)-1)]
		return &algebra.Const{Term: t}
	}
	name := names[next()%len(names)]
	n := 1
	if fn, ok := functions[name]; ok {
		if n = fn.min; fn.max < 0 {
			n += next() % 3
		} else if fn.max > fn.min {
			n += next() % (fn.max - fn.min + 1)
		}
	}
	call := &algebra.Call{Name: name}
	for range n {
		call.Arguments = append(call.Arguments, fuzzExpr(data, names, depth-1))
	}
	return call
}

// FuzzExpression computes generated expressions over columns, row by row, and folded: no panic, and
// three times the same answer.
func FuzzExpression(f *testing.F) {
	var names []string
	for name := range functions {
		names = append(names, name)
	}
	for _, cast := range []string{"string", "boolean", "integer", "byte", "decimal", "double", "float", "dateTime", "date", "time", "gYear", "duration", "dayTimeDuration"} {
		names = append(names, graph.XSD+cast)
	}
	slices.Sort(names)
	for i := range names {
		f.Add([]byte{200, byte(i), 200, byte(i * 7), 100, byte(i), 0, 1, 100, 3, 2, 3, 1, 0})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e := fuzzExpr(&data, names, 4)
		schema := []algebra.Var{"v0", "v1", "v2", "v3"}
		var quads []graph.Quad
		for i, term := range fuzzTerms {
			if i%2 == 0 && !term.IsZero() {
				quads = append(quads, graph.Quad{Subject: graph.IRI("http://example/s"), Predicate: graph.IRI("http://example/p"), Object: term})
			}
		}
		env := testEnv(memory.New(quads))
		const n = 40
		cols := make([][]encoded.Term, 4)
		for j := range cols {
			cols[j] = make([]encoded.Term, n)
			for i := range cols[j] {
				pick := (i*(j+1) + i/7 + j*5) % len(fuzzTerms)
				if len(data) > 0 {
					pick = (pick + int(data[(i*4+j)%len(data)])) % len(fuzzTerms)
				}
				id, err := env.Terms.Encode(fuzzTerms[pick])
				if err != nil {
					t.Fatal(err)
				}
				cols[j][i] = id
			}
		}
		ctx := context.Background()
		run := func(e algebra.Expr, step int) []encoded.Term {
			x, err := Compile(e, schema, env)
			if err != nil {
				t.Skip(err)
			}
			out := make([]encoded.Term, n)
			for i := 0; i < n; i += step {
				part := make([][]encoded.Term, len(cols))
				for j := range cols {
					part[j] = cols[j][i : i+step]
				}
				if err := x.Eval(ctx, part, step, out[i:i+step]); err != nil {
					t.Fatal(err)
				}
			}
			return out
		}
		all := run(e, n)
		if !stable(e) {
			return
		}
		for i, id := range run(e, 1) {
			if id != all[i] {
				t.Fatalf("%s: row %d alone %v, in a column %v", algebra.PrintExpr(e), i, id, all[i])
			}
		}
		for i, id := range run(Fold(e), n) {
			if id != all[i] {
				// Folding IRIs of constants etc. must not change anything.
				t.Fatalf("%s: row %d folded to %s: %v, was %v", algebra.PrintExpr(e), i, algebra.PrintExpr(Fold(e)), id, all[i])
			}
		}
	})
}

// stable reports whether e has no function that makes new terms each time.
func stable(e algebra.Expr) bool {
	ok := true
	algebra.WalkExpr(e, func(e algebra.Expr) bool {
		if c, is := e.(*algebra.Call); is && (c.Name == Solution || functions[c.Name].flags&volatile != 0) {
			ok = false
		}
		return ok
	})
	return ok
}

// FuzzPattern translates patterns of REGEX and REPLACE.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{"^a.*b$", `\d+\p{IsGreek}[^\S\w-]`, `(a|b)*?\i\c`, "[a-z-[x]]", `\p{Lu}{2,3}`, "("} {
		f.Add(s, "ismxq", "text")
	}
	f.Fuzz(func(t *testing.T, expr, flags, text string) {
		if p, err := compilePattern(expr, flags); err == nil {
			if got, want := p.match(text), p.re.MatchString(text); got != want {
				t.Errorf("%q %q on %q: short cut %v, engine %v", expr, flags, text, got, want)
			}
		}
	})
}
