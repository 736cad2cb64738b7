package storage

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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

// BenchmarkCommit makes durable commits of one quad. They are compared with bare
// Badger, which puts the same entries: both take turns, a hundred at a time, and
// the median of the rounds' ratios is reported.
func BenchmarkCommit(b *testing.B) {
	b.Run("one", func(b *testing.B) {
		const round = 100
		s := openTest(b, b.TempDir(), nil)
		db, err := badger.Open(badger.DefaultOptions(b.TempDir()).WithSyncWrites(true).WithLogger(nil))
		must(b, err)
		defer db.Close()
		var written [][]entry
		s.engine.watch = func(entries []entry) { written = append(written, entries) }
		i, bytes := 0, 0
		var ours, bare time.Duration
		var ratios []float64
		for b.Loop() {
			start := time.Now()
			for range round {
				commitOne(b, s, i)
				i++
			}
			mine := time.Since(start)
			start = time.Now()
			for _, entries := range written {
				must(b, db.Update(func(txn *badger.Txn) error {
					for _, e := range entries {
						if bytes += e.size(); e.value == nil {
							must(b, txn.Delete(e.key))
						} else {
							must(b, txn.Set(e.key, e.value))
						}
					}
					return nil
				}))
			}
			theirs := time.Since(start)
			written = written[:0]
			ours, bare = ours+mine, bare+theirs
			ratios = append(ratios, theirs.Seconds()/mine.Seconds())
		}
		slices.Sort(ratios)
		b.ReportMetric(float64(i)/ours.Seconds(), "commits/s")
		b.ReportMetric(float64(i)/bare.Seconds(), "badger/s")
		b.ReportMetric(ratios[len(ratios)/2], "ratio")
		b.ReportMetric(float64(bytes)/float64(i), "bytes/commit")
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
