package query_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/sparql"
	"github.com/ententedb/entente/storage"
)

// bsbm returns the Sparqloscope queries of ../shared/bench and the store that
// ENTENTE_BSBM names, which `entente load` made of bsbm-5000.nt.zst; without them
// the test is skipped.
func bsbm(tb testing.TB) (*storage.Store, []string) {
	tb.Helper()
	dir := os.Getenv("ENTENTE_BSBM")
	if dir == "" {
		tb.Skip("ENTENTE_BSBM names no store with the BSBM data")
	}
	f, err := os.Open("../../shared/bench/sparqloscope-bsbm-5000.csv")
	if err != nil {
		tb.Skipf("the queries are not here: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var queries []string
	for _, r := range rows[1:] {
		queries = append(queries, r[1])
	}
	s, err := storage.Open(dir, &storage.Options{ReadOnly: true, Cache: 64 << 20})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return s, queries
}

// TestBSBM_OptimiserKeepsAnswers compares every answer with that of the tree as it was written.
func TestBSBM_OptimiserKeepsAnswers(t *testing.T) {
	s, queries := bsbm(t)
	for i, q := range queries {
		got, err := sortedRows(s, q)
		if err != nil {
			t.Errorf("%d: %v", i, err)
			continue
		}
		want, err := sortedRows(s, q, query.WithoutOptimizer())
		if err != nil {
			t.Errorf("%d without the optimiser: %v", i, err)
		} else if !slices.Equal(got, want) {
			t.Errorf("%d: %d rows, without the optimiser %d, or others\n%s", i, len(got), len(want), q)
		}
	}
}

// sortedRows returns the rows of a query as text, sorted.
func sortedRows(s *storage.Store, text string, opts ...query.Option) (rows []string, err error) {
	err = s.View(func(tx *storage.Tx) error {
		res, err := query.Run(ctx, tx, text, opts...)
		if err != nil {
			return err
		}
		for row, err := range res.Rows() {
			if err != nil {
				return err
			}
			rows = append(rows, fmt.Sprint(row.Terms()))
		}
		return nil
	})
	slices.Sort(rows)
	return rows, err
}

// readAll runs a query and returns the number of rows and a text of the first few.
func readAll(ctx context.Context, s *storage.Store, text string, opts ...query.Option) (n int, first string, err error) {
	err = s.View(func(tx *storage.Tx) error {
		res, err := query.Run(ctx, tx, text, opts...)
		if err != nil {
			return err
		}
		for row, err := range res.Rows() {
			if err != nil {
				return err
			}
			if n++; n == 1 {
				first = fmt.Sprint(row.Terms())
			}
		}
		return nil
	})
	return n, first, err
}

// resident returns the resident memory of the process in bytes, and the most it was.
func resident(tb testing.TB) (now, most int64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Skipf("no way to measure the memory of a process: %v", err)
	}
	for line := range strings.Lines(string(status)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kib, _ := strconv.ParseInt(f[1], 10, 64)
		switch f[0] {
		case "VmRSS:":
			now = kib << 10
		case "VmHWM:":
			most = kib << 10
		}
	}
	return now, most
}

// TestBSBM_KeepsBudget runs every query with 64 MiB, and with a tiny budget.
// It answers, by spilling, or fails with ErrMemory, and the process stays below the budget
// and 300 MiB.
func TestBSBM_KeepsBudget(t *testing.T) {
	for _, mib := range []int64{64, 1} {
		t.Run(fmt.Sprint(mib, " MiB"), func(t *testing.T) { keepsBudget(t, mib<<20) })
	}
}

func keepsBudget(t *testing.T, budget int64) {
	s, queries := bsbm(t)
	failed := 0
	for i, q := range queries {
		n, first, err := readAll(ctx, s, q, query.WithMemory(budget), query.WithSpillDir(t.TempDir()))
		if errors.Is(err, query.ErrMemory) {
			failed++
			t.Logf("%d passes the budget", i)
			continue
		}
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
		if _, most := resident(t); most > budget+300<<20 {
			t.Fatalf("%d: the process held %d MiB", i, most>>20)
		}
		wantN, want, err := readAll(ctx, s, q)
		if err != nil || n != wantN || n == 1 && first != want {
			t.Errorf("%d: %d rows, first %s, with the budget; %d rows, first %s (%v) without", i, n, first, wantN, want, err)
		}
	}
	_, most := resident(t)
	t.Logf("%d of %d passed the budget; the process held %d MiB at most", failed, len(queries), most>>20)
}

// TestBSBM_CancelledWithin100ms cancels every query after 5 ms.
func TestBSBM_CancelledWithin100ms(t *testing.T) {
	s, queries := bsbm(t)
	cancelled := 0
	for i, q := range queries {
		best := time.Hour
		for range 3 { // other work on the machine must not count
			ctx, cancel := context.WithCancel(ctx)
			at := make(chan time.Time, 1)
			timer := time.AfterFunc(5*time.Millisecond, func() { at <- time.Now(); cancel() })
			_, _, err := readAll(ctx, s, q)
			end := time.Now()
			if timer.Stop() || err == nil {
				best = 0 // it was faster
			} else {
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%d: %v", i, err)
				}
				cancelled++
				best = min(best, end.Sub(<-at))
			}
			cancel()
			if best < 100*time.Millisecond {
				break
			}
		}
		if best > 100*time.Millisecond {
			t.Errorf("%d ended %v after it was cancelled", i, best)
		}
	}
	t.Logf("%d of %d queries were cancelled", cancelled, len(queries))
}

// permuted returns a query with the patterns of its basic graph patterns in
// another sequence; false if there are none to permute.
func permuted(tb testing.TB, text string, r *rand.Rand) (string, bool) {
	q, err := sparql.Parse(text, &sparql.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	changed := false
	algebra.Walk(q.Root, func(op algebra.Op) bool {
		if b, ok := op.(*algebra.BGP); ok && len(b.Patterns) > 1 {
			changed = true
			r.Shuffle(len(b.Patterns), func(i, j int) { b.Patterns[i], b.Patterns[j] = b.Patterns[j], b.Patterns[i] })
		}
		return true
	})
	return sparql.Format(q), changed
}

// TestBSBM_WrittenOrderDoesNotMatter runs 20 permutations of the patterns of
// each query: the work stays within 1.2 times.
func TestBSBM_WrittenOrderDoesNotMatter(t *testing.T) {
	s, queries := bsbm(t)
	tried := 0
	for i, q := range queries {
		r := rand.New(rand.NewPCG(uint64(i), 7))
		var least, most uint64
		var worst *query.Explanation
		for k := range 20 {
			text, ok := permuted(t, q, r)
			if !ok {
				break
			}
			var e *query.Explanation
			err := s.View(func(tx *storage.Tx) (err error) {
				e, err = query.Explain(ctx, tx, text, query.ExplainOptions{Analyze: true})
				return err
			})
			if err != nil {
				t.Fatalf("%d: %v\n%s", i, err, text)
			}
			tried++
			rows, seeks := work(e.Plan)
			if n := rows + seeks; n > most {
				most, worst = n, e
			}
			if n := rows + seeks; k == 0 || n < least {
				least = n
			}
		}
		if float64(most+100) > 1.2*float64(least+100) {
			t.Errorf("%d: between %d and %d rows and seeks, at worst\n%s", i, least, most, worst)
		}
	}
	t.Logf("%d permutations", tried)
}
