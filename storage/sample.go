package storage

import (
	"sort"

	"github.com/ententedb/entente/graph/encoded"
)

// Sample returns rows from even distances among those of a scan; see
// query.Dataset. It reads at most one block for each row.
func (tx *Tx) Sample(s encoded.Scan, n int) ([]encoded.Pattern, error) {
	r, err := tx.prepare(s)
	if err != nil {
		return nil, err
	}
	// The runs that add rows share n by their numbers of rows between the bounds. Rows
	// that a later run deletes may be among them.
	var spans []span
	total := 0
	for _, c := range r.cursors {
		if c.run.kind == runDeletes {
			continue
		}
		c.keep = nil
		p, err := c.span()
		if err != nil {
			return nil, err
		}
		spans = append(spans, p)
		total += p.to - p.from
	}
	var out []encoded.Pattern
	n = min(n, total)
	for i := range n {
		at := int((2*int64(i) + 1) * int64(total) / (2 * int64(n))) // the middle of each of n parts
		for _, p := range spans {
			if rows := p.to - p.from; at >= rows {
				at -= rows
				continue
			}
			row, err := p.row(p.from + at)
			if err != nil {
				return nil, err
			}
			if r.passes(row) {
				var q encoded.Pattern
				for c, pos := range r.seq {
					q[pos] = row[c]
				}
				out = append(out, q)
			}
			break
		}
	}
	return out, nil
}

// passes reports whether a row between the bounds passes the filters.
func (r *request) passes(x row) bool {
	for _, f := range r.filters {
		if x[f.column] != f.value {
			return false
		}
	}
	return r.graphs.kind == anyGraph || r.graphs.has(x[r.graphs.column])
}

// span is the rows of a cursor's run between its bounds, numbered from the
// beginning of the run.
type span struct {
	c        *cursor
	from, to int
}

// span finds the rows between the bounds of a cursor that was not moved yet.
func (c *cursor) span() (span, error) {
	p := span{c: c}
	info := c.peek()
	if info == nil {
		return p, nil
	}
	first := c.next
	last := first + sort.Search(len(c.x.blocks)-first, func(i int) bool { return comparePrefix(&c.x.blocks[first+i].first, c.high) > 0 }) - 1
	p.from, p.to = int(info.before), int(c.x.blocks[last].before)+int(c.x.blocks[last].rows)
	if comparePrefix(&info.first, c.low) < 0 {
		b, _, err := c.run.block(c.sn, c.x, first)
		if err != nil {
			return p, err
		}
		p.from += b.search(c.low, false, 0, b.rows)
	}
	if comparePrefix(&c.x.blocks[last].last, c.high) > 0 {
		b, _, err := c.run.block(c.sn, c.x, last)
		if err != nil {
			return p, err
		}
		p.to = int(c.x.blocks[last].before) + b.search(c.high, true, 0, b.rows)
	}
	p.to = max(p.from, p.to)
	return p, nil
}

// row returns the row of this number.
func (p span) row(at int) (row, error) {
	x := p.c.x
	i := sort.Search(len(x.blocks), func(i int) bool { return int(x.blocks[i].before) > at }) - 1
	b, _, err := p.c.run.block(p.c.sn, x, i)
	if err != nil {
		return row{}, err
	}
	return b.row(at - int(x.blocks[i].before)), nil
}
