package storage

import (
	"encoding/binary"
	"errors"
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

// packedSize is the size of n codes of a width.
func packedSize(n int, width uint) int { return (n*int(width)+7)/8 + padding }

// code reads code i.
func code(data []byte, width uint, i int) uint64 {
	if width == 64 {
		return binary.LittleEndian.Uint64(data[i*8:])
	}
	pos := uint(i) * width
	return binary.LittleEndian.Uint64(data[pos>>3:]) >> (pos & 7) & (1<<width - 1)
}

// errColumn is wrapped by the block's error, which names the place.
var errColumn = errors.New("malformed column")

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
