package storage

import (
	"sort"

	"github.com/ententedb/entente/graph/encoded"
)

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
