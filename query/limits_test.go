package query_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/internal/memory"
	"github.com/ententedb/entente/query/results"
)

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

// registering counts the contexts made from it that are not done yet.
type registering struct {
	context.Context
	done  chan struct{}
	alive int
}

func (r *registering) Done() <-chan struct{} { return r.done }

func (r *registering) AfterFunc(func()) (stop func() bool) {
	r.alive++
	return func() bool { r.alive--; return true }
}

// TestRun_LeavesNothingInTheContext runs queries in a context that lives on: each is taken
// out of it when its results end, with a time limit and without.
func TestRun_LeavesNothingInTheContext(t *testing.T) {
	ds := memory.New(big())
	for _, opts := range [][]query.Option{{prefixes}, {prefixes, query.WithTimeout(time.Hour)}} {
		long := &registering{Context: context.Background(), done: make(chan struct{})}
		res, err := query.Run(long, ds, `SELECT * { ?a :p 7 }`, opts...)
		if err != nil {
			t.Fatal(err)
		}
		if long.alive == 0 {
			t.Error("the context of the query does not come from the caller's")
		}
		res.Close()
		if long.alive != 0 {
			t.Errorf("%d contexts stay with the caller's", long.alive)
		}
	}
}
