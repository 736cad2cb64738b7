package storage

import (
	"bufio"
	"encoding/binary"
	"io"
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
	// pieces are, per order, files of blocks in the form they have in the store,
	// each with its length before it.
	pieces map[encoded.Order][]*os.File
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
			name := f.Name()
			f.Close()
			os.Remove(name)
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
		b := bufio.NewWriterSize(out, 1<<18)
		var enc columnEncoder
		var columns [4][]encoded.Term
		var buf []byte
		flush := func() error {
			buf = appendBlock(buf[:0], &enc, &columns)
			var size [4]byte
			binary.LittleEndian.PutUint32(size[:], uint32(len(buf)))
			b.Write(size[:])
			_, err := b.Write(buf)
			for i := range columns {
				columns[i] = columns[i][:0]
			}
			return err
		}
		for r := range rows {
			for i, t := range r {
				columns[i] = append(columns[i], t)
			}
			if len(columns[0]) == maxBlockRows {
				if err := flush(); err != nil {
					return err
				}
				if err := k.w.ctx.Err(); err != nil {
					return err
				}
			}
		}
		if len(columns[0]) > 0 {
			if err := flush(); err != nil {
				return err
			}
		}
		return b.Flush()
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

// pieceReader reads the rows of a piece.
type pieceReader struct {
	b       *bufio.Reader
	buf     []byte
	columns [4][]encoded.Term
	at, n   int
	head    row
}

func (r *pieceReader) before(o *pieceReader) bool { return compareRows(r.head, o.head) < 0 }

// next moves to the next row; false is the end.
func (r *pieceReader) next() (bool, error) {
	if r.at++; r.at >= r.n {
		var size [4]byte
		if _, err := io.ReadFull(r.b, size[:]); err != nil {
			if err == io.EOF {
				err = nil
			}
			return false, err
		}
		n := int(binary.LittleEndian.Uint32(size[:]))
		r.buf = slices.Grow(r.buf[:0], n)[:n]
		if _, err := io.ReadFull(r.b, r.buf); err != nil {
			return false, err
		}
		blk, err := parseBlock(r.buf)
		if err != nil {
			return false, err
		}
		for i := range r.columns {
			r.columns[i] = slices.Grow(r.columns[i][:0], blk.rows)[:blk.rows]
			blk.columns[i].decode(r.columns[i], 0)
		}
		r.at, r.n = 0, blk.rows
	}
	r.head = row{r.columns[0][r.at], r.columns[1][r.at], r.columns[2][r.at], r.columns[3][r.at]}
	return true, nil
}

// mergePieces yields the distinct rows of sorted pieces, ascending.
func mergePieces(files []*os.File, yield func(row) bool) error {
	var readers []*pieceReader
	for _, f := range files {
		r := &pieceReader{b: bufio.NewReaderSize(io.NewSectionReader(f, 0, 1<<62), 1<<16)}
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			readers = append(readers, r)
		}
	}
	var last row
	for heap := newHeadHeap(readers); len(heap) > 0; {
		if head := heap[0].head; head != last {
			if last = head; !yield(head) {
				return nil
			}
		}
		ok, err := heap[0].next()
		if err != nil {
			return err
		}
		heap.moved(ok)
	}
	return nil
}
