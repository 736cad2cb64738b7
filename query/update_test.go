package query_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/internal/memory"
	"github.com/ententedb/entente/storage"
)

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
