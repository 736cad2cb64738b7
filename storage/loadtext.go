package storage

import (
	"encoding/binary"
	"hash/maphash"
	"unsafe"

	"github.com/ententedb/entente/graph/encoded"
)

// slots is a hash table with linear probing that finds the numbers of things
// kept elsewhere. All of it is scratch memory.
type slots struct {
	mem   *scratch
	slots []slot
	n     int
}

type slot struct{ hash, number uint32 } // number from 1; 0 is free

// find returns the slot of the thing with this hash that same accepts, or the
// free slot where it belongs.
func (t *slots) find(hash uint32, same func(number uint32) bool) *slot {
	if t.n*4 >= len(t.slots)*3 {
		t.grow()
	}
	mask := uint32(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.number == 0 || s.hash == hash && same(s.number-1) {
			return s
		}
	}
}

// take fills a free slot.
func (t *slots) take(s *slot, hash, number uint32) {
	*s = slot{hash, number + 1}
	t.n++
}

func (t *slots) grow() {
	old := t.slots
	size := max(256, 2*len(old))
	t.slots = takeScratch[slot](t.mem, size)[:size]
	mask := uint32(size - 1)
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		i := s.hash & mask
		for t.slots[i].number != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
	freeScratch(t.mem, old)
}

func (t *slots) free() {
	freeScratch(t.mem, t.slots)
	t.slots, t.n = nil, 0
}

// arena keeps texts, each with its length before it, in pieces of scratch memory.
type arena struct {
	mem    *scratch
	pieces [][]byte
	size   int
}

const arenaPiece = 256 << 10

// keep copies a text and returns its place.
func (a *arena) keep(s string) uint64 {
	n := len(a.pieces) - 1
	if need := len(s) + binary.MaxVarintLen64; n < 0 || cap(a.pieces[n])-len(a.pieces[n]) < need {
		a.pieces = append(a.pieces, takeScratch[byte](a.mem, max(arenaPiece, need)))
		n++
		a.size += cap(a.pieces[n])
	}
	p := a.pieces[n]
	place := uint64(n)<<32 | uint64(len(p))
	a.pieces[n] = append(binary.AppendUvarint(p, uint64(len(s))), s...)
	return place
}

// at returns the text of a place; it is valid until the arena is freed.
func (a *arena) at(place uint64) string {
	p := a.pieces[place>>32][uint32(place):]
	n, skip := uint64(p[0]), 1
	if n >= 0x80 {
		n, skip = binary.Uvarint(p)
	}
	return unsafe.String(unsafe.SliceData(p[skip:]), int(n))
}

func (a *arena) free() {
	for _, p := range a.pieces {
		freeScratch(a.mem, p)
	}
	a.pieces, a.size = nil, 0
}

// textTable numbers the texts of one tag in the order of arrival.
type textTable struct {
	slots
	arena  *arena
	places []uint64 // by number
}

var textSeed = maphash.MakeSeed()

// number returns the number of a text, which is copied if it is new.
func (t *textTable) number(s string) uint32 {
	h := uint32(maphash.String(textSeed, s))
	slot := t.find(h, func(n uint32) bool { return t.at(n) == s })
	if slot.number == 0 {
		t.take(slot, h, uint32(len(t.places)))
		t.places = appendScratch(t.mem, t.places, t.arena.keep(s))
	}
	return slot.number - 1
}

// at returns the text with a number.
func (t *textTable) at(n uint32) string { return t.arena.at(t.places[n]) }

// size is the memory in use, without the texts themselves, and what sorting the
// texts takes.
func (t *textTable) size() int {
	return 8*cap(t.places) + 8*len(t.slots.slots) + sortBytes*len(t.places)
}

func (t *textTable) free() {
	t.slots.free()
	freeScratch(t.mem, t.places)
	t.places = nil
}

// tripleTable numbers the triple terms of one depth in the order of arrival.
type tripleTable struct {
	slots
	triples [][3]encoded.Term // by number
}

// number returns the number of a triple term, new or not.
func (t *tripleTable) number(c [3]encoded.Term) uint32 {
	h := uint32(mix(row{c[0], c[1], c[2]}) >> 16)
	slot := t.find(h, func(n uint32) bool { return t.triples[n] == c })
	if slot.number == 0 {
		t.take(slot, h, uint32(len(t.triples)))
		t.triples = appendScratch(t.mem, t.triples, c)
	}
	return slot.number - 1
}

func (t *tripleTable) size() int { return 24*cap(t.triples) + 8*len(t.slots.slots) }

func (t *tripleTable) free() {
	t.slots.free()
	freeScratch(t.mem, t.triples)
	t.triples = nil
}
