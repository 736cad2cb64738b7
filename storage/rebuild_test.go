package storage

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
)

// messy fills a store with terms of both zones: loads, commits of terms one by
// one, and deletions of most of it.
func messy(t *testing.T, s *Store) {
	t.Helper()
	r := rand.New(rand.NewPCG(8, 8))
	for range 3 {
		_, err := s.Load(t.Context(), strings.NewReader(randomQuads(r, 15000)), rdfio.NQuads, nil)
		must(t, err)
	}
	for i := range 300 {
		must(t, s.Update(func(tx *Tx) error {
			var q encoded.Pattern
			for p, term := range []graph.Term{graph.IRI(fmt.Sprint("http://late/", i%70)), graph.IRI("http://p"), graph.LangString(fmt.Sprint("late ", i), "en")} {
				var err error
				if q[p], err = tx.Intern(term); err != nil {
					return err
				}
			}
			q[3] = encoded.DefaultGraph
			return tx.Insert([]encoded.Pattern{q})
		}))
	}
	must(t, s.Update(func(tx *Tx) error {
		for _, scope := range []encoded.GraphScope{encoded.ScopeDefault, encoded.ScopeNamed} {
			rows, _ := readScan(t, tx, encoded.Scan{Order: encoded.SPO, Scope: scope, Columns: 15}, nil)
			for i, r := range rows {
				if i%4 != 0 {
					must(t, tx.Delete([]encoded.Pattern{{r[0], r[1], r[2], r[3]}}))
				}
			}
		}
		return nil
	}))
}

// TestStore_Compact_GivesTermsBack compacts a store most of whose terms are not
// used any more, while a snapshot stays open.
func TestStore_Compact_GivesTermsBack(t *testing.T) {
	for _, memory := range []int64{1 << 30, 2 << 20} {
		t.Run(fmt.Sprint(memory), func(t *testing.T) {
			dir := t.TempDir()
			s, err := Open(dir, &Options{Memory: memory})
			must(t, err)
			messy(t, s)
			want := contents(t, s)
			before, err := s.Info()
			must(t, err)
			old, err := s.Snapshot()
			must(t, err)
			rows, _ := readScan(t, old, encoded.Scan{Order: encoded.OSP, Scope: encoded.ScopeDefault, Columns: 15}, nil)
			must(t, s.Compact(t.Context()))
			compareContents(t, contents(t, s), want)
			after, err := s.Info()
			must(t, err)
			if after.LooseTerms != 0 || before.LooseTerms == 0 || after.Dictionary*2 > before.Dictionary+before.Loose {
				t.Errorf("the dictionary has %d bytes and %d loose terms; before it had %d and %d, and %d bytes of these",
					after.Dictionary, after.LooseTerms, before.Dictionary, before.LooseTerms, before.Loose)
			}
			if after.Commit != before.Commit+1 || after.Totals.Quads != before.Totals.Quads {
				t.Errorf("%+v after %+v", after, before)
			}
			must(t, s.View(func(tx *Tx) error {
				if n := len(tx.st.segments); n != 1 {
					t.Errorf("%d segments", n)
				}
				if _, exact, err := tx.PrefixRanges(encoded.TagIRI, "http://late/"); err != nil || !exact {
					t.Error("the ranges of a prefix are not exact:", err)
				}
				return nil
			}))
			// The old snapshot sees what it saw, terms included.
			again, _ := readScan(t, old, encoded.Scan{Order: encoded.OSP, Scope: encoded.ScopeDefault, Columns: 15}, nil)
			if fmt.Sprint(rows) != fmt.Sprint(again) {
				t.Error("the old snapshot has changed")
			}
			for _, r := range rows {
				out := make([]graph.Term, 4)
				must(t, old.Decode(r[:], out))
				if e, ok, err := old.Encode(out[2]); err != nil || !ok || e != r[2] {
					t.Fatalf("%v is %v in the old snapshot, %v %v", out[2], e, ok, err)
				}
			}
			old.Close()
			// Nothing is left to do, and terms can come again.
			must(t, s.Compact(t.Context()))
			if same, err := s.Info(); err != nil || same.Commit != after.Commit {
				t.Errorf("a second time: commit %d, %v", same.Commit, err)
			}
			commitOne(t, s, 7)
			must(t, s.Update(func(tx *Tx) error {
				for i := range 300 {
					if _, err := tx.Intern(graph.LangString(fmt.Sprint("late ", i), "en")); err != nil {
						return err
					}
				}
				return nil
			}))
			want = contents(t, s)
			var image bytes.Buffer
			must(t, s.Backup(t.Context(), &image, nil))
			closeTest(t, s)
			s = openTest(t, dir, nil)
			compareContents(t, contents(t, s), want)
			restored, err := OpenImage(&image, nil)
			must(t, err)
			compareContents(t, contents(t, restored), want)
			closeTest(t, restored)
		})
	}
}

// TestStore_Compact_KeepsWhatHistoryNeeds has earlier commits that need the terms.
func TestStore_Compact_KeepsWhatHistoryNeeds(t *testing.T) {
	s := openTest(t, "", &Options{KeepHistory: 1000})
	messy(t, s)
	want := map[string]int{}
	must(t, s.ViewAt(3, func(tx *Tx) error {
		totals, err := tx.Totals()
		want["quads"] = int(totals.Quads)
		return err
	}))
	must(t, s.Compact(t.Context()))
	must(t, s.ViewAt(3, func(tx *Tx) error {
		rows, _ := readScan(t, tx, encoded.Scan{Order: encoded.SPO, Scope: encoded.ScopeDefault, Columns: 15}, nil)
		named, _ := readScan(t, tx, encoded.Scan{Order: encoded.SPO, Scope: encoded.ScopeNamed, Columns: 15}, nil)
		if len(rows)+len(named) != want["quads"] {
			t.Errorf("%d quads, want %d", len(rows)+len(named), want["quads"])
		}
		for _, r := range append(rows, named...) {
			must(t, tx.Decode(r[:], make([]graph.Term, 4)))
		}
		return nil
	}))
}

// TestStore_Compact_OfNothingLeft has no term in use any more.
func TestStore_Compact_OfNothingLeft(t *testing.T) {
	s := openTest(t, "", nil)
	messy(t, s)
	must(t, s.Update(func(tx *Tx) error {
		for _, scope := range []encoded.GraphScope{encoded.ScopeDefault, encoded.ScopeNamed} {
			rows, _ := readScan(t, tx, encoded.Scan{Order: encoded.SPO, Scope: scope, Columns: 15}, nil)
			for _, r := range rows {
				must(t, tx.Delete([]encoded.Pattern{{r[0], r[1], r[2], r[3]}}))
			}
		}
		return nil
	}))
	must(t, s.Compact(t.Context()))
	if n := len(contents(t, s)); n != 0 {
		t.Errorf("%d quads are left", n)
	}
	_, err := s.Load(t.Context(), strings.NewReader("<http://late/1> <http://p> \"x\" ."), rdfio.NTriples, nil)
	must(t, err)
	compareContents(t, contents(t, s), map[string]int{"<http://late/1> <http://p> \"x\" .": 1})
}

// TestStore_Compact_BesideWriters compacts again and again while writers bring new
// terms and drop old ones.
func TestStore_Compact_BesideWriters(t *testing.T) {
	s := openTest(t, t.TempDir(), &Options{Relaxed: true})
	const writers, commits, kept = 3, 400, 10
	var group sync.WaitGroup
	quad := func(tx *Tx, w, i int) (q encoded.Pattern) {
		for p, term := range []graph.Term{graph.IRI(fmt.Sprint("http://writer/", w)), graph.IRI("http://p"), graph.String(fmt.Sprint("text ", w, " ", i))} {
			var err error
			q[p], err = tx.Intern(term)
			must(t, err)
		}
		q[3] = encoded.DefaultGraph
		return q
	}
	for w := range writers {
		group.Go(func() {
			for i := range commits {
				err := s.Update(func(tx *Tx) error {
					if err := tx.Insert([]encoded.Pattern{quad(tx, w, i)}); err != nil || i < kept {
						return err
					}
					return tx.Delete([]encoded.Pattern{quad(tx, w, i-kept)})
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		must(t, s.Compact(t.Context()))
	}
	want := map[string]int{}
	for w := range writers {
		for i := commits - kept; i < commits; i++ {
			want[fmt.Sprintf("<http://writer/%d> <http://p> \"text %d %d\" .", w, w, i)] = 1
		}
	}
	compareContents(t, contents(t, s), want)
	info, err := s.Info()
	must(t, err)
	if n := info.LooseTerms + info.Terms[encoded.TagString]; n > 2*writers*kept {
		t.Errorf("%d terms are left", n)
	}
}
