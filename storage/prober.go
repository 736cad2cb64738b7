package storage

import "github.com/ententedb/entente/graph/encoded"

// prober tells which rows of an order are there, asked in ascending order.
type prober struct {
	cursors []*cursor
	stats   encoded.ScanStats
}

// prober returns a prober of an order; bulk keeps what it reads out of the cache
// and is for many questions.
func (tx *Tx) prober(o encoded.Order, bulk bool) (*prober, error) {
	p := &prober{}
	for _, r := range tx.runsOf(o) {
		x, err := r.index(tx.snapshotOf(r), o)
		if err != nil {
			return nil, err
		}
		c := &cursor{run: r, sn: tx.snapshotOf(r), x: x, stats: &p.stats, bulk: bulk}
		p.cursors = append(p.cursors, c)
	}
	return p, nil
}

// has reports whether a quad is there.
func (p *prober) has(q row) (bool, error) {
	sum := 0
	for _, c := range p.cursors {
		r, ok, err := c.find(q[:])
		if err != nil {
			return false, err
		}
		if ok && r == q {
			sum += c.run.sign()
		}
	}
	return sum > 0, nil
}

// find returns the first row that begins with key, in runs without deletions.
func (p *prober) find(key []encoded.Term) (row, bool, error) {
	for _, c := range p.cursors {
		r, ok, err := c.find(key)
		if err != nil || ok && comparePrefix(&r, key) == 0 {
			return r, err == nil, err
		}
	}
	return row{}, false, nil
}

// find moves forward to the first row at or after key and returns it.
func (c *cursor) find(key []encoded.Term) (row, bool, error) {
	if c.blk != nil {
		if _, err := c.seek(key); err != nil {
			return row{}, false, err
		}
	} else if c.next < len(c.x.blocks) {
		c.low = append(c.lowBuf[:0], key...)
		if err := c.advance(); err != nil {
			return row{}, false, err
		}
	}
	if c.blk == nil {
		return row{}, false, nil
	}
	c.takeHead()
	return c.head, true, nil
}
