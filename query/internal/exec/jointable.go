package exec

import (
	"context"

	"github.com/ententedb/entente/graph/encoded"
)

// joinTable is the right side of a join in memory, indexed by the columns that
// it shares with the left.
//
// Its rows are in parts, by which of the shared, possibly unbound columns they bind. A row
// on the left that binds the set L of those columns is compatible with a row
// of the part with set R exactly if both have equal terms in the certain
// columns and in those of L ∩ R; so each part has an index for each such
// intersection that occurs. Where all shared columns are certain there is one
// part and one index.
type joinTable struct {
	shape *joinShape
	rows  *rows
	maybe []sharedColumn // the shared columns that are not certain
	parts []*joinPart
	bytes int64 // of the indexes
}

type joinPart struct {
	mask    uint64  // bit i: maybe[i] is bound
	rows    []int32 // nil: all
	indexes map[uint64]*joinIndex
}

// joinIndex finds the rows of a part that have given terms in some columns.
type joinIndex struct {
	keys *keyIndex
	// The rows with key number k are perm[start[k]:start[k+1]]; where perm is
	// nil, keys are unique and row k has key k.
	start, perm []int32
	// totals holds, where rows have multiplicities, how many solutions each key has.
	totals []uint64
}

// solutions returns the number of solutions with key number id.
func (x *joinIndex) solutions(id int32) uint64 {
	switch {
	case x.totals != nil:
		return x.totals[id]
	case x.perm != nil:
		return uint64(x.start[id+1] - x.start[id])
	}
	return 1
}

// newJoinTable makes the table of rows. Memory, which holds the rows, holds the table too.
func newJoinTable(ctx context.Context, shape *joinShape, r *rows, memory *share) (*joinTable, error) {
	t := &joinTable{shape: shape, rows: r}
	for _, c := range shape.shared {
		if !c.certain {
			t.maybe = append(t.maybe, c)
		}
	}
	return t, t.split(ctx, memory)
}

// split makes the parts from the rows.
func (t *joinTable) split(ctx context.Context, memory *share) error {
	if t.rows.n == 0 {
		return nil
	}
	if len(t.maybe) == 0 {
		t.parts = append(t.parts, &joinPart{})
		return nil
	}
	t.bytes += int64(8 * t.rows.n) // of the parts' row numbers, with room to grow
	if err := memory.need(t.rows.bytes() + t.bytes); err != nil {
		return err
	}
	byMask := map[uint64]*joinPart{}
	for i := range t.rows.n {
		if i&(BatchSize-1) == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		mask := boundMask(t.maybe, t.rows.cols, i, false)
		p := byMask[mask]
		if p == nil {
			p = &joinPart{mask: mask}
			byMask[mask] = p
			t.parts = append(t.parts, p)
		}
		p.rows = append(p.rows, int32(i))
	}
	return nil
}

func boundMask(columns []sharedColumn, cols [][]encoded.Term, row int, left bool) uint64 {
	var mask uint64
	for j, c := range columns {
		k := c.right
		if left {
			k = c.left
		}
		if col := cols[k]; col != nil && col[row] != encoded.Undefined {
			mask |= 1 << j
		}
	}
	return mask
}

// keyColumns returns the columns that both sides bind in a part: the certain
// ones and those of mask.
func (t *joinTable) keyColumns(mask uint64) []sharedColumn {
	var key []sharedColumn
	j := 0
	for _, c := range t.shape.shared {
		if c.certain {
			key = append(key, c)
			continue
		}
		if mask&(1<<j) != 0 {
			key = append(key, c)
		}
		j++
	}
	return key
}

// index returns the index of a part on the certain columns and those of mask.
func (t *joinTable) index(ctx context.Context, p *joinPart, mask uint64, mem *share) (*joinIndex, error) {
	if x := p.indexes[mask]; x != nil {
		return x, nil
	}
	key := t.keyColumns(mask)
	n := t.rows.n
	if p.rows != nil {
		n = len(p.rows)
	}
	x := &joinIndex{keys: newKeyIndex(len(key))}
	if len(key) > 0 {
		x.keys.grow(min(n, 1<<20))
	}
	ids := make([]int32, n)
	cols := make([][]encoded.Term, len(key))
	bufs := make([][]encoded.Term, len(key))
	for from := 0; from < n; from += BatchSize {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		to := min(from+BatchSize, n)
		for i, c := range key {
			col := t.rows.cols[c.right]
			switch {
			case col == nil:
				cols[i] = nil
			case p.rows == nil:
				cols[i] = col[from:to]
			default:
				bufs[i] = gather(bufs[i], col, p.rows[from:to])
				cols[i] = bufs[i]
			}
		}
		x.keys.add(cols, to-from, ids[from:to])
		if err := mem.need(t.rows.bytes() + t.bytes + int64(12*n) + x.keys.bytes()); err != nil {
			return nil, err
		}
	}
	if x.keys.size() < n || p.rows != nil {
		x.start = make([]int32, x.keys.size()+1)
		for _, id := range ids {
			x.start[id+1]++
		}
		for k := range x.keys.size() {
			x.start[k+1] += x.start[k]
		}
		x.perm = make([]int32, n)
		fill := make([]int32, x.keys.size())
		for i, id := range ids {
			if i&(1<<16-1) == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			row := int32(i)
			if p.rows != nil {
				row = p.rows[i]
			}
			x.perm[x.start[id]+fill[id]] = row
			fill[id]++
		}
	}
	if t.rows.counts != nil {
		x.totals = make([]uint64, x.keys.size())
		for i, id := range ids {
			row := int32(i)
			if p.rows != nil {
				row = p.rows[i]
			}
			x.totals[id] += t.rows.counts[row]
		}
	}
	if p.indexes == nil {
		p.indexes = map[uint64]*joinIndex{}
	}
	p.indexes[mask] = x
	t.bytes += int64(4*cap(x.perm)+4*cap(x.start)+8*cap(x.totals)) + x.keys.bytes()
	return x, mem.need(t.rows.bytes() + t.bytes)
}

// prober finds, for the rows of a left batch, the compatible rows of a table.
type prober struct {
	shape *joinShape
	table *joinTable
	mem   *share
	tasks []probeTask
	used  int
	// where pairs goes on
	task, pos, off int
}

// probeTask is a set of left rows against one index.
type probeTask struct {
	index  *joinIndex
	rows   []int32 // nil: all
	ids    []int32 // key number for each of them, -1 for none
	shares bool    // both sides bind at least one common variable
	bufs   [][]encoded.Term
}

// start begins a left batch.
func (p *prober) start(ctx context.Context, left *Batch) error {
	p.used, p.task, p.pos, p.off = 0, 0, 0, 0
	t := p.table
	if len(t.parts) == 0 {
		return nil
	}
	if len(t.maybe) == 0 {
		return p.addTask(ctx, left, t.parts[0], 0, nil)
	}
	byMask := map[uint64][]int32{}
	var masks []uint64
	for i := range left.Len {
		m := boundMask(t.maybe, left.Columns, i, true)
		if byMask[m] == nil {
			masks = append(masks, m)
		}
		byMask[m] = append(byMask[m], int32(i))
	}
	for _, m := range masks {
		for _, part := range t.parts {
			if err := p.addTask(ctx, left, part, m&part.mask, byMask[m]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *prober) addTask(ctx context.Context, left *Batch, part *joinPart, mask uint64, lrows []int32) error {
	index, err := p.table.index(ctx, part, mask, p.mem)
	if err != nil {
		return err
	}
	if p.used == len(p.tasks) {
		p.tasks = append(p.tasks, probeTask{})
	}
	k := &p.tasks[p.used]
	p.used++
	key := p.table.keyColumns(mask)
	n := left.Len
	if lrows != nil {
		n = len(lrows)
	}
	k.index, k.rows, k.shares = index, lrows, len(key) > 0
	k.ids = sized(k.ids, n)
	cols := make([][]encoded.Term, len(key))
	for len(k.bufs) < len(key) {
		k.bufs = append(k.bufs, nil)
	}
	for i, c := range key {
		cols[i] = left.Columns[c.left]
		if cols[i] != nil && lrows != nil {
			k.bufs[i] = gather(k.bufs[i], cols[i], lrows)
			cols[i] = k.bufs[i]
		}
	}
	index.keys.find(cols, n, k.ids)
	return nil
}

// ordered implements pairSource.
func (p *prober) ordered() bool { return p.shape.certain }

// right implements pairSource.
func (p *prober) right() *rows { return p.table.rows }

// pairs implements pairSource.
func (p *prober) pairs(_ context.Context, left *Batch, max int, outer bool, l, r []int32) ([]int32, []int32, bool, error) {
	if p.used == 0 {
		if outer {
			for ; p.pos < left.Len && len(l) < max; p.pos++ {
				l, r = append(l, int32(p.pos)), append(r, -1)
			}
			return l, r, p.pos < left.Len, nil
		}
		return l, r, false, nil
	}
	for ; p.task < p.used; p.task, p.pos, p.off = p.task+1, 0, 0 {
		k := &p.tasks[p.task]
		x := k.index
		for ; p.pos < len(k.ids); p.pos++ {
			if len(l) >= max {
				return l, r, true, nil
			}
			id := k.ids[p.pos]
			row := int32(p.pos)
			if k.rows != nil {
				row = k.rows[p.pos]
			}
			if id < 0 {
				if outer {
					l, r = append(l, row), append(r, -1)
				}
				continue
			}
			if x.perm == nil {
				l, r = append(l, row), append(r, id)
				continue
			}
			match := x.perm[int(x.start[id])+p.off : x.start[id+1]]
			if room := max - len(l); len(match) > room {
				match = match[:room]
				p.off += room
				for _, m := range match {
					l, r = append(l, row), append(r, m)
				}
				return l, r, true, nil
			}
			for _, m := range match {
				l, r = append(l, row), append(r, m)
			}
			p.off = 0
		}
	}
	return l, r, false, nil
}

// mark implements pairSource.
func (p *prober) mark(_ context.Context, _ *Batch, matched []bool, sharing bool) error {
	for i := range p.used {
		k := &p.tasks[i]
		if sharing && !k.shares {
			continue
		}
		for j, id := range k.ids {
			if id < 0 {
				continue
			}
			row := j
			if k.rows != nil {
				row = int(k.rows[j])
			}
			matched[row] = true
		}
	}
	return nil
}

// count implements pairSource.
func (p *prober) count(_ context.Context, _ *Batch, out []uint64) error {
	for i := range p.used {
		k := &p.tasks[i]
		for j, id := range k.ids {
			if id < 0 {
				continue
			}
			row := j
			if k.rows != nil {
				row = int(k.rows[j])
			}
			out[row] += k.index.solutions(id)
		}
	}
	return nil
}
