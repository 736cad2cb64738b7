package storage

import (
	"encoding/binary"
	"slices"
	"sort"
	"sync/atomic"

	"github.com/ententedb/entente/graph/encoded"
)

// index is the table of the blocks of one run in one order. It answers which
// blocks a scan reads, and counts whole blocks without reading them.
type index struct {
	order  encoded.Order
	blocks []blockInfo
	rows   uint64
	// defaults is the number of rows in the default graph.
	defaults uint64
}

// blockInfo describes a block: its rows lie between first and last, its columns
// between low and high.
type blockInfo struct {
	first, last row
	low, high   row
	rows        uint32
	defaults    uint32 // rows in the default graph
	before      uint64 // rows of the blocks before it
	// defaultsBefore is the same of rows in the default graph.
	defaultsBefore uint64
	slot           atomic.Pointer[block]
	bytes          uint32
}

// graphColumn returns which column of an order holds the graph.
func graphColumn(o encoded.Order) int {
	if o == encoded.GSPO || o == encoded.TTSPO {
		return 0
	}
	return 3
}

// describe fills the description of a block from its columns.
func (b *blockInfo) describe(o encoded.Order, columns *[4][]encoded.Term) {
	n := len(columns[0])
	b.rows = uint32(n)
	for i, c := range columns {
		b.first[i], b.last[i] = c[0], c[n-1]
		if i == 0 {
			b.low[i], b.high[i] = c[0], c[n-1]
			continue
		}
		b.low[i], b.high[i] = slices.Min(c), slices.Max(c)
	}
	g := graphColumn(o)
	switch {
	case b.low[g] != encoded.DefaultGraph:
	case b.high[g] == encoded.DefaultGraph:
		b.defaults = b.rows
	default:
		for _, t := range columns[g] {
			if t == encoded.DefaultGraph {
				b.defaults++
			}
		}
	}
}

// indexChunk is the number of blocks described by one stored value.
const indexChunk = 1024

func appendBlockInfo(b []byte, i *blockInfo) []byte {
	b = binary.AppendUvarint(b, uint64(i.rows))
	b = binary.AppendUvarint(b, uint64(i.defaults))
	b = binary.AppendUvarint(b, uint64(i.bytes))
	for _, r := range []*row{&i.first, &i.last, &i.low, &i.high} {
		for _, t := range r {
			b = binary.LittleEndian.AppendUint64(b, uint64(t))
		}
	}
	return b
}

func (r *reader) row() (v row) {
	if len(r.b) < 32 {
		r.fail()
		return v
	}
	for i := range v {
		v[i] = encoded.Term(binary.LittleEndian.Uint64(r.b[i*8:]))
	}
	r.b = r.b[32:]
	return v
}

// append reads the descriptions of a stored chunk.
func (x *index) append(body []byte) error {
	r := &reader{b: body}
	n := r.count()
	base := len(x.blocks)
	blocks := make([]blockInfo, base+n)
	for i := range x.blocks {
		copyInfo(&blocks[i], &x.blocks[i])
	}
	for i := base; i < base+n; i++ {
		b := &blocks[i]
		b.rows, b.defaults, b.bytes = uint32(r.uint()), uint32(r.uint()), uint32(r.uint())
		b.first, b.last, b.low, b.high = r.row(), r.row(), r.row(), r.row()
		if b.rows == 0 || b.rows > maxBlockRows || b.defaults > b.rows {
			r.fail()
		}
	}
	x.blocks = blocks
	return r.err
}

func copyInfo(to, from *blockInfo) {
	to.first, to.last, to.low, to.high = from.first, from.last, from.low, from.high
	to.rows, to.defaults, to.bytes = from.rows, from.defaults, from.bytes
}

// finish sums up.
func (x *index) finish() {
	x.rows, x.defaults = 0, 0
	for i := range x.blocks {
		b := &x.blocks[i]
		b.before, b.defaultsBefore = x.rows, x.defaults
		x.rows += uint64(b.rows)
		x.defaults += uint64(b.defaults)
	}
}

// meets reports whether rows between the bounds, which are prefixes, can be there.
func (x *index) meets(low, high []encoded.Term) bool {
	n := len(x.blocks)
	return n > 0 && comparePrefix(&x.blocks[n-1].last, low) >= 0 && comparePrefix(&x.blocks[0].first, high) <= 0
}

// find returns the first block at or after from that can hold a row at or after
// key (a prefix), by galloping.
func (x *index) find(key []encoded.Term, from int) int {
	step, hi := 1, from
	for hi < len(x.blocks) && comparePrefix(&x.blocks[hi].last, key) < 0 {
		from = hi + 1
		hi += step
		step *= 2
	}
	hi = min(hi, len(x.blocks))
	return from + sort.Search(hi-from, func(i int) bool { return comparePrefix(&x.blocks[from+i].last, key) >= 0 })
}
