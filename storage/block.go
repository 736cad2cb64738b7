package storage

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
	"sync/atomic"

	"github.com/ententedb/entente/graph/encoded"
)

// maxBlockRows is the greatest number of rows of a block. It is also the size of
// a batch, so that a decoded block can be handed out as it is.
const maxBlockRows = encoded.BatchSize

// row is a row in the sequence of its order.
type row [4]encoded.Term

func compareRows(a, b row) int {
	for i := range a {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// comparePrefix compares the first len(key) columns of r with key.
func comparePrefix(r *row, key []encoded.Term) int {
	for i, k := range key {
		if r[i] != k {
			if r[i] < k {
				return -1
			}
			return 1
		}
	}
	return 0
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal appends the checksum that every value in the store ends with.
func seal(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// unseal checks and removes the checksum.
func unseal(b []byte) ([]byte, error) {
	if len(b) < 4 {
		return nil, errShort
	}
	body := b[:len(b)-4]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(b[len(body):]) {
		return nil, errChecksum
	}
	return body, nil
}

// block is a piece of a run in one order: at most maxBlockRows rows, strictly
// ascending. Its columns stand in the order's sequence. A block is shared by
// readers; decoded columns are kept with it while the cache has room.
type block struct {
	resident
	rows    int
	bytes   int // length of the encoded form
	columns [4]column
	decoded [4]atomic.Pointer[[]encoded.Term]
}

// appendBlock appends the encoded form of a block, without its checksum.
func appendBlock(b []byte, e *columnEncoder, columns *[4][]encoded.Term) []byte {
	b = binary.AppendUvarint(b, uint64(len(columns[0])))
	var scratch []byte
	for i := range columns {
		scratch = e.append(scratch[:0], columns[i])
		b = binary.AppendUvarint(b, uint64(len(scratch)))
		b = append(b, scratch...)
	}
	return b
}

// parseBlock reads the headers of an encoded block, and keeps data.
func parseBlock(data []byte) (*block, error) {
	b := &block{bytes: len(data)}
	n, used := binary.Uvarint(data)
	if used <= 0 || n == 0 || n > maxBlockRows {
		return nil, errShort
	}
	b.rows = int(n)
	data = data[used:]
	for i := range b.columns {
		size, used := binary.Uvarint(data)
		if used <= 0 || size > uint64(len(data)-used) {
			return nil, errShort
		}
		if err := b.columns[i].parse(data[used:used+int(size)], b.rows); err != nil {
			return nil, err
		}
		data = data[used+int(size):]
	}
	if len(data) != 0 {
		return nil, errShort
	}
	return b, nil
}

// column returns the rows [from, to) of a column: from the cache, or decoded
// into scratch if few are wanted, or decoded whole and kept.
func (b *block) column(c *cache, i, from, to int, scratch *[]encoded.Term) []encoded.Term {
	if d := b.decoded[i].Load(); d != nil {
		return (*d)[from:to]
	}
	if (to-from)*4 >= b.rows {
		d := make([]encoded.Term, b.rows)
		b.columns[i].decode(d, 0)
		if b.decoded[i].CompareAndSwap(nil, &d) {
			c.grow(&b.resident, int64(8*b.rows))
		}
		return d[from:to]
	}
	*scratch = slices.Grow((*scratch)[:0], to-from)[:to-from]
	b.columns[i].decode(*scratch, from)
	return *scratch
}

func (b *block) at(i, r int) encoded.Term {
	if d := b.decoded[i].Load(); d != nil {
		return (*d)[r]
	}
	return b.columns[i].at(r)
}

func (b *block) row(r int) row { return row{b.at(0, r), b.at(1, r), b.at(2, r), b.at(3, r)} }

// lower returns the first row of [lo, hi) whose column i is at least v. The
// columns before i are constant there.
func (b *block) lower(i int, v encoded.Term, lo, hi int) int {
	if d := b.decoded[i].Load(); d != nil {
		at, _ := slices.BinarySearch((*d)[lo:hi], v)
		return lo + at
	}
	return b.columns[i].lower(v, lo, hi)
}

// search returns the first row of [lo, hi) whose first columns are at or after
// key, or, if after is set, behind it.
func (b *block) search(key []encoded.Term, after bool, lo, hi int) int {
	for i, k := range key {
		first := b.lower(i, k, lo, hi)
		if first == hi || b.at(i, first) != k {
			return first
		}
		end := hi
		if k != ^encoded.Term(0) {
			end = b.lower(i, k+1, first, hi)
		}
		lo, hi = first, end
	}
	if after {
		return hi
	}
	return lo
}
