package storage

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strings"
	"unsafe"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// textTable numbers texts in order of arrival. It is a hash table with linear
// probing whose texts lie in large pieces of memory, so that the garbage
// collector has little to look at.
type textTable struct {
	slots []textSlot
	texts []string
	arena []byte
	bytes int
}

type textSlot struct{ hash, number uint32 } // number from 1; 0 is free

const arenaSize = 256 << 10

var textSeed = maphash.MakeSeed()

// number returns the number of a text, which is copied if it is new.
func (t *textTable) number(s string) uint32 {
	if len(t.texts)*4 >= len(t.slots)*3 {
		t.grow()
	}
	h := uint32(maphash.String(textSeed, s))
	mask := uint32(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := &t.slots[i]
		if slot.number == 0 {
			t.texts = append(t.texts, t.keep(s))
			*slot = textSlot{h, uint32(len(t.texts))}
			return uint32(len(t.texts) - 1)
		}
		if slot.hash == h && t.texts[slot.number-1] == s {
			return slot.number - 1
		}
	}
}

func (t *textTable) grow() {
	old := t.slots
	t.slots = make([]textSlot, max(64, 2*len(old)))
	mask := uint32(len(t.slots) - 1)
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
}

func (t *textTable) keep(s string) string {
	t.bytes += len(s)
	if len(s) > arenaSize/4 {
		return strings.Clone(s)
	}
	if cap(t.arena)-len(t.arena) < len(s) {
		t.arena = make([]byte, 0, arenaSize)
	}
	start := len(t.arena)
	t.arena = append(t.arena, s...)
	if len(s) == 0 {
		return ""
	}
	return unsafe.String(&t.arena[start], len(s))
}

// size is the memory in use.
func (t *textTable) size() int { return t.bytes + 24*cap(t.texts) + 8*len(t.slots) }

// loadPart gathers quads whose dictionary terms are numbered in order of their
// arrival: such a term is [encoded.Make] of its tag and that number. The text of
// a blank node is its input's number and its label.
type loadPart struct {
	tables  [6]textTable // by tag
	counts  [6]int       // of texts; also after the tables were spilled
	triples [][3]encoded.Term
	byTerms map[[3]encoded.Term]uint32
	quads   [][]row // in pieces of quadPiece
	nquads  int
	input   int

	lastSubject string // and its term; subjects often come in a row
	lastTerm    encoded.Term
	lastKind    graph.Kind
	lastInput   int
	buf         []byte

	sorted [6][]uint32 // numbers in the order of their texts
	file   *os.File    // of a spilled part: per tag the sorted texts, then the quads
	starts [6]int64
	rowsAt int64
}

const quadPiece = 1 << 14

func newLoadPart() *loadPart { return &loadPart{byTerms: map[[3]encoded.Term]uint32{}} }

// size is the memory in use.
func (p *loadPart) size() int {
	n := 32*quadPiece*len(p.quads) + 100*len(p.triples)
	for i := range p.tables {
		n += p.tables[i].size()
	}
	return n
}

func (p *loadPart) add(q graph.Quad) error {
	var r row
	var err error
	if s := q.Subject.Value(); s == p.lastSubject && q.Subject.Kind() == p.lastKind && p.input == p.lastInput && s != "" {
		r[0] = p.lastTerm
	} else {
		if r[0], err = p.term(q.Subject); err != nil {
			return err
		}
		if tag := r[0].Tag(); tag == encoded.TagIRI {
			p.lastSubject, p.lastTerm = p.tables[tag].texts[r[0].Payload()], r[0]
			p.lastKind, p.lastInput = q.Subject.Kind(), p.input
		}
	}
	if r[1], err = p.term(q.Predicate); err != nil {
		return err
	}
	if r[2], err = p.term(q.Object); err != nil {
		return err
	}
	r[3] = encoded.DefaultGraph
	if !q.Graph.IsZero() {
		if r[3], err = p.term(q.Graph); err != nil {
			return err
		}
	}
	if p.nquads%quadPiece == 0 {
		p.quads = append(p.quads, make([]row, 0, quadPiece))
	}
	last := &p.quads[len(p.quads)-1]
	*last = append(*last, r)
	p.nquads++
	return nil
}

func (p *loadPart) term(t graph.Term) (encoded.Term, error) {
	switch t.Kind() {
	case graph.KindIRI:
		return encoded.Make(encoded.TagIRI, uint64(p.tables[encoded.TagIRI].number(t.Value()))), nil
	case graph.KindBlank:
		p.buf = append(binary.AppendUvarint(p.buf[:0], uint64(p.input)), t.Value()...)
		return encoded.Make(encoded.TagBlank, uint64(p.tables[encoded.TagBlank].number(unsafe.String(&p.buf[0], len(p.buf))))), nil
	case graph.KindTriple:
		return p.triple(t.Triple())
	case graph.KindLiteral:
	default:
		return 0, fmt.Errorf("load: a quad lacks a term")
	}
	if t.IsSimple() {
		return encoded.Make(encoded.TagString, uint64(p.tables[encoded.TagString].number(t.Value()))), nil
	}
	if e, ok := encoded.Inline(t); ok {
		return e, nil
	}
	tag := tagOf(t)
	p.buf = appendText(p.buf[:0], t, tag)
	return encoded.Make(tag, uint64(p.tables[tag].number(unsafe.String(&p.buf[0], len(p.buf))))), nil
}

func (p *loadPart) triple(t graph.Triple) (encoded.Term, error) {
	var c [3]encoded.Term
	for i, part := range []graph.Term{t.Subject, t.Predicate, t.Object} {
		e, err := p.term(part)
		if err != nil {
			return 0, err
		}
		c[i] = e
	}
	n, ok := p.byTerms[c]
	if !ok {
		n = uint32(len(p.triples))
		p.triples = append(p.triples, c)
		p.byTerms[c] = n
	}
	return encoded.Make(encoded.TagTriple, uint64(n)), nil
}

// sort sorts the numbers of each tag by their texts.
func (p *loadPart) sort() {
	for tag := range p.tables {
		texts := p.tables[tag].texts
		p.tables[tag].slots = nil
		p.counts[tag] = len(texts)
		type item struct {
			head   uint64 // the first bytes after the common prefix
			number uint32
		}
		if len(texts) == 0 {
			continue
		}
		common := texts[0]
		for _, t := range texts {
			common = common[:sharedPrefix(common, t)]
		}
		items := make([]item, len(texts))
		for i, t := range texts {
			items[i] = item{headOf(t[len(common):]), uint32(i)}
		}
		slices.SortFunc(items, func(a, b item) int {
			if a.head != b.head {
				if a.head < b.head {
					return -1
				}
				return 1
			}
			return strings.Compare(texts[a.number], texts[b.number])
		})
		p.sorted[tag] = make([]uint32, len(items))
		for i, it := range items {
			p.sorted[tag][i] = it.number
		}
	}
	p.byTerms = nil
}

// headOf returns the first eight bytes of a text as a number that compares so.
func headOf(s string) uint64 {
	var b [8]byte
	copy(b[:], s)
	return binary.BigEndian.Uint64(b[:])
}

// spill sorts the part and moves its texts and quads to a file.
func (p *loadPart) spill(l *loader) error {
	p.sort()
	dir, err := l.tempDir()
	if err != nil {
		return err
	}
	if p.file, err = os.CreateTemp(dir, "part-*"); err != nil {
		return err
	}
	w := &countingWriter{w: p.file}
	b := bufio.NewWriterSize(w, 1<<18)
	var buf []byte
	for tag := range p.tables {
		b.Flush()
		p.starts[tag] = w.n
		for _, n := range p.sorted[tag] {
			buf = binary.AppendUvarint(buf[:0], uint64(n))
			buf = appendString(buf, p.tables[tag].texts[n])
			b.Write(buf)
		}
		p.sorted[tag] = nil
		p.tables[tag] = textTable{}
	}
	b.Flush()
	p.rowsAt = w.n
	for _, piece := range p.quads {
		for _, r := range piece {
			buf = buf[:0]
			for _, t := range r {
				buf = binary.LittleEndian.AppendUint64(buf, uint64(t))
			}
			b.Write(buf)
		}
	}
	p.quads = nil
	return b.Flush() // the first error of all writes
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// textReader yields the texts of one tag of a part, ascending.
type textReader struct {
	part   int
	number uint32
	text   string
	left   int
	// of a part in memory:
	sorted []uint32
	texts  []string
	// of a spilled one:
	b   *bufio.Reader
	buf []byte
}

func (p *loadPart) reader(part int, tag encoded.Tag) *textReader {
	r := &textReader{part: part, left: p.counts[tag], sorted: p.sorted[tag], texts: p.tables[tag].texts}
	if p.file != nil {
		r.b = bufio.NewReaderSize(io.NewSectionReader(p.file, p.starts[tag], 1<<62), 1<<17)
	}
	return r
}

// next moves to the next text; false is the end.
func (r *textReader) next() (bool, error) {
	if r.left == 0 {
		return false, nil
	}
	r.left--
	if r.b == nil {
		r.number = r.sorted[0]
		r.sorted = r.sorted[1:]
		r.text = r.texts[r.number]
		return true, nil
	}
	n, err := binary.ReadUvarint(r.b)
	if err != nil {
		return false, err
	}
	size, err := binary.ReadUvarint(r.b)
	if err != nil {
		return false, err
	}
	r.number = uint32(n)
	r.buf = slices.Grow(r.buf[:0], int(size))[:size]
	if _, err := io.ReadFull(r.b, r.buf); err != nil {
		return false, err
	}
	r.text = string(r.buf)
	return true, nil
}

// eachQuad calls fn for the part's quads, and lets go of them.
func (p *loadPart) eachQuad(fn func(row) error) error {
	for i, piece := range p.quads {
		for _, q := range piece {
			if err := fn(q); err != nil {
				return err
			}
		}
		p.quads[i] = nil
	}
	p.quads = nil
	if p.file == nil {
		return nil
	}
	b := bufio.NewReaderSize(io.NewSectionReader(p.file, p.rowsAt, 1<<62), 1<<18)
	var buf [32]byte
	for range p.nquads {
		if _, err := io.ReadFull(b, buf[:]); err != nil {
			return err
		}
		var r row
		for i := range r {
			r[i] = encoded.Term(binary.LittleEndian.Uint64(buf[i*8:]))
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}
