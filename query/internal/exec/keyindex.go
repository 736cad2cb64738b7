package exec

import (
	"math/bits"

	"github.com/ententedb/entente/graph/encoded"
)

// keyIndex numbers distinct combinations of terms 0, 1, 2 … in the sequence in
// which they were added. It is an open-addressing hash table whose slots hold
// 32 bits of the hash and the number plus one; the keys stand apart, so that
// they can be read back by number.
type keyIndex struct {
	width int
	n     int
	slots []uint64
	mask  uint64
	keys  []encoded.Term // width terms for each number
	hash  []uint64       // scratch
}

func newKeyIndex(width int) *keyIndex {
	return &keyIndex{width: width}
}

const hashMul = 0x9e3779b97f4a7c15

func mix(h uint64, t encoded.Term) uint64 {
	hi, lo := bits.Mul64(h^uint64(t), hashMul)
	return hi ^ lo
}

// hashes computes the hash of n rows; a nil column is unbound.
func (x *keyIndex) hashes(cols [][]encoded.Term, n int) []uint64 {
	x.hash = sized(x.hash, n)
	h := x.hash
	const seed = 0xa0761d6478bd642f
	for i := range h {
		h[i] = seed
	}
	for _, c := range cols {
		if c == nil {
			for i := range h {
				h[i] = mix(h[i], 0)
			}
			continue
		}
		c = c[:n]
		for i, t := range c {
			h[i] = mix(h[i], t)
		}
	}
	return h
}

// size returns the number of distinct keys.
func (x *keyIndex) size() int { return x.n }

// key returns the terms of key number id. The slice belongs to the index.
func (x *keyIndex) key(id int) []encoded.Term { return x.keys[id*x.width : (id+1)*x.width] }

// bytes returns the memory held.
func (x *keyIndex) bytes() int64 { return int64(8*cap(x.slots) + 8*cap(x.keys)) }

func (x *keyIndex) grow(n int) {
	if 2*n <= len(x.slots) {
		return
	}
	size := 64
	for size < 2*n {
		size *= 2
	}
	old := x.slots
	x.slots = make([]uint64, size)
	x.mask = uint64(size - 1)
	if len(old) == 0 {
		return
	}
	// The slot's upper half holds hash bits 32 to 63, which also pick the
	// place; so moving needs no key.
	for _, s := range old {
		if s == 0 {
			continue
		}
		i := (s >> 32) & x.mask
		for x.slots[i] != 0 {
			i = (i + 1) & x.mask
		}
		x.slots[i] = s
	}
}

// add writes the number of each of n rows to ids, entering new keys.
func (x *keyIndex) add(cols [][]encoded.Term, n int, ids []int32) {
	if x.width == 0 {
		if n > 0 {
			x.n = 1
		}
		clear(ids[:n])
		return
	}
	h := x.hashes(cols, n)
	for i, hash := range h {
		if 2*(x.n+1) > len(x.slots) {
			x.grow(max(2*x.n, 32))
		}
		tag := hash >> 32
		p := tag & x.mask
		for {
			s := x.slots[p]
			if s == 0 {
				x.slots[p] = tag<<32 | uint64(x.n+1)
				ids[i] = int32(x.n)
				x.n++
				for _, c := range cols {
					if c == nil {
						x.keys = append(x.keys, encoded.Undefined)
					} else {
						x.keys = append(x.keys, c[i])
					}
				}
				break
			}
			if s>>32 == tag {
				id := int(uint32(s)) - 1
				if x.equal(id, cols, i) {
					ids[i] = int32(id)
					break
				}
			}
			p = (p + 1) & x.mask
		}
	}
}

// find writes the number of each of n rows to ids, -1 where the key is not there.
func (x *keyIndex) find(cols [][]encoded.Term, n int, ids []int32) {
	if x.width == 0 {
		id := int32(0)
		if x.n == 0 {
			id = -1
		}
		for i := range ids[:n] {
			ids[i] = id
		}
		return
	}
	if x.n == 0 {
		for i := range ids[:n] {
			ids[i] = -1
		}
		return
	}
	h := x.hashes(cols, n)
	for i, hash := range h {
		tag := hash >> 32
		p := tag & x.mask
		for {
			s := x.slots[p]
			if s == 0 {
				ids[i] = -1
				break
			}
			if s>>32 == tag {
				id := int(uint32(s)) - 1
				if x.equal(id, cols, i) {
					ids[i] = int32(id)
					break
				}
			}
			p = (p + 1) & x.mask
		}
	}
}

// equal compares key id with row i of the columns.
func (x *keyIndex) equal(id int, cols [][]encoded.Term, i int) bool {
	if x.width == 1 && cols[0] != nil {
		return x.keys[id] == cols[0][i]
	}
	k := x.keys[id*x.width:]
	for j, c := range cols {
		t := encoded.Undefined
		if c != nil {
			t = c[i]
		}
		if k[j] != t {
			return false
		}
	}
	return true
}
