package memory

import (
	"context"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

func iri(s string) graph.Term { return graph.IRI("http://example.org/" + s) }

func sample() *Dataset {
	tt := graph.TripleTerm(iri("a"), iri("p"), iri("b"))
	return New([]graph.Quad{
		{Subject: iri("a"), Predicate: iri("p"), Object: iri("b")},
		{Subject: iri("a"), Predicate: iri("p"), Object: iri("c")},
		{Subject: iri("b"), Predicate: iri("p"), Object: iri("c")},
		{Subject: iri("a"), Predicate: iri("q"), Object: graph.String("x")},
		{Subject: iri("a"), Predicate: iri("p"), Object: iri("b"), Graph: iri("g1")},
		{Subject: iri("a"), Predicate: iri("p"), Object: iri("b"), Graph: iri("g2")},
		{Subject: iri("r"), Predicate: graph.IRI(graph.RDFReifies), Object: tt, Graph: iri("g2")},
	})
}

func encode(t *testing.T, d *Dataset, term graph.Term) encoded.Term {
	t.Helper()
	e, ok, err := d.Encode(term)
	if err != nil || !ok {
		t.Fatalf("Encode(%v) = %v, %v", term, ok, err)
	}
	return e
}

func scanAll(t *testing.T, d *Dataset, s encoded.Scan) (rows []encoded.Pattern, counts []uint32) {
	t.Helper()
	it, err := d.Scan(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return rows, counts
		}
		for i := range b.Len {
			var r encoded.Pattern
			for p, c := range b.Columns {
				if c != nil {
					r[p] = c[i]
				}
			}
			rows = append(rows, r)
		}
		counts = append(counts, b.Counts...)
	}
}

const all = encoded.Positions(15)

func TestDataset_Scan_EveryOrderGivesTheSameRows(t *testing.T) {
	d := sample()
	for o := encoded.SPO; o <= encoded.GSPO; o++ {
		rows, _ := scanAll(t, d, encoded.Scan{Order: o, Scope: encoded.ScopeNamed, Columns: all})
		if len(rows) != 3 {
			t.Errorf("%v: %d rows in the named graphs, want 3", o, len(rows))
		}
		rows, _ = scanAll(t, d, encoded.Scan{Order: o, Scope: encoded.ScopeUnion, Columns: 7})
		if len(rows) != 5 {
			t.Errorf("%v: %d rows in the union, want 5", o, len(rows))
		}
		for i := 1; i < len(rows); i++ {
			if compare(o, rows[i-1], rows[i]) >= 0 {
				t.Errorf("%v: rows %d out of order", o, i)
			}
		}
	}
}

func TestIterator_Seek_NeverBackwards(t *testing.T) {
	d := sample()
	a, b, p := encode(t, d, iri("a")), encode(t, d, iri("b")), encode(t, d, iri("p"))
	it, err := d.Scan(context.Background(), encoded.Scan{Order: encoded.PSO, Pattern: encoded.Pattern{encoded.Predicate: p}, Columns: all})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []encoded.Term{b, a} {
		if err := it.Seek(key); err != nil {
			t.Fatal(err)
		}
	}
	var batch encoded.Batch
	if ok, err := it.Next(&batch); !ok || err != nil || batch.Len != 1 || batch.Columns[0][0] != b {
		t.Fatalf("after Seek: %v %v %v", ok, err, batch)
	}
}

func TestDataset_Scan_Grouped(t *testing.T) {
	d := sample()
	rows, counts := scanAll(t, d, encoded.Scan{Order: encoded.PSO, Pattern: encoded.Pattern{encoded.Predicate: encode(t, d, iri("p"))},
		Columns: encoded.Positions(0).With(encoded.Subject), Grouped: true})
	if len(rows) != 2 || counts[0] != 2 || counts[1] != 1 {
		t.Fatalf("rows %v counts %v", rows, counts)
	}
}

func TestDataset_TripleTerms(t *testing.T) {
	d := sample()
	rows, _ := scanAll(t, d, encoded.Scan{Order: encoded.TSPO, Columns: all})
	tt := graph.TripleTerm(iri("a"), iri("p"), iri("b"))
	if len(rows) != 1 || rows[0][encoded.Graph] != encode(t, d, tt) {
		t.Fatalf("rows %v", rows)
	}
	var out [1]graph.Term
	if err := d.Decode([]encoded.Term{rows[0][encoded.Graph]}, out[:]); err != nil || !out[0].Equal(tt) {
		t.Fatalf("decoded %v, %v", out[0], err)
	}
}

func TestDataset_FlushMakesChangesVisible(t *testing.T) {
	d := sample()
	a, p, b := encode(t, d, iri("a")), encode(t, d, iri("p")), encode(t, d, iri("b"))
	n, err := d.Intern(iri("new"))
	if err != nil || n.Sorted() {
		t.Fatalf("Intern: %v %v", n, err)
	}
	_ = d.Insert([]encoded.Pattern{{n, p, b, encoded.DefaultGraph}})
	_ = d.Delete([]encoded.Pattern{{a, p, b, encoded.DefaultGraph}})
	count := func() uint64 {
		n, _, _ := d.Count(encoded.Scan{Order: encoded.POS, Pattern: encoded.Pattern{encoded.Predicate: p, encoded.Object: b}})
		return n
	}
	if got, _ := scanAll(t, d, encoded.Scan{Order: encoded.SPO, Pattern: encoded.Pattern{encoded.Subject: n}}); len(got) != 0 {
		t.Fatal("visible before Flush")
	}
	_ = d.Flush()
	if got := count(); got != 1 {
		t.Fatalf("%d rows, want 1", got)
	}
	if got, _ := scanAll(t, d, encoded.Scan{Order: encoded.SPO, Pattern: encoded.Pattern{encoded.Subject: n}, Columns: all}); len(got) != 1 {
		t.Fatalf("new row: %v", got)
	}
}

func TestDataset_PrefixRanges(t *testing.T) {
	d := sample()
	ranges, exact, err := d.PrefixRanges(encoded.TagIRI, "http://example.org/g")
	if err != nil || !exact || len(ranges) != 1 || !ranges[0].Contains(encode(t, d, iri("g2"))) || ranges[0].Contains(encode(t, d, iri("p"))) {
		t.Fatalf("%v %v %v", ranges, exact, err)
	}
}
