package storage

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unsafe"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// loadPart gathers quads whose dictionary terms are numbered: in order of
// arrival at first, and in the order of their texts once the part is sorted. Such
// a term is [encoded.Make] of its tag and that number. The text of a blank node is
// its input's number and its label. A triple term is numbered among those of the
// same depth, which is above the number; depth 0 contains no triple terms.
//
// A part's memory is scratch memory. A part that is full is sorted and spilled.
type loadPart struct {
	mem     *scratch
	arena   arena
	tables  [6]textTable // by tag
	triples []*tripleTable
	quads   [][]row // in pieces of quadPiece
	input   int

	lastSubject string // and its term; subjects often come in a row
	lastTerm    encoded.Term
	lastKind    graph.Kind
	lastInput   int
	buf         []byte

	// What is known once the part is sorted:
	counts      [6]int      // of texts, by tag
	tripleCount []int       // by depth
	nquads      int         // known before
	sorted      [6][]uint32 // the places of the texts' numbers in order, of a part in memory
	file        *os.File    // of a spilled part: texts by tag, triples by depth, quads
	textsAt     [6]int64
	triplesAt   []int64
	quadsAt     int64

	ids       *spool   // the final forms of the texts, by tag and number
	tripleIDs []*spool // those of the triple terms, by depth; see terms
}

const (
	quadPiece  = 1 << 14
	depthShift = 40
	// sortBytes is the memory for sorting texts, per text.
	sortBytes = 16 + 4 + 4
)

func newLoadPart(mem *scratch) *loadPart {
	p := &loadPart{mem: mem, arena: arena{mem: mem}}
	for i := range p.tables {
		p.tables[i] = textTable{slots: slots{mem: mem}, arena: &p.arena}
	}
	return p
}

// size is the memory in use, and what sorting will take.
func (p *loadPart) size() int {
	n := p.arena.size + 32*quadPiece*len(p.quads)
	for i := range p.tables {
		n += p.tables[i].size()
	}
	for _, t := range p.triples {
		n += t.size()
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
			p.lastSubject, p.lastTerm = p.tables[tag].at(uint32(r[0].Payload())), r[0]
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
		p.quads = append(p.quads, takeScratch[row](p.mem, quadPiece))
	}
	last := &p.quads[len(p.quads)-1]
	*last = append(*last, r)
	p.nquads++
	return nil
}

func (p *loadPart) term(t graph.Term) (encoded.Term, error) {
	switch t.Kind() {
	case graph.KindIRI:
		return p.text(encoded.TagIRI, t.Value()), nil
	case graph.KindBlank:
		p.buf = append(binary.AppendUvarint(p.buf[:0], uint64(p.input)), t.Value()...)
		return p.text(encoded.TagBlank, unsafe.String(&p.buf[0], len(p.buf))), nil
	case graph.KindTriple:
		return p.triple(t.Triple())
	case graph.KindLiteral:
	default:
		return 0, fmt.Errorf("load: a quad lacks a term")
	}
	if t.IsSimple() {
		return p.text(encoded.TagString, t.Value()), nil
	}
	if e, ok := encoded.Inline(t); ok {
		return e, nil
	}
	tag := tagOf(t)
	p.buf = appendText(p.buf[:0], t, tag)
	return p.text(tag, unsafe.String(&p.buf[0], len(p.buf))), nil
}

func (p *loadPart) text(tag encoded.Tag, s string) encoded.Term {
	return encoded.Make(tag, uint64(p.tables[tag].number(s)))
}

func (p *loadPart) triple(t graph.Triple) (encoded.Term, error) {
	var c [3]encoded.Term
	depth := 0
	for i, part := range []graph.Term{t.Subject, t.Predicate, t.Object} {
		e, err := p.term(part)
		if err != nil {
			return 0, err
		}
		if e.Tag() == encoded.TagTriple {
			depth = max(depth, tripleDepth(e)+1)
		}
		c[i] = e
	}
	for len(p.triples) <= depth {
		p.triples = append(p.triples, &tripleTable{slots: slots{mem: p.mem}})
	}
	return encoded.Make(encoded.TagTriple, uint64(depth)<<depthShift|uint64(p.triples[depth].number(c))), nil
}

// tripleDepth and tripleNumber take a part's triple term apart.
func tripleDepth(t encoded.Term) int { return int(t.Payload() >> depthShift) }

func tripleNumber(t encoded.Term) int { return int(t.Payload() & (1<<depthShift - 1)) }

// sortItem is a text to be sorted: its first bytes after what all have in
// common, and its number.
type sortItem struct {
	head   uint64
	number uint32
}

// sort puts the texts of each tag in order and numbers them anew. After it no
// quads can be added.
func (p *loadPart) sort() {
	var ranks [6][]uint32
	for tag := range p.tables {
		t := &p.tables[tag]
		t.slots.free()
		n := len(t.places)
		if p.counts[tag] = n; n == 0 {
			continue
		}
		common := t.at(0)
		for i := range n {
			common = common[:sharedPrefix(common, t.at(uint32(i)))]
		}
		items := takeScratch[sortItem](p.mem, n)[:n]
		for i := range items {
			items[i] = sortItem{headOf(t.at(uint32(i))[len(common):]), uint32(i)}
		}
		slices.SortFunc(items, func(a, b sortItem) int {
			if a.head != b.head {
				if a.head < b.head {
					return -1
				}
				return 1
			}
			return strings.Compare(t.at(a.number), t.at(b.number))
		})
		p.sorted[tag], ranks[tag] = takeScratch[uint32](p.mem, n)[:n], takeScratch[uint32](p.mem, n)[:n]
		for rank, it := range items {
			p.sorted[tag][rank] = it.number
			ranks[tag][it.number] = uint32(rank)
		}
		freeScratch(p.mem, items)
	}
	rank := func(t *encoded.Term) {
		if tag := t.Tag(); tag >= encoded.TagBlank && tag <= encoded.TagTyped {
			*t = encoded.Make(tag, uint64(ranks[tag][t.Payload()]))
		}
	}
	for _, t := range p.triples {
		t.slots.free()
		p.tripleCount = append(p.tripleCount, len(t.triples))
		for i := range t.triples {
			for c := range t.triples[i] {
				rank(&t.triples[i][c])
			}
		}
	}
	for _, piece := range p.quads {
		for i := range piece {
			for c := range piece[i] {
				rank(&piece[i][c])
			}
		}
	}
	for tag := range ranks {
		freeScratch(p.mem, ranks[tag])
	}
}

// headOf returns the first eight bytes of a text as a number that compares so.
func headOf(s string) uint64 {
	if len(s) >= 8 {
		return binary.BigEndian.Uint64(unsafe.Slice(unsafe.StringData(s), 8))
	}
	var b [8]byte
	copy(b[:], s)
	return binary.BigEndian.Uint64(b[:])
}

// spill moves a sorted part to a file.
func (p *loadPart) spill(l *loader) error {
	file, out, err := l.tempFile("part-*")
	if err != nil {
		return err
	}
	p.file = file
	w := &countingWriter{w: out}
	b := bufio.NewWriterSize(w, 1<<18)
	var buf []byte
	at := func() int64 { return w.n + int64(b.Buffered()) }
	terms := func(ts []encoded.Term) {
		buf = buf[:0]
		for _, t := range ts {
			buf = binary.LittleEndian.AppendUint64(buf, uint64(t))
		}
		b.Write(buf)
	}
	for tag := range p.tables {
		p.textsAt[tag] = at()
		for _, n := range p.sorted[tag] {
			text := p.tables[tag].at(n)
			buf = binary.AppendUvarint(buf[:0], uint64(len(text)))
			b.Write(buf)
			b.WriteString(text)
		}
	}
	for _, t := range p.triples {
		p.triplesAt = append(p.triplesAt, at())
		for i := range t.triples {
			terms(t.triples[i][:])
		}
	}
	p.quadsAt = at()
	for _, piece := range p.quads {
		for i := range piece {
			terms(piece[i][:])
		}
	}
	p.free()
	return b.Flush() // the first error of all writes
}

// freeTexts gives the memory of the texts back.
func (p *loadPart) freeTexts() {
	p.lastSubject = ""
	for tag := range p.tables {
		p.tables[tag].free()
		freeScratch(p.mem, p.sorted[tag])
		p.sorted[tag] = nil
	}
	p.arena.free()
}

// free gives all memory back.
func (p *loadPart) free() {
	p.freeTexts()
	for _, t := range p.triples {
		t.free()
	}
	for _, piece := range p.quads {
		freeScratch(p.mem, piece)
	}
	p.triples, p.quads = nil, nil
}

// close gives memory and file back.
func (p *loadPart) close() {
	p.free()
	p.ids.close()
	for _, s := range p.tripleIDs {
		s.close()
	}
	if p.file != nil {
		removeFile(p.file)
	}
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
	part *loadPart
	tag  encoded.Tag
	at   int           // texts yielded
	text string        // the last of them, valid until the next
	b    *bufio.Reader // of a spilled part
	buf  []byte
}

func (p *loadPart) texts(tag encoded.Tag) *textReader {
	r := &textReader{part: p, tag: tag}
	if p.file != nil {
		r.b = bufio.NewReaderSize(io.NewSectionReader(p.file, p.textsAt[tag], 1<<62), 1<<16)
	}
	return r
}

// next moves to the next text; false is the end.
func (r *textReader) next() (bool, error) {
	p := r.part
	if r.at == p.counts[r.tag] {
		return false, nil
	}
	r.at++
	if r.b == nil {
		r.text = p.tables[r.tag].at(p.sorted[r.tag][r.at-1])
		return true, nil
	}
	size, err := binary.ReadUvarint(r.b)
	if err != nil {
		return false, err
	}
	r.buf = slices.Grow(r.buf[:0], int(size))[:size]
	if _, err := io.ReadFull(r.b, r.buf); err != nil {
		return false, err
	}
	r.text = unsafe.String(unsafe.SliceData(r.buf), len(r.buf))
	return true, nil
}

// eachTriple calls fn for the triple terms of a depth, by number.
func (p *loadPart) eachTriple(depth int, fn func([3]encoded.Term) error) error {
	if p.file == nil {
		for _, t := range p.triples[depth].triples {
			if err := fn(t); err != nil {
				return err
			}
		}
		return nil
	}
	r := termReader{b: bufio.NewReaderSize(io.NewSectionReader(p.file, p.triplesAt[depth], 1<<62), 1<<18)}
	for range p.tripleCount[depth] {
		var t [3]encoded.Term
		if err := r.read(t[:]); err != nil {
			return err
		}
		if err := fn(t); err != nil {
			return err
		}
	}
	return nil
}

// eachQuad calls fn for the part's quads, and lets go of them.
func (p *loadPart) eachQuad(fn func(row) error) error {
	if p.file == nil {
		for i, piece := range p.quads {
			for _, q := range piece {
				if err := fn(q); err != nil {
					return err
				}
			}
			freeScratch(p.mem, piece)
			p.quads[i] = nil
		}
		return nil
	}
	r := termReader{b: bufio.NewReaderSize(io.NewSectionReader(p.file, p.quadsAt, 1<<62), 1<<18)}
	for range p.nquads {
		var q row
		if err := r.read(q[:]); err != nil {
			return err
		}
		if err := fn(q); err != nil {
			return err
		}
	}
	return nil
}

// termReader reads terms of 8 bytes.
type termReader struct {
	b   *bufio.Reader
	buf [32]byte
}

// read fills out, at most four terms.
func (r *termReader) read(out []encoded.Term) error {
	b := r.buf[:8*len(out)]
	if _, err := io.ReadFull(r.b, b); err != nil {
		return err
	}
	for i := range out {
		out[i] = encoded.Term(binary.LittleEndian.Uint64(b[i*8:]))
	}
	return nil
}
