package query_test

import (
	"fmt"
	"testing"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// BenchmarkSparqloscope runs the Sparqloscope queries in process. The rows are
// decoded.
func BenchmarkSparqloscope(b *testing.B) {
	s, queries := bsbm(b)
	for i, q := range queries {
		b.Run(fmt.Sprintf("%03d", i), func(b *testing.B) {
			for b.Loop() {
				err := s.View(func(tx *storage.Tx) error {
					res, err := query.Run(ctx, tx, q)
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
