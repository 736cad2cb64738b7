package sparql

import (
	"slices"
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

// TestFormat_OtherTrees writes trees of planning and of questions: the text must
// at least be a query with the same variables in scope.
func TestFormat_OtherTrees(t *testing.T) {
	for _, text := range []string{
		`(physicaljoin left merge (?a) (if (> ?b 1)) (scan PSO (triple ?a <http://e/p> ?b)) (scan TPOS (triple ?a <http://e/p> ?c) (as ?.t)))`,
		`(physicaljoin anti hash (?a) (scan PSO (triple ?a <http://e/p> ?b)) (scan PSO (triple ?a <http://e/q> ?c)))`,
		`(topn 0 10 ((asc ?a)) (multijoin (?a ?b ?c) (scan SPO (triple ?a ?b ?c)) (scan OPS (triple ?c ?b ?a))))`,
		`(count ?n (distinct ?o) (key ?a) (scan POS (triple ?a <http://e/p> ?o)))`,
		`(project (?a ?n) (extend (?n (+ ?.n 1)) (join (group ((?a ?a)) ((?.n (aggregate COUNT))) (bgp (triple ?a ?b ?c))) (bgp (triple ?a ?d ?e)))))`,
		`(project (?n) (extend (?m (+ ?n 1)) (extend (?n 2) (unit))))`,
		`(union (bgp (triple ?a ?b ?c)))`,
		`(union)`,
		`(path ?a (repeat 1 3 <http://e/p>) ?b)`,
		`(filter ?x (filter ?y (leftjoin ?z (unit) (filter ?w (bgp (triple ?x ?y ?z))))))`,
		`(slice 1 -1 (slice 0 3 (distinct (order ((desc ?x)) (bgp (triple ?x ?y ?z))))))`,
	} {
		root, err := algebra.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var vars []algebra.Var
		for _, v := range algebra.Vars(root) {
			if !v.Hidden() {
				vars = append(vars, v)
			}
		}
		formatted := Format(&algebra.Query{Vars: vars, Root: root})
		q, err := Parse(formatted, nil)
		if err != nil {
			t.Errorf("%s\nis formatted as\n%s\n%v", text, formatted, err)
		} else if !slices.Equal(q.Vars, vars) {
			t.Errorf("%s\nis formatted as\n%s\nvariables %v, not %v", text, formatted, q.Vars, vars)
		}
		t.Logf("%s\n%s", text, formatted)
	}
}
