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

// loadRows translates the quads of the parts and adds those that are not there
// yet as a run: sorted at once if they fit in the budget, else as sorted pieces
// in files, which are merged.
func (w *writer) loadRows(l *loader, maps []termMap) error {
	total := 0
	for _, p := range l.parts {
		total += p.nquads
	}
	rows := make([]row, 0, min(total, l.rowsMax))
	var pieces *pieceFiles
	for i, p := range l.parts {
		m := &maps[i]
		err := p.eachQuad(func(q row) error {
			if len(rows) == l.rowsMax {
				if pieces == nil {
					dir, err := l.tempDir()
					if err != nil {
						return err
					}
					pieces = &pieceFiles{dir: dir, files: map[encoded.Order][]*os.File{}}
				}
				if err := w.spillRows(pieces, rows); err != nil {
					return err
				}
				rows = rows[:0]
			}
			rows = append(rows, row{m.get(q[0]), m.get(q[1]), m.get(q[2]), m.get(q[3])})
			return nil
		})
		if err != nil {
			return err
		}
		*m = termMap{}
	}
	if pieces == nil {
		return w.addRows(rows)
	}
	defer pieces.close()
	if err := w.spillRows(pieces, rows); err != nil {
		return err
	}
	rows = nil
	pieces.sorter.free()
	l.setStage("merging quads")
	return w.mergePieces(pieces)
}

// absent returns a function that tells, asked in ascending order, which quads
// are not there; nil if there are none.
func (w *writer) absent() (func(row) (bool, error), error) {
	if len(w.tx.quadRuns()) == 0 {
		return nil, nil
	}
	p, err := w.tx.prober()
	if err != nil {
		return nil, err
	}
	return func(r row) (bool, error) { there, err := p.has(r); return !there, err }, nil
}

// addRows adds the rows that are not there yet.
func (w *writer) addRows(rows []row) error {
	keep, err := w.absent()
	if err != nil {
		return err
	}
	if len(rows) > maxSmallRows {
		return w.addBig(runInserts, rows, keep)
	}
	slices.SortFunc(rows, compareRows)
	var kept []row
	for _, r := range slices.Compact(rows) {
		if keep != nil {
			if ok, err := keep(r); err != nil {
				return err
			} else if !ok {
				continue
			}
		}
		kept = append(kept, r)
	}
	return w.addRun(runInserts, kept)
}

// pieceFiles are sorted pieces of a load: per order, files of blocks in the
// form they have in the store, each with its length before it.
type pieceFiles struct {
	dir    string
	sorter sorter
	mu     sync.Mutex
	files  map[encoded.Order][]*os.File
}

func (p *pieceFiles) close() {
	for _, files := range p.files {
		for _, f := range files {
			f.Close()
		}
	}
}

// spillRows sorts rows and writes a piece of every order.
func (w *writer) spillRows(p *pieceFiles, rows []row) error {
	keep, err := w.absent()
	if err != nil {
		return err
	}
	_, err = p.sorter.sort(w.ctx, runInserts, rows, keep, func(o encoded.Order, rows func(func(row) bool)) error {
		f, err := os.CreateTemp(p.dir, "piece-*")
		if err != nil {
			return err
		}
		p.mu.Lock()
		p.files[o] = append(p.files[o], f)
		p.mu.Unlock()
		b := bufio.NewWriterSize(f, 1<<18)
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
				if err := w.ctx.Err(); err != nil {
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
	return err
}

// mergePieces merges the pieces of every order into a run.
func (w *writer) mergePieces(p *pieceFiles) error {
	s := w.tx.store
	out := s.engine.batch(s.tick())
	rw := newRunWriter(runInfo{id: s.runs.Add(1), kind: runInserts}, out)
	if len(p.files) == 0 {
		out.cancel()
		return nil
	}
	group, ctx := errgroup.WithContext(w.ctx)
	group.SetLimit(2)
	for o, files := range p.files {
		group.Go(func() error {
			var readErr error
			err := rw.order(ctx, o, func(yield func(row) bool) {
				readErr = mergeFiles(files, yield)
			})
			if readErr != nil {
				return readErr
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		out.cancel()
		return err
	}
	info, err := rw.finish()
	if err != nil {
		out.cancel()
		return err
	}
	if err := out.flush(); err != nil {
		return err
	}
	w.addWritten(info)
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

// mergeFiles yields the distinct rows of sorted pieces, ascending. The readers
// stand in a binary heap.
func mergeFiles(files []*os.File, yield func(row) bool) error {
	var heap []*pieceReader
	down := func(i int) {
		for {
			c := 2*i + 1
			if c >= len(heap) {
				return
			}
			if c+1 < len(heap) && compareRows(heap[c+1].head, heap[c].head) < 0 {
				c++
			}
			if compareRows(heap[i].head, heap[c].head) <= 0 {
				return
			}
			heap[i], heap[c] = heap[c], heap[i]
			i = c
		}
	}
	for _, f := range files {
		r := &pieceReader{b: bufio.NewReaderSize(io.NewSectionReader(f, 0, 1<<62), 1<<17)}
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			heap = append(heap, r)
		}
	}
	for i := len(heap)/2 - 1; i >= 0; i-- {
		down(i)
	}
	var last row
	for len(heap) > 0 {
		r := heap[0]
		if r.head != last {
			last = r.head
			if !yield(last) {
				return nil
			}
		}
		ok, err := r.next()
		if err != nil {
			return err
		}
		if !ok {
			heap[0] = heap[len(heap)-1]
			heap = heap[:len(heap)-1]
		}
		if len(heap) > 0 {
			down(0)
		}
	}
	return nil
}
