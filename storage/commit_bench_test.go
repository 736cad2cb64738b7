package storage

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
)

// commitOne inserts the quad with number i in a commit of its own.
func commitOne(b testing.TB, s *Store, i int) {
	must(b, s.Update(func(tx *Tx) error {
		var q encoded.Pattern
		var err error
		for p, t := range []graph.Term{graph.IRI("http://example.org/s"), graph.IRI("http://example.org/p"), graph.Literal(itoa(i), graph.XSDInteger)} {
			if q[p], err = tx.Intern(t); err != nil {
				return err
			}
		}
		q[3] = encoded.DefaultGraph
		return tx.Insert([]encoded.Pattern{q})
	}))
}

func itoa(i int) string { return string(appendInt(nil, i)) }

func appendInt(b []byte, i int) []byte {
	if i >= 10 {
		b = appendInt(b, i/10)
	}
	return append(b, byte('0'+i%10))
}

// BenchmarkCommit makes durable commits of one quad, one after the other and by
// many goroutines, and for comparison durable puts of as many bytes in Badger.
func BenchmarkCommit(b *testing.B) {
	b.Run("one", func(b *testing.B) {
		s := openTest(b, b.TempDir(), nil)
		i := 0
		for b.Loop() {
			commitOne(b, s, i)
			i++
		}
		b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "commits/s")
	})
	b.Run("badger", func(b *testing.B) {
		db, err := badger.Open(badger.DefaultOptions(b.TempDir()).WithSyncWrites(true).WithLogger(nil))
		must(b, err)
		defer db.Close()
		i := 0
		for b.Loop() {
			must(b, db.Update(func(txn *badger.Txn) error {
				if err := txn.Set(binary.BigEndian.AppendUint64(nil, uint64(i)), make([]byte, 80)); err != nil {
					return err
				}
				return txn.Set([]byte("m"), make([]byte, 150))
			}))
			i++
		}
		b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "commits/s")
	})
	b.Run("parallel", func(b *testing.B) {
		s := openTest(b, b.TempDir(), nil)
		var i atomic.Int64
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				commitOne(b, s, int(i.Add(1)))
			}
		})
		b.ReportMetric(float64(i.Load())/b.Elapsed().Seconds(), "commits/s")
	})
}

// BenchmarkReadAfterCommits reads a store after 10,000 commits of one quad each,
// as they left it, and compacted.
func BenchmarkReadAfterCommits(b *testing.B) {
	ctx := context.Background()
	s := openTest(b, "", nil)
	_, err := s.Load(ctx, strings.NewReader(randomQuads(rand.New(rand.NewPCG(1, 1)), 200_000)), rdfio.NQuads, nil)
	must(b, err)
	for i := range 10_000 {
		commitOne(b, s, i)
	}
	read := func(name string) {
		must(b, s.View(func(tx *Tx) error {
			rows := someRows(b, tx, 37)
			b.Run(name+"/scan", func(b *testing.B) {
				for b.Loop() {
					drain(b, tx, encoded.Scan{Order: encoded.PSO, Columns: 7})
				}
				b.ReportMetric(float64(len(tx.st.quads)), "runs")
			})
			b.Run(name+"/look-up", func(b *testing.B) {
				i := 0
				for b.Loop() {
					r := rows[i%len(rows)]
					i++
					if drain(b, tx, encoded.Scan{Order: encoded.SPO, Pattern: encoded.Pattern{r[0], r[1]}, Columns: 4}) == 0 {
						b.Fatal("not found")
					}
				}
			})
			return nil
		}))
	}
	read("commits")
	must(b, s.Compact(ctx))
	read("compacted")
}
