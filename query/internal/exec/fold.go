package exec

import (
	"context"

	"github.com/ententedb/entente/graph/encoded"
)

// groupRatio is the number of rows for each group from which the dataset,
// which can skip within its blocks, is asked to group a scan.
const groupRatio = 64

// manyEach reports whether the statistics say that a grouped scan of the
// first n free columns has many rows for each group.
func (b *builder) manyEach(s encoded.Scan, n int) bool {
	if n != 1 || s.Order.OfTriples() {
		return false
	}
	bound := positionsOf(s.Pattern) &^ encoded.Positions(0).With(encoded.Graph)
	switch {
	case bound == 0:
		t, err := b.env.Dataset.Totals()
		first := s.Order.Sequence()[0]
		return err == nil && [4]uint64{t.Subjects, t.Predicates, t.Objects, t.Graphs}[first]*groupRatio < t.Quads
	case bound == encoded.Positions(0).With(encoded.Predicate):
		p, err := b.env.Dataset.Predicate(s.Pattern[encoded.Predicate])
		groups := p.Subjects
		if s.Order == encoded.POS {
			groups = p.Objects
		}
		return err == nil && groups*groupRatio < p.Triples
	}
	return false
}

// fold groups equal adjacent rows of a scan. The last row of each batch is held back
// until another one follows, so that equal rows never come apart.
type fold struct {
	columns int
	order   []int          // the columns in the sequence by which they are sorted
	last    []encoded.Term // the row held back
	held    uint64         // how many it stands for; 0: none is held
	ended   bool
	cols    [][]encoded.Term
	counts  []uint64
	out     Batch
}

func (f *fold) next(ctx context.Context, s *scanRun) (*Batch, error) {
	if f.ended {
		return nil, nil
	}
	if f.cols == nil {
		f.cols = make([][]encoded.Term, f.columns)
		f.last = make([]encoded.Term, f.columns)
	}
	for i := range f.cols {
		f.cols[i] = f.cols[i][:0]
	}
	f.counts = f.counts[:0]
	b, err := s.read(ctx)
	switch {
	case err != nil:
		return nil, err
	case b == nil:
		f.ended = true
		f.flush()
	case b.Counts == nil && f.columns == 1:
		f.addColumn(b.Columns[0][:b.Len])
	default:
		f.add(b)
	}
	f.out = Batch{Columns: f.cols, Counts: f.counts, Len: len(f.counts)}
	return &f.out, nil
}

// flush moves the row held back to the output.
func (f *fold) flush() {
	if f.held == 0 {
		return
	}
	for i := range f.cols {
		f.cols[i] = append(f.cols[i], f.last[i])
	}
	f.counts = append(f.counts, f.held)
	f.held = 0
}

func (f *fold) addColumn(col []encoded.Term) {
	out, counts, last, held := f.cols[0], f.counts, f.last[0], f.held
	for _, t := range col {
		if t != last || held == 0 {
			if held > 0 {
				out, counts = append(out, last), append(counts, held)
			}
			last, held = t, 0
		}
		held++
	}
	f.cols[0], f.counts, f.last[0], f.held = out, counts, last, held
}

func (f *fold) add(b *Batch) {
	for i := range b.Len {
		same := f.held > 0
		for c, col := range b.Columns {
			same = same && col[i] == f.last[c]
		}
		if !same {
			f.flush()
			for c, col := range b.Columns {
				f.last[c] = col[i]
			}
		}
		if b.Counts == nil {
			f.held++
		} else {
			f.held += b.Counts[i]
		}
	}
}

// seek drops the row held back if it comes before the key.
func (f *fold) seek(key []encoded.Term) {
	for i, k := range key {
		if f.held == 0 || f.last[f.order[i]] > k {
			return
		}
		if f.last[f.order[i]] < k {
			f.held = 0
		}
	}
}
