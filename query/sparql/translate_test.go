package sparql

import (
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/query/algebra"
)

func TestParse_Algebra(t *testing.T) {
	datadriven.RunTest(t, "testdata/algebra", func(t *testing.T, d *datadriven.TestData) string {
		return translation(t, d, func(q *algebra.Query) string { return algebra.PrintQuery(q) }, func(u *algebra.Update) string { return algebra.PrintUpdate(u) })
	})
}

func TestFormat_Text(t *testing.T) {
	datadriven.RunTest(t, "testdata/format", func(t *testing.T, d *datadriven.TestData) string {
		return translation(t, d, Format, FormatUpdate)
	})
}

func translation(t *testing.T, d *datadriven.TestData, query func(*algebra.Query) string, update func(*algebra.Update) string) string {
	if d.Cmd == "update" {
		u, err := ParseUpdate(d.Input, nil)
		if err != nil {
			t.Fatalf("%s: %v", d.Pos, err)
		}
		return update(u)
	}
	q, err := Parse(d.Input, nil)
	if err != nil {
		t.Fatalf("%s: %v", d.Pos, err)
	}
	return query(q)
}

// TestFormat_HiddenVariables writes trees that no query text has: hidden
// variables that several patterns share become variables.
func TestFormat_HiddenVariables(t *testing.T) {
	root, err := algebra.Parse(`(project (?s)
		(filter (> ?.n 3)
			(leftjoin
				(bgp (triple ?s <http://e/p> ?.x) (triple ?s <http://e/q> ?.y) (triple ?s <http://e/n> ?.n))
				(bgp (triple ?.x <http://e/r> ?v1)))))`)
	if err != nil {
		t.Fatal(err)
	}
	got := Format(&algebra.Query{Vars: []algebra.Var{"s"}, Root: root})
	const want = `SELECT ?s
WHERE {
  ?s <http://e/p> ?v2 ;
    <http://e/q> _:b2 ;
    <http://e/n> ?v3 .
  OPTIONAL {
    ?v2 <http://e/r> ?v1 .
  }
  FILTER (?v3 > 3)
}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, err := Parse(got, nil); err != nil {
		t.Error(err)
	}
}
