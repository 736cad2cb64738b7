package storage

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ententedb/entente/graph/encoded"
)

// Sorting rows into all orders. Each column's terms are first replaced by their
// ranks among the column's distinct values, so that a row is four 32-bit
// numbers and a radix sort needs two or three passes per column. Then every
// order follows from another one by one stable sort:
//
//	SPO by P gives PSO, by O gives OPS, by S gives SOP;
//	SPO by O gives OSP, by P gives POS;  SPO by G gives GSPO.
type rankTable struct {
	values [4][]encoded.Term
	rows   [][4]uint32
}

// rankRows ranks the columns of rows.
func rankRows(rows []row) *rankTable {
	t := &rankTable{rows: make([][4]uint32, len(rows))}
	type pair struct {
		key encoded.Term
		row uint32
	}
	a, b := make([]pair, len(rows)), make([]pair, len(rows))
	for c := range 4 {
		var or, and encoded.Term
		and = ^and
		for i := range rows {
			k := rows[i][c]
			a[i] = pair{k, uint32(i)}
			or |= k
			and &= k
		}
		vary := uint64(or &^ and) // the bits that are not the same everywhere
		for shift := uint(0); shift < 64; shift += 11 {
			if vary>>shift&2047 == 0 {
				continue
			}
			var count [2048]uint32
			for i := range a {
				count[uint64(a[i].key)>>shift&2047]++
			}
			sum := uint32(0)
			for d := range count {
				count[d], sum = sum, sum+count[d]
			}
			for _, p := range a {
				d := uint64(p.key) >> shift & 2047
				b[count[d]] = p
				count[d]++
			}
			a, b = b, a
		}
		var values []encoded.Term
		for i, p := range a {
			if i == 0 || p.key != a[i-1].key {
				values = append(values, p.key)
			}
			t.rows[p.row][c] = uint32(len(values) - 1)
		}
		t.values[c] = values
	}
	return t
}

// sortBy sorts rows stably by a column and returns them and the spare slice.
func (t *rankTable) sortBy(c int, rows, spare [][4]uint32) (sorted, rest [][4]uint32) {
	for shift := uint(0); (len(t.values[c])-1)>>shift > 0; shift += 11 {
		var count [2048]uint32
		for i := range rows {
			count[rows[i][c]>>shift&2047]++
		}
		sum := uint32(0)
		for d := range count {
			count[d], sum = sum, sum+count[d]
		}
		for _, r := range rows {
			d := r[c] >> shift & 2047
			spare[count[d]] = r
			count[d]++
		}
		rows, spare = spare, rows
	}
	return rows, spare
}

func (t *rankTable) row(r [4]uint32) row {
	return row{t.values[0][r[0]], t.values[1][r[1]], t.values[2][r[2]], t.values[3][r[3]]}
}

// chain is a sequence of orders, each got from the one before by a stable sort.
type chain []struct {
	order  encoded.Order
	column int
}

func chainsOf(k runKind) []chain {
	if k == runTriples {
		return []chain{
			{{encoded.TOSP, 2}, {encoded.TPOS, 1}},
			{{encoded.TTSPO, 3}},
		}
	}
	return []chain{
		{{encoded.PSO, 1}, {encoded.OPS, 2}, {encoded.SOP, 0}},
		{{encoded.OSP, 2}, {encoded.POS, 1}},
		{{encoded.GSPO, 3}},
	}
}

// sortRows sorts rows of a relation into all its orders and gives each, without
// repetitions, to emit, which is called by several goroutines, one per order at
// a time. keep, if not nil, is asked in the base order which rows to keep.
func sortRows(ctx context.Context, k runKind, rows []row, keep func(row) (bool, error), emit func(encoded.Order, func(yield func(row) bool)) error) (int, error) {
	t := rankRows(rows)
	base, spare := t.rows, make([][4]uint32, len(rows))
	for _, c := range []int{3, 2, 1, 0} {
		base, spare = t.sortBy(c, base, spare)
	}
	n := 0
	for i, r := range base {
		if i > 0 && r == base[i-1] {
			continue
		}
		if keep != nil {
			ok, err := keep(t.row(r))
			if err != nil {
				return 0, err
			}
			if !ok {
				continue
			}
		}
		spare[n] = r
		n++
		if i&0xffff == 0 {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
		}
	}
	base, spare = spare[:n], base[:n]
	if n == 0 {
		return 0, nil
	}
	give := func(o encoded.Order, rows [][4]uint32) error {
		s := o.Sequence()
		return emit(o, func(yield func(row) bool) {
			for _, r := range rows {
				b := t.row(r)
				if !yield(row{b[s[0]], b[s[1]], b[s[2]], b[s[3]]}) {
					return
				}
			}
		})
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	group.Go(func() error { return give(baseOrder(k), base) })
	for _, ch := range chainsOf(k) {
		group.Go(func() error {
			rows, spare := slices.Clone(base), make([][4]uint32, n)
			for _, step := range ch {
				if err := ctx.Err(); err != nil {
					return err
				}
				rows, spare = t.sortBy(step.column, rows, spare)
				if err := give(step.order, rows); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return n, group.Wait()
}
