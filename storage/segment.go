package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sync/errgroup"

	"github.com/ententedb/entente/graph/encoded"
)

// segment is a sorted part of the dictionary: per tag, texts in ascending order,
// numbered without gaps from a base on, in pages. The first bulk load into an
// empty store writes the segment of the first zone; later large loads write
// segments of the second zone.
type segment struct {
	segmentInfo
	store  *Store
	mu     sync.Mutex
	tables [8]atomic.Pointer[pageTable]
}

// pageTable finds the page of a text or a number, for one tag.
type pageTable struct {
	pages  []pageSlot
	starts []uint64 // rank of each page's first text
	firsts []string // each page's first text
}

type pageSlot struct{ p atomic.Pointer[page] }

// term returns the encoded form of the text of a rank.
func (s *segment) term(tag encoded.Tag, rank uint64) encoded.Term {
	if s.second {
		return encoded.MakeSecond(tag, s.base[tag]+rank)
	}
	return encoded.Make(tag, s.base[tag]+rank)
}

// table returns the page table of a tag, read at the first call.
func (s *segment) table(sn *snapshot, tag encoded.Tag) (*pageTable, error) {
	if t := s.tables[tag].Load(); t != nil {
		return t, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tables[tag].Load(); t != nil {
		return t, nil
	}
	t := &pageTable{}
	rank := uint64(0)
	err := sn.scan(append(segmentKey(s.id), byte(tag)|partIndex), nil, true, func(_, value []byte) error {
		body, err := unseal(value)
		if err != nil {
			return err
		}
		r := &reader{b: body}
		for range r.count() {
			n := r.uint()
			first := string(r.bytes())
			t.starts = append(t.starts, rank)
			t.firsts = append(t.firsts, first)
			rank += n
		}
		return r.err
	})
	if err == nil && rank != s.count[tag] {
		err = fmt.Errorf("the page table counts %d terms, the manifest %d", rank, s.count[tag])
	}
	if err != nil {
		return nil, fmt.Errorf("%w: dictionary segment %d, %s: %w", ErrCorrupt, s.id, tagName(tag), err)
	}
	t.pages = make([]pageSlot, len(t.starts))
	s.tables[tag].Store(t)
	return t, nil
}

func tagName(tag encoded.Tag) string {
	return [...]string{"none", "blank", "IRI", "string", "lang", "typed", "triple"}[tag]
}

// page returns a page from its slot, or reads it into there.
func (s *segment) page(sn *snapshot, t *pageTable, tag encoded.Tag, n int) (*page, error) {
	slot := &t.pages[n]
	if p := slot.p.Load(); p != nil {
		p.touch()
		return p, nil
	}
	p, err := s.readPage(sn, t, tag, n)
	if err != nil {
		return nil, err
	}
	if slot.p.CompareAndSwap(nil, p) {
		s.store.cache.add(&p.resident, int64(len(p.text)+4*len(p.ends)+200), func() { slot.p.CompareAndSwap(p, nil) })
	}
	return p, nil
}

// readPage reads a page from the engine.
func (s *segment) readPage(sn *snapshot, t *pageTable, tag encoded.Tag, n int) (*page, error) {
	value, err := sn.get(pageKey(s.id, tag, n))
	var p *page
	if err == nil {
		p, err = decodePage(value)
	}
	if err == nil && uint64(p.len()) != t.end(s, tag, n)-t.starts[n] {
		err = errShort
	}
	if err != nil {
		if err == ErrClosed {
			return nil, err
		}
		return nil, fmt.Errorf("%w: dictionary segment %d, %s, page %d: %w", ErrCorrupt, s.id, tagName(tag), n, err)
	}
	return p, nil
}

// end returns the rank after the last text of page n.
func (t *pageTable) end(s *segment, tag encoded.Tag, n int) uint64 {
	if n+1 < len(t.starts) {
		return t.starts[n+1]
	}
	return s.count[tag]
}

// lower returns the rank of the first text that is at least text, and whether
// it is that text.
func (s *segment) lower(sn *snapshot, tag encoded.Tag, text string) (rank uint64, found bool, err error) {
	if s.count[tag] == 0 {
		return 0, false, nil
	}
	t, err := s.table(sn, tag)
	if err != nil {
		return 0, false, err
	}
	n := sort.Search(len(t.firsts), func(i int) bool { return t.firsts[i] > text }) - 1
	if n < 0 {
		return 0, false, nil
	}
	p, err := s.page(sn, t, tag, n)
	if err != nil {
		return 0, false, err
	}
	i := p.search(text)
	return t.starts[n] + uint64(i), i < p.len() && p.at(i) == text, nil
}

// textFinder finds the encoded forms of texts of one tag, asked in ascending
// order. It reads every page at most once and keeps it out of the cache.
type textFinder struct {
	tx       *Tx
	tag      encoded.Tag
	segments []segmentCursor
}

// segmentCursor is a place in a segment.
type segmentCursor struct {
	*segment
	table *pageTable
	n     int   // of the page
	page  *page // nil if it was not read
}

func (tx *Tx) textFinder(tag encoded.Tag) *textFinder {
	f := &textFinder{tx: tx, tag: tag}
	for _, s := range tx.st.segments {
		if s.count[tag] > 0 {
			f.segments = append(f.segments, segmentCursor{segment: s})
		}
	}
	return f
}

func (f *textFinder) find(text string) (encoded.Term, bool, error) {
	if t, ok := f.tx.w.unwritten(f.tag, text); ok {
		return t, true, nil
	}
	for i := range f.segments {
		t, ok, err := f.segments[i].find(f.tx.sn, f.tag, text)
		if err != nil || ok {
			return t, ok, err
		}
	}
	return f.tx.encodeLoose(f.tag, text)
}

func (c *segmentCursor) find(sn *snapshot, tag encoded.Tag, text string) (encoded.Term, bool, error) {
	if c.table == nil {
		var err error
		if c.table, err = c.segment.table(sn, tag); err != nil {
			return 0, false, err
		}
	}
	firsts := c.table.firsts
	if c.n+1 < len(firsts) && firsts[c.n+1] <= text {
		rest := firsts[c.n+1:]
		c.n += sort.Search(len(rest), func(i int) bool { return rest[i] > text })
		c.page = nil
	}
	if c.page == nil {
		if c.page = c.table.pages[c.n].p.Load(); c.page == nil {
			var err error
			if c.page, err = c.readPage(sn, c.table, tag, c.n); err != nil {
				return 0, false, err
			}
		}
	}
	i := c.page.search(text)
	return c.term(tag, c.table.starts[c.n]+uint64(i)), i < c.page.len() && c.page.at(i) == text, nil
}

// segmentWriter writes a segment: texts of one tag after the other, ascending.
type segmentWriter struct {
	info   segmentInfo
	out    *batch
	coding errgroup.Group // pages are encoded and put while others are filled
	coders sync.Pool      // of *pageCoder
	bytes  atomic.Int64
	tag    encoded.Tag
	text   []byte // of the page that is being filled; see page
	ends   []uint32
	pages  int
	chunk  []byte // page table entries not yet written
	chunkN int
	chunks int
}

func newSegmentWriter(info segmentInfo, out *batch) *segmentWriter {
	w := &segmentWriter{info: info, out: out}
	w.coders.New = func() any { return newPageCoder() }
	w.coding.SetLimit(runtime.GOMAXPROCS(0))
	return w
}

// add appends a text, which is copied.
func (w *segmentWriter) add(tag encoded.Tag, text string) (encoded.Term, error) {
	if tag != w.tag {
		if err := w.endTag(); err != nil {
			return 0, err
		}
		w.tag = tag
	}
	n := w.info.base[tag] + w.info.count[tag]
	w.info.count[tag]++
	w.text = append(w.text, text...)
	w.ends = append(w.ends, uint32(len(w.text)))
	var err error
	if len(w.text) >= pageBytes {
		err = w.endPage()
	}
	if w.info.second {
		return encoded.MakeSecond(tag, n), err
	}
	return encoded.Make(tag, n), err
}

func (w *segmentWriter) put(key, value []byte) error {
	w.bytes.Add(int64(len(key) + len(value)))
	return w.out.put(key, value)
}

func (w *segmentWriter) endPage() error {
	if len(w.ends) == 0 {
		return nil
	}
	key, p := pageKey(w.info.id, w.tag, w.pages), &page{text: unsafe.String(unsafe.SliceData(w.text), len(w.text)), ends: w.ends}
	w.coding.Go(func() error {
		c := w.coders.Get().(*pageCoder)
		defer w.coders.Put(c)
		return w.put(key, c.encode(p))
	})
	w.chunk = binary.AppendUvarint(w.chunk, uint64(p.len()))
	w.chunk = appendString(w.chunk, p.at(0))
	w.chunkN++
	w.pages++
	w.text, w.ends = make([]byte, 0, min(cap(w.text), 2*pageBytes)), make([]uint32, 0, min(cap(w.ends), 1<<10))
	if len(w.chunk) > 64<<10 {
		return w.endChunk()
	}
	return nil
}

func (w *segmentWriter) endChunk() error {
	if w.chunkN == 0 {
		return nil
	}
	value := append(binary.AppendUvarint(nil, uint64(w.chunkN)), w.chunk...)
	err := w.put(pageIndexKey(w.info.id, w.tag, w.chunks), seal(value))
	w.chunk, w.chunkN = w.chunk[:0], 0
	w.chunks++
	return err
}

func (w *segmentWriter) endTag() error {
	if err := w.endPage(); err != nil {
		return err
	}
	err := w.endChunk()
	w.pages, w.chunks = 0, 0
	return err
}

// finish writes what is left and returns the segment's description.
func (w *segmentWriter) finish() (segmentInfo, error) {
	err := errors.Join(w.endTag(), w.coding.Wait())
	w.info.bytes = uint64(w.bytes.Load())
	return w.info, err
}

// cancel ends the writer after an error; it has no effect after finish.
func (w *segmentWriter) cancel() {
	w.coding.Wait() // its error does not matter any more
	w.out.cancel()
}
