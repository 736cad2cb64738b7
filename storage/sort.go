package storage

import (
	"context"
	"sync"

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
//
// A sorter takes 80 bytes a row besides the rows themselves, and 8 for each value
// that differs in a column from all others.
type sorter struct {
	mem    *scratch
	values [4][]encoded.Term // by column, ascending
	// Scratch space for as many rows as there are, kept for the next sort: ranks,
	// two buffers per goroutine for ranking, and later for the chains of sorts.
	buffers [5][]ranks
}

// sorterBytes is the memory of a sorter and its rows, per row, where two columns
// hold no value twice.
const sorterBytes = 32 + 80 + 16

// free gives the memory back; the sorter may be used again.
func (s *sorter) free() {
	for i := range s.values {
		freeScratch(s.mem, s.values[i])
		s.values[i] = nil
	}
	for i := range s.buffers {
		freeScratch(s.mem, s.buffers[i])
		s.buffers[i] = nil
	}
}

// ranks is a row as ranks, or, while a column is ranked, a term (low and high
// half) and the number of its row.
type ranks [4]uint32

// rank ranks the columns of rows, two at a time, into the first buffer.
func (s *sorter) rank(rows []row) {
	for i := range s.buffers {
		if cap(s.buffers[i]) < len(rows) {
			freeScratch(s.mem, s.buffers[i])
			s.buffers[i] = takeScratch[ranks](s.mem, len(rows))
		}
		s.buffers[i] = s.buffers[i][:len(rows)]
	}
	var group sync.WaitGroup
	for half := range 2 {
		group.Go(func() {
			for c := 2 * half; c < 2*half+2; c++ {
				s.rankColumn(rows, c, s.buffers[1+2*half], s.buffers[2+2*half])
			}
		})
	}
	group.Wait()
}

func (s *sorter) rankColumn(rows []row, c int, a, b []ranks) {
	var or encoded.Term
	and := ^or
	for i := range rows {
		k := rows[i][c]
		a[i] = ranks{uint32(k), uint32(k >> 32), uint32(i)}
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
			count[(uint64(a[i][1])<<32|uint64(a[i][0]))>>shift&2047]++
		}
		sum := uint32(0)
		for d := range count {
			count[d], sum = sum, sum+count[d]
		}
		for _, p := range a {
			d := (uint64(p[1])<<32 | uint64(p[0])) >> shift & 2047
			b[count[d]] = p
			count[d]++
		}
		a, b = b, a
	}
	distinct := 0
	for i, p := range a {
		if i == 0 || p[0] != a[i-1][0] || p[1] != a[i-1][1] {
			distinct++
		}
	}
	if cap(s.values[c]) < distinct {
		freeScratch(s.mem, s.values[c])
		s.values[c] = takeScratch[encoded.Term](s.mem, distinct)
	}
	values := s.values[c][:0]
	for i, p := range a {
		if i == 0 || p[0] != a[i-1][0] || p[1] != a[i-1][1] {
			values = append(values, encoded.Term(p[1])<<32|encoded.Term(p[0]))
		}
		s.buffers[0][p[2]][c] = uint32(len(values) - 1)
	}
	s.values[c] = values
}

// sortBy sorts rows stably by a column and returns them and the spare slice.
func (s *sorter) sortBy(c int, rows, spare []ranks) (sorted, rest []ranks) {
	for shift := uint(0); (len(s.values[c])-1)>>shift > 0; shift += 11 {
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

func (s *sorter) row(r ranks) row {
	return row{s.values[0][r[0]], s.values[1][r[1]], s.values[2][r[2]], s.values[3][r[3]]}
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

// sort sorts rows of a relation into all its orders and gives each, without
// repetitions, to emit, which is called by two goroutines at a time. keep, if not
// nil, is asked in the base order which rows to keep. It returns their number.
func (s *sorter) sort(ctx context.Context, k runKind, rows []row, keep func(row) (bool, error), emit func(encoded.Order, func(yield func(row) bool)) error) (int, error) {
	s.rank(rows)
	base, spare := s.buffers[0], s.buffers[1]
	for _, c := range []int{3, 2, 1, 0} {
		base, spare = s.sortBy(c, base, spare)
	}
	n := 0
	for i, r := range base {
		if i > 0 && r == base[i-1] {
			continue
		}
		if keep != nil {
			ok, err := keep(s.row(r))
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
	give := func(o encoded.Order, rows []ranks) error {
		seq := o.Sequence()
		return emit(o, func(yield func(row) bool) {
			for _, r := range rows {
				b := s.row(r)
				if !yield(row{b[seq[0]], b[seq[1]], b[seq[2]], b[seq[3]]}) {
					return
				}
			}
		})
	}
	// Two chains at a time, each with two of the four buffers that are free.
	free := make(chan [2][]ranks, 2)
	free <- [2][]ranks{spare, s.buffers[2][:n]}
	free <- [2][]ranks{s.buffers[3][:n], s.buffers[4][:n]}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	group.Go(func() error { return give(baseOrder(k), base) })
	for _, ch := range chainsOf(k) {
		group.Go(func() error {
			mine := <-free
			defer func() { free <- mine }()
			copy(mine[0], base)
			rows, spare := mine[0], mine[1]
			for _, step := range ch {
				if err := ctx.Err(); err != nil {
					return err
				}
				rows, spare = s.sortBy(step.column, rows, spare)
				if err := give(step.order, rows); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return n, group.Wait()
}
