package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// request is a scan worked out for the runs of a snapshot: bounds, filters, and
// what is wanted.
type request struct {
	encoded.Scan
	seq      [4]encoded.Position
	prefix   int // number of leading positions that are bound
	low      []encoded.Term
	high     []encoded.Term
	filters  []filter
	graphs   graphFilter
	distinct bool // a triple of several graphs comes once
	cursors  []*cursor
	stats    encoded.ScanStats

	// Room for the usual case, so that a look-up allocates little.
	bounds  [2]row
	cursor1 cursor
	list1   [1]*cursor
	seekBuf row
}

// filter wants a value in a column that the bounds do not fix.
type filter struct {
	column int
	value  encoded.Term
}

// graphFilter restricts the graph column.
type graphFilter struct {
	kind   graphFilterKind
	column int
	set    []encoded.Term
}

type graphFilterKind byte

const (
	anyGraph graphFilterKind = iota
	namedGraphs
	graphSet
)

func (g *graphFilter) has(t encoded.Term) bool {
	switch g.kind {
	case namedGraphs:
		return t != encoded.DefaultGraph
	case graphSet:
		_, ok := slices.BinarySearch(g.set, t)
		return ok
	}
	return true
}

// prepare works out a scan and opens a cursor per run.
func (tx *Tx) prepare(s encoded.Scan) (*request, error) {
	if tx.closed.Load() {
		return nil, ErrClosed
	}
	if s.Order >= encoded.OrderCount {
		return nil, fmt.Errorf("scan: no order %d", s.Order)
	}
	r := &request{Scan: s, seq: s.Order.Sequence()}
	r.low, r.high, r.cursors = r.bounds[0][:0], r.bounds[1][:0], r.list1[:0]
	pattern := s.Pattern
	g := graphColumn(s.Order)
	r.graphs.column = g
	if !s.Order.OfTriples() && pattern[encoded.Graph] == encoded.Undefined {
		switch s.Scope {
		case encoded.ScopeDefault:
			pattern[encoded.Graph] = encoded.DefaultGraph
		case encoded.ScopeNamed:
			r.graphs.kind = namedGraphs
		case encoded.ScopeSet, encoded.ScopeMerged:
			r.graphs.kind, r.graphs.set = graphSet, s.Graphs
			r.distinct = s.Scope == encoded.ScopeMerged && len(s.Graphs) > 1
		case encoded.ScopeUnion:
			r.distinct = true
		}
	}
	r.Pattern = pattern
	for r.prefix < 4 && pattern[r.seq[r.prefix]] != encoded.Undefined {
		r.low = append(r.low, pattern[r.seq[r.prefix]])
		r.prefix++
	}
	r.high = append(r.high, r.low...)
	for c := r.prefix; c < 4; c++ {
		if v := pattern[r.seq[c]]; v != encoded.Undefined {
			r.filters = append(r.filters, filter{c, v})
		}
	}
	if s.Range != (encoded.Range{}) && r.prefix < 4 {
		r.low, r.high = append(r.low, s.Range.Low), append(r.high, s.Range.High)
	}
	named := false
	for _, run := range tx.runsOf(s.Order) {
		x, err := run.index(tx.snapshotOf(run), s.Order)
		if err != nil {
			return nil, err
		}
		named = named || x.defaults != x.rows
		if !x.meets(r.low, r.high) {
			continue
		}
		c := &r.cursor1
		if len(r.cursors) > 0 {
			c = &cursor{}
		}
		*c = cursor{run: run, sn: tx.snapshotOf(run), x: x, low: r.low, high: r.high, stats: &r.stats}
		r.cursors = append(r.cursors, c)
	}
	r.simplify(named)
	if r.distinct && g == 0 {
		return nil, fmt.Errorf("scan: order %s cannot deliver several graphs as one", s.Order)
	}
	for _, c := range r.cursors {
		if len(r.filters) > 0 || r.graphs.kind != anyGraph {
			c.keep = r.keep
		}
	}
	return r, nil
}

// simplify drops what has no effect where no quad is in a named graph, and runs
// that hold nothing between the bounds.
func (r *request) simplify(named bool) {
	if !r.Order.OfTriples() && !named {
		r.distinct = false
		r.filters = slices.DeleteFunc(r.filters, func(f filter) bool {
			return f.column == r.graphs.column && f.value == encoded.DefaultGraph
		})
		if r.graphs.kind == graphSet && r.graphs.has(encoded.DefaultGraph) {
			r.graphs.kind = anyGraph
		}
	}
	if len(r.cursors) > 1 {
		r.cursors = slices.DeleteFunc(r.cursors, func(c *cursor) bool { return c.peek() == nil })
	}
}

// keep reports whether a block can hold rows that pass the filters.
func (r *request) keep(b *blockInfo) bool {
	for _, f := range r.filters {
		if f.value < b.low[f.column] || f.value > b.high[f.column] {
			return false
		}
	}
	g := r.graphs.column
	switch r.graphs.kind {
	case namedGraphs:
		return b.high[g] != encoded.DefaultGraph
	case graphSet:
		i, found := slices.BinarySearch(r.graphs.set, b.low[g])
		return found || i < len(r.graphs.set) && r.graphs.set[i] <= b.high[g]
	}
	return true
}

// seekKey turns a key of free positions into one of leading columns. The result
// is valid until the next call.
func (r *request) seekKey(key []encoded.Term) []encoded.Term {
	full := r.seekBuf[:0]
	for _, p := range r.seq {
		if v := r.Pattern[p]; v != encoded.Undefined {
			full = append(full, v)
			continue
		}
		if len(key) == 0 {
			break
		}
		full = append(full, key[0])
		key = key[1:]
	}
	return full
}

// Scan starts a scan; see the interface query.Dataset.
func (tx *Tx) Scan(ctx context.Context, s encoded.Scan) (encoded.Iterator, error) {
	r, err := tx.prepare(s)
	if err != nil {
		return nil, err
	}
	if s.Grouped {
		return newGroupIterator(ctx, tx, r)
	}
	return newRowIterator(ctx, tx, r), nil
}

// copyBelow is the number of rows below which a piece is copied together with
// others rather than handed out alone.
const copyBelow = 256

// rowIterator delivers rows. It takes pieces from the source, drops rows that do
// not pass the filters, and hands out slices of decoded columns, or, where only
// some or few rows are left, copies of them.
type rowIterator struct {
	*request
	ctx    context.Context
	tx     *Tx
	src    source
	want   []wanted
	want4  [4]wanted
	held   piece // the rest of a piece that found no room
	chosen []int32
	out    [4][]encoded.Term
	count  int // rows in out
	temp   [4][]encoded.Term
	prev   row
	any    bool // prev is set
	done   bool
}

// wanted is a column to deliver.
type wanted struct {
	position encoded.Position
	column   int
	fixed    []encoded.Term // of a bound position: the value, BatchSize times
}

func newRowIterator(ctx context.Context, tx *Tx, r *request) *rowIterator {
	it := &rowIterator{request: r, ctx: ctx, tx: tx, src: source{cursors: r.cursors, filtered: len(r.filters) > 0 || r.graphs.kind != anyGraph}}
	it.want = it.want4[:0]
	for c, p := range r.seq {
		if !r.Columns.Has(p) {
			continue
		}
		w := wanted{position: p, column: c}
		if v := r.Pattern[p]; v != encoded.Undefined {
			w.fixed = make([]encoded.Term, encoded.BatchSize)
			for i := range w.fixed {
				w.fixed[i] = v
			}
		}
		it.want = append(it.want, w)
	}
	it.stats.Seeks = 1
	if len(r.cursors) == 0 {
		it.done = true
	}
	return it
}

// Next fills b with the next rows.
func (it *rowIterator) Next(b *encoded.Batch) (bool, error) {
	if it.done {
		return false, nil
	}
	*b = encoded.Batch{}
	it.count = 0
	for _, w := range it.want {
		it.out[w.position] = it.out[w.position][:0]
	}
	for pieces := 0; ; pieces++ {
		if pieces&15 == 0 {
			if err := it.ctx.Err(); err != nil {
				it.done = true
				return false, err
			}
		}
		p := it.held
		it.held = piece{}
		if p.blk == nil {
			var err error
			if p, err = it.src.next(); err != nil {
				it.done = true
				return false, err
			}
		}
		if p.blk == nil {
			it.done = true
			break
		}
		prev, any := it.prev, it.any
		all := it.choose(p)
		n := len(it.chosen)
		if all {
			n = p.to - p.from
		}
		if n == 0 {
			continue
		}
		if all && it.count == 0 && n >= copyBelow {
			it.share(b, p)
			it.stats.Rows += uint64(n)
			return true, nil
		}
		if it.count > 0 && (all && n >= copyBelow || it.count+n > encoded.BatchSize) {
			it.held, it.prev, it.any = p, prev, any
			break
		}
		it.copy(p, all)
		it.count += n
		if it.count == encoded.BatchSize {
			break
		}
	}
	if it.count == 0 {
		return false, nil
	}
	b.Len = it.count
	for _, w := range it.want {
		if w.fixed != nil {
			b.Columns[w.position] = w.fixed[:it.count]
		} else {
			b.Columns[w.position] = it.out[w.position]
		}
	}
	it.stats.Rows += uint64(it.count)
	return true, nil
}

// choose finds the rows of a piece that pass. It returns true if all do, and
// leaves them in chosen if not.
func (it *rowIterator) choose(p piece) bool {
	it.chosen = it.chosen[:0]
	all := true
	narrow := func(c int, pass func(encoded.Term) bool) {
		v := p.blk.column(it.tx.store.cache, c, p.from, p.to, &it.temp[c])
		if all {
			for i, t := range v {
				if pass(t) {
					it.chosen = append(it.chosen, int32(i))
				}
			}
			all = len(it.chosen) == len(v)
			if all {
				it.chosen = it.chosen[:0]
			}
			return
		}
		kept := it.chosen[:0]
		for _, i := range it.chosen {
			if pass(v[i]) {
				kept = append(kept, i)
			}
		}
		it.chosen = kept
	}
	for _, f := range it.filters {
		if p.info.low[f.column] == f.value && p.info.high[f.column] == f.value {
			continue
		}
		narrow(f.column, func(t encoded.Term) bool { return t == f.value })
	}
	if g := it.graphs.column; it.graphs.kind != anyGraph {
		if low := p.info.low[g]; low != p.info.high[g] || !it.graphs.has(low) {
			narrow(g, it.graphs.has)
		}
	}
	if it.distinct {
		all = it.chooseDistinct(p, all)
	}
	return all
}

// chooseDistinct drops rows that differ from the one before in the graph only.
// The graph is the last column, so they are neighbours.
func (it *rowIterator) chooseDistinct(p piece, all bool) bool {
	var v [3][]encoded.Term
	for c := range v {
		v[c] = p.blk.column(it.tx.store.cache, c, p.from, p.to, &it.temp[c])
	}
	if all {
		it.chosen = it.chosen[:0]
		for i := range p.to - p.from {
			it.chosen = append(it.chosen, int32(i))
		}
	}
	before := len(it.chosen)
	kept := it.chosen[:0]
	for _, i := range it.chosen {
		r := row{v[0][i], v[1][i], v[2][i]}
		if it.any && r == it.prev {
			continue
		}
		it.prev, it.any = r, true
		kept = append(kept, i)
	}
	it.chosen = kept
	return all && len(kept) == before
}

// share hands out a piece as it is.
func (it *rowIterator) share(b *encoded.Batch, p piece) {
	b.Len = p.to - p.from
	for _, w := range it.want {
		if w.fixed != nil {
			b.Columns[w.position] = w.fixed[:b.Len]
		} else {
			b.Columns[w.position] = p.blk.column(it.tx.store.cache, w.column, p.from, p.to, &it.temp[w.column])
		}
	}
}

// copy appends the chosen rows of a piece to out.
func (it *rowIterator) copy(p piece, all bool) {
	for _, w := range it.want {
		if w.fixed != nil {
			continue
		}
		out := it.out[w.position]
		if all && p.to-p.from == 1 {
			it.out[w.position] = append(out, p.blk.at(w.column, p.from))
			continue
		}
		v := p.blk.column(it.tx.store.cache, w.column, p.from, p.to, &it.temp[w.column])
		if all {
			out = append(out, v...)
		} else {
			for _, i := range it.chosen {
				out = append(out, v[i])
			}
		}
		it.out[w.position] = out
	}
}

// Seek skips forward to the first row at or after key.
func (it *rowIterator) Seek(key ...encoded.Term) error {
	if it.done {
		return nil
	}
	full := it.seekKey(key)
	if it.held.blk != nil {
		it.held.from = it.held.blk.search(full, false, it.held.from, it.held.to)
		if it.held.from == it.held.to {
			it.held = piece{}
		}
	}
	moved, err := it.src.seek(full)
	if moved {
		it.stats.Seeks++
	}
	return err
}

// Stats returns the work done so far.
func (it *rowIterator) Stats() encoded.ScanStats { return it.stats }

// Close ends the scan.
func (it *rowIterator) Close() { it.done = true }
