package storage

import (
	"context"
	"fmt"
	"math"

	"github.com/ententedb/entente/graph/encoded"
)

// groupIterator delivers combinations of the first free columns with the number
// of their rows. Every run yields its own combinations and counts, and the
// counts are summed up with the runs' signs, so no row is compared with a row of
// another run. A block that holds one combination only is not even read.
type groupIterator struct {
	*request
	ctx     context.Context
	tx      *Tx
	width   int // number of leading columns that make a group
	streams []*groupStream
	rows    *rowIterator // instead of streams, where triples count once
	batch   encoded.Batch
	at      int
	out     encoded.Batch
	fixed   [4][]encoded.Term
	done    bool
}

func newGroupIterator(ctx context.Context, tx *Tx, r *request) (encoded.Iterator, error) {
	it := &groupIterator{request: r, ctx: ctx, tx: tx, width: r.prefix}
	var wantedFree, leading encoded.Positions
	for c, p := range r.seq {
		if r.Pattern[p] == encoded.Undefined && r.Columns.Has(p) {
			wantedFree = wantedFree.With(p)
			it.width = c + 1
		}
	}
	for _, p := range r.seq[:it.width] {
		if r.Pattern[p] == encoded.Undefined {
			leading = leading.With(p)
		}
	}
	if wantedFree != leading {
		return nil, fmt.Errorf("grouped scan: the wanted columns are not the first free ones of %s", r.Order)
	}
	for _, p := range r.seq {
		if v := r.Pattern[p]; v != encoded.Undefined && r.Columns.Has(p) {
			it.fixed[p] = make([]encoded.Term, encoded.BatchSize)
			for i := range it.fixed[p] {
				it.fixed[p][i] = v
			}
		}
	}
	it.stats.Seeks = 1
	if r.distinct {
		it.rows = newRowIterator(ctx, tx, r)
		return it, nil
	}
	for _, c := range r.cursors {
		it.streams = append(it.streams, &groupStream{cursor: c, groupIterator: it})
	}
	return it, nil
}

// groupStream yields the groups of one run.
type groupStream struct {
	*cursor
	*groupIterator
	key   row
	count int64
	temp  [4][]encoded.Term
	cols  [4][]encoded.Term // the group columns of the piece from base on
	base  int
	state byte // 0 not started, 1 has a group, 2 at the end
}

// same reports whether two rows are in one group.
func (it *groupIterator) same(a, b *row) bool {
	for c := it.prefix; c < it.width; c++ {
		if a[c] != b[c] {
			return false
		}
	}
	return true
}

// step finds the next group of the run.
func (s *groupStream) step() error {
	s.count, s.state = 0, 1
	plain := len(s.filters) == 0 && s.graphs.kind == anyGraph
	for polls := 0; ; polls++ {
		if polls&63 == 63 {
			if err := s.ctx.Err(); err != nil {
				return err
			}
		}
		if s.blk == nil || s.from == s.to {
			s.blk = nil
			info := s.peek()
			if info == nil {
				break
			}
			if s.count > 0 && !s.same(&info.first, &s.key) {
				return nil
			}
			if plain && s.same(&info.first, &info.last) && s.whole(info) {
				s.key = info.first
				s.count += int64(info.rows)
				s.cursor.next++
				continue
			}
			if err := s.advance(); err != nil {
				return err
			}
			if s.blk == nil {
				break
			}
			s.load()
		}
		end := s.groupEnd()
		first := s.rowAt(s.from)
		if s.count > 0 && !s.same(&first, &s.key) {
			return nil
		}
		n := int64(end - s.from)
		if !plain {
			n = s.passing(s.from, end)
		}
		if s.count == 0 {
			s.key = first
		}
		s.count += n
		s.from = end
		if end < s.to && s.count > 0 {
			return nil
		}
	}
	if s.count == 0 {
		s.state = 2
	}
	return nil
}

// load makes the group columns of a new piece available.
func (s *groupStream) load() {
	s.base = s.from
	for c := s.prefix; c < s.width; c++ {
		s.cols[c] = nil
		if c == s.prefix && s.width == s.prefix+1 && s.blk.columns[c].kind == columnRuns {
			continue // searching the runs is faster
		}
		s.cols[c] = s.blk.column(s.tx.store.cache, c, s.from, s.to, &s.temp[c])
	}
}

func (s *groupStream) rowAt(i int) (r row) {
	for c := s.prefix; c < s.width; c++ {
		if s.cols[c] != nil {
			r[c] = s.cols[c][i-s.base]
		} else {
			r[c] = s.blk.at(c, i)
		}
	}
	return r
}

// groupEnd returns the row after the last of the group that begins at from.
func (s *groupStream) groupEnd() int {
	if s.width == s.prefix {
		return s.to
	}
	last := s.width - 1
	if s.cols[last] == nil {
		b := &s.blk.columns[last]
		if b.kind == columnRuns {
			return min(b.runEnd(b.runOf(s.from)), s.to)
		}
		return s.blk.lower(last, s.blk.at(last, s.from)+1, s.from, s.to)
	}
	i, first := s.from+1, s.rowAt(s.from)
	for ; i < s.to; i++ {
		for c := last; c >= s.prefix; c-- {
			if s.cols[c][i-s.base] != first[c] {
				return i
			}
		}
	}
	return i
}

// passing counts the rows of [from, to) that pass the filters.
func (s *groupStream) passing(from, to int) int64 {
	n := int64(0)
rows:
	for i := from; i < to; i++ {
		for _, f := range s.filters {
			if s.blk.at(f.column, i) != f.value {
				continue rows
			}
		}
		if s.graphs.kind != anyGraph && !s.graphs.has(s.blk.at(s.graphs.column, i)) {
			continue
		}
		n++
	}
	return n
}

// Next fills b with the next groups.
func (it *groupIterator) Next(b *encoded.Batch) (bool, error) {
	*b = encoded.Batch{}
	if it.done {
		return false, nil
	}
	for _, p := range it.seq {
		it.out.Columns[p] = it.out.Columns[p][:0]
	}
	it.out.Counts = it.out.Counts[:0]
	for len(it.out.Counts) < encoded.BatchSize {
		key, n, err := it.group()
		if err != nil {
			it.done = true
			return false, err
		}
		if n == 0 {
			it.done = true
			break
		}
		for ; n > 0; n -= math.MaxUint32 {
			for c := it.prefix; c < it.width; c++ {
				if p := it.seq[c]; it.Columns.Has(p) {
					it.out.Columns[p] = append(it.out.Columns[p], key[c])
				}
			}
			it.out.Counts = append(it.out.Counts, uint32(min(n, math.MaxUint32)))
		}
	}
	b.Len = len(it.out.Counts)
	if b.Len == 0 {
		return false, nil
	}
	b.Counts = it.out.Counts
	for _, p := range it.seq {
		switch {
		case !it.Columns.Has(p):
		case it.fixed[p] != nil:
			b.Columns[p] = it.fixed[p][:b.Len]
		default:
			b.Columns[p] = it.out.Columns[p]
		}
	}
	it.stats.Rows += uint64(b.Len)
	return true, nil
}

// group returns the next group over all runs; a count of 0 is the end.
func (it *groupIterator) group() (row, int64, error) {
	if it.rows != nil {
		return it.groupRows()
	}
	for {
		var least *groupStream
		for _, s := range it.streams {
			if s.state == 0 {
				if err := s.step(); err != nil {
					return row{}, 0, err
				}
			}
			if s.state == 1 && (least == nil || it.compare(&s.key, &least.key) < 0) {
				least = s
			}
		}
		if least == nil {
			return row{}, 0, nil
		}
		key, n := least.key, int64(0)
		for _, s := range it.streams {
			if s.state == 1 && it.same(&s.key, &key) {
				n += s.count * int64(s.run.sign())
				if err := s.step(); err != nil {
					return row{}, 0, err
				}
			}
		}
		if n < 0 {
			return row{}, 0, corrupt("more rows are deleted than there are")
		}
		if n > 0 {
			return key, n, nil
		}
	}
}

func (it *groupIterator) compare(a, b *row) int {
	for c := it.prefix; c < it.width; c++ {
		if a[c] != b[c] {
			if a[c] < b[c] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// groupRows groups the rows of a row iterator.
func (it *groupIterator) groupRows() (key row, n int64, err error) {
	for {
		for it.at < it.batch.Len {
			var r row
			for c := it.prefix; c < it.width; c++ {
				if p := it.seq[c]; it.Columns.Has(p) {
					r[c] = it.batch.Columns[p][it.at]
				}
			}
			if n > 0 && !it.same(&r, &key) {
				return key, n, nil
			}
			key = r
			n++
			it.at++
		}
		ok, err := it.rows.Next(&it.batch)
		if err != nil || !ok {
			it.batch, it.at = encoded.Batch{}, 0
			return key, n, err
		}
		it.at = 0
	}
}

// Seek skips forward to the first group at or after key.
func (it *groupIterator) Seek(key ...encoded.Term) error {
	if it.done {
		return nil
	}
	full := it.seekKey(key)
	if it.rows != nil {
		// The rest of the batch is skipped by reading it, because its columns
		// belong to the row iterator.
		for it.at < it.batch.Len && it.before(full) {
			it.at++
		}
		if it.at < it.batch.Len {
			return nil
		}
		return it.rows.Seek(key...)
	}
	for _, s := range it.streams {
		if s.state == 2 || s.state == 1 && comparePrefixOf(&s.key, full, it.prefix, it.width) >= 0 {
			continue
		}
		moved, err := s.cursor.seek(full)
		if err != nil {
			return err
		}
		if moved {
			it.stats.Seeks++
		}
		if s.blk != nil {
			s.load()
		}
		s.state = 0
	}
	return nil
}

// before reports whether the current row of the batch is before key.
func (it *groupIterator) before(key []encoded.Term) bool {
	var r row
	for c := it.prefix; c < it.width; c++ {
		r[c] = it.batch.Columns[it.seq[c]][it.at]
	}
	return comparePrefixOf(&r, key, it.prefix, it.width) < 0
}

// comparePrefixOf compares the columns from…to of a row with a key's.
func comparePrefixOf(r *row, key []encoded.Term, from, to int) int {
	for c := from; c < min(to, len(key)); c++ {
		if r[c] != key[c] {
			if r[c] < key[c] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// Stats returns the work done so far.
func (it *groupIterator) Stats() encoded.ScanStats { return it.stats }

// Close ends the scan.
func (it *groupIterator) Close() { it.done = true }
