package query_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime/debug"
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
		if res.Form() == query.FormConstruct {
			for _, err := range res.Triples() {
				if err != nil {
					return err
				}
				n++
			}
			return nil
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

// resident returns the resident memory of the process in bytes, and the most it was,
// without pages of the store's files, which are the system's.
func resident(tb testing.TB) (now, most int64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Skipf("no way to measure the memory of a process: %v", err)
	}
	files := int64(0)
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
		case "RssFile:":
			files = kib << 10
		}
	}
	return now - files, most - files
}

// bombs are queries whose intermediate results are far larger than any budget, by every way
// that there is to make one.
var bombs = map[string]string{
	"cross product":           `SELECT * { ?a dc:title ?b . ?c dc:date ?d } ORDER BY ?d`,
	"cross product, grouped":  `SELECT ?a ?c (COUNT(*) AS ?n) { ?a dc:title ?b . ?c dc:date ?d } GROUP BY ?a ?c`,
	"cross product, distinct": `SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?d { ?a dc:title ?b . ?c dc:date ?d } }`,
	"count distinct of pairs": `SELECT (COUNT(DISTINCT *) AS ?n) { ?a dc:title ?b . ?c dc:date ?d }`,
	"everything, sorted":      `SELECT * { ?a ?b ?c } ORDER BY ?c ?a`,
	"everything, twice":       `SELECT (COUNT(*) AS ?n) { { ?a ?b ?c } UNION { ?c ?b ?a } ?a ?p ?o . FILTER(?p != ?b || ?o != ?c) }`,
	"self-join of the rest":   `SELECT (SUM(?x) AS ?n) { ?a ?p ?c OPTIONAL { ?a ?q ?c FILTER(?p != ?q) } BIND(1 AS ?x) }`,
	"join without a key":      `SELECT (COUNT(*) AS ?n) { ?a ?p ?c { SELECT * { ?d ?q ?e } } FILTER(?c < ?e) }`,
	"join on what is unbound": `SELECT (COUNT(*) AS ?n) { { ?a dc:date ?d OPTIONAL { ?a ?q ?e FILTER(?e > ?d) } } { ?x ?y ?e } }`,
	"group_concat of all":     `SELECT (STRLEN(GROUP_CONCAT(?c)) AS ?n) { ?a ?b ?c }`,
	"group_concat of pairs":   `SELECT (STRLEN(GROUP_CONCAT(?b)) AS ?n) { ?a dc:title ?b . ?c dc:date ?d }`,
	"group_concat of each":    `SELECT ?a (GROUP_CONCAT(?c) AS ?n) { ?a ?b ?c . ?x dc:date ?y } GROUP BY ?a ORDER BY ?n`,
	"median of pairs":         `SELECT (MEDIAN(?x) AS ?n) { ?a bsbm:deliveryDays ?x . ?c dc:date ?d }`,
	"sum of distinct values":  `SELECT (SUM(DISTINCT ?x) AS ?n) { ?a dc:title ?b . ?c bsbm:price ?d BIND(STRLEN(?b) * ?d AS ?x) }`,
	"concatenations":          `SELECT (STRLEN(?j) AS ?n) { BIND(REPLACE("aaaaaaaaaa", "a", "aaaaaaaaaa") AS ?b) BIND(REPLACE(?b, "a", ?b) AS ?c) BIND(REPLACE(?c, "a", ?c) AS ?d) BIND(CONCAT(?d, ?d, ?d, ?d) AS ?e) BIND(CONCAT(?e, ?e, ?e, ?e) AS ?j) }`,
	"new terms in each row":   `SELECT (COUNT(DISTINCT ?x) AS ?n) { ?a rdfs:comment ?c BIND(CONCAT(?c, STR(?a), ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c) AS ?x) }`,
	"blank nodes":             `SELECT (COUNT(DISTINCT ?x) AS ?n) { ?a ?b ?c BIND(BNODE() AS ?x) }`,
	"every path":              `SELECT (COUNT(*) AS ?n) { ?a (!dc:none)+ ?b }`,
	"every path, both ways":   `SELECT (COUNT(*) AS ?n) { ?a (dc:publisher|^dc:publisher)* ?b }`,
	"a path to all":           `SELECT (COUNT(*) AS ?n) { ?x rdfs:label ?l . ?x (!dc:none|!^dc:none)+ ?b }`,
	"path of a sequence":      `SELECT (COUNT(*) AS ?n) { ?a (dc:publisher/^dc:publisher)+ ?b }`,
	"construct":               `CONSTRUCT { ?a ?d ?b } { ?a dc:title ?b . ?c dc:date ?d }`,
	"exists":                  `SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER(EXISTS { ?c ?q ?e FILTER(?e != ?a) } || ?c = 7) }`,
	"cyclic pattern":          `SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?b ?q ?c . ?a ?r ?c }`,
	"minus of pairs":          `SELECT (COUNT(*) AS ?n) { ?a dc:title ?b . ?c dc:date ?d MINUS { ?a ?p ?b . ?c ?q ?d } }`,
	"long VALUES":             `SELECT (COUNT(*) AS ?n) { ?a ?b ?c VALUES ?c { "" 1 2 3 UNDEF } ?d ?e ?c }`,
}

const bombPrefixes = `PREFIX bsbm: <http://www4.wiwiss.fu-berlin.de/bizer/bsbm/v01/vocabulary/>
PREFIX dc: <http://purl.org/dc/elements/1.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
`

// TestBSBM_KeepsBudget runs every query with 64 MiB, and with a tiny budget, and queries that
// would fill any memory, each kind in a process of its own. A query answers, by spilling, or fails
// with the error of the budget or of the temporary files, and the process stays below the budget
// and 300 MiB. For the latter the garbage collector is told so: what is counted must be right then,
// while with its default settings it lets twice as much accumulate before it runs.
func TestBSBM_KeepsBudget(t *testing.T) {
	const child = "ENTENTE_BUDGET_CHILD"
	if kind := os.Getenv(child); kind != "" {
		keepsBudget(t, kind)
		return
	}
	if os.Getenv("ENTENTE_BSBM") == "" {
		bsbm(t)
	}
	for _, kind := range []string{"queries 64", "queries 1", "bombs 64"} {
		t.Run(kind, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run", "^TestBSBM_KeepsBudget$", "-test.v")
			cmd.Env = append(os.Environ(), child+"="+kind)
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func keepsBudget(t *testing.T, kind string) {
	s, queries := bsbm(t)
	what, mib, _ := strings.Cut(kind, " ")
	n, err := strconv.ParseInt(mib, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	budget := n << 20
	if what == "bombs" {
		debug.SetMemoryLimit(budget + 200<<20)
	}
	cases := map[string]string{}
	if what == "bombs" {
		for name, text := range bombs {
			cases[name] = bombPrefixes + text
		}
	} else {
		for i, q := range queries {
			cases[fmt.Sprintf("%03d", i)] = q
		}
	}
	failed := 0
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		q := cases[name]
		opts := []query.Option{query.WithMemory(budget), query.WithSpillDir(t.TempDir())}
		if what == "bombs" {
			opts = append(opts, query.WithTimeout(5*time.Second), query.WithMaxSpill(1<<30))
		}
		n, first, err := readAll(ctx, s, q, opts...)
		_, most := resident(t)
		switch {
		case errors.Is(err, query.ErrMemory), errors.Is(err, query.ErrSpill), errors.Is(err, query.ErrTimeout):
			failed++
			t.Logf("%s: %v; %d MiB", name, err, most>>20)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case what == "bombs":
			t.Logf("%s: %d rows, %s; %d MiB", name, n, first, most>>20)
		default:
			wantN, want, err := readAll(ctx, s, q)
			if err != nil || n != wantN || n == 1 && first != want {
				t.Errorf("%s: %d rows, first %s, with the budget; %d rows, first %s (%v) without", name, n, first, wantN, want, err)
			}
		}
		if most > budget+300<<20 {
			t.Fatalf("%s: the process held %d MiB", name, most>>20)
		}
	}
	_, most := resident(t)
	t.Logf("%d of %d failed for their budget; the process held %d MiB at most", failed, len(cases), most>>20)
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
	changed := algebra.Shuffle(q.Root, r)
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
