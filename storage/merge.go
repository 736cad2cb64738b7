package storage

import (
	"context"

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
			cursors = append(cursors, &cursor{run: r, sn: tx.snapshotOf(r), x: x, stats: &stats})
		}
		ows := [2]*orderWriter{newOrderWriter(ids[0], o, out), newOrderWriter(ids[1], o, out)}
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

// Compact merges all runs into one, and lets the engine reclaim space.
func (s *Store) Compact(ctx context.Context) error {
	if s.options.ReadOnly {
		return ErrReadOnly
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	tx, err := s.Snapshot()
	if err != nil {
		return err
	}
	defer tx.Close()
	m := tx.st.m.clone()
	m.runs = nil
	changed := false
	next := max(m.nextRun, s.runID)
	for _, o := range []encoded.Order{encoded.SPO, encoded.TSPO} {
		runs := tx.runsOf(o)
		if len(runs) == 0 {
			continue
		}
		if len(runs) == 1 && (!runs[0].small || runs[0].rows <= maxSmallRows) {
			m.runs = append(m.runs, runs[0].runInfo)
			continue
		}
		s.runID = next + 2
		infos, err := tx.mergeRuns(ctx, runs, [2]uint64{next, next + 1})
		if err != nil {
			return err
		}
		next += 2
		m.runs = append(m.runs, infos...)
		changed = true
	}
	if changed {
		m.nextRun = next
		if err := s.publish(m, nil); err != nil {
			return err
		}
	}
	return s.engine.collect()
}
