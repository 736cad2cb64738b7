package eval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/memory"
)

// orderTerms are terms of all kinds, in the order of ORDER BY; equal values are in one row.
func orderTerms(t *testing.T) [][]graph.Term {
	lines := `_:b
<a:a> / <a:b> / <b:a>
"" / "A" / "a" / "b" / "é"
"a"@de / "a"@en / "a"@en--ltr / "b"@de
false = "0"^^xsd:boolean / true = "1"^^xsd:boolean
"-INF"^^xsd:double / -1e300 / -1.5 = "-1.5"^^xsd:float = "-1.50"^^xsd:decimal / -1 / 0 = 0.0 = 0e0 = "-0"^^xsd:integer / 0.1 = 0.1e0 / 1 = 1.0 = "01"^^xsd:integer = "1"^^xsd:byte / 9007199254740992 = 9007199254740992e0 / 9007199254740993 / 123456789012345678901234567890 / 1e300 / "INF"^^xsd:double / "NaN"^^xsd:double
"2004-01-01T00:00:00Z"^^xsd:dateTime / "2004-01-01T00:00:00.0000001Z"^^xsd:dateTime / "2004-01-01T00:00:01Z"^^xsd:dateTime
"2004-01-01"^^xsd:date / "2004-01-02"^^xsd:date
"2003"^^xsd:gYear / "2004"^^xsd:gYear
"PT1H"^^xsd:duration / "P1D"^^xsd:duration / "P1M"^^xsd:duration
"a"^^<t:a> / "b"^^<t:a> / "a"^^<t:b>`
	var out [][]graph.Term
	for _, line := range strings.Split(lines, "\n") {
		for _, same := range strings.Split(line, " / ") {
			var row []graph.Term
			for _, text := range strings.Split(same, " = ") {
				if text == "_:b" {
					row = append(row, graph.Blank("b"))
					continue
				}
				e, err := parseExpr(text)
				if err != nil {
					t.Fatal(err)
				}
				v, err := evalConstant(e, testEnv(nil))
				if err != nil || v.IsZero() {
					t.Fatalf("%s: %v", text, err)
				}
				row = append(row, v)
			}
			out = append(out, row)
		}
	}
	s, p := graph.IRI("a:s"), graph.IRI("a:p")
	for _, o := range []graph.Term{graph.IRI("a:z"), graph.String("x"), graph.Literal("2", graph.XSDInteger), graph.Literal("10", graph.XSDInteger), graph.TripleTerm(s, p, s)} {
		out = append(out, []graph.Term{graph.TripleTerm(s, p, o)})
	}
	return out
}

// TestComparer_TotalOrder compares every pair of terms, with each term of the pair
// in the first zone of the dictionary, in the second, or in the query's table.
func TestComparer_TotalOrder(t *testing.T) {
	rows := orderTerms(t)
	r := rand.New(rand.NewPCG(1, 1))
	for round := range 6 {
		// Each round puts other terms into the dictionary.
		var quads []graph.Quad
		for _, row := range rows {
			for _, term := range row {
				if round == 0 || round > 1 && r.IntN(2) == 0 {
					quads = append(quads, graph.Quad{Subject: graph.IRI("a:s"), Predicate: graph.IRI("a:p"), Object: term})
				}
			}
		}
		ds := memory.New(quads)
		terms := NewTerms(ds)
		c := NewComparer(terms)
		ids := []encoded.Term{encoded.Undefined}
		place := []int{-1}
		for i, row := range rows {
			for _, term := range row {
				if r.IntN(3) == 0 && round > 1 {
					if _, err := ds.Intern(term); err != nil && !term.IsBlank() {
						t.Fatal(err)
					}
				}
				id, err := terms.Encode(term)
				if err != nil {
					t.Fatal(err)
				}
				ids, place = append(ids, id), append(place, i)
			}
		}
		keys := make([]uint64, len(ids))
		if err := c.SortKeys(ids, keys); err != nil {
			t.Fatal(err)
		}
		for i, a := range ids {
			for j, b := range ids {
				got, err := c.Compare(a, b)
				if err != nil {
					t.Fatal(err)
				}
				want := place[i] - place[j]
				ta, _ := terms.Term(a)
				tb, _ := terms.Term(b)
				if (got < 0) != (want < 0) || (got > 0) != (want > 0) {
					t.Errorf("round %d: Compare(%v, %v) = %d, want %d", round, ta, tb, got, want)
				}
				if keys[i] < keys[j] && want >= 0 || keys[i] > keys[j] && want <= 0 {
					t.Errorf("round %d: keys of %v and %v: %x, %x", round, ta, tb, keys[i], keys[j])
				}
			}
		}
	}
}

// TestAggregates runs testdata/aggregates: the arguments are the aggregate, the input its
// values, "error" for an error. Every list is added value by value, as a column, and as a column with counts.
func TestAggregates(t *testing.T) {
	datadriven.RunTest(t, "testdata/aggregates", func(t *testing.T, d *datadriven.TestData) string {
		agg := &algebra.Aggregate{Name: d.Cmd, Separator: " ", Distinct: d.HasArg("distinct"), Arg: &algebra.VarExpr{Var: "x"}}
		if d.HasArg("all") {
			agg.Arg = nil
		}
		if d.HasArg("separator") {
			d.ScanArgs(t, "separator", &agg.Separator)
		}
		var out strings.Builder
		for _, line := range strings.Split(d.Input, "\n") {
			env := testEnv(nil)
			var ids []encoded.Term
			for _, text := range strings.Fields(line) {
				if text == "error" {
					ids = append(ids, encoded.Undefined)
					continue
				}
				if text == "-" {
					continue
				}
				e, err := parseExpr(text)
				if err != nil {
					t.Fatal(err)
				}
				v, err := evalConstant(e, env)
				if err != nil {
					t.Fatal(err)
				}
				id, err := env.Terms.Encode(v)
				if err != nil {
					t.Fatal(err)
				}
				ids = append(ids, id)
			}
			var results [3]string
			for way := range results {
				c, err := NewAccumulator(agg, env)
				if err != nil {
					return err.Error()
				}
				switch way {
				case 0:
					for _, id := range ids {
						err = c.Add(id, 1)
					}
				case 1:
					err = c.AddAll(ids, nil)
				case 2:
					var vs []encoded.Term
					var counts []uint32
					for _, id := range ids {
						if n := len(vs); n > 0 && vs[n-1] == id {
							counts[n-1]++
							continue
						}
						vs, counts = append(vs, id, id), append(counts, 1, 0)
					}
					err = c.AddAll(vs, counts)
				}
				if err != nil {
					t.Fatal(err)
				}
				id, err := c.Result(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				term, err := env.Terms.Term(id)
				if err != nil {
					t.Fatal(err)
				}
				results[way] = show(term)
				if c.Size() <= 0 {
					t.Fatal("no size")
				}
			}
			if results[0] != results[1] || results[0] != results[2] {
				t.Fatalf("%s: ways differ: %v", line, results)
			}
			fmt.Fprintf(&out, "%s  =>  %s\n", line, results[0])
		}
		return out.String()
	})
}
