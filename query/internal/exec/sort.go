package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// sorter compares rows by sort keys.
type sorter struct {
	comparer   *eval.Comparer
	keys       []column
	descending []bool
}

func (b *builder) sorter(keys []algebra.OrderKey, in *node) (*sorter, error) {
	s := &sorter{comparer: eval.NewComparer(b.env.Eval.Terms)}
	for _, k := range keys {
		c, err := b.column(k.Expr, in.schema)
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, c)
		s.descending = append(s.descending, k.Descending)
	}
	return s, nil
}

// compare compares two terms as the key number k asks for.
func (s *sorter) compare(k int, a, b encoded.Term, ka, kb uint64) (int, error) {
	c := 0
	var err error
	switch {
	case a == b:
		return 0, nil
	case ka < kb:
		c = -1
	case ka > kb:
		c = 1
	default:
		if c, err = s.comparer.Compare(a, b); err != nil {
			return 0, err
		}
	}
	if s.descending[k] {
		c = -c
	}
	return c, nil
}

// orderBy sorts all its input in memory.
type orderBy struct {
	sorter
	input *node
	self  *node
	rows  *rows // the columns of the input, then the sort keys
	ranks [][]uint64
	perm  []int32
	pos   int
	out   Batch
	cols  [][]encoded.Term
	count []uint64
}

func (b *builder) orderBy(o *algebra.OrderBy) (*node, error) {
	in, err := b.build(o.Input)
	if err != nil {
		return nil, err
	}
	s, err := b.sorter(o.Keys, in)
	if err != nil {
		in.Close()
		return nil, err
	}
	r := &orderBy{sorter: *s, input: in}
	n := &node{run: r, schema: in.schema, maybe: in.maybe, inputs: []*node{in},
		memory: share{budget: b.env.Budget}, desc: Description{Operator: "order by"}}
	r.self = n
	return n, nil
}

func (s *orderBy) next(ctx context.Context) (*Batch, error) {
	if s.perm == nil {
		if err := s.sort(ctx); err != nil {
			return nil, err
		}
	}
	if s.pos >= len(s.perm) {
		return nil, nil
	}
	idx := s.perm[s.pos:min(s.pos+BatchSize, len(s.perm))]
	s.pos += len(idx)
	if s.cols == nil {
		s.cols = make([][]encoded.Term, len(s.self.schema))
		s.out.Columns = make([][]encoded.Term, len(s.self.schema))
	}
	for i := range s.out.Columns {
		s.out.Columns[i] = nil
		if c := s.rows.cols[i]; len(c) > 0 {
			s.cols[i] = gather(s.cols[i], c, idx)
			s.out.Columns[i] = s.cols[i]
		}
	}
	s.out.Counts = nil
	if s.rows.counts != nil {
		s.count = sized(s.count, len(idx))
		for i, j := range idx {
			s.count[i] = s.rows.counts[j]
		}
		s.out.Counts = s.count
	}
	s.out.Len = len(idx)
	return &s.out, nil
}

func (s *orderBy) sort(ctx context.Context) error {
	width := len(s.self.schema)
	s.rows = newRows(width + len(s.keys))
	var all Batch
	err := drain(ctx, s.input, func(b *Batch) error {
		all = Batch{Columns: append(all.Columns[:0], b.Columns...), Counts: b.Counts, Len: b.Len}
		for k := range s.keys {
			col, err := s.keys[k].values(ctx, b.Columns, b.Len)
			if err != nil {
				return err
			}
			all.Columns = append(all.Columns, col)
		}
		s.rows.append(&all)
		return s.self.memory.need(s.rows.bytes())
	})
	if err != nil {
		return err
	}
	for k := range s.keys {
		ranks := make([]uint64, s.rows.n)
		if col := s.rows.cols[width+k]; len(col) > 0 {
			for from := 0; from < len(col); from += BatchSize {
				if err := ctx.Err(); err != nil {
					return err
				}
				to := min(from+BatchSize, len(col))
				if err := s.comparer.SortKeys(col[from:to], ranks[from:to]); err != nil {
					return err
				}
			}
		}
		s.ranks = append(s.ranks, ranks)
	}
	s.perm = make([]int32, s.rows.n)
	for i := range s.perm {
		s.perm[i] = int32(i)
	}
	steps := 0
	var failed error
	slices.SortStableFunc(s.perm, func(a, b int32) int {
		if steps++; steps&4095 == 0 && failed == nil {
			failed = ctx.Err()
		}
		if failed != nil {
			return 0
		}
		for k := range s.keys {
			col := s.rows.cols[width+k]
			if len(col) == 0 {
				continue
			}
			c, err := s.compare(k, col[a], col[b], s.ranks[k][a], s.ranks[k][b])
			if err != nil {
				failed = err
				return 0
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return failed
}

func (s *orderBy) close() { s.rows, s.ranks = nil, nil }
