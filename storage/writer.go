package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// writer is what a transaction inside Update has gathered and not committed:
// new dictionary terms, changes not yet sorted, and runs of those that are.
type writer struct {
	ctx        context.Context
	tx         *Tx
	terms      map[termKey]encoded.Term
	loose      []termKey // new loose terms, by number from firstLoose on
	firstLoose uint64
	triples    map[[3]encoded.Term]encoded.Term
	components map[encoded.Term][3]encoded.Term
	newTriples []row // not yet in a run
	nextTriple uint64
	nextBlank  uint64
	changes    []change
	runs       []*run
	flushes    uint64
	snapshots  []*snapshot
	failed     error
	pending    []*pendingCommit // not readable yet

	added        uint64       // by the commit
	segment      *segmentInfo // written by a load
	segmentTerms uint64       // terms of it in the second zone
	rebuilt      bool         // runs and segment replace all there are
}

type termKey struct {
	tag  encoded.Tag
	text string
}

// change is an insertion or a deletion of a quad.
type change struct {
	quad   row
	delete bool
}

// maxChanges is the number of changes that are gathered before they are sorted.
const maxChanges = 1 << 19

func newWriter(ctx context.Context, tx *Tx, pending []*pendingCommit) *writer {
	m := tx.st.m
	return &writer{
		ctx: ctx, tx: tx, pending: pending,
		terms: map[termKey]encoded.Term{}, firstLoose: m.nextSecond,
		triples: map[[3]encoded.Term]encoded.Term{}, components: map[encoded.Term][3]encoded.Term{},
		nextTriple: m.nextTriple, nextBlank: m.nextBlank,
	}
}

// cancel frees what the writer holds. Runs that were written and not committed
// are left to the next open, which deletes them; their numbers are not used again.
func (w *writer) cancel() {
	for _, sn := range w.snapshots {
		sn.close()
	}
	for _, r := range w.runs {
		if !r.small {
			w.tx.store.deleteRun(r.runInfo)
		}
	}
	w.runs = nil
}

// Intern returns the encoded form of a term, new or not; see query.Writer.
func (tx *Tx) Intern(t graph.Term) (encoded.Term, error) {
	w, err := tx.writer()
	if err != nil {
		return 0, err
	}
	if t.IsTriple() {
		var c [3]encoded.Term
		tt := t.Triple()
		for i, part := range []graph.Term{tt.Subject, tt.Predicate, tt.Object} {
			if c[i], err = tx.Intern(part); err != nil {
				return 0, err
			}
		}
		return w.internTriple(c)
	}
	e, ok, err := tx.Encode(t)
	if err != nil || ok {
		return e, err
	}
	tag := tagOf(t)
	switch tag {
	case encoded.TagNone:
		return 0, fmt.Errorf("intern: not a term")
	case encoded.TagBlank:
		return 0, fmt.Errorf("intern: no blank node _:%s", t.Value())
	}
	key := termKey{tag, string(appendText(nil, t, tag))}
	return w.addLoose(key), nil
}

// addLoose makes a new loose term.
func (w *writer) addLoose(key termKey) encoded.Term {
	t := encoded.MakeSecond(key.tag, w.firstLoose+uint64(len(w.loose)))
	w.terms[key] = t
	w.loose = append(w.loose, key)
	return t
}

// internTriple returns the triple term with these components, new or not.
func (w *writer) internTriple(c [3]encoded.Term) (encoded.Term, error) {
	e, ok, err := w.tx.findTriple(encoded.Pattern{c[0], c[1], c[2]})
	if err != nil || ok {
		return e, err
	}
	e = encoded.MakeSecond(encoded.TagTriple, w.nextTriple)
	w.nextTriple++
	w.triples[c], w.components[e] = e, c
	w.newTriples = append(w.newTriples, row{c[0], c[1], c[2], e})
	return e, nil
}

// NewBlank returns a blank node that nothing else is; see query.Writer.
func (tx *Tx) NewBlank() (encoded.Term, error) {
	w, err := tx.writer()
	if err != nil {
		return 0, err
	}
	w.nextBlank++
	return encoded.Make(encoded.TagBlank, w.nextBlank-1), nil
}

func (tx *Tx) writer() (*writer, error) {
	switch {
	case tx.closed.Load():
		return nil, ErrClosed
	case tx.w == nil:
		return nil, ErrReadOnly
	case tx.w.failed != nil:
		return nil, tx.w.failed
	}
	return tx.w, nil
}

// Insert adds quads; see query.Writer.
func (tx *Tx) Insert(quads []encoded.Pattern) error { return tx.change(quads, false) }

// Delete removes quads; see query.Writer.
func (tx *Tx) Delete(quads []encoded.Pattern) error { return tx.change(quads, true) }

func (tx *Tx) change(quads []encoded.Pattern, del bool) error {
	w, err := tx.writer()
	if err != nil {
		return err
	}
	for _, q := range quads {
		for p, t := range q {
			if t == encoded.Undefined || t.Tag() == encoded.TagLocal || t == encoded.DefaultGraph && p != int(encoded.Graph) {
				return fmt.Errorf("write: %s cannot stand in a quad's position %d", t, p)
			}
		}
		w.changes = append(w.changes, change{row(q), del})
		if len(w.changes) >= maxChanges {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Flush makes all changes so far visible to this transaction; see query.Writer.
func (tx *Tx) Flush() error {
	w, err := tx.writer()
	if err != nil {
		return err
	}
	return w.flush()
}

func (w *writer) flush() (err error) {
	if len(w.changes) == 0 && len(w.newTriples) == 0 {
		return nil
	}
	defer func() {
		if err != nil {
			w.failed = err
		}
	}()
	w.flushes++
	if err := w.addRun(runTriples, w.newTriples); err != nil {
		return err
	}
	w.newTriples = nil
	// The last change of a quad counts, and only if it changes something.
	slices.SortStableFunc(w.changes, func(a, b change) int { return compareRows(a.quad, b.quad) })
	p, err := w.tx.prober(encoded.SPO, len(w.changes) > 16*maxSmallRows)
	if err != nil {
		return err
	}
	var inserts, deletes []row
	for i, c := range w.changes {
		if i+1 < len(w.changes) && w.changes[i+1].quad == c.quad {
			continue
		}
		there, err := p.has(c.quad)
		if err != nil {
			return err
		}
		switch {
		case c.delete && there:
			deletes = append(deletes, c.quad)
		case !c.delete && !there:
			inserts = append(inserts, c.quad)
		}
	}
	w.changes = w.changes[:0]
	if err := w.addRun(runInserts, inserts); err != nil {
		return err
	}
	return w.addRun(runDeletes, deletes)
}

// addRun makes a run of rows: in memory if they are few, else written at once.
func (w *writer) addRun(k runKind, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	s := w.tx.store
	if len(rows) <= maxSmallRows {
		info := runInfo{id: s.runs.Add(1), kind: k, rows: uint64(len(rows)), small: true}
		rows = slices.Clone(rows)
		slices.SortFunc(rows, compareRows)
		w.runs = append(w.runs, &run{runInfo: info, store: s, rowsOf: rows})
		return nil
	}
	return w.addBig(k, rows, &sorter{}, nil)
}

// addBig sorts rows and writes them, those that keep wants, as a run in blocks.
func (w *writer) addBig(k runKind, rows []row, by *sorter, keep func(row) (bool, error)) error {
	s := w.tx.store
	out := s.engine.batch(s.tick())
	info := runInfo{id: s.runs.Add(1), kind: k}
	info, err := buildRun(w.ctx, out, info, rows, by, keep)
	if err != nil {
		out.cancel()
		return err
	}
	if err := out.flush(); err != nil {
		return err
	}
	if info.rows > 0 {
		w.addWritten(info)
	}
	return nil
}

// addWritten adds a run that lies in blocks.
func (w *writer) addWritten(info runInfo) {
	s := w.tx.store
	sn := s.engine.snapshot(s.clock.Load())
	w.snapshots = append(w.snapshots, sn)
	w.runs = append(w.runs, &run{runInfo: info, store: s, sn: sn})
}

// commit puts the transaction's changes into the queue of commits; nil if there
// are none. s.writing is held.
func (tx *Tx) commit() (*pendingCommit, error) {
	w := tx.w
	if w.failed != nil {
		return nil, w.failed
	}
	if err := w.flush(); err != nil {
		return nil, err
	}
	if len(w.runs) == 0 && len(w.loose) == 0 && w.segment == nil && w.nextBlank == tx.st.m.nextBlank && !w.rebuilt {
		return nil, nil
	}
	s := tx.store
	m := tx.st.m.clone()
	m.commit++
	if now := time.Now().UTC(); now.After(m.time) {
		m.time = now
	} else {
		m.time = m.time.Add(1) // the clock was set back
	}
	m.added, m.removed = 0, 0
	m.nextBlank, m.nextTriple, m.nextSecond = w.nextBlank, w.nextTriple, w.firstLoose+uint64(len(w.loose))+w.segmentTerms
	before := tx.st.runs
	if w.rebuilt {
		before, m.segments, m.looseFrom = nil, nil, m.nextSecond
	}
	if w.segment != nil {
		m.segments = append(m.segments, *w.segment)
		m.nextSegment = w.segment.id + 1
	}
	var entries []entry
	for i, t := range w.loose {
		entries = append(entries, looseEntries(t.tag, w.firstLoose+uint64(i), t.text)...)
	}
	for _, r := range w.runs {
		switch {
		case w.rebuilt: // they were there before
		case r.kind == runInserts:
			m.added += r.rows
		case r.kind == runDeletes:
			m.removed += r.rows
		}
	}
	all := append(slices.Clone(before), w.runs...)
	m.runs = m.runs[:0]
	kept, err := w.fold(all)
	if err != nil {
		return nil, err
	}
	big := w.segment != nil || w.rebuilt
	for _, r := range kept {
		m.runs = append(m.runs, r.runInfo)
	}
	for i := range m.runs {
		if slices.Contains(before, kept[i]) {
			continue
		}
		if !m.runs[i].small {
			big = true
			continue
		}
		value := encodeSmall(kept[i].rowsOf)
		m.runs[i].bytes = uint64(len(value) + 10)
		entries = append(entries, entry{partKey(kept[i].id, partSmall), value})
	}
	size := 0
	for _, e := range entries {
		size += e.size()
	}
	if err := s.engine.room(size); err != nil {
		return nil, err
	}
	var dead []segmentInfo
	if w.rebuilt {
		dead = tx.st.m.segments
	}
	p := &pendingCommit{deadSegs: dead, entries: entries, terms: w.terms, loose: w.loose, firstLoose: w.firstLoose}
	if err := s.enqueue(tx, m, p, kept); err != nil {
		return nil, err
	}
	w.added = m.added
	w.runs = nil // whatever comes of the commit, they may be named on disk now
	if big {
		// The next writer reads what this commit has written in blocks.
		if err := s.settle(p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// fold merges the newest runs, those of the transaction and those of earlier
// commits, as long as they are small and a run is not much larger than all the
// newer ones together. So the number of small runs grows with the logarithm of
// their rows, and a row is merged as often. It returns the runs that are left.
func (w *writer) fold(all []*run) (kept []*run, err error) {
	for _, triples := range []bool{true, false} {
		var runs []*run
		for _, r := range all {
			if (r.kind == runTriples) == triples {
				runs = append(runs, r)
			}
		}
		from, newer := len(runs), uint64(0)
		for i := len(runs) - 1; i >= 0 && runs[i].small; i-- {
			if runs[i].rows <= 2*newer {
				from = i
			}
			newer += runs[i].rows
		}
		kept = append(kept, runs[:from]...)
		if from == len(runs) {
			continue
		}
		merged, err := w.merge(runs[from:], triples)
		if err != nil {
			return nil, err
		}
		kept = append(kept, merged...)
	}
	return kept, nil
}

// merge sums up small runs that follow each other.
func (w *writer) merge(small []*run, triples bool) ([]*run, error) {
	sums := map[row]int{}
	for _, r := range small {
		r.mu.Lock()
		rows, err := r.smallRows(w.tx.snapshotOf(r))
		r.mu.Unlock()
		if err != nil {
			return nil, err
		}
		for _, q := range rows {
			sums[q] += r.sign()
		}
	}
	var inserts, deletes []row
	for q, n := range sums {
		switch n {
		case 1:
			inserts = append(inserts, q)
		case -1:
			deletes = append(deletes, q)
		case 0:
		default:
			return nil, corrupt("a quad is in the runs %d times", n)
		}
	}
	before := w.runs
	w.runs = nil
	kind := runInserts
	if triples {
		kind = runTriples
	}
	err := w.addRun(kind, inserts)
	if err == nil {
		err = w.addRun(runDeletes, deletes)
	}
	merged := w.runs
	w.runs = before
	return merged, err
}
