package query_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"testing"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// BenchmarkSparqloscope runs the queries of ../shared/bench, in process, on
// the store that ENTENTE_BSBM names, which `entente load` made of bsbm-5000.nt.zst. The
// rows are decoded.
func BenchmarkSparqloscope(b *testing.B) {
	dir := os.Getenv("ENTENTE_BSBM")
	if dir == "" {
		b.Skip("ENTENTE_BSBM names no store with the BSBM data")
	}
	f, err := os.Open("../../shared/bench/sparqloscope-bsbm-5000.csv")
	if err != nil {
		b.Skipf("the queries are not here: %v", err)
	}
	defer f.Close()
	queries, err := csv.NewReader(f).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	s, err := storage.Open(dir, &storage.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for i, q := range queries[1:] {
		b.Run(fmt.Sprintf("%03d", i), func(b *testing.B) {
			for b.Loop() {
				err := s.View(func(tx *storage.Tx) error {
					res, err := query.Run(ctx, tx, q[1])
					if err != nil {
						return err
					}
					n := 0
					for batch, err := range res.Batches() {
						if err != nil {
							return err
						}
						n += batch.Len
					}
					b.ReportMetric(float64(n), "rows")
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
