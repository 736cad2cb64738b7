package query_test

import (
	"context"
	"os"
	"testing"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

func BenchmarkExport(b *testing.B) {
	dir := os.Getenv("ENTENTE_BSBM")
	if dir == "" {
		b.Skip("ENTENTE_BSBM names no store")
	}
	s, err := storage.Open(dir, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		err = s.View(func(tx *storage.Tx) error {
			res, err := query.Run(context.Background(), tx, `PREFIX dc: <http://purl.org/dc/elements/1.1/> SELECT ?s ?p { ?s dc:publisher ?p }`)
			if err != nil {
				return err
			}
			n := 0
			for x, err := range res.Batches() {
				if err != nil {
					return err
				}
				n += x.Len
			}
			b.ReportMetric(float64(n), "rows")
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
