package storage

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// Merging runs that follow each other in the manifest: per order, the rows of all are read in order, the signs of equal
// rows are summed up, and what is left is written as a run of inserts and one of
// deletes, either of which may turn out empty.

// sumRows calls fn for the distinct rows of the cursors, ascending, with the sum
// of their signs.
func sumRows(cursors []*cursor, fn func(r row, sum int) error) error {
	s := source{cursors: cursors}
	s.started = true
	for _, c := range cursors {
		if err := c.advance(); err != nil {
			return err
		}
		if c.blk != nil {
			c.head = c.blk.row(c.from)
		}
	}
	for {
		var least *cursor
		for _, c := range cursors {
			if c.blk != nil && (least == nil || compareRows(c.head, least.head) < 0) {
				least = c
			}
		}
		if least == nil {
			return nil
		}
		head, sum := least.head, 0
		for _, c := range cursors {
			if c.blk == nil || c.head != head {
				continue
			}
			sum += c.run.sign()
			c.from++
			if err := s.refill(c); err != nil {
				return err
			}
		}
		if sum < -1 || sum > 1 {
			return corrupt("a quad is in the runs %d times", sum)
		}
		if err := fn(head, sum); err != nil {
			return err
		}
	}
}

// mergeRuns writes the sum of runs of one relation as new runs.
func (tx *Tx) mergeRuns(ctx context.Context, runs []*run, ids [2]uint64) ([]runInfo, error) {
	kinds := [2]runKind{runInserts, runDeletes}
	if runs[0].kind == runTriples {
		kinds[0] = runTriples
	}
	out := tx.store.engine.batch(tx.store.tick())
	flushed := false
	defer func() {
		if !flushed {
			out.cancel()
		}
	}()
	var writers [2]*runWriter
	for i := range writers {
		writers[i] = newRunWriter(runInfo{id: ids[i], kind: kinds[i]}, out)
	}
	for _, o := range ordersOf(kinds[0]) {
		var cursors []*cursor
		var stats encoded.ScanStats
		for _, r := range runs {
			x, err := r.index(tx.snapshotOf(r), o)
			if err != nil {
				return nil, err
			}
			cursors = append(cursors, &cursor{run: r, sn: tx.snapshotOf(r), x: x, stats: &stats, bulk: true})
		}
		ows := [2]*orderWriter{newOrderWriter(ids[0], kinds[0], o, out), newOrderWriter(ids[1], kinds[1], o, out)}
		n := 0
		err := sumRows(cursors, func(r row, sum int) error {
			if n++; n&0x3fff == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			switch sum {
			case 1:
				return ows[0].add(r)
			case -1:
				return ows[1].add(r)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for i, ow := range ows {
			if err := writers[i].end(ow); err != nil {
				return nil, err
			}
		}
	}
	var infos []runInfo
	for _, w := range writers {
		if w.info.rows == 0 {
			continue
		}
		info, err := w.finish()
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
	}
	flushed = true
	return infos, out.flush()
}

// window is a range of runs of one relation that are to be merged.
type window struct{ runs []*run }

// chooseWindow returns the runs that the background merges next: the newest runs
// in blocks, as far back as a run is not much larger than all that are newer; or
// all of them, where deletions have come to a quarter of the quads.
func chooseWindow(runs []*run) (w window) {
	var inserts, deletes uint64
	end := len(runs)
	for end > 0 && runs[end-1].small {
		end-- // those the writer merges
	}
	for _, r := range runs[:end] {
		if r.kind == runDeletes {
			deletes += r.rows
		} else {
			inserts += r.rows
		}
	}
	if end > 1 && deletes*4 > inserts {
		return window{runs[:end]}
	}
	from, newer := end, uint64(0)
	for i := end - 1; i >= 0; i-- {
		// Two runs may give two again: inserts, and deletes of what is in older runs.
		if runs[i].rows <= 2*newer && (i == 0 || end-i > 2) {
			from = i
		}
		newer += runs[i].rows
	}
	return window{runs[from:end]}
}

// mergeInBackground merges runs whenever a commit has made it worth while, and
// rebuilds the dictionary where most of it must be dead.
func (s *Store) mergeInBackground(ctx context.Context) {
	tried := uint64(0) // the second zone's next number at the last rebuild
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		for {
			merged := false
			for _, triples := range []bool{false, true} {
				done, err := s.mergeOnce(ctx, triples, chooseWindow)
				// An error leaves the runs as they are; the next commit tries again.
				merged = merged || done && err == nil
			}
			if !merged {
				break
			}
		}
		s.mu.Lock()
		m := s.state.m
		s.mu.Unlock()
		if m.mostlyDead() && m.nextSecond-tried > minDeadTerms {
			// After an error, or where it cannot be, it waits for as many terms again.
			tried = m.nextSecond
			_ = s.rebuild(ctx)
		}
	}
}

// mergeOnce merges the runs of one relation that choose picks. Readers and
// writers go on meanwhile; writers wait only for the manifest to be replaced.
func (s *Store) mergeOnce(ctx context.Context, triples bool, choose func([]*run) window) (done bool, err error) {
	s.merging.Lock()
	defer s.merging.Unlock()
	tx, err := s.Snapshot()
	if err != nil {
		return false, err
	}
	defer tx.Close()
	runs := tx.st.quads
	if triples {
		runs = tx.st.triples
	}
	w := choose(runs)
	if len(w.runs) < 2 {
		return false, nil
	}
	infos, err := tx.mergeRuns(ctx, w.runs, [2]uint64{s.runs.Add(1), s.runs.Add(1)})
	if err != nil {
		return false, err
	}
	discard := func() {
		for _, r := range infos {
			s.deleteRun(r)
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	s.drain()
	now, err := s.Snapshot()
	if err != nil {
		discard()
		return false, err
	}
	defer now.Close()
	m := now.st.m.clone()
	at := slices.IndexFunc(m.runs, func(r runInfo) bool { return r.id == w.runs[0].id })
	for i, r := range w.runs {
		if at < 0 || at+i >= len(m.runs) || m.runs[at+i].id != r.id {
			discard() // a writer has merged some of them
			return false, nil
		}
	}
	m.runs = slices.Replace(m.runs, at, at+len(w.runs), infos...)
	p := &pendingCommit{}
	if err := s.enqueue(now, m, p, nil); err != nil {
		discard()
		return false, err
	}
	return true, s.settle(p)
}

// Compact merges all runs into one, writes the dictionary anew if much of it is
// not used any more or came after the first load (see rebuild.go), and lets the
// engine reclaim space. Readers go on; at the end they may wait for a moment.
func (s *Store) Compact(ctx context.Context) error {
	if s.options.ReadOnly {
		return ErrReadOnly
	}
	for _, triples := range []bool{false, true} {
		_, err := s.mergeOnce(ctx, triples, func(runs []*run) window { return window{runs} })
		if err != nil {
			return err
		}
	}
	if err := s.rebuild(ctx); err != nil {
		return err
	}
	s.merging.Lock()
	defer s.merging.Unlock()
	s.advance()
	if err := s.engine.flatten(); err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	s.settling.Lock()
	defer s.settling.Unlock()
	return s.engine.reclaim(s.tick())
}
