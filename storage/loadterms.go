package storage

import (
	"sync"

	"github.com/ententedb/entente/graph/encoded"
)

// finishLoad enters the terms of the parts into the dictionary and their quads
// into a run. s.writing is held.
func (w *writer) finishLoad(l *loader) error {
	l.setStage("sorting terms")
	var group sync.WaitGroup
	for _, p := range l.parts {
		if p.file == nil {
			group.Go(p.sort)
		}
	}
	group.Wait()
	maps, err := w.mergeTerms(l)
	if err != nil {
		return err
	}
	l.setStage("sorting quads")
	return w.loadRows(l, maps)
}

// termMap gives the final form of a part's terms, by tag and number.
type termMap [7][]encoded.Term

func (m *termMap) get(t encoded.Term) encoded.Term {
	if tag := t.Tag(); tag >= encoded.TagBlank && tag <= encoded.TagTriple {
		return m[tag][t.Payload()]
	}
	return t
}

// mergeTerms merges the sorted texts of all parts: every distinct one that the
// dictionary does not hold is appended to it.
func (w *writer) mergeTerms(l *loader) ([]termMap, error) {
	s, m := w.tx.store, w.tx.st.m
	maps := make([]termMap, len(l.parts))
	total := 0
	for i, p := range l.parts {
		for tag, n := range p.counts {
			maps[i][tag] = make([]encoded.Term, n)
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
				if t, ok, err := w.tx.encodeText(tag, text); err != nil || ok {
					return t, err
				}
			}
			if sw != nil {
				return sw.add(tag, text)
			}
			key := termKey{tag, text}
			t := encoded.MakeSecond(tag, w.firstLoose+uint64(len(w.loose)))
			w.loose = append(w.loose, key)
			w.terms[key] = t
			return t, nil
		}, func(part int, number uint32, t encoded.Term) { maps[part][tag][number] = t })
		if err != nil {
			return nil, err
		}
		if sw != nil && sw.info.second {
			next += sw.info.count[tag]
		}
	}
	for _, p := range l.parts {
		for tag := range p.tables {
			p.tables[tag], p.sorted[tag] = textTable{}, nil
		}
	}
	if sw != nil {
		if err := w.endSegment(sw); err != nil {
			return nil, err
		}
	}
	for i, p := range l.parts {
		maps[i][encoded.TagTriple] = make([]encoded.Term, len(p.triples))
		for n, c := range p.triples {
			t, err := w.internTriple([3]encoded.Term{maps[i].get(c[0]), maps[i].get(c[1]), maps[i].get(c[2])})
			if err != nil {
				return nil, err
			}
			maps[i][encoded.TagTriple][n] = t
		}
		p.triples = nil
	}
	return maps, w.flush()
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

// mergeTexts calls enter for the distinct texts of a tag, ascending, and set for
// each part and number that has the text.
func mergeTexts(parts []*loadPart, tag encoded.Tag, enter func(string) (encoded.Term, error), set func(part int, number uint32, t encoded.Term)) error {
	var readers []*textReader
	for i, p := range parts {
		r := p.reader(i, tag)
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			readers = append(readers, r)
		}
	}
	for len(readers) > 0 {
		least := readers[0]
		for _, r := range readers[1:] {
			if r.text < least.text {
				least = r
			}
		}
		text := least.text
		t, err := enter(text)
		if err != nil {
			return err
		}
		for i := 0; i < len(readers); i++ {
			r := readers[i]
			if r.text != text {
				continue
			}
			set(r.part, r.number, t)
			ok, err := r.next()
			if err != nil {
				return err
			}
			if !ok {
				readers = append(readers[:i], readers[i+1:]...)
				i--
			}
		}
	}
	return nil
}
