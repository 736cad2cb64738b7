package storage

import (
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// cursor walks the rows of one run in one order, between two bounds, one piece
// of a block at a time. blk is nil at the end and before the first advance.
type cursor struct {
	run   *run
	sn    *snapshot
	x     *index
	low   []encoded.Term // rows whose first columns are below it are not wanted
	high  []encoded.Term // nor those above this
	keep  func(*blockInfo) bool
	stats *encoded.ScanStats

	next     int // the next block to look at
	info     *blockInfo
	blk      *block
	from, to int
	head     row  // row from of blk; kept by source only
	lowBuf   row  // where seek and find keep low
	bulk     bool // every row will be read: decode blocks, keep them out of the cache
	buffers  [4][]encoded.Term
	steps    int // heads taken from the current block
}

// peek finds the next block that can hold wanted rows, without reading it.
func (c *cursor) peek() *blockInfo {
	for c.next < len(c.x.blocks) {
		info := &c.x.blocks[c.next]
		if comparePrefix(&info.first, c.high) > 0 {
			c.next = len(c.x.blocks)
			break
		}
		if comparePrefix(&info.last, c.low) < 0 {
			c.next = c.x.find(c.low, c.next)
			continue
		}
		if c.keep == nil || c.keep(info) {
			return info
		}
		c.next++
	}
	return nil
}

// whole reports whether all rows of a block are between the bounds.
func (c *cursor) whole(info *blockInfo) bool {
	return comparePrefix(&info.first, c.low) >= 0 && comparePrefix(&info.last, c.high) <= 0
}

// read returns the next block.
func (c *cursor) read() (blk *block, fresh bool, err error) {
	if !c.bulk || c.run.small {
		return c.run.block(c.sn, c.x, c.next)
	}
	if blk, err = c.run.readBlock(c.sn, c.x, c.next); err != nil {
		return nil, false, err
	}
	for i := range c.buffers {
		c.buffers[i] = slices.Grow(c.buffers[i][:0], blk.rows)[:blk.rows]
		blk.columns[i].decode(c.buffers[i], 0)
		blk.decoded[i].Store(&c.buffers[i])
	}
	return blk, true, nil
}

// takeHead notes the current row. A block of which many rows are taken one by one
// is decoded.
func (c *cursor) takeHead() {
	if c.steps++; c.steps == 16 {
		for i := range c.blk.columns {
			c.blk.column(c.run.store.cache, i, 0, c.blk.rows, nil)
		}
	}
	c.head = c.blk.row(c.from)
}

// advance moves to the next piece that is not empty.
func (c *cursor) advance() error {
	for {
		info := c.peek()
		if info == nil {
			c.blk = nil
			return nil
		}
		blk, fresh, err := c.read()
		if err != nil {
			return err
		}
		c.steps = 0
		c.stats.Blocks++
		if fresh {
			c.stats.Bytes += uint64(blk.bytes)
		}
		c.next++
		c.from, c.to = 0, blk.rows
		if comparePrefix(&info.first, c.low) < 0 {
			c.from = blk.search(c.low, false, 0, blk.rows)
		}
		if comparePrefix(&info.last, c.high) > 0 {
			c.to = blk.search(c.high, true, c.from, blk.rows)
		}
		if c.from < c.to {
			c.blk, c.info = blk, info
			return nil
		}
	}
}

// seek moves forward to the first row at or after key. It reports whether it moved.
func (c *cursor) seek(key []encoded.Term) (bool, error) {
	if slices.Compare(key, c.low) > 0 {
		c.low = append(c.lowBuf[:0], key...)
	}
	if c.blk == nil {
		return false, nil
	}
	if c.from < c.to {
		if comparePrefix(&c.info.last, key) >= 0 {
			from := c.blk.search(key, false, c.from, c.to)
			moved := from != c.from
			c.from = from
			if from < c.to {
				return moved, nil
			}
		}
	}
	return true, c.advance()
}

// source merges the cursors of the runs of a snapshot into pieces of rows that
// are there: a piece comes from one block and needs no comparison with others.
type source struct {
	cursors []*cursor
	started bool
	// filtered is set where cursors leave out blocks without a row that passes
	// the filters. A row that does not pass may then lack its counterpart; what
	// the source makes of it does not matter.
	filtered bool
}

// piece is a range of rows of a block.
type piece struct {
	blk      *block
	info     *blockInfo
	from, to int
}

func (s *source) start() error {
	s.started = true
	for _, c := range s.cursors {
		if err := c.advance(); err != nil {
			return err
		}
		if c.blk != nil && len(s.cursors) > 1 {
			c.takeHead()
		}
	}
	return nil
}

// refill moves a cursor whose piece is used up, and renews its head.
func (s *source) refill(c *cursor) error {
	if c.from == c.to {
		if err := c.advance(); err != nil {
			return err
		}
	}
	if c.blk != nil {
		c.takeHead()
	}
	return nil
}

// next returns the next piece; one without a block is the end.
func (s *source) next() (piece, error) {
	if !s.started {
		if err := s.start(); err != nil {
			return piece{}, err
		}
	} else if len(s.cursors) == 1 {
		if c := s.cursors[0]; c.blk != nil && c.from == c.to {
			if err := c.advance(); err != nil {
				return piece{}, err
			}
		}
	}
	if len(s.cursors) == 1 {
		c := s.cursors[0]
		p := piece{c.blk, c.info, c.from, c.to}
		c.from = c.to
		if c.blk != nil && c.run.kind == runDeletes {
			if !s.filtered {
				return piece{}, corrupt("run %d deletes what is not there", c.run.id)
			}
			return s.next()
		}
		return p, nil
	}
	for {
		var least *cursor
		equal := 0
		for _, c := range s.cursors {
			if c.blk == nil {
				continue
			}
			if least == nil {
				least, equal = c, 1
				continue
			}
			switch d := compareRows(c.head, least.head); {
			case d < 0:
				least, equal = c, 1
			case d == 0:
				equal++
			}
		}
		if least == nil {
			return piece{}, nil
		}
		if equal == 1 {
			if least.run.kind == runDeletes && !s.filtered {
				return piece{}, corrupt("run %d deletes what is not there", least.run.id)
			}
			end := least.to
			for _, c := range s.cursors {
				if c == least || c.blk == nil {
					continue
				}
				if end > least.from && compareRows(c.head, least.info.last) <= 0 {
					end = least.blk.search(c.head[:], false, least.from, end)
				}
			}
			p := piece{least.blk, least.info, least.from, end}
			least.from = end
			if err := s.refill(least); err != nil {
				return piece{}, err
			}
			if least.run.kind == runDeletes {
				continue
			}
			return p, nil
		}
		head, sum := least.head, 0
		p := piece{least.blk, least.info, least.from, least.from + 1}
		for _, c := range s.cursors {
			if c.blk == nil || c.head != head {
				continue
			}
			sum += c.run.sign()
			c.from++
			if err := s.refill(c); err != nil {
				return piece{}, err
			}
		}
		switch {
		case sum == 1:
			return p, nil
		case sum != 0 && !s.filtered:
			return piece{}, corrupt("a quad is in the runs %d times", sum)
		}
	}
}

// seek moves forward to the first row at or after key.
func (s *source) seek(key []encoded.Term) (moved bool, err error) {
	for _, c := range s.cursors {
		m, err := c.seek(key)
		if err != nil {
			return moved, err
		}
		moved = moved || m
		if s.started && c.blk != nil && len(s.cursors) > 1 {
			c.takeHead()
		}
	}
	return moved, nil
}
