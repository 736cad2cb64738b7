package exec

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
	"github.com/ententedb/entente/storage"
)

// bsbm opens a store with the benchmark data, loading it first if need be.
func bsbm(b *testing.B) *Env {
	b.Helper()
	const packed = "../../../../shared/bench/bsbm-5000.nt.zst"
	dir := os.Getenv("ENTENTE_BENCH_STORE")
	if dir == "" {
		b.Skip("ENTENTE_BENCH_STORE names no directory for the benchmark store")
	}
	store, err := storage.Open(dir, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	tx, err := store.Snapshot()
	if err != nil {
		b.Fatal(err)
	}
	if t, err := tx.Totals(); err != nil || t.Quads == 0 {
		tx.Close()
		f, err := os.Open(packed)
		if err != nil {
			b.Skipf("the benchmark data is not here: %v", err)
		}
		defer f.Close()
		z, err := zstd.NewReader(f)
		if err != nil {
			b.Fatal(err)
		}
		defer z.Close()
		if _, err := store.Load(context.Background(), z, rdfio.NTriples, nil); err != nil {
			b.Fatal(err)
		}
		if tx, err = store.Snapshot(); err != nil {
			b.Fatal(err)
		}
	}
	b.Cleanup(tx.Close)
	return &Env{Dataset: tx, Eval: &eval.Env{Terms: eval.NewTerms(tx), Now: time.Unix(0, 0)}, Budget: NewBudget(1<<30, 0)}
}

// BenchmarkPipelines measures scan-join-count pipelines on the benchmark data.
func BenchmarkPipelines(b *testing.B) {
	env := bsbm(b)
	const vocabulary = "http://www4.wiwiss.fu-berlin.de/bizer/bsbm/v01/vocabulary/"
	predicates := map[string]string{"type": graph.RDFType, "publisher": "http://purl.org/dc/elements/1.1/publisher", "date": "http://purl.org/dc/elements/1.1/date",
		"feature": vocabulary + "productFeature", "numeric": vocabulary + "productPropertyNumeric6", "product": vocabulary + "product", "comment": graph.RDFSComment,
		"rating1": vocabulary + "rating1", "rating3": vocabulary + "rating3"}
	pattern := func(s, p, o string) algebra.TriplePattern {
		return algebra.TriplePattern{Subject: nd(s), Predicate: algebra.TermNode(graph.IRI(predicates[p])), Object: nd(o)}
	}
	scan := func(s, p, o string, order encoded.Order, unneeded ...algebra.Var) *algebra.Scan {
		return &algebra.Scan{Pattern: pattern(s, p, o), Order: order, Unneeded: unneeded}
	}
	join := func(kind algebra.JoinKind, m algebra.JoinMethod, l, r algebra.Op) algebra.Op {
		return &algebra.PhysicalJoin{Kind: kind, Method: m, Left: l, Right: r}
	}
	count := func(in algebra.Op) algebra.Op {
		return &algebra.Group{Input: in, Aggs: []algebra.Aggregation{{Var: "n", Agg: &algebra.Aggregate{Name: "COUNT"}}}}
	}
	groupBy := func(in algebra.Op, key algebra.Var, name string, arg algebra.Expr) algebra.Op {
		return &algebra.Group{Input: in, Keys: []algebra.GroupKey{{Var: key, Expr: &algebra.VarExpr{Var: key}}},
			Aggs: []algebra.Aggregation{{Var: "n", Agg: &algebra.Aggregate{Name: name, Arg: arg}}}}
	}
	all := &algebra.Scan{Pattern: algebra.TriplePattern{Subject: nd("?s"), Predicate: nd("?p"), Object: nd("?o")}, Order: encoded.SPO}
	const merge, hash, lookup = algebra.JoinMerge, algebra.JoinHash, algebra.JoinLookup
	cases := []struct {
		name string
		op   algebra.Op
	}{
		{"scan all three columns", count(&algebra.Filter{Input: all, Condition: call("BOUND", v("o"))})},
		{"merge join of two large predicates, grouped", count(join(algebra.InnerJoin, merge, scan("?s", "type", "?a", encoded.PSO, "a"), scan("?s", "publisher", "?b", encoded.PSO, "b")))},
		{"merge join of two large predicates", count(join(algebra.InnerJoin, merge, scan("?s", "type", "?a", encoded.PSO), scan("?s", "publisher", "?b", encoded.PSO)))},
		{"hash join of two large predicates", count(join(algebra.InnerJoin, hash, scan("?s", "type", "?a", encoded.PSO), scan("?s", "publisher", "?b", encoded.PSO)))},
		{"merge join of small and large", count(join(algebra.InnerJoin, merge, scan("?s", "numeric", "?a", encoded.PSO, "a"), scan("?s", "type", "?b", encoded.PSO, "b")))},
		{"look-up join of small and large", count(join(algebra.InnerJoin, lookup, scan("?s", "numeric", "?a", encoded.PSO, "a"), scan("?s", "type", "?b", encoded.PSO, "b")))},
		{"merge left join", count(join(algebra.LeftOuterJoin, merge, scan("?s", "type", "?a", encoded.PSO, "a"), scan("?s", "publisher", "?b", encoded.PSO, "b")))},
		{"merge anti-join", count(join(algebra.AntiJoin, merge, scan("?s", "type", "?a", encoded.PSO, "a"), scan("?s", "publisher", "?b", encoded.PSO, "b")))},
		{"chain of three", count(join(algebra.InnerJoin, hash, join(algebra.InnerJoin, merge, scan("?b", "type", "?c", encoded.PSO, "c"), scan("?b", "comment", "?d", encoded.PSO, "d")), scan("?a", "product", "?b", encoded.POS, "a")))},
		{"group by object", groupBy(scan("?s", "feature", "?o", encoded.POS, "s"), "o", "COUNT", nil)},
		{"group by object, hashed", groupBy(scan("?s", "feature", "?o", encoded.PSO), "o", "COUNT", nil)},
		{"max by group", groupBy(scan("?s", "feature", "?o", encoded.PSO), "o", "MAX", v("s"))},
		{"count distinct objects", &algebra.Group{Input: scan("?s", "feature", "?o", encoded.PSO, "s"), Aggs: []algebra.Aggregation{{Var: "n", Agg: &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: v("o")}}}}},
		{"sum", &algebra.Group{Input: scan("?s", "rating1", "?o", encoded.PSO, "s"), Aggs: []algebra.Aggregation{{Var: "n", Agg: &algebra.Aggregate{Name: "SUM", Arg: v("o")}}}}},
		{"order by object, limit 10", &algebra.TopN{Input: scan("?s", "comment", "?o", encoded.PSO), Keys: []algebra.OrderKey{{Expr: v("o")}}, Limit: 10}},
		{"order by object", count(&algebra.OrderBy{Input: scan("?s", "comment", "?o", encoded.PSO), Keys: []algebra.OrderKey{{Expr: v("o")}}})},
		{"distinct pairs", count(&algebra.Distinct{Input: &algebra.Project{Input: all, Vars: []algebra.Var{"p", "o"}}})},
		{"count predicates", &algebra.Count{Scan: all, Key: "p", Var: "n"}},
		{"count objects", &algebra.Count{Scan: all, Key: "o", Var: "n"}},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var rows uint64
			for b.Loop() {
				rows = 0
				root, err := Build(c.op, env)
				if err != nil {
					b.Fatal(err)
				}
				for {
					batch, err := root.Next(context.Background())
					if err != nil {
						b.Fatal(err)
					}
					if batch == nil {
						break
					}
					rows += batch.Rows()
				}
				root.Close()
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

// BenchmarkHalves measures what an exchange that parts pipelines by ranges of their leading
// variable could gain at most: the count of a join as a whole, and as two halves in two goroutines, without
// the cost of bringing their results together; alone, and with 64 clients at once.
func BenchmarkHalves(b *testing.B) {
	env := bsbm(b)
	const dc = "http://purl.org/dc/elements/1.1/"
	var low, high encoded.Term // subjects of dc:date
	date := algebra.TriplePattern{Subject: nd("?s"), Predicate: algebra.TermNode(graph.IRI(dc + "date")), Object: nd("?d")}
	var all []encoded.Term
	read := func(op algebra.Op, each func(*Batch)) {
		root, err := Build(op, env)
		if err != nil {
			b.Fatal(err)
		}
		defer root.Close()
		for {
			batch, err := root.Next(context.Background())
			if err != nil {
				b.Fatal(err)
			}
			if batch == nil {
				return
			}
			each(batch)
		}
	}
	read(&algebra.Scan{Pattern: date, Order: encoded.PSO, Unneeded: []algebra.Var{"d"}}, func(batch *Batch) { all = append(all, batch.Columns[0]...) })
	low, high = all[0], all[len(all)-1]
	middle := all[len(all)/2]
	scan := func(p, o string, r encoded.Range) algebra.Op {
		return &algebra.Scan{Pattern: algebra.TriplePattern{Subject: nd("?s"), Predicate: algebra.TermNode(graph.IRI(p)), Object: nd(o)}, Order: encoded.PSO,
			Ranges: []algebra.VarRange{{Var: "s", Ranges: []encoded.Range{r}}}}
	}
	join := func(l, r algebra.Op) algebra.Op {
		return &algebra.PhysicalJoin{Method: algebra.JoinMerge, Left: l, Right: r}
	}
	pipelines := map[string]func(r encoded.Range) algebra.Op{
		"star of three": func(r encoded.Range) algebra.Op {
			return &algebra.Group{Input: join(join(scan(dc+"publisher", "?a", r), scan(graph.RDFType, "?b", r)), scan(dc+"date", "?c", r)),
				Aggs: []algebra.Aggregation{{Var: "n", Agg: &algebra.Aggregate{Name: "COUNT"}}}}
		},
		"sum of years": func(r encoded.Range) algebra.Op {
			return &algebra.Group{Input: scan(dc+"date", "?d", r), Aggs: []algebra.Aggregation{{Var: "n", Agg: &algebra.Aggregate{Name: "SUM", Arg: call("YEAR", v("d"))}}}}
		},
	}
	for name, pipeline := range pipelines {
		whole := func() { read(pipeline(encoded.Range{Low: low, High: high}), func(*Batch) {}) }
		halves := func() {
			done := make(chan struct{})
			go func() {
				defer close(done)
				read(pipeline(encoded.Range{Low: low, High: middle}), func(*Batch) {})
			}()
			read(pipeline(encoded.Range{Low: middle + 1, High: high}), func(*Batch) {})
			<-done
		}
		for how, run := range map[string]func(){"whole": whole, "halves": halves} {
			b.Run(name+"/"+how, func(b *testing.B) {
				for b.Loop() {
					run()
				}
			})
			b.Run(name+"/"+how+", 64 clients", func(b *testing.B) {
				b.SetParallelism(32)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						run()
					}
				})
			})
		}
	}
}
