package storage

import (
	"os"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/ententedb/entente/graph/encoded"
)

// loadQuads translates the quads of the parts and adds those that are not there
// yet as a run.
func (w *writer) loadQuads(l *loader) error {
	sink := newRowSink(w, l, runInserts)
	defer sink.close()
	for _, p := range l.parts {
		m, err := p.terms(len(p.tripleIDs))
		if err != nil {
			return err
		}
		err = p.eachQuad(func(q row) error {
			return sink.add(row{m.get(q[0]), m.get(q[1]), m.get(q[2]), m.get(q[3])})
		})
		m.free()
		if err != nil {
			return err
		}
		p.close()
	}
	return sink.finish()
}

// rowSink makes a run of the rows it is given: sorted at once if they fit in the
// load's budget, else as sorted pieces in files, which are merged. Rows of quads
// that are there already are left out.
type rowSink struct {
	w      *writer
	l      *loader
	kind   runKind
	all    bool // no row is left out
	rows   []row
	sorter sorter
	mu     sync.Mutex
	pieces map[encoded.Order][]*os.File // loadpiece.go
}

func newRowSink(w *writer, l *loader, k runKind) *rowSink {
	return &rowSink{w: w, l: l, kind: k, rows: takeScratch[row](&l.mem, l.rowsMax), sorter: sorter{mem: &l.mem}, pieces: map[encoded.Order][]*os.File{}}
}

// close gives memory and files back.
func (k *rowSink) close() {
	freeScratch(k.sorter.mem, k.rows)
	k.rows = nil
	k.sorter.free()
	for _, files := range k.pieces {
		for _, f := range files {
			removeFile(f)
		}
	}
}

func (k *rowSink) add(r row) error {
	if len(k.rows) == k.l.rowsMax {
		if err := k.spill(); err != nil {
			return err
		}
	}
	k.rows = append(k.rows, r)
	return nil
}

// finish writes the run and adds it to the writer's, unless it is empty.
func (k *rowSink) finish() error {
	if len(k.pieces) > 0 {
		if err := k.spill(); err != nil {
			return err
		}
		freeScratch(k.sorter.mem, k.rows)
		k.rows = nil
		k.sorter.free()
		k.l.setStage("merging quads")
		return k.merge()
	}
	keep, err := k.absent()
	if err != nil {
		return err
	}
	if len(k.rows) > maxSmallRows {
		return k.w.addBig(k.kind, k.rows, &k.sorter, keep)
	}
	slices.SortFunc(k.rows, compareRows)
	var kept []row
	for _, r := range slices.Compact(k.rows) {
		if keep != nil {
			if ok, err := keep(r); err != nil {
				return err
			} else if !ok {
				continue
			}
		}
		kept = append(kept, r)
	}
	return k.w.addRun(k.kind, kept)
}

// absent returns a function that tells, asked in ascending order, which rows
// are not there; nil if none are.
func (k *rowSink) absent() (func(row) (bool, error), error) {
	if k.all || k.kind != runInserts || len(k.w.tx.quadRuns()) == 0 {
		return nil, nil
	}
	p, err := k.w.tx.prober(encoded.SPO, len(k.rows) > maxSmallRows)
	if err != nil {
		return nil, err
	}
	return func(r row) (bool, error) { there, err := p.has(r); return !there, err }, nil
}

// spill sorts the rows and writes a piece of every order.
func (k *rowSink) spill() error {
	keep, err := k.absent()
	if err != nil {
		return err
	}
	_, err = k.sorter.sort(k.w.ctx, k.kind, k.rows, keep, func(o encoded.Order, rows func(func(row) bool)) error {
		f, out, err := k.l.tempFile("piece-*")
		if err != nil {
			return err
		}
		k.mu.Lock()
		k.pieces[o] = append(k.pieces[o], f)
		k.mu.Unlock()
		return writePiece(k.w.ctx, out, rows)
	})
	k.rows = k.rows[:0]
	return err
}

// merge merges the pieces of every order into a run.
func (k *rowSink) merge() error {
	s := k.w.tx.store
	out := s.engine.batch(s.tick())
	rw := newRunWriter(runInfo{id: s.runs.Add(1), kind: k.kind}, out)
	group, ctx := errgroup.WithContext(k.w.ctx)
	group.SetLimit(2)
	for o, files := range k.pieces {
		group.Go(func() error {
			var readErr error
			err := rw.order(ctx, o, func(yield func(row) bool) {
				readErr = mergePieces(files, yield)
			})
			if readErr != nil {
				return readErr
			}
			return err
		})
	}
	err := group.Wait()
	var info runInfo
	if err == nil {
		info, err = rw.finish()
	}
	if err != nil {
		out.cancel()
		return err
	}
	if err := out.flush(); err != nil {
		return err
	}
	k.w.addWritten(info)
	return nil
}
