package storage

import (
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// mergeTriples enters the triple terms of all parts, by depth, so that those that
// others contain come first. Per part they are sorted by their components, and
// then the parts are merged: each distinct one that is not there yet gets a number
// and becomes a row of a new run.
func (w *writer) mergeTriples(l *loader) error {
	deepest := 0
	for _, p := range l.parts {
		deepest = max(deepest, len(p.tripleCount))
	}
	if deepest == 0 {
		return nil
	}
	sink := newRowSink(w, l, runTriples)
	defer sink.close()
	for depth := range deepest {
		if err := w.mergeDepth(l, depth, sink); err != nil {
			return err
		}
	}
	return sink.finish()
}

// tripleReader yields the triple terms of one depth of a part, ascending: their
// components and, as fourth, their number.
type tripleReader struct {
	part *loadPart
	read func() (row, bool, error)
	head row
}

func (r *tripleReader) next() (ok bool, err error) {
	r.head, ok, err = r.read()
	return ok, err
}

func (r *tripleReader) before(o *tripleReader) bool { return compareRows(r.head, o.head) < 0 }

func (w *writer) mergeDepth(l *loader, depth int, sink *rowSink) error {
	var readers []*tripleReader
	var sorted []*spool
	defer func() {
		for _, s := range sorted {
			s.close()
		}
	}()
	for _, p := range l.parts {
		if depth >= len(p.tripleCount) {
			continue
		}
		ids, err := l.newSpool()
		if err != nil {
			return err
		}
		p.tripleIDs = append(p.tripleIDs, ids)
		s, err := l.newSpool()
		if err != nil {
			return err
		}
		sorted = append(sorted, s)
		if err := p.sortTriples(depth, s); err != nil {
			return err
		}
		r := &tripleReader{part: p, read: s.rows()}
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			readers = append(readers, r)
		}
		if err := w.ctx.Err(); err != nil {
			return err
		}
	}
	there, err := w.tx.prober(encoded.TSPO, true)
	if err != nil {
		return err
	}
	n := 0
	for heap := newHeadHeap(readers); len(heap) > 0; {
		if n++; n&0xfff == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		c := heap[0].head
		r, ok, err := there.find(c[:3])
		if err != nil {
			return err
		}
		if !ok {
			r = row{c[0], c[1], c[2], encoded.MakeSecond(encoded.TagTriple, w.nextTriple)}
			w.nextTriple++
			if err := sink.add(r); err != nil {
				return err
			}
		}
		for len(heap) > 0 && comparePrefix(&heap[0].head, c[:3]) == 0 {
			ids := heap[0].part.tripleIDs[depth]
			ids.add(heap[0].head[3])
			ids.add(r[3])
			ok, err := heap[0].next()
			if err != nil {
				return err
			}
			heap.moved(ok)
		}
	}
	for _, p := range l.parts {
		if depth < len(p.tripleIDs) {
			if err := p.tripleIDs[depth].end(); err != nil {
				return err
			}
		}
	}
	return nil
}

// sortTriples writes the part's triple terms of a depth to out, in the order of
// the final forms of their components, each with its number.
func (p *loadPart) sortTriples(depth int, out *spool) error {
	m, err := p.terms(depth)
	if err != nil {
		return err
	}
	defer m.free()
	rows := takeScratch[row](p.mem, p.tripleCount[depth])
	defer func() { freeScratch(p.mem, rows) }()
	err = p.eachTriple(depth, func(c [3]encoded.Term) error {
		rows = append(rows, row{m.get(c[0]), m.get(c[1]), m.get(c[2]), encoded.Term(len(rows))})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(rows, compareRows)
	for _, r := range rows {
		for _, t := range r {
			out.add(t)
		}
	}
	return out.end()
}
