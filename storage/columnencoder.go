package storage

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// columnEncoder holds the scratch space of encoding, reused between columns.
type columnEncoder struct {
	codes  []uint64
	table  []uint64
	slots  []uint16
	values []encoded.Term
	starts []uint16
}

// fitWidth rounds a width up to one that a single 8-byte load can read.
func fitWidth(w uint) uint {
	if w > 57 {
		return 64
	}
	return w
}

// pack appends codes of a width to b.
func pack(b []byte, codes []uint64, width uint) []byte {
	if width == 64 {
		for _, c := range codes {
			b = binary.LittleEndian.AppendUint64(b, c)
		}
		return append(b, make([]byte, padding)...)
	}
	start := len(b)
	b = slices.Grow(b, packedSize(len(codes), width))
	b = b[:start+packedSize(len(codes), width)]
	out := b[start:]
	clear(out)
	pos := uint(0)
	if width > 0 {
		for _, c := range codes {
			at := pos >> 3
			w := binary.LittleEndian.Uint64(out[at:])
			binary.LittleEndian.PutUint64(out[at:], w|c<<(pos&7))
			pos += width
		}
	}
	return b
}

// frameSet is a choice of bases for values.
type frameSet struct {
	bases      []uint64
	low, width uint
	dictionary bool
	size       int
}

// zoneOf returns the tag and the dictionary zone of a term: the terms of one
// zone lie near each other.
func zoneOf(t encoded.Term) int { return int(t >> 59) }

// chooseFrames finds the smaller of dictionary encoding and one base per zone.
func (e *columnEncoder) chooseFrames(v []encoded.Term) frameSet {
	var least, most [32]encoded.Term
	var seen uint32
	for _, t := range v {
		z := zoneOf(t)
		if seen&(1<<z) == 0 {
			seen |= 1 << z
			least[z], most[z] = t, t
			continue
		}
		if t < least[z] {
			least[z] = t
		}
		if t > most[z] {
			most[z] = t
		}
	}
	var f frameSet
	for z := range 32 {
		if seen&(1<<z) == 0 {
			continue
		}
		f.bases = append(f.bases, uint64(least[z]))
		f.low = max(f.low, uint(bits.Len64(uint64(most[z]-least[z]))))
	}
	f.width = fitWidth(f.low + uint(bits.Len(uint(len(f.bases)-1))))
	if f.width == 64 {
		f.bases, f.low = []uint64{0}, 64
	}
	f.size = len(f.bases)*8 + packedSize(len(v), f.width)
	if f.width < 4 {
		return f
	}
	if d := e.distinct(v); d != nil {
		width := uint(bits.Len(uint(len(d) - 1)))
		if size := len(d)*8 + packedSize(len(v), width); size < f.size {
			return frameSet{bases: d, width: width, dictionary: true, size: size}
		}
	}
	return f
}

// distinct returns the distinct values of v, ascending, or nil if they are more
// than maxDictionary. The result is valid until the next call.
func (e *columnEncoder) distinct(v []encoded.Term) []uint64 {
	const size = 2048
	if e.slots == nil {
		e.slots = make([]uint16, size)
	}
	clear(e.slots)
	e.table = e.table[:0]
	for _, t := range v {
		h := uint64(t) * 0x9E3779B97F4A7C15 >> (64 - 11)
		for {
			s := e.slots[h]
			if s == 0 {
				if len(e.table) == maxDictionary {
					return nil
				}
				e.table = append(e.table, uint64(t))
				e.slots[h] = uint16(len(e.table))
				break
			}
			if e.table[s-1] == uint64(t) {
				break
			}
			h = (h + 1) & (size - 1)
		}
	}
	slices.Sort(e.table)
	return e.table
}

// appendFrames appends v in the frames of f.
func (e *columnEncoder) appendFrames(b []byte, v []encoded.Term, f frameSet) []byte {
	b = binary.AppendUvarint(b, uint64(len(f.bases)))
	b = append(b, byte(f.low), byte(f.width))
	for _, base := range f.bases {
		b = binary.LittleEndian.AppendUint64(b, base)
	}
	e.codes = slices.Grow(e.codes[:0], len(v))[:len(v)]
	codes := e.codes
	switch {
	case len(f.bases) == 1:
		for i, t := range v {
			codes[i] = uint64(t) - f.bases[0]
		}
	case f.dictionary:
		// The order of the bases is the order of the values, so a code is found
		// by search; neighbours are often equal.
		last, lastCode := v[0]+1, uint64(0)
		for i, t := range v {
			if t != last {
				at, _ := slices.BinarySearch(f.bases, uint64(t))
				last, lastCode = t, uint64(at)
			}
			codes[i] = lastCode
		}
	default:
		var frame [32]uint64
		for i, base := range f.bases {
			frame[zoneOf(encoded.Term(base))] = uint64(i)
		}
		for i, t := range v {
			k := frame[zoneOf(t)]
			codes[i] = k<<f.low | (uint64(t) - f.bases[k])
		}
	}
	return pack(b, codes, f.width)
}

// append appends the encoding of v, which is not empty, to b.
func (e *columnEncoder) append(b []byte, v []encoded.Term) []byte {
	runs := 1
	for i := 1; i < len(v); i++ {
		if v[i] != v[i-1] {
			runs++
		}
	}
	if runs == 1 {
		return binary.LittleEndian.AppendUint64(append(b, columnConstant), uint64(v[0]))
	}
	if runs*4 <= len(v) {
		e.values, e.starts = e.values[:0], e.starts[:0]
		for i, t := range v {
			if i == 0 || t != v[i-1] {
				e.values = append(e.values, t)
				e.starts = append(e.starts, uint16(i))
			}
		}
		f := e.chooseFrames(e.values)
		if whole := e.wholeSize(v, f); f.size+2*runs <= whole {
			b = append(b, columnRuns)
			b = binary.AppendUvarint(b, uint64(runs))
			for _, s := range e.starts {
				b = binary.LittleEndian.AppendUint16(b, s)
			}
			return e.appendFrames(b, e.values, f)
		}
	}
	delta := deltaSize(v)
	f := e.chooseFrames(v)
	if delta+delta/8 < f.size {
		return e.appendDelta(append(b, columnDelta), v)
	}
	return e.appendFrames(append(b, columnFrames), v, f)
}

// wholeSize estimates the size of v in the frames of its runs' values.
func (e *columnEncoder) wholeSize(v []encoded.Term, f frameSet) int {
	return len(f.bases)*8 + packedSize(len(v), f.width)
}

// spanDeltas returns the least delta of a span and the width of the rest.
func spanDeltas(v []encoded.Term) (least int64, width uint) {
	if len(v) < 2 {
		return 0, 0
	}
	least = int64(v[1] - v[0])
	most := least
	for i := 2; i < len(v); i++ {
		d := int64(v[i] - v[i-1])
		least, most = min(least, d), max(most, d)
	}
	return least, fitWidth(uint(bits.Len64(uint64(most) - uint64(least))))
}

func deltaSize(v []encoded.Term) int {
	size := 0
	for s := range slices.Chunk(v, deltaSpan) {
		_, w := spanDeltas(s)
		size += restartSize + packedSize(len(s)-1, w) - padding
	}
	return size + padding
}

func (e *columnEncoder) appendDelta(b []byte, v []encoded.Term) []byte {
	spans := (len(v) + deltaSpan - 1) / deltaSpan
	b = binary.AppendUvarint(b, uint64(spans))
	head := len(b)
	b = append(b, make([]byte, spans*restartSize)...)
	body := len(b)
	i := 0
	for s := range slices.Chunk(v, deltaSpan) {
		least, width := spanDeltas(s)
		h := b[head+i*restartSize:]
		binary.LittleEndian.PutUint64(h, uint64(s[0]))
		binary.LittleEndian.PutUint64(h[8:], uint64(least))
		binary.LittleEndian.PutUint32(h[16:], uint32(len(b)-body))
		h[20] = byte(width)
		e.codes = e.codes[:0]
		for j := 1; j < len(s); j++ {
			e.codes = append(e.codes, uint64(s[j]-s[j-1])-uint64(least))
		}
		b = pack(b, e.codes, width)
		b = b[:len(b)-padding]
		i++
	}
	return append(b, make([]byte, padding)...)
}
