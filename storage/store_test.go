package storage

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
)

// TestOpen_ReadOnly opens a store for several readers at once, which shut out
// writers and refuse to write.
func TestOpen_ReadOnly(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, nil)
	must(t, err)
	_, err = s.Load(t.Context(), strings.NewReader("<http://a> <http://b> <http://c> ."), rdfio.NTriples, nil)
	must(t, err)
	if _, err := Open(dir, &Options{ReadOnly: true}); !errors.Is(err, ErrLocked) {
		t.Errorf("a reader beside a writer: %v", err)
	}
	closeTest(t, s)
	a, b := openTest(t, dir, &Options{ReadOnly: true}), openTest(t, dir, &Options{ReadOnly: true})
	for _, s := range []*Store{a, b} {
		compareContents(t, contents(t, s), map[string]int{"<http://a> <http://b> <http://c> .": 1})
		if err := s.Update(func(*Tx) error { return nil }); !errors.Is(err, ErrReadOnly) {
			t.Errorf("update: %v", err)
		}
		if err := s.Compact(t.Context()); !errors.Is(err, ErrReadOnly) {
			t.Errorf("compact: %v", err)
		}
	}
	if _, err := Open(dir, nil); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "for reading") {
		t.Errorf("a writer beside readers: %v", err)
	}
}

// TestOpen_MustExist_MakesNothing looks for stores in an empty directory, at a
// path where nothing is, and below a file.
func TestOpen_MustExist_MakesNothing(t *testing.T) {
	empty := t.TempDir()
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o644))
	for _, o := range []Options{{ReadOnly: true}, {MustExist: true}} {
		for _, path := range []string{empty, filepath.Join(empty, "missing"), filepath.Join(file, "below")} {
			if _, err := Open(path, &o); !errors.Is(err, ErrNoStore) {
				t.Errorf("%+v %s: %v", o, path, err)
			}
		}
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("something was made: %v, %v", left, err)
	}
}

func TestStore_Closed_RefusesEverything(t *testing.T) {
	s, err := Open("", &Options{InMemory: true})
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
	if err := s.View(func(*Tx) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("view: %v", err)
	}
	if err := s.Update(func(*Tx) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("update: %v", err)
	}
	if _, err := s.Load(t.Context(), strings.NewReader(""), rdfio.NTriples, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("load: %v", err)
	}
}

// TestStore_Snapshot_OutlivesMerges reads one snapshot again and again while
// everything is deleted, merged and reclaimed.
func TestStore_Snapshot_OutlivesMerges(t *testing.T) {
	for _, path := range []string{"", t.TempDir()} {
		s := openTest(t, path, &Options{Cache: 1})
		for i := range 4 {
			commitOne(t, s, i)
		}
		_, err := s.Load(t.Context(), strings.NewReader(strings.Repeat("<http://a> <http://b> <http://c> .\n", 3)+manyLines(5000)), rdfio.NTriples, nil)
		must(t, err)
		old, err := s.Snapshot()
		must(t, err)
		before := count(t, old)
		for range 3 {
			must(t, s.Update(func(tx *Tx) error { return deleteMatching(tx, encoded.Pattern{}) }))
			must(t, s.Compact(t.Context()))
			_, err := s.Load(t.Context(), strings.NewReader(manyLines(3000)), rdfio.NTriples, nil)
			must(t, err)
			if n := count(t, old); n != before {
				t.Fatalf("the snapshot has %d quads, had %d", n, before)
			}
		}
		old.Close()
		if _, err := old.Totals(); !errors.Is(err, ErrClosed) {
			t.Errorf("a closed snapshot: %v", err)
		}
	}
}

func TestStore_Watch_TellsOfCommits(t *testing.T) {
	s := openTest(t, "", nil)
	commits := make(chan uint64)
	go func() {
		for n := range s.Watch(t.Context()) {
			commits <- n
		}
		close(commits)
	}()
	for i := range uint64(3) {
		select {
		case n := <-commits:
			if n != i {
				t.Errorf("commit %d, want %d", n, i)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("no commit was told of")
		}
		commitOne(t, s, int(i))
	}
}
