package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph/encoded"
)

// Terms that came after the first load stand in the second zone of the
// dictionary, in segments of their own or one by one, and terms that no quad uses
// any more stay where they are. Where these come to a tenth of all, Compact writes
// the store anew: one sorted segment of the terms in use, all in the first zone,
// and the runs with their new numbers. One commit makes that visible; readers go on
// meanwhile, writers wait. Numbers of the second zone are never given again, so
// that what is kept in memory of them stays right.
//
// It is not done while earlier commits are kept, which need the old terms, nor if
// the numbers of all terms take more than half of the memory budget. Triple terms
// keep their numbers, and stay whether they are used or not.

// numbering holds, for every term of the dictionary, 0 if it is not used, and
// otherwise its new form, or 1 as long as it has none.
type numbering struct {
	mem    *scratch
	first  [6][]encoded.Term // the first zone, by tag
	second []encoded.Term    // the second zone, by number less from
	from   uint64
}

// at returns the place of a term; nil if it has none because it keeps its form.
func (n *numbering) at(t encoded.Term) (*encoded.Term, error) {
	tag := t.Tag()
	if tag < encoded.TagIRI || tag > encoded.TagTyped {
		return nil, nil
	}
	places, i := n.first[tag], t.Payload()
	if !t.Sorted() {
		places, i = n.second, uint64(t-encoded.MakeSecond(tag, 0))-n.from
	}
	if i >= uint64(len(places)) {
		return nil, corrupt("dictionary: no term %s", t)
	}
	return &places[i], nil
}

func (n *numbering) free() {
	for _, v := range n.first {
		freeScratch(n.mem, v)
	}
	freeScratch(n.mem, n.second)
}

// rebuild writes the store anew if that is worth while.
func (s *Store) rebuild(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.drain() // loose terms of commits in the queue cannot be listed yet
	l := s.newLoader(nil)
	p, err := s.updateAlone(ctx, func(tx *Tx) error { return tx.w.rebuild(l) })
	if err = errors.Join(err, l.close()); err != nil || p == nil {
		return err
	}
	if err := s.settle(p); err != nil {
		return err
	}
	return s.clearLoose(p.st.m)
}

func (w *writer) rebuild(l *loader) error {
	s, st, m := w.tx.store, w.tx.st, w.tx.st.m
	if s.options.KeepHistory > 0 || len(st.history) > 0 {
		return nil
	}
	n := &numbering{mem: &l.mem, from: m.looseFrom}
	defer n.free()
	var counts [6]uint64
	second := m.nextSecond - m.looseFrom
	total := second
	for _, g := range st.segments {
		for tag := encoded.TagIRI; tag <= encoded.TagTyped && !g.second; tag++ {
			counts[tag] += g.count[tag]
			total += g.count[tag]
		}
	}
	if total == 0 || total*8 > uint64(l.options.Memory)/2 {
		return nil
	}
	for tag, c := range counts {
		n.first[tag] = takeScratch[encoded.Term](n.mem, int(c))[:c]
	}
	n.second = takeScratch[encoded.Term](n.mem, int(second))[:second]
	// Mark the terms in use; those of the first zone count as well placed.
	placed := uint64(0)
	kinds := []runKind{runTriples, runInserts}
	for _, kind := range kinds {
		err := w.eachRow(kind, func(r row) error {
			for _, t := range r {
				p, err := n.at(t)
				if err != nil {
					return err
				}
				if p != nil && *p == 0 {
					if *p = 1; t.Sorted() {
						placed++
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if (total-placed)*10 < total {
		return nil
	}
	if err := w.rebuildTerms(n, l); err != nil {
		return err
	}
	for _, kind := range kinds {
		if err := w.rebuildRows(n, l, kind); err != nil {
			return err
		}
	}
	w.rebuilt = true
	return nil
}

// rebuildRows writes a run of the rows of a kind with the new forms of their terms.
func (w *writer) rebuildRows(n *numbering, l *loader, kind runKind) error {
	sink := newRowSink(w, l, kind)
	sink.all = true
	defer sink.close()
	err := w.eachRow(kind, func(r row) error {
		for i, t := range r {
			p, err := n.at(t)
			if err != nil {
				return err
			}
			if p == nil {
				continue
			}
			if r[i] = *p; r[i].Tag() == encoded.TagNone {
				return corrupt("dictionary: no term %s", t)
			}
		}
		return sink.add(r)
	})
	if err != nil {
		return err
	}
	return sink.finish()
}

// eachRow calls fn for the committed quads, or triple terms, in their base order.
func (w *writer) eachRow(kind runKind, fn func(row) error) error {
	runs := w.tx.st.quads
	if kind == runTriples {
		runs = w.tx.st.triples
	}
	var cursors []*cursor
	var stats encoded.ScanStats
	for _, r := range runs {
		x, err := r.index(w.tx.sn, baseOrder(kind))
		if err != nil {
			return err
		}
		cursors = append(cursors, &cursor{run: r, sn: w.tx.sn, x: x, stats: &stats, bulk: true})
	}
	n := 0
	return sumRows(cursors, func(r row, sum int) error {
		if n++; n&0xfff == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		if sum != 1 {
			return nil
		}
		return fn(r)
	})
}

// wordReader yields the texts of one part of the dictionary, ascending.
type wordReader struct {
	text string
	old  encoded.Term
	step func() (text string, old encoded.Term, ok bool, err error)
}

func (r *wordReader) before(o *wordReader) bool { return r.text < o.text }

func (r *wordReader) next() (ok bool, err error) {
	r.text, r.old, ok, err = r.step()
	return ok, err
}

// rebuildTerms writes the terms in use to a segment of the first zone.
func (w *writer) rebuildTerms(n *numbering, l *loader) error {
	s, st := w.tx.store, w.tx.st
	info := segmentInfo{id: max(st.m.nextSegment, s.segmentID)}
	s.segmentID = info.id + 1
	sw := newSegmentWriter(info, s.engine.batch(s.tick()))
	defer sw.cancel()
	for tag := encoded.TagIRI; tag <= encoded.TagTyped; tag++ {
		loose := arena{mem: &l.mem}
		defer loose.free()
		steps := []func() (string, encoded.Term, bool, error){}
		for _, g := range st.segments {
			if g.count[tag] > 0 {
				steps = append(steps, g.words(w.tx.sn, tag))
			}
		}
		step, err := w.looseWords(tag, &loose)
		if err != nil {
			return err
		}
		var readers []*wordReader
		for _, step := range append(steps, step) {
			r := &wordReader{step: step}
			ok, err := r.next()
			if err != nil {
				return err
			}
			if ok {
				readers = append(readers, r)
			}
		}
		count := 0
		for heap := newHeadHeap(readers); len(heap) > 0; {
			if count++; count&0xfff == 0 && w.ctx.Err() != nil {
				return w.ctx.Err()
			}
			p, err := n.at(heap[0].old)
			if err != nil {
				return err
			}
			if *p != 0 {
				if *p, err = sw.add(tag, heap[0].text); err != nil {
					return err
				}
			}
			ok, err := heap[0].next()
			if err != nil {
				return err
			}
			heap.moved(ok)
		}
	}
	return w.endSegment(sw)
}

// words returns a function that yields the segment's texts of a tag.
func (s *segment) words(sn *snapshot, tag encoded.Tag) func() (string, encoded.Term, bool, error) {
	var t *pageTable
	var p *page
	n, i := -1, 0
	return func() (text string, old encoded.Term, ok bool, err error) {
		if t == nil {
			if t, err = s.table(sn, tag); err != nil {
				return "", 0, false, err
			}
		}
		if p == nil || i == p.len() {
			if n++; n == len(t.pages) {
				n--
				return "", 0, false, nil
			}
			if p, err = s.readPage(sn, t, tag, n); err != nil {
				return "", 0, false, err
			}
			i = 0
		}
		i++
		return p.at(i - 1), s.term(tag, t.starts[n]+uint64(i-1)), true, nil
	}
}

// looseWords returns a function that yields the loose terms of a tag, in the order
// of their texts, which are kept in the arena.
func (w *writer) looseWords(tag encoded.Tag, a *arena) (func() (string, encoded.Term, bool, error), error) {
	type word struct{ place, number uint64 }
	var words []word
	m := w.tx.st.m
	err := w.tx.sn.scan([]byte{keyLoose}, looseKey(m.looseFrom), true, func(key, value []byte) error {
		number := binary.BigEndian.Uint64(key[1:])
		body, err := unseal(value)
		if err == nil && len(body) == 0 {
			err = errShort
		}
		if err != nil {
			return corrupt("dictionary, loose term %d: %v", number, err)
		}
		if number < m.nextSecond && encoded.Tag(body[0]) == tag {
			words = append(words, word{a.keep(string(body[1:])), number})
		}
		return nil
	})
	slices.SortFunc(words, func(x, y word) int { return strings.Compare(a.at(x.place), a.at(y.place)) })
	i := 0
	return func() (string, encoded.Term, bool, error) {
		if i == len(words) {
			return "", 0, false, nil
		}
		i++
		return a.at(words[i-1].place), encoded.MakeSecond(tag, words[i-1].number), true, nil
	}, err
}

// clearLoose deletes the loose terms that a rebuild has left. s.writing is held,
// so that none of them comes again meanwhile.
func (s *Store) clearLoose(m *manifest) error {
	sn := s.engine.snapshot(s.clock.Load())
	defer sn.close()
	dead, err := deadLoose(sn, m)
	if err != nil || len(dead) == 0 {
		return err
	}
	return s.deleteKeys(dead)
}

// deadLoose lists the keys of loose terms that the manifest does not count.
func deadLoose(sn *snapshot, m *manifest) (dead [][]byte, err error) {
	collect := func(key, value []byte) error {
		if number := binary.BigEndian.Uint64(key[1:]); number >= m.looseFrom && number < m.nextSecond {
			return errStop
		}
		dead = append(dead, slices.Clone(key))
		body, err := unseal(value)
		if err != nil || len(body) == 0 {
			return nil
		}
		// The text may have come again and have another number now.
		text := looseTextKey(encoded.Tag(body[0]), string(body[1:]))
		if now, err := sn.get(text); err == nil && string(now) == string(seal(slices.Clone(key[1:]))) {
			dead = append(dead, text)
		}
		return nil
	}
	if err := sn.scan([]byte{keyLoose}, nil, true, collect); err != nil {
		return nil, err
	}
	return dead, sn.scan([]byte{keyLoose}, looseKey(max(m.looseFrom, m.nextSecond)), true, collect)
}
