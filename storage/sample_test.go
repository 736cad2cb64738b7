package storage

import (
	"context"
	"fmt"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// TestSample compares samples with the rows of a scan: of one run, those at even
// distances; of several, rows of the scan in its order, and always the same.
func TestSample(t *testing.T) {
	s, err := Open("", &Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	quad := func(i int) graph.Quad {
		q := graph.Quad{Subject: graph.IRI(fmt.Sprint("http://x/s", i)), Predicate: graph.IRI(fmt.Sprint("http://x/p", i%3)), Object: graph.Literal(fmt.Sprint(i%100), graph.XSDInteger)}
		if i%5 == 0 {
			q.Graph = graph.IRI("http://x/g")
		}
		return q
	}
	load := func(from, to int) {
		_, err := s.LoadQuads(context.Background(), nil, func(_ context.Context, emit func(graph.Quad) error) error {
			for i := from; i < to; i++ {
				if err := emit(quad(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	check := func(runs int) {
		tx, err := s.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Close()
		p1, _, err := tx.Encode(graph.IRI("http://x/p1"))
		if err != nil {
			t.Fatal(err)
		}
		for _, scan := range []encoded.Scan{
			{Order: encoded.SPO, Scope: encoded.ScopeNamed},
			{Order: encoded.POS, Pattern: encoded.Pattern{encoded.Predicate: p1}},
			{Order: encoded.PSO, Pattern: encoded.Pattern{encoded.Predicate: p1}, Scope: encoded.ScopeUnion},
			{Order: encoded.SPO, Pattern: encoded.Pattern{encoded.Predicate: p1 + 1<<40}, Scope: encoded.ScopeUnion},
		} {
			all := scan
			all.Columns = all.Columns.With(encoded.Subject).With(encoded.Predicate).With(encoded.Object)
			rows, _ := readScan(t, tx, all, nil)
			place := map[encoded.Pattern]int{}
			for i, r := range rows {
				var q encoded.Pattern
				for c, p := range scan.Order.Sequence() {
					q[p] = r[c]
				}
				place[q] = i
			}
			for _, n := range []int{1, 7, 100} {
				sample, err := tx.Sample(scan, n)
				if err != nil {
					t.Fatal(err)
				}
				again, err := tx.Sample(scan, n)
				if err != nil || fmt.Sprint(again) != fmt.Sprint(sample) {
					t.Errorf("another sample: %v", err)
				}
				if len(sample) > n || len(rows) > 0 && n == 100 && len(sample) < 10 || len(rows) == 0 && len(sample) > 0 {
					t.Errorf("%v: a sample of %d from %d rows has %d", scan, n, len(rows), len(sample))
				}
				for i, q := range sample {
					q[encoded.Graph] = encoded.Undefined
					at, ok := place[q]
					if !ok {
						t.Fatalf("%v: %v is not in the scan", scan, q)
					}
					if runs == 1 && scan.Scope == encoded.ScopeUnion && at != (2*i+1)*len(rows)/(2*n) {
						t.Errorf("%v: row %d of %d stands at %d of %d", scan, i, n, at, len(rows))
					}
				}
			}
		}
	}
	load(0, 9000)
	check(1)
	load(9000, 10000)
	check(2)
}
