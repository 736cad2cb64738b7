package storage

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
)

// benchFile returns the path of the unpacked benchmark data.
func benchFile(b testing.TB) string {
	b.Helper()
	const unpacked, packed = "/tmp/bench/bsbm-5000.nt", "../../shared/bench/bsbm-5000.nt.zst"
	if _, err := os.Stat(unpacked); err == nil {
		return unpacked
	}
	f, err := os.Open(packed)
	if err != nil {
		b.Skipf("the benchmark data is not here: %v", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	must(b, err)
	defer z.Close()
	must(b, os.MkdirAll(filepath.Dir(unpacked), 0o755))
	out, err := os.Create(unpacked)
	must(b, err)
	_, err = out.ReadFrom(z)
	must(b, err)
	must(b, out.Close())
	return unpacked
}

// diskUse returns the bytes of the files below a directory.
func diskUse(dir string) (n int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if i, err := d.Info(); err == nil {
				n += i.Size()
			}
		}
		return nil
	})
	return n
}

// BenchmarkLoad loads the benchmark data into an empty store on disk.
func BenchmarkLoad(b *testing.B) {
	path := benchFile(b)
	for b.Loop() {
		loadBench(b, path)
	}
}

// loadBench loads a file into an empty store.
func loadBench(b *testing.B, path string) {
	dir, err := os.MkdirTemp("/tmp/bench", "store-*")
	must(b, err)
	f, err := os.Open(path)
	must(b, err)
	info, err := f.Stat()
	must(b, err)
	b.SetBytes(info.Size())
	s, err := Open(dir, nil)
	must(b, err)
	r, err := s.Load(context.Background(), f, rdfio.NTriples, nil)
	must(b, err)
	f.Close()
	must(b, s.Close())
	b.ReportMetric(float64(r.Quads)/r.Duration.Seconds(), "triples/s")
	b.ReportMetric(float64(diskUse(dir)>>20), "MB")
	b.ReportMetric(float64(r.Memory>>20), "MB-sorting")
	must(b, os.RemoveAll(dir))
}

var benchStore struct {
	once sync.Once
	s    *Store
	err  error
}

// loaded returns a store on disk with the benchmark data, loaded once.
func loaded(b *testing.B) *Store {
	b.Helper()
	path := benchFile(b)
	benchStore.once.Do(func() {
		var dir string
		if dir, benchStore.err = os.MkdirTemp(filepath.Dir(path), "read-*"); benchStore.err != nil {
			return
		}
		removeAtExit = append(removeAtExit, dir)
		if benchStore.s, benchStore.err = Open(dir, &Options{Cache: 2 << 30}); benchStore.err != nil {
			return
		}
		var f *os.File
		if f, benchStore.err = os.Open(path); benchStore.err != nil {
			return
		}
		defer f.Close()
		_, benchStore.err = benchStore.s.Load(context.Background(), f, rdfio.NTriples, nil)
	})
	must(b, benchStore.err)
	return benchStore.s
}

// removeAtExit lists directories that TestMain removes.
var removeAtExit []string

func TestMain(m *testing.M) {
	code := m.Run()
	if n := leakedScratch.Load(); n != 0 {
		fmt.Printf("FAIL: loads have not given back %d bytes\n", n)
		code = 1
	}
	if benchStore.s != nil {
		benchStore.s.Close()
	}
	for _, dir := range removeAtExit {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// drain reads a scan to its end.
func drain(b *testing.B, tx *Tx, s encoded.Scan) (rows int) {
	it, err := tx.Scan(context.Background(), s)
	must(b, err)
	defer it.Close()
	var batch encoded.Batch
	for {
		ok, err := it.Next(&batch)
		must(b, err)
		if !ok {
			return rows
		}
		rows += batch.Len
	}
}

// dropDecoded forgets the decoded columns and keeps the undecoded blocks.
func dropDecoded(s *Store, o encoded.Order) {
	for _, r := range s.state.runs {
		x := r.indexes[o].Load()
		if x == nil {
			continue
		}
		for i := range x.blocks {
			if blk := x.blocks[i].slot.Load(); blk != nil && !r.small {
				for c := range blk.decoded {
					if blk.decoded[c].Swap(nil) != nil {
						s.cache.grow(&blk.resident, -int64(8*blk.rows))
					}
				}
			}
		}
	}
}

// BenchmarkScan reads one order from undecoded blocks in the cache, and from
// decoded ones.
func BenchmarkScan(b *testing.B) {
	s := loaded(b)
	must(b, s.View(func(tx *Tx) error {
		for _, c := range []struct {
			name    string
			columns encoded.Positions
		}{{"all", 7}, {"one", 4}} {
			for _, o := range []encoded.Order{encoded.SPO, encoded.PSO, encoded.POS, encoded.OPS} {
				scan := encoded.Scan{Order: o, Columns: c.columns}
				b.Run(c.name+"/"+o.String(), func(b *testing.B) {
					rows := drain(b, tx, scan)
					b.SetBytes(int64(rows))
					for b.Loop() {
						b.StopTimer()
						dropDecoded(s, o)
						b.StartTimer()
						drain(b, tx, scan)
					}
					b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
				})
			}
		}
		return nil
	}))
}

// someRows returns every n-th row.
func someRows(b *testing.B, tx *Tx, n int) (rows []row) {
	it, err := tx.Scan(context.Background(), encoded.Scan{Order: encoded.SPO, Columns: 15})
	must(b, err)
	defer it.Close()
	var batch encoded.Batch
	for i := 0; ; {
		ok, err := it.Next(&batch)
		must(b, err)
		if !ok {
			break
		}
		for j := range batch.Len {
			if i++; i%n == 0 {
				rows = append(rows, row{batch.Columns[0][j], batch.Columns[1][j], batch.Columns[2][j], batch.Columns[3][j]})
			}
		}
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

// BenchmarkLookup finds the objects of a subject and a predicate.
func BenchmarkLookup(b *testing.B) {
	s := loaded(b)
	must(b, s.View(func(tx *Tx) error {
		rows := someRows(b, tx, 50)
		dropDecoded(s, encoded.SPO)
		i := 0
		for b.Loop() {
			r := rows[i%len(rows)]
			i++
			if drain(b, tx, encoded.Scan{Order: encoded.SPO, Pattern: encoded.Pattern{r[0], r[1]}, Columns: 4}) == 0 {
				b.Fatal("not found")
			}
		}
		return nil
	}))
}

// BenchmarkSeek finds the same by one iterator that gallops through ascending keys.
func BenchmarkSeek(b *testing.B) {
	s := loaded(b)
	must(b, s.View(func(tx *Tx) error {
		rows := someRows(b, tx, 50)
		slices.SortFunc(rows, compareRows)
		var it encoded.Iterator
		var batch encoded.Batch
		i := 0
		for b.Loop() {
			if i%len(rows) == 0 {
				if it != nil {
					it.Close()
				}
				var err error
				it, err = tx.Scan(context.Background(), encoded.Scan{Order: encoded.SPO, Columns: 7})
				must(b, err)
			}
			r := rows[i%len(rows)]
			i++
			must(b, it.Seek(r[0], r[1]))
			_ = batch
		}
		return nil
	}))
}

// BenchmarkDecode decodes terms in ascending batches of 4096 and one by one at
// random.
func BenchmarkDecode(b *testing.B) {
	s := loaded(b)
	must(b, s.View(func(tx *Tx) error {
		var ids []encoded.Term
		for _, r := range someRows(b, tx, 5) {
			ids = append(ids, r[0], r[2])
		}
		shuffled := slices.Clone(ids)
		slices.Sort(ids)
		ids = slices.Compact(ids)
		out := make([]graph.Term, encoded.BatchSize)
		for name, ids := range map[string][]encoded.Term{"sorted": ids, "random": shuffled} {
			b.Run(name, func(b *testing.B) {
				n, at := 0, 0
				for b.Loop() {
					if at+len(out) > len(ids) {
						at = 0
					}
					must(b, tx.Decode(ids[at:at+len(out)], out))
					n += len(out)
					at += len(out)
				}
				b.ReportMetric(float64(n)/b.Elapsed().Seconds()/1e6, "Mterms/s")
			})
		}
		return nil
	}))
}

// BenchmarkEncode finds the ids of terms, in random order.
func BenchmarkEncode(b *testing.B) {
	s := loaded(b)
	must(b, s.View(func(tx *Tx) error {
		var ids []encoded.Term
		for _, r := range someRows(b, tx, 20) {
			if r[2].InDictionary() {
				ids = append(ids, r[2])
			}
		}
		terms := make([]graph.Term, len(ids))
		must(b, tx.Decode(ids, terms))
		i := 0
		for b.Loop() {
			_, ok, err := tx.Encode(terms[i%len(terms)])
			if i++; err != nil || !ok {
				b.Fatal(ok, err)
			}
		}
		return nil
	}))
}

// BenchmarkGroup counts rows per predicate, and per predicate and object.
func BenchmarkGroup(b *testing.B) {
	s := loaded(b)
	must(b, s.View(func(tx *Tx) error {
		for name, columns := range map[string]encoded.Positions{"P": 2, "PO": 6} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					drain(b, tx, encoded.Scan{Order: encoded.POS, Columns: columns, Grouped: true})
				}
			})
		}
		return nil
	}))
}

// writeGenerated writes generated triples: things with ten properties each, one in
// two triples also as a triple term if reify is set.
func writeGenerated(w io.Writer, n int, reify bool, seed uint64) {
	r := rand.New(rand.NewPCG(1, seed))
	for i := range n {
		s := fmt.Sprintf("<http://example.org/data/instances/thing%d> <http://example.org/vocabulary/property%d> ", i/10, i%10)
		var o string
		switch i % 10 {
		case 0, 1, 2:
			o = fmt.Sprintf("<http://example.org/data/instances/thing%d>", r.IntN(n/10))
		case 3:
			o = fmt.Sprintf("\"the name of thing %d\"@en", i)
		case 4, 5:
			o = fmt.Sprintf("\"some words %d about it\"", r.IntN(1_000_000))
		case 6:
			o = fmt.Sprintf("\"%d\"^^<http://www.w3.org/2001/XMLSchema#integer>", r.IntN(5000))
		case 7:
			o = fmt.Sprintf("\"%d-%02d-%02d\"^^<http://www.w3.org/2001/XMLSchema#date>", 1950+r.IntN(80), 1+r.IntN(12), 1+r.IntN(28))
		default:
			o = fmt.Sprintf("<http://example.org/data/classes/Class%d>", r.IntN(300))
		}
		fmt.Fprintf(w, "%s%s .\n", s, o)
		if reify && i%2 == 0 {
			fmt.Fprintf(w, "_:r%d <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( %s%s )>> .\n", i, s, o)
		}
	}
}

// BenchmarkLoadMany loads LOAD_MILLIONS million generated triples, and half as
// many that are mostly triple terms.
func BenchmarkLoadMany(b *testing.B) {
	millions, err := strconv.Atoi(os.Getenv("LOAD_MILLIONS"))
	if err != nil {
		b.Skip("LOAD_MILLIONS is not set")
	}
	for _, c := range []struct {
		name  string
		n     int
		reify bool
	}{{"triples", millions * 1_000_000, false}, {"reified", millions * 500_000, true}} {
		b.Run(c.name, func(b *testing.B) {
			path := fmt.Sprintf("/tmp/bench/generated-%s-%d.nt", c.name, millions)
			if _, err := os.Stat(path); err != nil {
				f, err := os.Create(path)
				must(b, err)
				w := bufio.NewWriterSize(f, 1<<20)
				writeGenerated(w, c.n, c.reify, 1)
				must(b, w.Flush())
				must(b, f.Close())
			}
			for b.Loop() {
				loadBench(b, path)
			}
		})
	}
}
