package exec

import (
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// rows is a growing table of columns. A column is nil as long as no row binds
// it; counts is nil as long as every row stands for one solution.
type rows struct {
	cols   [][]encoded.Term
	counts []uint64
	n      int
}

func newRows(width int) *rows { return &rows{cols: make([][]encoded.Term, width)} }

// append adds the rows of a batch.
func (r *rows) append(b *Batch) { r.appendRange(b, 0, b.Len) }

func (r *rows) appendRange(b *Batch, from, to int) {
	for i := range r.cols {
		switch c := b.Columns[i]; {
		case c != nil:
			if r.cols[i] == nil && r.n > 0 {
				r.cols[i] = make([]encoded.Term, r.n, r.n+to-from)
			}
			r.cols[i] = append(r.cols[i], c[from:to]...)
		case r.cols[i] != nil:
			r.cols[i] = appendZero(r.cols[i], to-from)
		}
	}
	r.addCounts(b.Counts, from, to)
	r.n += to - from
}

// appendRows adds the rows of a batch with these numbers.
func (r *rows) appendRows(b *Batch, idx []int32) {
	for i := range r.cols {
		switch c := b.Columns[i]; {
		case c != nil:
			if r.cols[i] == nil && r.n > 0 {
				r.cols[i] = make([]encoded.Term, r.n, r.n+len(idx))
			}
			for _, j := range idx {
				r.cols[i] = append(r.cols[i], c[j])
			}
		case r.cols[i] != nil:
			r.cols[i] = appendZero(r.cols[i], len(idx))
		}
	}
	if b.Counts != nil && r.counts == nil {
		r.counts = ones(nil, r.n)
	}
	if r.counts != nil || b.Counts != nil {
		for _, j := range idx {
			if b.Counts != nil {
				r.counts = append(r.counts, b.Counts[j])
			} else {
				r.counts = append(r.counts, 1)
			}
		}
	}
	r.n += len(idx)
}

func (r *rows) addCounts(counts []uint64, from, to int) {
	switch {
	case counts != nil:
		if r.counts == nil {
			r.counts = ones(nil, r.n)
		}
		r.counts = append(r.counts, counts[from:to]...)
	case r.counts != nil:
		r.counts = ones(r.counts, to-from)
	}
}

// reset empties the table and keeps its memory.
func (r *rows) reset() {
	for i, c := range r.cols {
		r.cols[i] = c[:0]
		if cap(c) == 0 {
			r.cols[i] = nil
		}
	}
	r.counts = nil
	r.n = 0
}

// batch returns rows from, inclusive, to to, exclusive, without copying.
func (r *rows) batch(b *Batch, from, to int) *Batch {
	if cap(b.Columns) < len(r.cols) {
		b.Columns = make([][]encoded.Term, len(r.cols))
	}
	b.Columns = b.Columns[:len(r.cols)]
	for i, c := range r.cols {
		b.Columns[i] = nil
		if len(c) > 0 {
			b.Columns[i] = c[from:to]
		}
	}
	b.Counts = nil
	if r.counts != nil {
		b.Counts = r.counts[from:to]
	}
	b.Len = to - from
	return b
}

// deliver returns the rows from *pos on, as many as make a batch, and moves *pos behind them; nil
// at the end.
func (r *rows) deliver(out *Batch, pos *int) *Batch {
	if *pos >= r.n {
		return nil
	}
	from := *pos
	*pos = min(from+BatchSize, r.n)
	return r.batch(out, from, *pos)
}

// bytes returns the memory held.
func (r *rows) bytes() int64 {
	n := int64(8 * cap(r.counts))
	for _, c := range r.cols {
		n += int64(8 * cap(c))
	}
	return n
}

func appendZero(c []encoded.Term, n int) []encoded.Term {
	c = slices.Grow(c, n)
	c = c[:len(c)+n]
	clear(c[len(c)-n:])
	return c
}

// ones appends n times 1.
func ones(c []uint64, n int) []uint64 {
	c = slices.Grow(c, n)
	for range n {
		c = append(c, 1)
	}
	return c
}

// sized returns a slice of length n, buf if it is large enough. The content is
// undefined.
func sized[T any](buf []T, n int) []T {
	if cap(buf) < n {
		return make([]T, n, max(n, BatchSize))
	}
	return buf[:n]
}

// gather copies the rows with numbers idx of a column; nil stays nil.
func gather(out, col []encoded.Term, idx []int32) []encoded.Term {
	if col == nil {
		return nil
	}
	out = sized(out, len(idx))
	for i, j := range idx {
		out[i] = col[j]
	}
	return out
}

// gatherer compacts batches: it owns the columns of the batches it makes.
type gatherer struct {
	out    Batch
	cols   [][]encoded.Term
	counts []uint64
}

// rows returns a batch of the rows of b with numbers idx. If idx is all of b's
// rows in sequence, that is b itself.
func (g *gatherer) rows(b *Batch, idx []int32) *Batch {
	if len(idx) == b.Len {
		return b
	}
	if g.cols == nil {
		g.cols = make([][]encoded.Term, len(b.Columns))
		g.out.Columns = make([][]encoded.Term, len(b.Columns))
	}
	for i, c := range b.Columns {
		g.out.Columns[i] = nil
		if c != nil {
			g.cols[i] = gather(g.cols[i], c, idx)
			g.out.Columns[i] = g.cols[i]
		}
	}
	g.out.Counts = nil
	if b.Counts != nil {
		g.counts = sized(g.counts, len(idx))
		for i, j := range idx {
			g.counts[i] = b.Counts[j]
		}
		g.out.Counts = g.counts
	}
	g.out.Len = len(idx)
	return &g.out
}

// dropFirst removes the first n rows.
func (r *rows) dropFirst(n int) {
	for i, c := range r.cols {
		if len(c) > 0 {
			r.cols[i] = c[:copy(c, c[n:])]
		}
	}
	if r.counts != nil {
		r.counts = r.counts[:copy(r.counts, r.counts[n:])]
	}
	r.n -= n
}
