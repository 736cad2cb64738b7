package query_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/internal/memory"
)

var ctx = context.Background()

var prefixes = query.WithPrefixes(query.Prefix{Name: "", IRI: "http://x/"})

const smallGraph = `@prefix : <http://x/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :p :b ; :q 1 ; :name "A" .
:b :p :c ; :q 2 ; :name "B"@en ; :born "1990-05-01"^^xsd:date .
:c :p :a ; :q 3 ; :knows [ :name "somebody" ; :knows [ :name "another" ] ] .
:d :q 2 .
:r rdf:reifies <<( :a :p :b )>> ; :since 1990 .
:g { :a :p :d . :e :p :f }
`

func parse(t testing.TB, text string) []graph.Quad {
	t.Helper()
	quads, err := rdfio.ReadAll(strings.NewReader(text), rdfio.TriG, nil)
	if err != nil {
		t.Fatal(err)
	}
	return quads
}

// onAllWays runs a test on every kind of dataset.
func onAllWays(t *testing.T, text string, fn func(t *testing.T, ds query.Dataset)) {
	for _, w := range allWays {
		t.Run(string(w), func(t *testing.T) {
			if err := w.open(parse(t, text), func(ds query.Dataset, _ []graph.Quad) error { fn(t, ds); return nil }); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// rows returns the rows of a SELECT as sorted lines of terms with http://x/ left out.
func rows(t testing.TB, res *query.Results, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for row, err := range res.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, term := range row.Terms() {
			cells = append(cells, short(term))
		}
		out = append(out, strings.Join(cells, " "))
	}
	slices.Sort(out)
	return out
}

func short(t graph.Term) string {
	switch {
	case t.IsZero():
		return "-"
	case t.IsIRI():
		return ":" + strings.TrimPrefix(t.Value(), "http://x/")
	case t.IsBlank():
		return "_"
	}
	return t.Value()
}

func expect(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestRun_Select(t *testing.T) {
	onAllWays(t, smallGraph, func(t *testing.T, ds query.Dataset) {
		for _, opts := range [][]query.Option{{prefixes}, {prefixes, query.WithoutOptimizer()}} {
			res, err := query.Run(ctx, ds, `SELECT ?s ?n ?x { ?s :q ?n OPTIONAL { ?s :name ?x } }`, opts...)
			expect(t, rows(t, res, err), ":a 1 A", ":b 2 B", ":c 3 -", ":d 2 -")
			if !slices.Equal(res.Vars(), []string{"s", "n", "x"}) || res.Form() != query.FormSelect {
				t.Error(res.Vars(), res.Form())
			}
			for _, err := range res.Rows() {
				if !errors.Is(err, query.ErrClosed) {
					t.Errorf("a second reading gave %v", err)
				}
			}
		}
	})
}

func TestRun_Ask(t *testing.T) {
	onAllWays(t, smallGraph, func(t *testing.T, ds query.Dataset) {
		for text, want := range map[string]bool{`ASK { :a :p :b }`: true, `ASK { :b :p :a }`: false, `ASK { ?x :q 3 . ?x :p ?y }`: true, `ASK {}`: true} {
			res, err := query.Run(ctx, ds, text, prefixes)
			if err != nil {
				t.Fatal(err)
			}
			if res.Boolean() != want {
				t.Errorf("%s: %v", text, res.Boolean())
			}
		}
	})
}

func triples(t testing.TB, res *query.Results, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for tr, err := range res.Triples() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, short(tr.Subject)+" "+short(tr.Predicate)+" "+short(tr.Object))
	}
	slices.Sort(out)
	return out
}

func TestRun_Construct(t *testing.T) {
	onAllWays(t, smallGraph, func(t *testing.T, ds query.Dataset) {
		res, err := query.Run(ctx, ds, `CONSTRUCT { ?o :of ?s . ?n :bad ?s . ?s :label ?x . _:b :at ?s } { ?s :p ?o ; :q ?n OPTIONAL { ?s :name ?x } }`, prefixes)
		expect(t, triples(t, res, err), ":a :label A", ":a :of :c", ":b :label B", ":b :of :a", ":c :of :b", "_ :at :a", "_ :at :b", "_ :at :c")
		// Each triple once.
		res, err = query.Run(ctx, ds, `CONSTRUCT { :x :y :z } { ?s ?p ?o }`, prefixes)
		expect(t, triples(t, res, err), ":x :y :z")
	})
}

func TestRun_Describe(t *testing.T) {
	onAllWays(t, smallGraph, func(t *testing.T, ds query.Dataset) {
		res, err := query.Run(ctx, ds, `DESCRIBE :a`, prefixes)
		got := triples(t, res, err)
		if len(got) != 5 || !slices.Contains(got, ":r :since 1990") {
			t.Errorf("the description of :a lacks its reifier: %v", got)
		}
		res, err = query.Run(ctx, ds, `DESCRIBE ?x { ?x :q 3 }`, prefixes)
		expect(t, triples(t, res, err), ":c :knows _", ":c :p :a", ":c :q 3", "_ :knows _", "_ :name another", "_ :name somebody")
	})
}

func TestWithBinding(t *testing.T) {
	onAllWays(t, smallGraph, func(t *testing.T, ds query.Dataset) {
		p, err := query.Prepare(`SELECT ?s ?o { ?s :p ?o FILTER(BOUND(?s)) OPTIONAL { SELECT ?o { ?s :q ?o } } }`, prefixes)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"a", "b"} {
			res, err := p.Run(ctx, ds, query.WithBinding("s", graph.IRI("http://x/"+s)))
			expect(t, rows(t, res, err), fmt.Sprintf(":%s :%c", s, s[0]+1))
		}
		_, err = query.Run(ctx, ds, `SELECT * { ?s :p ?o BIND(1 AS ?n) }`, prefixes, query.WithBinding("n", graph.String("x")))
		if err == nil {
			t.Error("a parameter that the query binds itself was accepted")
		}
		res, err := query.Run(ctx, ds, `CONSTRUCT { ?x :is ?y } { ?x :p ?o }`, prefixes, query.WithBinding("y", graph.String("y")), query.WithBinding("x", graph.IRI("http://x/a")))
		expect(t, triples(t, res, err), ":a :is y")
	})
}

func TestDatasetOptions(t *testing.T) {
	onAllWays(t, smallGraph, func(t *testing.T, ds query.Dataset) {
		g := []graph.Term{graph.IRI("http://x/g")}
		res, err := query.Run(ctx, ds, `SELECT * { ?s :p ?o }`, prefixes, query.WithDataset(g, nil))
		expect(t, rows(t, res, err), ":a :d", ":e :f")
		res, err = query.Run(ctx, ds, `SELECT * FROM :other { GRAPH ?g { ?s :p ?o } }`, prefixes, query.WithDataset(nil, g))
		expect(t, rows(t, res, err), ":g :a :d", ":g :e :f")
		res, err = query.Run(ctx, ds, `SELECT ?s { ?s :p ?o }`, prefixes, query.WithUnionDefaultGraph())
		expect(t, rows(t, res, err), ":a", ":a", ":b", ":c", ":e")
	})
}

func TestHints(t *testing.T) {
	ds := memory.New(parse(t, `@prefix : <http://x/> . :g { :a :p :b }`))
	res, err := query.Run(ctx, ds, `SELECT * { ?s ?p ?o }`)
	expect(t, rows(t, res, err))
	if len(res.Hints()) != 1 || !strings.Contains(res.Hints()[0], "named graphs hold 1 quads") {
		t.Errorf("hints: %q", res.Hints())
	}
	res, err = query.Run(ctx, ds, `SELECT * { GRAPH ?g { ?s :x ?o } }`, prefixes)
	expect(t, rows(t, res, err))
	if len(res.Hints()) != 0 {
		t.Errorf("hints: %q", res.Hints())
	}
}

func TestHints_UnknownPredicate(t *testing.T) {
	ds := memory.New(parse(t, `@prefix : <http://x/> . :a :p :b .`))
	res, err := query.Run(ctx, ds, `SELECT * { ?s :p :b ; :q ?o }`, prefixes)
	expect(t, rows(t, res, err))
	if len(res.Hints()) != 1 || !strings.HasPrefix(res.Hints()[0], "no statement has the predicate <") || !strings.HasSuffix(res.Hints()[0], "q>") {
		t.Errorf("hints: %q", res.Hints())
	}
	res, err = query.Run(ctx, ds, `SELECT * { ?s :p :a }`, prefixes)
	expect(t, rows(t, res, err))
	if len(res.Hints()) != 0 {
		t.Errorf("hints of a known predicate: %q", res.Hints())
	}
}

func TestSyntaxErrorWithPrefixes(t *testing.T) {
	_, err := query.Run(ctx, memory.New(nil), "SELECT * {\n  ?s :p }", prefixes)
	if err == nil || !strings.Contains(err.Error(), "line 2, column 9") {
		t.Errorf("the place is wrong: %v", err)
	}
}

func TestScan(t *testing.T) {
	type thing struct {
		S       string
		Number  int `sparql:"n"`
		Label   *string
		Born    time.Time
		Same    bool
		Term    graph.Term `sparql:"s2"`
		Ignored int        `sparql:"-"`
	}
	ds := memory.New(parse(t, smallGraph))
	res, err := query.Run(ctx, ds, `SELECT ?s ?n ?label ?born (?n = 2 AS ?same) (?s AS ?s2) { ?s :q ?n OPTIONAL { ?s :name ?label } OPTIONAL { ?s :born ?born } } ORDER BY ?s`, prefixes)
	if err != nil {
		t.Fatal(err)
	}
	var got []thing
	for x, err := range query.Scan[thing](res) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, x)
	}
	if len(got) != 4 || got[0].S != "http://x/a" || got[1].Number != 2 || *got[1].Label != "B" || got[2].Label != nil || !got[1].Same || got[0].Same ||
		got[1].Born.Format(time.DateOnly) != "1990-05-01" || !got[3].Term.Equal(graph.IRI("http://x/d")) {
		t.Errorf("%+v", got)
	}
	res, err = query.Run(ctx, ds, `SELECT ?s { ?s :q ?n }`, prefixes)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range query.Scan[struct{ Other string }](res) {
		if err == nil || !strings.Contains(err.Error(), "?s") {
			t.Errorf("a struct without the field: %v", err)
		}
	}
	res, err = query.Run(ctx, ds, `SELECT ?s { ?s :q ?n }`, prefixes)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range query.Scan[struct{ S int }](res) {
		if err == nil {
			t.Error("an IRI was put into an int")
		}
	}
}

func TestExplain(t *testing.T) {
	ds := memory.New(parse(t, smallGraph))
	e, err := query.Explain(ctx, ds, `SELECT ?s { ?s :p ?o . ?o :q ?n FILTER(?n > 1) } ORDER BY ?n LIMIT 2`, query.ExplainOptions{Analyze: true}, prefixes)
	if err != nil {
		t.Fatal(err)
	}
	text := e.String()
	for _, line := range strings.Split(text, "\n") {
		if n := len([]rune(line)); n > 100 {
			t.Errorf("a line of %d columns:\n%s", n, line)
		}
	}
	for _, want := range []string{"join", "scan", "PSO", "top", "2 solutions"} {
		if !strings.Contains(text, want) {
			t.Errorf("the plan does not say %q:\n%s", want, text)
		}
	}
	if _, err := json.Marshal(e); err != nil {
		t.Error(err)
	}
	if e.Rows != 2 || e.Plan.Rows != 2 {
		t.Errorf("rows %d, %d", e.Rows, e.Plan.Rows)
	}
}

func TestPrepare_PrefixesDoNotMoveThePlacesOfErrors(t *testing.T) {
	_, err := query.Prepare("SELECT * { ?s ?p ?o ", query.WithPrefixes(query.Prefix{Name: "ex", IRI: "http://example.org/"}))
	var syntax *query.SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 1 || !strings.Contains(syntax.Hint, "line 1, column 10") {
		t.Errorf("got %v", err)
	}
}
