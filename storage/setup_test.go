package storage

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph/encoded"
)

// openTest opens a store that is checked and closed at the end of the test.
func openTest(t testing.TB, path string, o *Options) *Store {
	t.Helper()
	if path == "" {
		if o == nil {
			o = &Options{}
		}
		o.InMemory = true
	}
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeTest(t, s) })
	return s
}

// closeTest checks and closes a store, unless it is closed.
func closeTest(t testing.TB, s *Store) {
	t.Helper()
	r, err := s.Check(context.Background())
	if err == ErrClosed {
		return
	}
	if err != nil {
		t.Error(err)
	}
	for _, p := range r.Problems {
		t.Error("check:", p)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// manyLines returns n different triples.
func manyLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<http://x/s%d> <http://x/p%d> \"%d\" .\n", i/5, i%5, i)
	}
	return b.String()
}

// count reads all quads.
func count(t testing.TB, tx *Tx) int {
	t.Helper()
	rows, _ := readScan(t, tx, encoded.Scan{Order: encoded.OPS, Scope: encoded.ScopeUnion, Columns: 7}, nil)
	return len(rows)
}

// deleteMatching deletes the quads of the default graph that match a pattern.
func deleteMatching(tx *Tx, pattern encoded.Pattern) error {
	it, err := tx.Scan(context.Background(), encoded.Scan{Order: encoded.SPO, Pattern: pattern, Columns: 15})
	if err != nil {
		return err
	}
	defer it.Close()
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil || !ok {
			return err
		}
		for i := range b.Len {
			if err := tx.Delete([]encoded.Pattern{{b.Columns[0][i], b.Columns[1][i], b.Columns[2][i], b.Columns[3][i]}}); err != nil {
				return err
			}
		}
	}
}
