package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
)

// setsOf counts the characteristic sets of a snapshot the slow way.
func setsOf(t *testing.T, tx *Tx) map[string]encoded.CharacteristicSet {
	t.Helper()
	rows, _ := readScan(t, tx, encoded.Scan{Order: encoded.SPO, Scope: encoded.ScopeDefault, Columns: 15}, nil)
	named, _ := readScan(t, tx, encoded.Scan{Order: encoded.SPO, Scope: encoded.ScopeNamed, Columns: 15}, nil)
	bySubject := map[encoded.Term]map[encoded.Term]uint64{}
	for _, r := range append(rows, named...) {
		if bySubject[r[0]] == nil {
			bySubject[r[0]] = map[encoded.Term]uint64{}
		}
		bySubject[r[0]][r[1]]++
	}
	sets := map[string]encoded.CharacteristicSet{}
	for _, predicates := range bySubject {
		var list []encoded.Term
		for p := range predicates {
			list = append(list, p)
		}
		slices.Sort(list)
		s := sets[fmt.Sprint(list)]
		if s.Subjects++; s.Predicates == nil {
			s.Predicates, s.Triples = list, make([]uint64, len(list))
		}
		for i, p := range list {
			s.Triples[i] += predicates[p]
		}
		sets[fmt.Sprint(list)] = s
	}
	return sets
}

// TestTx_CharacteristicSets_AreExactAfterMerges compares them with a count by
// hand: after a load, after commits (when they are estimates), after Compact, and
// inside a transaction.
func TestTx_CharacteristicSets_AreExactAfterMerges(t *testing.T) {
	ctx := context.Background()
	s := openTest(t, "", nil)
	compare := func(tx *Tx, exact bool) {
		t.Helper()
		c, err := tx.CharacteristicSets()
		must(t, err)
		if c.Exact != exact {
			t.Errorf("exact: %v, want %v", c.Exact, exact)
		}
		if !exact {
			return
		}
		want := setsOf(t, tx)
		if len(c.Sets) != len(want) || c.RestSubjects != 0 {
			t.Errorf("%d sets and %d subjects in the rest, want %d sets", len(c.Sets), c.RestSubjects, len(want))
		}
		last := ^uint64(0)
		for _, set := range c.Sets {
			if w := want[fmt.Sprint(set.Predicates)]; fmt.Sprint(set) != fmt.Sprint(w) {
				t.Errorf("%v, want %v", set, w)
			}
			if set.Subjects > last {
				t.Errorf("%v comes after a set of %d subjects", set, last)
			}
			last = set.Subjects
		}
	}
	view := func(exact bool) {
		t.Helper()
		must(t, s.View(func(tx *Tx) error { compare(tx, exact); return nil }))
	}
	view(true)
	_, err := s.Load(ctx, strings.NewReader(randomQuads(rand.New(rand.NewPCG(1, 1)), 20000)), rdfio.NQuads, nil)
	must(t, err)
	view(true)
	commitOne(t, s, 1)
	commitOne(t, s, 2)
	view(false)
	view(false) // now from the cache
	must(t, s.Update(func(tx *Tx) error {
		rows, _ := readScan(t, tx, encoded.Scan{Order: encoded.SPO, Columns: 15}, nil)
		for i, r := range rows {
			if i%3 == 0 {
				must(t, tx.Delete([]encoded.Pattern{{r[0], r[1], r[2], r[3]}}))
			}
		}
		must(t, tx.Flush())
		compare(tx, false)
		return nil
	}))
	view(false)
	must(t, s.Compact(ctx))
	view(true)
}

// TestTx_CharacteristicSets_OfASmallStore has its only run in memory.
func TestTx_CharacteristicSets_OfASmallStore(t *testing.T) {
	s := openTest(t, "", nil)
	_, err := s.Load(context.Background(), strings.NewReader(`
		<http://a> <http://name> "a", "A" ; <http://mail> "a@x" .
		<http://b> <http://name> "b" ; <http://mail> "b@x" .
		<http://c> <http://name> "c" .`), rdfio.Turtle, nil)
	must(t, err)
	must(t, s.View(func(tx *Tx) error {
		c, err := tx.CharacteristicSets()
		must(t, err)
		var p [2]encoded.Term
		for i, iri := range []string{"http://name", "http://mail"} {
			p[i], _, err = tx.Encode(graph.IRI(iri))
			must(t, err)
		}
		if subjects, rows := c.Star(p[0], p[1]); subjects != 2 || rows != 3 {
			t.Errorf("%g subjects, %g rows, want 2 and 3", subjects, rows)
		}
		if subjects, rows := c.Star(p[0]); subjects != 3 || rows != 4 {
			t.Errorf("%g subjects, %g rows, want 3 and 4", subjects, rows)
		}
		return nil
	}))
}

// TestSetsBuilder_ManySets counts subjects that hardly ever have the same
// predicates: the sets stay bounded, the frequent one is kept, and no subject
// or triple is lost.
func TestSetsBuilder_ManySets(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	b := newSetsBuilder()
	triples, subjects := map[encoded.Term]uint64{}, uint64(0)
	add := func(predicates ...encoded.Term) {
		subjects++
		slices.Sort(predicates)
		for i, p := range slices.Compact(predicates) {
			for range i%2 + 1 {
				row := row{encoded.Term(subjects), p, encoded.Term(r.Uint64()), encoded.DefaultGraph}
				b.add(&row)
				triples[p]++
			}
		}
	}
	const n = 60000
	for i := range n {
		if i%10 == 0 {
			add(7, 8, 9)
		}
		var some []encoded.Term
		for range 1 + r.IntN(8) {
			some = append(some, encoded.Term(100+r.IntN(2000)))
		}
		add(some...)
		if len(b.sets.Sets) > 4*maxSets || b.held > 4*maxSetPredicates {
			t.Fatalf("%d sets of %d predicates are held", len(b.sets.Sets), b.held)
		}
	}
	wide := make([]encoded.Term, maxSetWidth+1)
	for i := range wide {
		wide[i] = encoded.Term(5000 + i)
	}
	add(wide...)
	c := b.finish()
	if len(c.Sets) == 0 || len(c.Sets) > maxSets || c.Exact {
		t.Errorf("%d sets, exact %v", len(c.Sets), c.Exact)
	}
	if first := c.Sets[0]; fmt.Sprint(first) != fmt.Sprint(encoded.CharacteristicSet{Predicates: []encoded.Term{7, 8, 9}, Triples: []uint64{n / 10, 2 * n / 10, n / 10}, Subjects: n / 10}) {
		t.Errorf("the first set is %v", first)
	}
	sum, predicates := c.RestSubjects, 0
	for _, s := range c.Sets {
		sum += s.Subjects
		predicates += len(s.Predicates)
		for i, p := range s.Predicates {
			triples[p] -= s.Triples[i]
		}
	}
	for p, v := range c.Rest {
		triples[p] -= v.Triples
	}
	for p, left := range triples {
		if left != 0 {
			t.Fatalf("predicate %v: %d triples are not counted", p, int64(left))
		}
	}
	if sum != subjects || predicates > maxSetPredicates {
		t.Errorf("%d subjects, want %d; %d predicates", sum, subjects, predicates)
	}
	back, err := decodeSets(encodeSets(c))
	must(t, err)
	if got, want := string(encodeSets(back)), string(encodeSets(c)); got != want {
		t.Error("decoding and encoding gives other bytes")
	}
}

// FuzzSets decodes arbitrary bytes as characteristic sets.
func FuzzSets(f *testing.F) {
	b := newSetsBuilder()
	for _, r := range []row{{1, 2, 3}, {1, 4, 5}, {6, 2, 7}} {
		b.add(&r)
	}
	value := encodeSets(b.finish())
	f.Add(value[:len(value)-4])
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decodeSets(seal(data))
		if err != nil {
			return
		}
		if _, err := decodeSets(encodeSets(c)); err != nil {
			t.Fatal(err)
		}
		for i := range c.Sets {
			c.Star(c.Sets[i].Predicates...)
		}
	})
}
