package storage

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ententedb/entente/graph/encoded"
)

// A run is an immutable set of rows, kept in every sort order of its relation.
//
// Invariant of the runs of a snapshot: for every quad, the runs of inserts that
// hold it, less the runs of deletes that hold it, are one (the quad is there)
// or none (it is not). Writers see to it, by adding only what is not there and
// deleting only what is. So a quad's presence is a sum, and the number of quads
// under a prefix is a sum too. The manifest lists runs from old to new; runs
// that follow each other in that list can be merged, because a quad's insertions
// and deletions alternate: its sum over them is 1, 0 or -1.
//
// A run of many rows lies in blocks, and its indexes are read when first
// needed. A small run is one value in the first order of its relation; it is
// held in memory, sorted into another order when that is first asked for.
type run struct {
	runInfo
	store *Store
	sn    *snapshot // of a run that is not committed; else nil

	mu      sync.Mutex
	indexes [encoded.OrderCount]atomic.Pointer[index]
	rowsOf  []row // small: the rows in the first order
	stats   atomic.Pointer[runStats]
	sets    atomic.Pointer[encoded.CharacteristicSets]
}

// ordersOf lists the orders that a run of a kind is kept in, the base first.
func ordersOf(k runKind) []encoded.Order {
	if k == runTriples {
		return []encoded.Order{encoded.TSPO, encoded.TPOS, encoded.TOSP, encoded.TTSPO}
	}
	return []encoded.Order{encoded.SPO, encoded.SOP, encoded.PSO, encoded.POS, encoded.OSP, encoded.OPS, encoded.GSPO}
}

// baseOrder is the order whose sequence is subject, predicate, object, graph.
func baseOrder(k runKind) encoded.Order {
	if k == runTriples {
		return encoded.TSPO
	}
	return encoded.SPO
}

// arrange returns the row of an order's sequence from a row in the base order.
func arrange(r row, o encoded.Order) row {
	s := o.Sequence()
	return row{r[s[0]], r[s[1]], r[s[2]], r[s[3]]}
}

// sign is what a run adds to the presence of its quads.
func (r *run) sign() int {
	if r.kind == runDeletes {
		return -1
	}
	return 1
}

// index returns the index of an order, read or made at the first call.
func (r *run) index(sn *snapshot, o encoded.Order) (*index, error) {
	if x := r.indexes[o].Load(); x != nil {
		return x, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if x := r.indexes[o].Load(); x != nil {
		return x, nil
	}
	x := &index{order: o}
	if r.small {
		rows, err := r.smallRows(sn)
		if err != nil {
			return nil, err
		}
		x.build(rows)
	} else if err := r.readIndex(sn, x); err != nil {
		return nil, err
	}
	x.finish()
	if x.rows != r.rows {
		return nil, corrupt("run %d, order %s: the index counts %d rows, the manifest %d", r.id, o, x.rows, r.rows)
	}
	r.indexes[o].Store(x)
	return x, nil
}

func (r *run) readIndex(sn *snapshot, x *index) error {
	return sn.scan(partKey(r.id, byte(x.order)|partIndex), nil, true, func(_, value []byte) error {
		body, err := unseal(value)
		if err == nil {
			err = x.append(body)
		}
		if err != nil {
			return fmt.Errorf("%w: run %d, order %s, index: %w", ErrCorrupt, r.id, x.order, err)
		}
		return nil
	})
}

// build makes the index of a small run, whose blocks are in memory.
func (x *index) build(base []row) {
	rows := make([]row, len(base))
	for i, r := range base {
		rows[i] = arrange(r, x.order)
	}
	slices.SortFunc(rows, compareRows)
	x.blocks = make([]blockInfo, (len(rows)+maxBlockRows-1)/maxBlockRows)
	for i := range x.blocks {
		part := rows[i*maxBlockRows : min(len(rows), (i+1)*maxBlockRows)]
		b := &block{rows: len(part)}
		var columns [4][]encoded.Term
		for c := range columns {
			v := make([]encoded.Term, len(part))
			for j, r := range part {
				v[j] = r[c]
			}
			columns[c] = v
			b.decoded[c].Store(&v)
		}
		x.blocks[i].describe(x.order, &columns)
		x.blocks[i].slot.Store(b)
	}
}

// smallRows returns the rows of a small run in the base order. r.mu is held.
func (r *run) smallRows(sn *snapshot) ([]row, error) {
	if r.rowsOf != nil {
		return r.rowsOf, nil
	}
	value, err := sn.get(partKey(r.id, partSmall))
	if err != nil {
		return nil, fmt.Errorf("%w: run %d: %w", ErrCorrupt, r.id, err)
	}
	rows, err := decodeSmall(value)
	if err == nil && uint64(len(rows)) != r.rows {
		err = errShort
	}
	if err != nil {
		return nil, fmt.Errorf("%w: run %d: %w", ErrCorrupt, r.id, err)
	}
	r.rowsOf = rows
	return rows, nil
}

// maxSmallRows is the greatest number of rows of a small run.
const maxSmallRows = 2048

// encodeSmall returns the value of a small run: one block in the base order.
func encodeSmall(rows []row) []byte {
	var columns [4][]encoded.Term
	for c := range columns {
		columns[c] = make([]encoded.Term, len(rows))
		for i, r := range rows {
			columns[c][i] = r[c]
		}
	}
	return seal(appendBlock(nil, &columnEncoder{}, &columns))
}

func decodeSmall(value []byte) ([]row, error) {
	body, err := unseal(value)
	if err != nil {
		return nil, err
	}
	b, err := parseBlock(body)
	if err != nil {
		return nil, err
	}
	rows := make([]row, b.rows)
	col := make([]encoded.Term, b.rows)
	for c := range 4 {
		b.columns[c].decode(col, 0)
		for i, v := range col {
			rows[i][c] = v
		}
	}
	return rows, nil
}

// block returns a block from its slot, or reads it. fresh tells which.
func (r *run) block(sn *snapshot, x *index, n int) (b *block, fresh bool, err error) {
	slot := &x.blocks[n].slot
	if b := slot.Load(); b != nil {
		b.touch()
		return b, false, nil
	}
	if b, err = r.readBlock(sn, x, n); err != nil {
		return nil, false, err
	}
	if slot.CompareAndSwap(nil, b) {
		r.store.cache.add(&b.resident, int64(b.bytes)+512, func() { slot.CompareAndSwap(b, nil) })
	}
	return b, true, nil
}

// readBlock reads a block from the engine.
func (r *run) readBlock(sn *snapshot, x *index, n int) (b *block, err error) {
	value, err := sn.get(blockKey(r.id, x.order, n))
	if err == nil {
		value, err = unseal(value)
	}
	if err == nil {
		b, err = parseBlock(value)
	}
	if err == nil && b.rows != int(x.blocks[n].rows) {
		err = errShort
	}
	if err == ErrClosed {
		return nil, err
	}
	if err != nil {
		return nil, blockError(r.id, x.order, n, err)
	}
	return b, nil
}
