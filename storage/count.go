package storage

import "github.com/ententedb/entente/graph/encoded"

// smallCount is the number of rows up to which Count looks at every row where
// the index alone cannot tell.
const smallCount = 4 * maxBlockRows

// bestOrder returns the order in which the most bound positions lead.
func bestOrder(o encoded.Order, p encoded.Pattern) encoded.Order {
	s, q, b, g := p[0] != 0, p[1] != 0, p[2] != 0, p[3] != 0
	if o.OfTriples() {
		switch {
		case g:
			return encoded.TTSPO
		case s && !(b && !q):
			return encoded.TSPO
		case b && (s || !q):
			return encoded.TOSP
		case q:
			return encoded.TPOS
		}
		return encoded.TSPO
	}
	switch {
	case g && p[3] != encoded.DefaultGraph && !(b || q && !s):
		return encoded.GSPO
	case s && b && !q:
		return encoded.SOP
	case s:
		return encoded.SPO
	case q && b:
		return encoded.POS
	case q:
		return encoded.PSO
	case b:
		return encoded.OSP
	}
	return encoded.SPO
}

// Count returns the number of rows of a scan; see query.Dataset.
func (tx *Tx) Count(s encoded.Scan) (n uint64, exact bool, err error) {
	if s.Range == (encoded.Range{}) && s.Order < encoded.OrderCount {
		s.Order = bestOrder(s.Order, s.Pattern)
	}
	r, err := tx.prepare(s)
	if err != nil {
		return 0, false, err
	}
	total, exact := int64(0), !r.distinct
	for _, c := range r.cursors {
		rows, ok, err := r.countRun(tx, c)
		if err != nil {
			return 0, false, err
		}
		total += rows * int64(c.run.sign())
		exact = exact && ok
	}
	return uint64(max(total, 0)), exact, nil
}

// countRun counts the rows of one run: whole blocks from the index, the blocks
// at the ends by search. With filters it looks at the rows if they are few; a
// filter for or against the default graph is answered from the index too.
func (r *request) countRun(tx *Tx, c *cursor) (n int64, exact bool, err error) {
	c.keep = nil
	g := r.graphs.column
	plain := len(r.filters) == 0 && r.graphs.kind == anyGraph
	// byGraph: the only filter is "in the default graph" or "in a named one".
	byDefault := len(r.filters) == 1 && r.filters[0] == filter{g, encoded.DefaultGraph} && r.graphs.kind == anyGraph
	byNamed := len(r.filters) == 0 && r.graphs.kind == namedGraphs
	rows, passed, seen := int64(0), int64(0), int64(0)
	for {
		info := c.peek()
		if info == nil {
			break
		}
		if c.whole(info) && (plain || byDefault || byNamed || seen >= smallCount) {
			// Blocks from here up to the last whole one, at once.
			last := c.lastWhole()
			lastInfo := &c.x.blocks[last]
			all := int64(lastInfo.before + uint64(lastInfo.rows) - info.before)
			defaults := int64(lastInfo.defaultsBefore + uint64(lastInfo.defaults) - info.defaultsBefore)
			rows += all
			switch {
			case plain:
				passed += all
			case byDefault:
				passed += defaults
			case byNamed:
				passed += all - defaults
			default:
				if seen > 0 {
					passed += all * passed / seen
				}
				exact = true // marks the estimate
			}
			c.next = last + 1
			continue
		}
		if err := c.advance(); err != nil {
			return 0, false, err
		}
		if c.blk == nil {
			break
		}
		k := int64(c.to - c.from)
		rows += k
		seen += k
		switch {
		case plain:
			passed += k
		default:
			passed += r.passing(c)
		}
	}
	return passed, !exact, nil
}

// passing counts the rows of the cursor's piece that pass the filters.
func (r *request) passing(c *cursor) int64 {
	n := int64(0)
rows:
	for i := c.from; i < c.to; i++ {
		for _, f := range r.filters {
			if c.blk.at(f.column, i) != f.value {
				continue rows
			}
		}
		if r.graphs.kind != anyGraph && !r.graphs.has(c.blk.at(r.graphs.column, i)) {
			continue
		}
		n++
	}
	return n
}

// lastWhole returns the last block of those between the bounds, beginning with
// the next one, which is whole.
func (c *cursor) lastWhole() int {
	lo, hi := c.next, len(c.x.blocks)-1
	for lo < hi {
		m := int(uint(lo+hi+1) >> 1)
		if comparePrefix(&c.x.blocks[m].last, c.high) <= 0 {
			lo = m
		} else {
			hi = m - 1
		}
	}
	return lo
}
