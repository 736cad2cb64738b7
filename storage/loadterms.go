package storage

import (
	"strings"
	"sync"
	"unsafe"

	"github.com/ententedb/entente/graph/encoded"
)

// finishLoad enters the terms of the parts into the dictionary and their quads
// into a run. s.writing is held.
func (w *writer) finishLoad(l *loader) error {
	l.setStage("sorting terms")
	// If anything was spilled, all is: the memory is needed for what follows.
	spill := l.spilled()
	var group sync.WaitGroup
	errs := make([]error, len(l.parts))
	for i, p := range l.parts {
		if p.file != nil {
			continue
		}
		group.Go(func() {
			if p.sort(); spill {
				errs[i] = p.spill(l)
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if err := w.mergeTerms(l); err != nil {
		return err
	}
	if err := w.mergeTriples(l); err != nil {
		return err
	}
	l.setStage("sorting quads")
	return w.loadQuads(l)
}

// mergeTerms merges the sorted texts of all parts: every distinct one that the
// dictionary does not hold is appended to it. What each part's texts have become
// goes to the part's ids.
func (w *writer) mergeTerms(l *loader) error {
	s, m := w.tx.store, w.tx.st.m
	total := 0
	for _, p := range l.parts {
		var err error
		if p.ids, err = l.newSpool(); err != nil {
			return err
		}
		for tag, n := range p.counts {
			if encoded.Tag(tag) >= encoded.TagIRI {
				total += n
			}
		}
	}
	empty := len(m.segments) == 0 && m.nextSecond == 0
	var sw *segmentWriter
	if total > maxLoose || empty {
		out := s.engine.batch(s.tick())
		info := segmentInfo{id: max(m.nextSegment, s.segmentID), second: !empty}
		s.segmentID = info.id + 1
		sw = newSegmentWriter(info, out)
		defer sw.cancel()
	}
	next := w.firstLoose
	for tag := encoded.TagBlank; tag <= encoded.TagTyped; tag++ {
		if sw != nil && sw.info.second {
			sw.info.base[tag] = next
		}
		finder := w.tx.textFinder(tag)
		n := 0
		err := mergeTexts(l.parts, tag, func(text string) (encoded.Term, error) {
			if n++; n&0xfff == 0 && w.ctx.Err() != nil {
				return 0, w.ctx.Err()
			}
			if tag == encoded.TagBlank {
				w.nextBlank++
				return encoded.Make(tag, w.nextBlank-1), nil
			}
			if !empty {
				if t, ok, err := finder.find(text); err != nil || ok {
					return t, err
				}
			}
			if sw != nil {
				return sw.add(tag, text)
			}
			return w.addLoose(termKey{tag, strings.Clone(text)}), nil
		})
		if err != nil {
			return err
		}
		if sw != nil && sw.info.second {
			next += sw.info.count[tag]
		}
	}
	for _, p := range l.parts {
		p.freeTexts()
		if err := p.ids.end(); err != nil {
			return err
		}
	}
	if sw != nil {
		return w.endSegment(sw)
	}
	return nil
}

// endSegment finishes a segment and notes it for the commit, unless it is empty.
func (w *writer) endSegment(sw *segmentWriter) error {
	info, err := sw.finish()
	if err != nil {
		return err
	}
	if err := sw.out.flush(); err != nil {
		return err
	}
	n := uint64(0)
	for _, c := range info.count {
		n += c
	}
	if n > 0 {
		w.segment = &info
		if info.second {
			w.segmentTerms = n
		}
	}
	return nil
}

func (r *textReader) before(o *textReader) bool { return r.text < o.text }

// mergeTexts calls enter for the distinct texts of a tag, ascending, and adds
// what it returns to the ids of the parts that have the text. The text is valid
// during the call.
func mergeTexts(parts []*loadPart, tag encoded.Tag, enter func(string) (encoded.Term, error)) error {
	var readers []*textReader
	for _, p := range parts {
		r := p.texts(tag)
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			readers = append(readers, r)
		}
	}
	var text []byte
	for heap := newHeadHeap(readers); len(heap) > 0; {
		text = append(text[:0], heap[0].text...)
		t, err := enter(unsafe.String(unsafe.SliceData(text), len(text)))
		if err != nil {
			return err
		}
		for len(heap) > 0 && heap[0].text == string(text) {
			heap[0].part.ids.add(t)
			ok, err := heap[0].next()
			if err != nil {
				return err
			}
			heap.moved(ok)
		}
	}
	return nil
}

// partTerms gives the final form of a part's terms.
type partTerms struct {
	texts   [6][]encoded.Term // by tag and number
	triples [][]encoded.Term  // by depth and number
	done    []func()
}

// terms reads the final forms of the part's texts, and of its triple terms of less
// than a depth. The caller frees them.
func (p *loadPart) terms(depth int) (*partTerms, error) {
	m := &partTerms{}
	ids, done, err := p.ids.all()
	if err != nil {
		return nil, err
	}
	m.done = append(m.done, done)
	for tag, n := range p.counts {
		m.texts[tag], ids = ids[:n], ids[n:]
	}
	for d := range min(depth, len(p.tripleIDs)) {
		pairs, done, err := p.tripleIDs[d].all()
		if err != nil {
			m.free()
			return nil, err
		}
		// Pairs of number and final form, in the order of the final forms' components.
		triples := takeScratch[encoded.Term](p.mem, p.tripleCount[d])[:p.tripleCount[d]]
		for i := 0; i < len(pairs); i += 2 {
			triples[pairs[i]] = pairs[i+1]
		}
		done()
		m.triples = append(m.triples, triples)
		m.done = append(m.done, func() { freeScratch(p.mem, triples) })
	}
	return m, nil
}

func (m *partTerms) get(t encoded.Term) encoded.Term {
	switch tag := t.Tag(); {
	case tag >= encoded.TagBlank && tag <= encoded.TagTyped:
		return m.texts[tag][t.Payload()]
	case tag == encoded.TagTriple:
		return m.triples[tripleDepth(t)][tripleNumber(t)]
	}
	return t
}

func (m *partTerms) free() {
	for _, done := range m.done {
		done()
	}
}
