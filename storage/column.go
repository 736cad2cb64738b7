package storage

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// A column is one position of a block's rows, encoded on its own, so that it
// can be decoded on its own. The kind is chosen per column and block by size:
//
//	constant    one value
//	frames      codes of equal width, bit-packed; a code is the index of a base
//	            followed by an offset from it. One base is the frame-of-reference
//	            encoding; no offset bits is dictionary encoding; one base per tag
//	            keeps a column of mixed terms small.
//	runs        run-length encoding: the first row of each run, and the runs'
//	            values as frames
//	delta       every deltaSpan rows a restart point (row value, least delta,
//	            width), and bit-packed differences
//
// All but delta are random access: one value is read without the others.
type column struct {
	kind   byte
	n      int
	value  encoded.Term // constant
	bases  []byte       // frames: 8 bytes each; delta: the restart points
	codes  []byte       // the packed codes, padded by 8 bytes
	nbases int
	low    uint // frames: offset bits
	width  uint // frames: bits of a code
	starts []byte
	nruns  int
}

const (
	columnConstant byte = iota
	columnFrames
	columnRuns
	columnDelta
)

const (
	deltaSpan   = 256
	restartSize = 8 + 8 + 4 + 1
	padding     = 8
	// maxDictionary is the greatest number of distinct values of a column for
	// which dictionary encoding is tried.
	maxDictionary = 512
)

// columnEncoder holds the scratch space of encoding, reused between columns.
type columnEncoder struct {
	codes  []uint64
	table  []uint64
	slots  []uint16
	values []encoded.Term
	starts []uint16
}

// packedSize is the size of n codes of a width.
func packedSize(n int, width uint) int { return (n*int(width)+7)/8 + padding }

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

// code reads code i.
func code(data []byte, width uint, i int) uint64 {
	if width == 64 {
		return binary.LittleEndian.Uint64(data[i*8:])
	}
	pos := uint(i) * width
	return binary.LittleEndian.Uint64(data[pos>>3:]) >> (pos & 7) & (1<<width - 1)
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

// errColumn is wrapped by the block's error, which names the place.
var errColumn = fmt.Errorf("malformed column")

// parse reads the header of an encoded column of n rows. The column keeps data.
// Every length is checked here, so that reading values later cannot fail.
func (c *column) parse(data []byte, n int) error {
	if len(data) == 0 {
		return errColumn
	}
	c.kind, c.n = data[0], n
	data = data[1:]
	switch c.kind {
	case columnConstant:
		if len(data) != 8 {
			return errColumn
		}
		c.value = encoded.Term(binary.LittleEndian.Uint64(data))
		return nil
	case columnFrames:
		return c.parseFrames(data, n)
	case columnRuns:
		runs, used := binary.Uvarint(data)
		if used <= 0 || runs == 0 || runs > uint64(n) || len(data) < used+int(runs)*2 {
			return errColumn
		}
		c.nruns = int(runs)
		c.starts = data[used : used+c.nruns*2]
		for i := range c.nruns {
			if s := c.start(i); i == 0 && s != 0 || i > 0 && s <= c.start(i-1) || s >= n {
				return errColumn
			}
		}
		return c.parseFrames(data[used+c.nruns*2:], c.nruns)
	case columnDelta:
		spans, used := binary.Uvarint(data)
		if used <= 0 || spans != uint64((n+deltaSpan-1)/deltaSpan) || len(data) < used+int(spans)*restartSize {
			return errColumn
		}
		c.bases = data[used : used+int(spans)*restartSize]
		c.codes = data[used+int(spans)*restartSize:]
		for i := range int(spans) {
			h := c.bases[i*restartSize:]
			rows := min(deltaSpan, n-i*deltaSpan)
			if w := uint(h[20]); w > 64 || w > 57 && w < 64 ||
				uint64(binary.LittleEndian.Uint32(h[16:]))+uint64(packedSize(rows-1, w)) > uint64(len(c.codes)) {
				return errColumn
			}
		}
		return nil
	}
	return errColumn
}

func (c *column) parseFrames(data []byte, n int) error {
	nb, used := binary.Uvarint(data)
	if used <= 0 || nb == 0 || nb > maxDictionary || len(data) < used+2+int(nb)*8 {
		return errColumn
	}
	c.nbases = int(nb)
	c.low, c.width = uint(data[used]), uint(data[used+1])
	data = data[used+2:]
	c.bases, c.codes = data[:nb*8], data[nb*8:]
	if c.width > 64 || c.width > 57 && c.width < 64 || c.low > c.width || len(c.codes) < packedSize(n, c.width) {
		return errColumn
	}
	if c.nbases > 1 {
		for i := range n {
			if code(c.codes, c.width, i)>>c.low >= uint64(c.nbases) {
				return errColumn
			}
		}
	}
	return nil
}

func (c *column) start(run int) int { return int(binary.LittleEndian.Uint16(c.starts[run*2:])) }

// frame reads value i of the frames.
func (c *column) frame(i int) encoded.Term {
	k := code(c.codes, c.width, i)
	if c.nbases == 1 {
		return encoded.Term(binary.LittleEndian.Uint64(c.bases) + k)
	}
	return encoded.Term(binary.LittleEndian.Uint64(c.bases[k>>c.low*8:]) + k&(1<<c.low-1))
}

// runOf returns the run that holds row i.
func (c *column) runOf(i int) int {
	lo, hi := 0, c.nruns
	for hi-lo > 1 {
		if m := int(uint(lo+hi) >> 1); c.start(m) <= i {
			lo = m
		} else {
			hi = m
		}
	}
	return lo
}

// runEnd returns the row after the last one of a run.
func (c *column) runEnd(run int) int {
	if run+1 < c.nruns {
		return c.start(run + 1)
	}
	return c.n
}

// at returns the value of row i.
func (c *column) at(i int) encoded.Term {
	switch c.kind {
	case columnConstant:
		return c.value
	case columnFrames:
		return c.frame(i)
	case columnRuns:
		return c.frame(c.runOf(i))
	}
	h := c.bases[i/deltaSpan*restartSize:]
	v, least, width := binary.LittleEndian.Uint64(h), binary.LittleEndian.Uint64(h[8:]), uint(h[20])
	data := c.codes[binary.LittleEndian.Uint32(h[16:]):]
	for j := range i % deltaSpan {
		v += code(data, width, j) + least
	}
	return encoded.Term(v)
}

// decode writes the values of the rows from, from+1 … to out.
func (c *column) decode(out []encoded.Term, from int) {
	switch c.kind {
	case columnConstant:
		for i := range out {
			out[i] = c.value
		}
	case columnFrames:
		c.decodeFrames(out, from)
	case columnRuns:
		row, end := from, from+len(out)
		for run := c.runOf(from); row < end; run++ {
			v, stop := c.frame(run), min(c.runEnd(run), end)
			fill := out[row-from : stop-from]
			for i := range fill {
				fill[i] = v
			}
			row = stop
		}
	case columnDelta:
		c.decodeDelta(out, from)
	}
}

func (c *column) decodeFrames(out []encoded.Term, from int) {
	width, data := c.width, c.codes
	if width == 64 {
		base := binary.LittleEndian.Uint64(c.bases)
		for i := range out {
			out[i] = encoded.Term(base + binary.LittleEndian.Uint64(data[(from+i)*8:]))
		}
		return
	}
	mask := uint64(1)<<width - 1
	pos := uint(from) * width
	if c.nbases == 1 {
		base := binary.LittleEndian.Uint64(c.bases)
		for i := range out {
			out[i] = encoded.Term(base + binary.LittleEndian.Uint64(data[pos>>3:])>>(pos&7)&mask)
			pos += width
		}
		return
	}
	low, lowMask := c.low, uint64(1)<<c.low-1
	bases := c.bases
	for i := range out {
		k := binary.LittleEndian.Uint64(data[pos>>3:]) >> (pos & 7) & mask
		out[i] = encoded.Term(binary.LittleEndian.Uint64(bases[k>>low*8:]) + k&lowMask)
		pos += width
	}
}

func (c *column) decodeDelta(out []encoded.Term, from int) {
	row, end := from, from+len(out)
	for row < end {
		span := row / deltaSpan
		h := c.bases[span*restartSize:]
		v, least, width := binary.LittleEndian.Uint64(h), binary.LittleEndian.Uint64(h[8:]), uint(h[20])
		data := c.codes[binary.LittleEndian.Uint32(h[16:]):]
		j := 0
		for ; j < row%deltaSpan; j++ {
			v += code(data, width, j) + least
		}
		stop := min((span+1)*deltaSpan, end)
		if width == 64 {
			for {
				out[row-from] = encoded.Term(v)
				if row++; row == stop {
					break
				}
				v += code(data, width, j) + least
				j++
			}
			continue
		}
		mask, pos := uint64(1)<<width-1, uint(j)*width
		o := out[row-from : stop-from]
		for i := range o {
			o[i] = encoded.Term(v)
			if i+1 < len(o) {
				v += binary.LittleEndian.Uint64(data[pos>>3:])>>(pos&7)&mask + least
				pos += width
			}
		}
		row = stop
	}
}

// lower returns the first row in [lo, hi) whose value is at least v, or hi. The
// rows there are ascending.
func (c *column) lower(v encoded.Term, lo, hi int) int {
	switch c.kind {
	case columnConstant:
		if c.value >= v {
			return lo
		}
		return hi
	case columnRuns:
		if lo >= hi {
			return hi
		}
		a, b := c.runOf(lo), c.runOf(hi-1)+1
		for a < b {
			if m := int(uint(a+b) >> 1); c.frame(m) < v {
				a = m + 1
			} else {
				b = m
			}
		}
		if a == c.nruns {
			return hi
		}
		return min(max(c.start(a), lo), hi)
	case columnDelta:
		return c.lowerDelta(v, lo, hi)
	}
	for lo < hi {
		if m := int(uint(lo+hi) >> 1); c.frame(m) < v {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

// lowerDelta searches the restart points and decodes one span.
func (c *column) lowerDelta(v encoded.Term, lo, hi int) int {
	if lo >= hi {
		return hi
	}
	// The last span whose restart value, if it lies after lo, is below v.
	a, b := lo/deltaSpan, (hi-1)/deltaSpan
	for a < b {
		m := int(uint(a+b+1) >> 1)
		if encoded.Term(binary.LittleEndian.Uint64(c.bases[m*restartSize:])) < v {
			a = m
		} else {
			b = m - 1
		}
	}
	var buf [deltaSpan]encoded.Term
	from, to := max(lo, a*deltaSpan), min(hi, (a+1)*deltaSpan)
	c.decodeDelta(buf[:to-from], from)
	i, _ := slices.BinarySearch(buf[:to-from], v)
	return from + i
}
