package query_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/internal/memory"
	"github.com/ententedb/entente/query/results"
	"github.com/ententedb/entente/storage"
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

// big is a graph on which a product of three patterns has a thousand million rows.
func big() []graph.Quad {
	var quads []graph.Quad
	for i := range 1000 {
		quads = append(quads, graph.Quad{Subject: graph.IRI(fmt.Sprint("http://x/s", i)), Predicate: graph.IRI("http://x/p"), Object: graph.Literal(fmt.Sprint(i), graph.XSDInteger)})
	}
	return quads
}

func TestLimits(t *testing.T) {
	ds := memory.New(big())
	drain := func(text string, opts ...query.Option) (n int, err error) {
		res, err := query.Run(ctx, ds, text, append(opts, prefixes)...)
		if err != nil {
			return 0, err
		}
		for _, err := range res.Rows() {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	const product = `SELECT * { ?a :p ?x . ?b :p ?y . ?c :p ?z FILTER(?x + ?y = ?z * ?z * 3) }`
	start := time.Now()
	_, err := drain(product, query.WithTimeout(50*time.Millisecond))
	if !errors.Is(err, query.ErrTimeout) {
		t.Errorf("time limit: %v", err)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("the query took %v to notice its time limit of 50 ms", d)
	}
	n, err := drain(`SELECT * { ?a :p ?x }`, query.WithMaxRows(10))
	if !errors.Is(err, query.ErrRowLimit) || n != 10 {
		t.Errorf("row limit: %d rows, %v", n, err)
	}
	n, err = drain(`SELECT * { ?a :p ?x }`, query.WithMaxRows(1000))
	if err != nil || n != 1000 {
		t.Errorf("row limit of as many: %d rows, %v", n, err)
	}
	_, err = drain(`SELECT (GROUP_CONCAT(?x) AS ?all) { ?a :p ?x . ?b :p ?y . ?c :p ?z }`, query.WithMemory(1<<20))
	if !errors.Is(err, query.ErrMemory) {
		t.Errorf("memory limit of one group: %v", err)
	}
	n, err = drain(`SELECT DISTINCT ?x ?y { ?a :p ?x . ?b :p ?y }`, query.WithMemory(1<<20), query.WithSpillDir(t.TempDir()))
	if err != nil || n != 1_000_000 {
		t.Errorf("DISTINCT that spills: %d rows, %v", n, err)
	}
	_, err = drain(`SELECT (COUNT(?k) AS ?n) { ?a :p ?x . ?b :p ?y BIND(CONCAT(STR(?a), STR(?b)) AS ?k) FILTER(?k != "") }`, query.WithMemory(1<<20))
	if !errors.Is(err, query.ErrMemory) {
		t.Errorf("memory: %v", err)
	}
	canceled, cancel := context.WithCancel(ctx)
	time.AfterFunc(30*time.Millisecond, cancel)
	res, err := query.Run(canceled, ds, product, prefixes)
	if err == nil {
		for _, err = range res.Rows() {
			if err != nil {
				break
			}
		}
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancellation: %v", err)
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

func TestService(t *testing.T) {
	remote := memory.New(parse(t, `@prefix : <http://x/> . :a :far 10 . :b :far 20 . :c :far 30 . :z :far _:b .`))
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		res, err := query.Run(r.Context(), remote, r.FormValue("query"))
		if err != nil {
			t.Errorf("%v in\n%s", err, r.FormValue("query"))
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", results.TSV.MediaType())
		fmt.Fprintln(w, "?"+strings.Join(res.Vars(), "\t?"))
		for row, err := range res.Rows() {
			if err != nil {
				t.Error(err)
			}
			var cells []string
			for _, x := range row.Terms() {
				if x.IsZero() {
					cells = append(cells, "")
					continue
				}
				cells = append(cells, x.String())
			}
			fmt.Fprintln(w, strings.Join(cells, "\t"))
		}
	}))
	defer server.Close()
	ds := memory.New(parse(t, smallGraph))
	text := `SELECT ?s ?n ?f { ?s :q ?n SERVICE <` + server.URL + `> { ?s :far ?f } }`
	if _, err := allRows(query.Run(ctx, ds, text, prefixes)); !errors.Is(err, query.ErrServiceDenied) {
		t.Errorf("SERVICE without leave: %v", err)
	}
	none := query.WithService(query.HTTPService(nil, func(string) bool { return false }))
	if _, err := allRows(query.Run(ctx, ds, text, prefixes, none)); !errors.Is(err, query.ErrServiceDenied) {
		t.Errorf("SERVICE not on the list: %v", err)
	}
	all := query.WithService(query.HTTPService(server.Client(), nil))
	for _, opts := range [][]query.Option{{prefixes, all}, {prefixes, all, query.WithoutOptimizer()}} {
		res, err := query.Run(ctx, ds, text, opts...)
		expect(t, rows(t, res, err), ":a 1 10", ":b 2 20", ":c 3 30")
	}
	if asked == 0 || asked > 4 {
		t.Errorf("the endpoint was asked %d times", asked)
	}
	silent := strings.ReplaceAll(strings.ReplaceAll(text, "SERVICE", "SERVICE SILENT"), server.URL, server.URL+"/%zz")
	res, err := query.Run(ctx, ds, strings.ReplaceAll(silent, "/%zz", ":1/nothing"), prefixes, all)
	expect(t, rows(t, res, err), ":a 1 -", ":b 2 -", ":c 3 -", ":d 2 -")
}

func allRows(res *query.Results, err error) (n int, _ error) {
	if err != nil {
		return 0, err
	}
	for _, err := range res.Rows() {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// TestUpdate runs each request on plain memory and in a store, and looks at
// what is there afterwards.
func TestUpdate(t *testing.T) {
	const start = `@prefix : <http://x/> . :a :p :b ; :q 1 . :b :p :c . :g { :a :p :d } :h { :e :p :f }`
	load := query.WithLoad(func(_ context.Context, iri string) (io.ReadCloser, string, error) {
		if iri != "http://x/doc" {
			return nil, "", errors.New("no such document")
		}
		return io.NopCloser(strings.NewReader("<a> <p> _:b . _:b <http://x/q> 5 .")), "text/turtle", nil
	})
	for _, c := range []struct {
		name, update string
		want         []string
		fails        error
	}{
		{"insert data", `INSERT DATA { :x :y :z . _:b :y _:b . GRAPH :g { :x :y "new" } }`,
			[]string{":a :p :b", ":a :p :d :g", ":a :q 1", ":b :p :c", ":e :p :f :h", ":x :y :z", ":x :y new :g", "_ :y _"}, nil},
		{"delete data", `DELETE DATA { :a :p :b . :no :such :thing . GRAPH :g { :a :p :d } }`, []string{":a :q 1", ":b :p :c", ":e :p :f :h"}, nil},
		{"delete where", `DELETE WHERE { :a ?p ?o }`, []string{":a :p :d :g", ":b :p :c", ":e :p :f :h"}, nil},
		{"modify", `DELETE { ?s :p ?o } INSERT { ?o :p ?s . _:new :of ?s } WHERE { ?s :p ?o }`,
			[]string{":a :p :d :g", ":a :q 1", ":b :p :a", ":c :p :b", ":e :p :f :h", "_ :of :a", "_ :of :b"}, nil},
		{"pattern before change", `INSERT { ?o :p ?s } WHERE { ?s :p ?o }`,
			[]string{":a :p :b", ":a :p :d :g", ":a :q 1", ":b :p :a", ":b :p :c", ":c :p :b", ":e :p :f :h"}, nil},
		{"with", `WITH :g DELETE { ?s :p ?o } INSERT { ?s :r ?o } WHERE { ?s :p ?o }`, []string{":a :p :b", ":a :q 1", ":a :r :d :g", ":b :p :c", ":e :p :f :h"}, nil},
		{"with a new graph", `WITH :new INSERT { :x :y ?n } WHERE { OPTIONAL { ?s :p ?o } GRAPH :g { ?n :p :d } }`,
			[]string{":a :p :b", ":a :p :d :g", ":a :q 1", ":b :p :c", ":e :p :f :h", ":x :y :a :new"}, nil},
		{"using", `INSERT { ?s :r ?o } USING :g WHERE { ?s :p ?o }`, []string{":a :p :b", ":a :p :d :g", ":a :q 1", ":a :r :d", ":b :p :c", ":e :p :f :h"}, nil},
		{"computed", `INSERT { ?s :r ?v } WHERE { ?s :q ?n BIND(CONCAT("n", STR(?n)) AS ?v) }`,
			[]string{":a :p :b", ":a :p :d :g", ":a :q 1", ":a :r n1", ":b :p :c", ":e :p :f :h"}, nil},
		{"steps see each other", `INSERT DATA { :n :p :m } ; DELETE { ?s :p ?o } INSERT { ?s :r ?o } WHERE { ?s :p ?o FILTER(?s = :n) }`,
			[]string{":a :p :b", ":a :p :d :g", ":a :q 1", ":b :p :c", ":e :p :f :h", ":n :r :m"}, nil},
		{"clear default", `CLEAR DEFAULT`, []string{":a :p :d :g", ":e :p :f :h"}, nil},
		{"clear graph", `CLEAR GRAPH :g`, []string{":a :p :b", ":a :q 1", ":b :p :c", ":e :p :f :h"}, nil},
		{"clear named", `CLEAR NAMED`, []string{":a :p :b", ":a :q 1", ":b :p :c"}, nil},
		{"drop all", `DROP ALL`, nil, nil},
		{"drop missing", `DROP GRAPH :none`, nil, query.ErrNoGraph},
		{"drop missing silent", `DROP SILENT GRAPH :none ; CLEAR ALL`, nil, nil},
		{"create", `CREATE GRAPH :g`, nil, query.ErrGraphExists},
		{"create and drop", `CREATE GRAPH :new ; DROP GRAPH :new ; CLEAR ALL`, nil, nil},
		{"copy", `COPY :g TO DEFAULT`, []string{":a :p :d", ":a :p :d :g", ":e :p :f :h"}, nil},
		{"move", `MOVE DEFAULT TO :g`, []string{":a :p :b :g", ":a :q 1 :g", ":b :p :c :g", ":e :p :f :h"}, nil},
		{"add", `ADD :g TO :h`, []string{":a :p :b", ":a :p :d :g", ":a :p :d :h", ":a :q 1", ":b :p :c", ":e :p :f :h"}, nil},
		{"copy to itself", `COPY :g TO :g`, []string{":a :p :b", ":a :p :d :g", ":a :q 1", ":b :p :c", ":e :p :f :h"}, nil},
		{"load", `CLEAR ALL ; LOAD :doc INTO GRAPH :l`, []string{":a :p _ :l", "_ :q 5 :l"}, nil},
		{"load silent", `CLEAR ALL ; LOAD SILENT :nowhere`, nil, nil},
		{"triple terms", `CLEAR ALL ; INSERT DATA { :r :s <<( :a :p _:b )>> } ; INSERT { ?x :t ?tt } WHERE { ?x :s ?o BIND(TRIPLE(:n, :p, "v") AS ?tt) }`,
			[]string{":r :s ", ":r :t "}, nil},
	} {
		check := func(t *testing.T, update func(...query.Option) error, read func() ([]graph.Quad, error)) {
			err := update(prefixes, load, query.WithBase("http://x/"))
			if c.fails != nil {
				if !errors.Is(err, c.fails) {
					t.Errorf("got %v, want %v", err, c.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			quads, err := read()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, q := range quads {
				line := short(q.Subject) + " " + short(q.Predicate) + " " + short(q.Object)
				if !q.Graph.IsZero() {
					line += " " + short(q.Graph)
				}
				got = append(got, line)
			}
			slices.Sort(got)
			expect(t, got, c.want...)
		}
		t.Run(c.name+"/memory", func(t *testing.T) {
			ds := memory.New(parse(t, start))
			check(t, func(opts ...query.Option) error {
				_, err := query.Update(ctx, ds, c.update, opts...)
				if err == nil {
					err = ds.Flush()
				}
				return err
			}, func() ([]graph.Quad, error) { return dump(ds) })
		})
		t.Run(c.name+"/store", func(t *testing.T) {
			s, err := storage.Open("", &storage.Options{InMemory: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Update(func(tx *storage.Tx) error {
				_, err := query.InsertAll(ctx, tx, seq(parse(t, start)), graph.Term{})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			check(t, func(opts ...query.Option) error {
				return s.Update(func(tx *storage.Tx) error {
					_, err := query.Update(ctx, tx, c.update, opts...)
					return err
				})
			}, func() (quads []graph.Quad, err error) {
				err = s.View(func(tx *storage.Tx) error { quads, err = dump(tx); return err })
				return quads, err
			})
			if report, err := s.Check(ctx); err != nil || len(report.Problems) > 0 {
				t.Errorf("check: %v %v", report.Problems, err)
			}
		})
	}
}

func seq(quads []graph.Quad) iter.Seq2[graph.Quad, error] {
	return func(yield func(graph.Quad, error) bool) {
		for _, q := range quads {
			if !yield(q, nil) {
				return
			}
		}
	}
}

func TestPrepare_PrefixesDoNotMoveThePlacesOfErrors(t *testing.T) {
	_, err := query.Prepare("SELECT * { ?s ?p ?o ", query.WithPrefixes(query.Prefix{Name: "ex", IRI: "http://example.org/"}))
	var syntax *query.SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 1 || !strings.Contains(syntax.Hint, "line 1, column 10") {
		t.Errorf("got %v", err)
	}
}
