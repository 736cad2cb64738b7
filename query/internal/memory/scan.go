package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// Poison fills the columns of a batch that is no longer valid, so that a test
// notices who still reads them.
const Poison = encoded.Term(0xfdeadbeefdeadbee)

// Scan implements [dataset.Dataset].
func (d *Dataset) Scan(ctx context.Context, s encoded.Scan) (encoded.Iterator, error) {
	rows, free, err := d.match(ctx, s)
	if err != nil {
		return nil, err
	}
	it := &iterator{ctx: ctx, scan: s, rows: rows, free: free}
	if s.Grouped {
		if err := it.checkGrouped(); err != nil {
			return nil, err
		}
	}
	return it, nil
}

// match returns the rows of a scan in order, and the free positions in the
// sequence of the order.
func (d *Dataset) match(ctx context.Context, s encoded.Scan) ([]encoded.Pattern, []encoded.Position, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	pattern := s.Pattern
	merged := false
	var inScope func(g encoded.Term) bool
	if !s.Order.OfTriples() && pattern[encoded.Graph] == encoded.Undefined {
		switch s.Scope {
		case encoded.ScopeDefault:
			pattern[encoded.Graph] = encoded.DefaultGraph
		case encoded.ScopeNamed:
			inScope = func(g encoded.Term) bool { return g != encoded.DefaultGraph }
		case encoded.ScopeSet, encoded.ScopeMerged:
			inScope = func(g encoded.Term) bool { return slices.Contains(s.Graphs, g) }
			merged = s.Scope == encoded.ScopeMerged
		case encoded.ScopeUnion:
			merged = true
		}
	}
	if merged && s.Columns.Has(encoded.Graph) {
		return nil, nil, errors.New("memory: column Graph of a merged scope")
	}
	var free []encoded.Position
	for _, p := range s.Order.Sequence() {
		if pattern[p] == encoded.Undefined && !(merged && p == encoded.Graph) {
			free = append(free, p)
		}
	}
	all := d.rows(s.Order)
	// Narrow by the bound prefix, then filter.
	var key encoded.Pattern
	var bound []encoded.Position
	for _, p := range s.Order.Sequence() {
		if pattern[p] == encoded.Undefined {
			break
		}
		bound, key[p] = append(bound, p), pattern[p]
	}
	low, _ := slices.BinarySearchFunc(all, key, func(r, k encoded.Pattern) int { return compareOn(bound, r, k) })
	all = all[low:]
	high := len(all)
	if len(bound) > 0 {
		high, _ = slices.BinarySearchFunc(all, key, func(r, k encoded.Pattern) int {
			if compareOn(bound, r, k) > 0 {
				return 0
			}
			return -1
		})
	}
	all = all[:high]
	var rows []encoded.Pattern
	for _, r := range all {
		ok := inScope == nil || inScope(r[encoded.Graph])
		for p, t := range pattern {
			ok = ok && (t == encoded.Undefined || t == r[p])
		}
		if ok && s.Range != (encoded.Range{}) && len(free) > 0 {
			ok = s.Range.Contains(r[free[0]])
		}
		if ok {
			if merged {
				r[encoded.Graph] = encoded.Undefined
			}
			rows = append(rows, r)
		}
	}
	if merged {
		slices.SortFunc(rows, func(a, b encoded.Pattern) int { return compare(s.Order, a, b) })
		rows = slices.Compact(rows)
	}
	return rows, free, nil
}

func compareOn(ps []encoded.Position, a, b encoded.Pattern) int {
	for _, p := range ps {
		if a[p] != b[p] {
			if a[p] < b[p] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// iterator delivers rows. It poisons a batch when it becomes invalid.
type iterator struct {
	ctx     context.Context
	scan    encoded.Scan
	rows    []encoded.Pattern
	free    []encoded.Position
	columns [4][]encoded.Term
	counts  []uint32
	stats   encoded.ScanStats
}

func (it *iterator) checkGrouped() error {
	n := 0
	for _, p := range it.free {
		if it.scan.Columns.Has(p) {
			n++
		}
	}
	for _, p := range it.free[:n] {
		if !it.scan.Columns.Has(p) {
			return fmt.Errorf("memory: grouped columns are not the first free positions of %v", it.scan.Order)
		}
	}
	return nil
}

// Next implements [encoded.Iterator].
func (it *iterator) Next(b *encoded.Batch) (bool, error) {
	it.poison()
	*b = encoded.Batch{}
	if err := it.ctx.Err(); err != nil {
		return false, err
	}
	if it.stats.Seeks == 0 {
		it.stats.Seeks = 1
	}
	if len(it.rows) == 0 {
		return false, nil
	}
	var columns [4][]encoded.Term
	for p := range columns {
		columns[p] = it.columns[p][:0]
	}
	it.counts = it.counts[:0]
	var wanted []encoded.Position
	for p := encoded.Subject; p <= encoded.Graph; p++ {
		if it.scan.Columns.Has(p) {
			wanted = append(wanted, p)
		}
	}
	n, read := 0, 0
	for ; read < len(it.rows); read++ {
		r := it.rows[read]
		if it.scan.Grouped && read > 0 && compareOn(wanted, r, it.rows[read-1]) == 0 {
			it.counts[n-1]++
			continue
		}
		if n == encoded.BatchSize {
			break
		}
		n++
		for _, p := range wanted {
			columns[p] = append(columns[p], r[p])
		}
		if it.scan.Grouped {
			it.counts = append(it.counts, 1)
		}
	}
	it.rows = it.rows[read:]
	it.columns = columns
	it.stats.Rows += uint64(n)
	it.stats.Blocks++
	b.Len = n
	for _, p := range wanted {
		b.Columns[p] = columns[p]
	}
	if it.scan.Grouped {
		b.Counts = it.counts
	}
	return true, nil
}

// Seek implements [encoded.Iterator].
func (it *iterator) Seek(key ...encoded.Term) error {
	it.poison()
	it.stats.Seeks++
	if len(key) > len(it.free) {
		return fmt.Errorf("memory: seek with %d terms in %d free positions", len(key), len(it.free))
	}
	ps := it.free[:len(key)]
	var k encoded.Pattern
	for i, p := range ps {
		k[p] = key[i]
	}
	n, _ := slices.BinarySearchFunc(it.rows, k, func(r, k encoded.Pattern) int { return compareOn(ps, r, k) })
	it.rows = it.rows[n:]
	return nil
}

// Stats implements [encoded.Iterator].
func (it *iterator) Stats() encoded.ScanStats { return it.stats }

// Close implements [encoded.Iterator].
func (it *iterator) Close() { it.poison(); it.rows = nil }

func (it *iterator) poison() {
	for p := range it.columns {
		for i := range it.columns[p] {
			it.columns[p][i] = Poison
		}
	}
	for i := range it.counts {
		it.counts[i] = 1 << 30
	}
}
