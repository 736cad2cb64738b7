package query_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/internal/memory"
)

// decoded counts the bytes of the texts that are decoded between two pieces of a result.
type decoded struct {
	*memory.Dataset
	bytes int
}

func (d *decoded) Decode(ids []encoded.Term, out []graph.Term) error {
	err := d.Dataset.Decode(ids, out)
	for _, t := range out[:len(ids)] {
		d.bytes += len(t.Value())
	}
	return err
}

// TestResults_LargeTexts has 64 MB of literals in one batch of rows: they come in
// pieces, in order, and never are many megabytes decoded at once.
func TestResults_LargeTexts(t *testing.T) {
	const size, n, most = 64 << 10, 1000, 17 << 20 // a piece given up at 8 MiB and a batch of 128 texts, and a smaller one
	pad := strings.Repeat("x", size)
	var quads []graph.Quad
	for i := range n {
		quads = append(quads, graph.Quad{Subject: graph.IRI(fmt.Sprintf("http://x/s%04d", i)), Predicate: graph.IRI("http://x/p"),
			Object: graph.Literal(fmt.Sprintf("%04d%s", i, pad), graph.XSDString)})
	}
	ds := &decoded{Dataset: memory.New(quads)}
	check := func(name string, got int, s, o graph.Term) {
		if want := fmt.Sprintf("%04d", got); s.Value() != "http://x/s"+want || o.Value()[:4] != want {
			t.Fatalf("%s: row %d is %s %.4s", name, got, s, o.Value())
		}
		if ds.bytes > most {
			t.Fatalf("%s: %d bytes were decoded before row %d", name, ds.bytes, got)
		}
	}
	res, err := query.Run(ctx, ds, "SELECT ?s ?o ?none { ?s <http://x/p> ?o } ORDER BY ?s")
	if err != nil {
		t.Fatal(err)
	}
	got, pieces := 0, 0
	ds.bytes = 0
	for b, err := range res.Batches() {
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Len {
			check("SELECT", got, b.Columns[0][i], b.Columns[1][i])
			if !b.Columns[2][i].IsZero() {
				t.Error("?none is bound")
			}
			got++
		}
		ds.bytes = 0
		pieces++
	}
	if got != n || pieces < 8 {
		t.Errorf("%d rows in %d pieces", got, pieces)
	}
	// Row by row, the limit of rows counts as ever, and a loop may be left.
	if res, err = query.Run(ctx, ds, "SELECT ?o { ?s <http://x/p> ?o }", query.WithMaxRows(n-1)); err != nil {
		t.Fatal(err)
	}
	got = 0
	for _, err = range res.Rows() {
		if err == nil {
			got++
		}
	}
	if err == nil || got != n-1 {
		t.Errorf("with a limit: %d rows, %v", got, err)
	}
	if res, err = query.Run(ctx, ds, "CONSTRUCT { ?s <http://x/q> ?o } { ?s <http://x/p> ?o } ORDER BY ?s"); err != nil {
		t.Fatal(err)
	}
	got, ds.bytes = 0, 0
	for tr, err := range res.Triples() {
		if err != nil {
			t.Fatal(err)
		}
		check("CONSTRUCT", got, tr.Subject, tr.Object)
		if got++; got%32 == 0 {
			ds.bytes = 0
		}
	}
	if got != n {
		t.Errorf("%d triples", got)
	}
}
