package storage

import (
	"context"
	"encoding/binary"
	"sync"

	"github.com/ententedb/entente/graph/encoded"
)

// orderWriter writes the rows of one order of a run as blocks and index.
type orderWriter struct {
	run     uint64
	order   encoded.Order
	out     *batch
	enc     columnEncoder
	columns [4][]encoded.Term
	blocks  int
	chunk   []byte
	chunkN  int
	chunks  int
	rows    uint64
	bytes   uint64
	stats   statsBuilder
}

func newOrderWriter(run uint64, k runKind, o encoded.Order, out *batch) *orderWriter {
	w := &orderWriter{run: run, order: o, out: out, stats: newStatsBuilder(k, o)}
	for i := range w.columns {
		w.columns[i] = make([]encoded.Term, 0, maxBlockRows)
	}
	return w
}

// add appends a row in the order's sequence. Rows come strictly ascending.
func (w *orderWriter) add(r row) error {
	for i, t := range r {
		w.columns[i] = append(w.columns[i], t)
	}
	w.stats.add(&r)
	w.rows++
	if len(w.columns[0]) == maxBlockRows {
		return w.endBlock()
	}
	return nil
}

func (w *orderWriter) put(key, value []byte) error {
	w.bytes += uint64(len(key) + len(value))
	return w.out.put(key, value)
}

func (w *orderWriter) endBlock() error {
	if len(w.columns[0]) == 0 {
		return nil
	}
	value := seal(appendBlock(nil, &w.enc, &w.columns))
	if err := w.put(blockKey(w.run, w.order, w.blocks), value); err != nil {
		return err
	}
	w.blocks++
	var info blockInfo
	info.describe(w.order, &w.columns)
	info.bytes = uint32(len(value))
	w.chunk = appendBlockInfo(w.chunk, &info)
	w.chunkN++
	for i := range w.columns {
		w.columns[i] = w.columns[i][:0]
	}
	if w.chunkN == indexChunk {
		return w.endChunk()
	}
	return nil
}

func (w *orderWriter) endChunk() error {
	if w.chunkN == 0 {
		return nil
	}
	value := append(binary.AppendUvarint(nil, uint64(w.chunkN)), w.chunk...)
	w.chunk, w.chunkN = w.chunk[:0], 0
	w.chunks++
	return w.put(indexKey(w.run, w.order, w.chunks-1), seal(value))
}

func (w *orderWriter) finish() error {
	if err := w.endBlock(); err != nil {
		return err
	}
	w.stats.finish()
	return w.endChunk()
}

// runWriter writes a run in blocks: one orderWriter per order, which may work
// at the same time.
type runWriter struct {
	info  runInfo
	out   *batch
	mu    sync.Mutex
	stats runStats
}

func newRunWriter(info runInfo, out *batch) *runWriter {
	return &runWriter{info: info, out: out}
}

// order writes all rows of one order.
func (w *runWriter) order(ctx context.Context, o encoded.Order, rows func(yield func(row) bool)) error {
	ow := newOrderWriter(w.info.id, w.info.kind, o, w.out)
	for r := range rows {
		if err := ow.add(r); err != nil {
			return err
		}
		if ow.rows&0x3fff == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return w.end(ow)
}

// end finishes an order.
func (w *runWriter) end(ow *orderWriter) error {
	if err := ow.finish(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.info.rows != 0 && w.info.rows != ow.rows {
		return corrupt("run %d: order %s has %d rows, others %d", w.info.id, ow.order, ow.rows, w.info.rows)
	}
	w.info.rows = ow.rows
	w.info.bytes += ow.bytes
	w.stats.merge(&ow.stats)
	return nil
}

// finish writes the statistics and returns the run's description.
func (w *runWriter) finish() (runInfo, error) {
	stats := []entry{{partKey(w.info.id, partStats), w.stats.encode()}}
	if w.stats.sets != nil {
		stats = append(stats, entry{partKey(w.info.id, partSets), encodeSets(w.stats.sets)})
	}
	for _, e := range stats {
		w.info.bytes += uint64(e.size())
		if err := w.out.put(e.key, e.value); err != nil {
			return w.info, err
		}
	}
	return w.info, nil
}

// buildRun sorts rows and writes them as a run in blocks. Nothing is written
// if no row is left; the description then has no rows.
func buildRun(ctx context.Context, out *batch, info runInfo, rows []row, s *sorter, keep func(row) (bool, error)) (runInfo, error) {
	w := newRunWriter(info, out)
	defer s.free()
	n, err := s.sort(ctx, info.kind, rows, keep, func(o encoded.Order, rows func(func(row) bool)) error {
		return w.order(ctx, o, rows)
	})
	if err != nil || n == 0 {
		return info, err
	}
	return w.finish()
}
