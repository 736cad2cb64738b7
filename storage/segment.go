package storage

import (
	"fmt"
	"sort"
	"sync"
	"sync/atomic"

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
