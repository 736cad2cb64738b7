package query

import (
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/internal/eval"
)

// decoder decodes columns: each distinct id of a column once, in ascending
// order, which is fastest for the dictionary.
type decoder struct {
	terms  *eval.Terms
	slots  []int32 // hash table: number of a distinct id plus one
	number []int32 // for each row, the number of its id
	ids    []encoded.Term
	order  []int32
	sorted []encoded.Term
	values []graph.Term
	place  []int32
	rows   int // of the next piece at most; 0 is all
	bytes  int // of the texts of this piece
}

// pieceBytes bounds the texts of the rows that are decoded at once; a single
// row may be larger. They are not charged to the memory budget.
const pieceBytes = 8 << 20

// pieces decodes the first n rows of columns into out, as many rows at a time as
// have small texts, and calls fn for each piece until it returns false. A nil
// column is unbound.
func (d *decoder) pieces(cols [][]encoded.Term, n int, out [][]graph.Term, fn func(rows int) (bool, error)) (more bool, err error) {
	for from := 0; from < n; {
		rows := n - from
		if d.rows > 0 {
			rows = min(rows, d.rows)
		}
		fits, err := d.piece(cols, from, from+rows, out)
		switch {
		case err != nil:
			return false, err
		case !fits:
			clear(d.values[:cap(d.values)])
			d.rows = max(rows/16, 1) // and larger again after small ones
			continue
		case d.bytes < pieceBytes/8:
			d.rows = min(2*d.rows, 1<<16)
		}
		if more, err := fn(rows); !more || err != nil {
			return false, err
		}
		from += rows
	}
	return true, nil
}

// piece decodes the rows between two, or returns false if their texts are too
// large and they are several.
func (d *decoder) piece(cols [][]encoded.Term, from, to int, out [][]graph.Term) (fits bool, err error) {
	d.bytes = 0
	for i, col := range cols {
		if col == nil {
			out[i] = cleared(out[i], to-from)
			continue
		}
		if out[i], fits, err = d.decode(col[from:to], out[i]); !fits || err != nil {
			return false, err
		}
	}
	return true, nil
}

// texts decodes the distinct ids, a few at a time; see piece.
func (d *decoder) texts(several bool) (fits bool, err error) {
	for from, n := 0, 16; from < len(d.sorted); n = 128 {
		to := min(from+n, len(d.sorted))
		if err := d.terms.Decode(d.sorted[from:to], d.values[from:to]); err != nil {
			return false, err
		}
		for i := from; i < to; i++ {
			if t := &d.values[i]; t.IsTriple() {
				d.bytes += textBytes(*t)
			} else {
				d.bytes += len(t.Value()) // no call: this is most of them
			}
		}
		if several && d.bytes > pieceBytes {
			return false, nil
		}
		from = to
	}
	return true, nil
}

func textBytes(t graph.Term) int {
	if !t.IsTriple() {
		return len(t.Value())
	}
	tt := t.Triple()
	return textBytes(tt.Subject) + textBytes(tt.Predicate) + textBytes(tt.Object)
}

// decode writes the terms of col to out, which it may replace by a longer slice;
// false if they are too large.
func (d *decoder) decode(col []encoded.Term, out []graph.Term) ([]graph.Term, bool, error) {
	n := len(col)
	if cap(out) < n {
		out = make([]graph.Term, n)
	}
	out = out[:n]
	d.distinct(col)
	// Ascending, remembering where each came from.
	d.order = d.order[:0]
	for i := range d.ids {
		d.order = append(d.order, int32(i))
	}
	if !slices.IsSorted(d.ids) {
		slices.SortFunc(d.order, func(a, b int32) int {
			switch {
			case d.ids[a] < d.ids[b]:
				return -1
			case d.ids[a] > d.ids[b]:
				return 1
			}
			return 0
		})
	}
	d.sorted = d.sorted[:0]
	d.place = slices.Grow(d.place[:0], len(d.ids))[:len(d.ids)]
	for at, i := range d.order {
		d.sorted = append(d.sorted, d.ids[i])
		d.place[i] = int32(at)
	}
	d.values = slices.Grow(d.values[:0], len(d.sorted))[:len(d.sorted)]
	if fits, err := d.texts(n > 1); !fits || err != nil {
		return out, false, err
	}
	for i, k := range d.number {
		out[i] = d.values[d.place[k]]
	}
	return out, true, nil
}

// distinct numbers the distinct ids of a column in d.ids and d.number.
func (d *decoder) distinct(col []encoded.Term) {
	size := 16
	for size < 2*len(col) {
		size *= 2
	}
	if len(d.slots) < size {
		d.slots = make([]int32, size)
	} else {
		clear(d.slots)
	}
	mask := uint64(len(d.slots) - 1)
	d.ids = d.ids[:0]
	d.number = slices.Grow(d.number[:0], len(col))[:len(col)]
	for i, t := range col {
		if i > 0 && t == col[i-1] {
			d.number[i] = d.number[i-1]
			continue
		}
		h := (uint64(t) * 0x9e3779b97f4a7c15) >> 20 & mask
		for {
			s := d.slots[h]
			if s == 0 {
				d.slots[h] = int32(len(d.ids) + 1)
				d.number[i] = int32(len(d.ids))
				d.ids = append(d.ids, t)
				break
			}
			if d.ids[s-1] == t {
				d.number[i] = s - 1
				break
			}
			h = (h + 1) & mask
		}
	}
}

func (r *Results) tooMany() error {
	return fmt.Errorf("%w (%d)", ErrRowLimit, r.run.config.maxRows)
}
