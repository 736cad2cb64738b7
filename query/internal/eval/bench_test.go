package eval

import (
	"context"
	"fmt"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/memory"
)

const benchRows = 1 << 16

// BenchmarkFilter filters 65,536 rows; see the ns/row metric.
func BenchmarkFilter(b *testing.B) {
	var quads []graph.Quad
	for i := range 4096 {
		quads = append(quads, graph.Quad{
			Subject: graph.IRI(fmt.Sprintf("http://example/s%04d", i)), Predicate: graph.IRI("http://example/p"),
			Object: graph.String(fmt.Sprintf("%04d a label of some twenty or thirty letters", i*7%4096)),
		})
	}
	env := testEnv(memory.New(quads))
	strings := make([]encoded.Term, benchRows)
	integers := make([]encoded.Term, benchRows)
	doubles := make([]encoded.Term, benchRows)
	for i := range strings {
		var err error
		if strings[i], err = env.Terms.Encode(quads[i*13%4096].Object); err != nil {
			b.Fatal(err)
		}
		integers[i], _ = encoded.InlineInteger(int64(i * 31 % 1000))
		doubles[i], _ = encoded.InlineDouble(float64(i*31%1000) / 8)
	}
	schema := []algebra.Var{"s", "i", "d"}
	cols := [][]encoded.Term{strings, integers, doubles}
	for _, text := range []string{
		"?i > 500", "?i + 1 > 500", "?i * 2 + 1 = 7", "?d > 5e1", "?d * 1.1e0 > 50", "?i / 3 > 100.5",
		"?s = \"0007 a label of some twenty or thirty letters\"", "?s > \"2000\"", "?s < \"2001 a label of some twenty or thirty letters\"",
		"CONTAINS(?s, \"twenty\")", "REGEX(?s, \"^00.*letters$\")", "REGEX(?s, \"LABEL\", \"i\")", "STRLEN(?s) > 10 && ?i > 500",
		"CONCAT(?s, STR(?i)) = \"x\"", "?i IN (1, 2, 3, 4, 5)", "DATATYPE(?i) = xsd:integer", "isLiteral(?s)",
	} {
		b.Run(text, func(b *testing.B) {
			e, err := parseExpr(text)
			if err != nil {
				b.Fatal(err)
			}
			var keep []int32
			for b.Loop() {
				x, err := Compile(e, schema, env)
				if err != nil {
					b.Fatal(err)
				}
				if keep, err = x.Filter(context.Background(), cols, benchRows, keep[:0]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
		})
	}
}

func BenchmarkSum_Integers(b *testing.B) {
	env := testEnv(nil)
	vs := make([]encoded.Term, 4096)
	for i := range vs {
		vs[i], _ = encoded.InlineInteger(int64(i))
	}
	c, _ := NewAccumulator(&algebra.Aggregate{Name: "SUM", Arg: &algebra.VarExpr{Var: "x"}}, env)
	for b.Loop() {
		if err := c.AddAll(vs, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/row")
}
