package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// model is the store's meaning: a set of quads.
type model map[encoded.Pattern]bool

// scan answers a scan the slow way.
func (m model) scan(s encoded.Scan) []row {
	seq := s.Order.Sequence()
	var rows []row
	for q := range m {
		match := true
		for p, v := range s.Pattern {
			match = match && (v == encoded.Undefined || v == q[p])
		}
		if s.Pattern[encoded.Graph] == encoded.Undefined {
			g := q[encoded.Graph]
			_, in := slices.BinarySearch(s.Graphs, g)
			switch s.Scope {
			case encoded.ScopeDefault:
				match = match && g == encoded.DefaultGraph
			case encoded.ScopeNamed:
				match = match && g != encoded.DefaultGraph
			case encoded.ScopeSet, encoded.ScopeMerged:
				match = match && in
			}
		}
		if s.Range != (encoded.Range{}) {
			for _, p := range seq {
				bound := s.Pattern[p] != encoded.Undefined || p == encoded.Graph && s.Scope == encoded.ScopeDefault
				if !bound {
					match = match && s.Range.Contains(q[p])
					break
				}
			}
		}
		if !match {
			continue
		}
		if s.Scope >= encoded.ScopeMerged && s.Pattern[encoded.Graph] == encoded.Undefined {
			q[encoded.Graph] = 0
		}
		rows = append(rows, arrange(row(q), s.Order))
	}
	slices.SortFunc(rows, compareRows)
	if s.Scope >= encoded.ScopeMerged && s.Pattern[encoded.Graph] == encoded.Undefined {
		rows = slices.Compact(rows)
	}
	for i := range rows {
		for c, p := range seq {
			if !s.Columns.Has(p) {
				rows[i][c] = 0
			}
		}
	}
	return rows
}

// readScan reads a whole scan; rows have zeros in columns not wanted.
func readScan(t testing.TB, tx *Tx, s encoded.Scan, seek func(encoded.Iterator)) (rows []row, counts []uint32) {
	t.Helper()
	it, err := tx.Scan(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	if seek != nil {
		seek(it)
	}
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return rows, counts
		}
		if b.Len > encoded.BatchSize || b.Len == 0 {
			t.Fatalf("batch of %d rows", b.Len)
		}
		for i := range b.Len {
			var r row
			for c, p := range s.Order.Sequence() {
				if s.Columns.Has(p) {
					if len(b.Columns[p]) != b.Len {
						t.Fatalf("column %d has %d of %d rows", p, len(b.Columns[p]), b.Len)
					}
					r[c] = b.Columns[p][i]
				} else if b.Columns[p] != nil {
					t.Fatalf("column %d was not asked for", p)
				}
			}
			rows = append(rows, r)
		}
		counts = append(counts, b.Counts...)
	}
}

func randomScan(r *rand.Rand, m model) encoded.Scan {
	s := encoded.Scan{Order: encoded.Order(r.IntN(7)), Columns: encoded.Positions(r.IntN(16)), Scope: encoded.GraphScope(r.IntN(5))}
	var some encoded.Pattern
	for q := range m {
		some = q
		break
	}
	for p := range 4 {
		if r.IntN(3) == 0 {
			s.Pattern[p] = some[p]
		}
	}
	if s.Scope == encoded.ScopeSet || s.Scope == encoded.ScopeMerged {
		for g := range 4 {
			if r.IntN(2) == 0 {
				s.Graphs = append(s.Graphs, testGraph(g))
			}
		}
		slices.Sort(s.Graphs)
	}
	if s.Scope >= encoded.ScopeMerged && s.Pattern[3] == encoded.Undefined {
		s.Columns &^= 1 << encoded.Graph
		if s.Order == encoded.GSPO {
			s.Order = encoded.PSO
		}
	}
	if r.IntN(4) == 0 {
		a, b := encoded.Make(encoded.TagBlank, r.Uint64N(40)), encoded.Make(encoded.TagBlank, r.Uint64N(40))
		s.Range = encoded.Range{Low: min(a, b), High: max(a, b)}
	}
	return s
}

func testGraph(g int) encoded.Term {
	if g == 0 {
		return encoded.DefaultGraph
	}
	return encoded.Make(encoded.TagBlank, uint64(g-1))
}

func compareModel(t testing.TB, tx *Tx, m model, r *rand.Rand) {
	t.Helper()
	for range 8 {
		s := randomScan(r, m)
		want := m.scan(s)
		got, _ := readScan(t, tx, s, nil)
		if !slices.Equal(got, want) {
			t.Fatalf("scan %+v:\n got %v\nwant %v", s, got, want)
		}
		n, exact, err := tx.Count(s)
		if err != nil {
			t.Fatal(err)
		}
		if exact && n != uint64(len(want)) {
			t.Fatalf("count %+v: %d, want %d", s, n, len(want))
		}
		if !exact && s.Scope < encoded.ScopeMerged && len(m) < smallCount {
			t.Fatalf("count %+v is not exact", s)
		}
		compareSeek(t, tx, m, s, r)
		compareGrouped(t, tx, m, s, r)
	}
}

// free lists the free positions of a scan in order, as Seek counts them.
func free(s encoded.Scan) (columns []int) {
	for c, p := range s.Order.Sequence() {
		if s.Pattern[p] == encoded.Undefined && !(p == encoded.Graph && s.Scope == encoded.ScopeDefault) {
			columns = append(columns, c)
		}
	}
	return columns
}

func compareSeek(t testing.TB, tx *Tx, m model, s encoded.Scan, r *rand.Rand) {
	t.Helper()
	s.Columns = 15
	if s.Scope >= encoded.ScopeMerged && s.Pattern[3] == encoded.Undefined {
		s.Columns = 7
	}
	all := m.scan(s)
	columns := free(s)
	if s.Scope >= encoded.ScopeMerged && s.Pattern[3] == encoded.Undefined {
		columns = slices.DeleteFunc(columns, func(c int) bool { return c == 3 })
	}
	if len(all) == 0 || len(columns) == 0 {
		return
	}
	columns = columns[:1+r.IntN(len(columns))]
	it, err := tx.Scan(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	at := 0
	for at < len(all) {
		target := all[at+r.IntN(len(all)-at)]
		if r.IntN(3) == 0 {
			target[columns[len(columns)-1]]++
		}
		var key []encoded.Term
		for _, c := range columns {
			key = append(key, target[c])
		}
		if err := it.Seek(key...); err != nil {
			t.Fatal(err)
		}
		before := func(q row) bool {
			for i, c := range columns {
				if q[c] != key[i] {
					return q[c] < key[i]
				}
			}
			return false
		}
		for at < len(all) && before(all[at]) {
			at++
		}
		var b encoded.Batch
		ok, err := it.Next(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			if at < len(all) {
				t.Fatalf("scan %+v ends at seek %v, rows %v", s, key, all[at:])
			}
			return
		}
		for i := range b.Len {
			for c, p := range s.Order.Sequence() {
				if s.Columns.Has(p) && b.Columns[p][i] != all[at][c] {
					t.Fatalf("scan %+v, seek %v: row %d differs", s, key, at)
				}
			}
			at++
		}
	}
}

func compareGrouped(t testing.TB, tx *Tx, m model, s encoded.Scan, r *rand.Rand) {
	t.Helper()
	columns := free(s)
	if s.Scope >= encoded.ScopeMerged && s.Pattern[3] == encoded.Undefined {
		columns = slices.DeleteFunc(columns, func(c int) bool { return c == 3 })
	}
	columns = columns[:r.IntN(len(columns)+1)]
	all := s
	all.Columns, s.Columns = 15, 0
	for _, c := range columns {
		s.Columns = s.Columns.With(s.Order.Sequence()[c])
	}
	// A bound position between free ones does not disturb.
	var want []row
	var counts []uint32
	for _, q := range m.scan(all) {
		var k row
		for _, c := range columns {
			k[c] = q[c]
		}
		if len(want) == 0 || want[len(want)-1] != k {
			want, counts = append(want, k), append(counts, 0)
		}
		counts[len(counts)-1]++
	}
	s.Grouped = true
	got, n := readScan(t, tx, s, nil)
	if !slices.Equal(got, want) || !slices.Equal(n, counts) {
		t.Fatalf("grouped scan %+v:\n got %v %v\nwant %v %v", s, got, n, want, counts)
	}
}

// TestStore_RandomChanges_MatchModel makes random changes, with merges and
// reopening in between, and compares every kind of reading with a set of quads.
func TestStore_RandomChanges_MatchModel(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			path := ""
			if seed%3 == 0 {
				path = t.TempDir()
			}
			s := openTest(t, path, nil)
			m := model{}
			var blanks []encoded.Term
			must(t, s.Update(func(tx *Tx) error {
				for range 40 {
					b, err := tx.NewBlank()
					must(t, err)
					blanks = append(blanks, b)
				}
				return nil
			}))
			size := []int{3, 30, 400, 4000}[seed%4]
			for range 12 {
				var after model
				err := s.Update(func(tx *Tx) error {
					after = model{}
					for q := range m {
						after[q] = true
					}
					for range 1 + r.IntN(3) {
						var quads []encoded.Pattern
						for range 1 + r.IntN(size) {
							q := encoded.Pattern{blanks[r.IntN(30)], blanks[r.IntN(4)], blanks[r.IntN(40)], testGraph(max(0, r.IntN(8)-4))}
							quads = append(quads, q)
						}
						if r.IntN(3) == 0 {
							must(t, tx.Delete(quads))
							for _, q := range quads {
								delete(after, q)
							}
						} else {
							must(t, tx.Insert(quads))
							for _, q := range quads {
								after[q] = true
							}
						}
						if r.IntN(2) == 0 {
							must(t, tx.Flush())
							compareModel(t, tx, after, r)
						}
					}
					if r.IntN(5) == 0 {
						return errGiveUp
					}
					return nil
				})
				if err == nil {
					m = after
				} else if err != errGiveUp {
					t.Fatal(err)
				}
				switch r.IntN(6) {
				case 0:
					must(t, s.Compact(context.Background()))
				case 1:
					if path != "" {
						closeTest(t, s)
						s = openTest(t, path, nil)
					}
				}
				must(t, s.View(func(tx *Tx) error { compareModel(t, tx, m, r); return nil }))
			}
		})
	}
}

var errGiveUp = fmt.Errorf("given up")

// TestDictionary_AllKindsOfTerm loads and interns terms of every kind and finds
// them again, also after reopening.
func TestDictionary_AllKindsOfTerm(t *testing.T) {
	path := t.TempDir()
	s := openTest(t, path, nil)
	var terms []graph.Term
	for i := range 3000 {
		terms = append(terms, graph.IRI(fmt.Sprintf("http://example.org/thing/%d", i)), graph.String(fmt.Sprintf("name %d\x01", i*7)),
			graph.LangString(fmt.Sprintf("Name %d", i), "en"), graph.Literal(fmt.Sprint(i), "http://example.org/unit"), graph.Literal(fmt.Sprintf("0%d", i), graph.XSDInteger))
	}
	terms = append(terms, graph.String(""), graph.DirLangString("x", "ar", graph.RTL), graph.DirLangString("x", "ar", graph.LTR), graph.LangString("x", "ar"),
		graph.Literal("x", "y"), graph.Boolean(true), graph.Literal("12", graph.XSDInteger))
	triple := graph.TripleTerm(terms[0], terms[5], terms[1])
	terms = append(terms, triple, graph.TripleTerm(terms[0], terms[5], triple))
	half := len(terms) / 2
	p := terms[0]
	_, err := s.LoadQuads(context.Background(), nil, func(ctx context.Context, emit func(graph.Quad) error) error {
		for _, o := range terms[:half] {
			if err := emit(graph.Quad{Subject: p, Predicate: p, Object: o}); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
	must(t, s.Update(func(tx *Tx) error {
		for _, o := range terms[half : half+100] {
			e, err := tx.Intern(o)
			must(t, err)
			pe, _, err := tx.Encode(p)
			must(t, err)
			must(t, tx.Insert([]encoded.Pattern{{pe, pe, e, encoded.DefaultGraph}}))
		}
		return nil
	}))
	_, err = s.LoadQuads(context.Background(), nil, func(ctx context.Context, emit func(graph.Quad) error) error {
		for _, o := range terms {
			if err := emit(graph.Quad{Subject: p, Predicate: p, Object: o}); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
	closeTest(t, s)
	s = openTest(t, path, nil)
	must(t, s.View(func(tx *Tx) error {
		ids := make([]encoded.Term, len(terms))
		for i, term := range terms {
			e, ok, err := tx.Encode(term)
			must(t, err)
			if !ok {
				t.Fatalf("%s is not found", term)
			}
			ids[i] = e
		}
		out := make([]graph.Term, len(ids))
		must(t, tx.Decode(ids, out))
		for i := range out {
			if !out[i].Equal(terms[i]) {
				t.Fatalf("%s became %s", terms[i], out[i])
			}
		}
		n, exact, err := tx.Count(encoded.Scan{})
		if want := uint64(len(terms)); n != want || !exact || err != nil {
			t.Fatalf("%d quads, want %d, %v", n, want, err)
		}
		return nil
	}))
}
