package exec

import (
	"context"
)

// slice skips solutions and stops after enough of them.
type slice struct {
	input *node
	skip  uint64
	limit int64 // < 0: none
	out   Batch
}

func newSlice(in *node, offset, limit int64) *node {
	return &node{run: &slice{input: in, skip: uint64(max(offset, 0)), limit: limit},
		schema: in.schema, maybe: in.maybe, sorted: in.sorted, inputs: []*node{in}, desc: Description{Operator: "slice"}}
}

func (s *slice) next(ctx context.Context) (*Batch, error) {
	if s.limit == 0 {
		return nil, nil
	}
	b, err := s.input.Next(ctx)
	if b == nil || err != nil {
		return nil, err
	}
	rows := b.Rows()
	if rows <= s.skip {
		s.skip -= rows
		return &Batch{}, nil
	}
	if s.skip == 0 && (s.limit < 0 || rows <= uint64(s.limit)) {
		if s.limit > 0 {
			s.limit -= int64(rows)
		}
		return b, nil
	}
	if b.Counts != nil {
		return s.counted(b), nil
	}
	from := int(s.skip)
	s.skip = 0
	to := b.Len
	if s.limit >= 0 {
		to = min(to, from+int(min(s.limit, int64(b.Len))))
		s.limit -= int64(to - from)
	}
	return b.part(&s.out, from, to), nil
}

// counted cuts a batch with multiplicities, if need be within a row.
func (s *slice) counted(b *Batch) *Batch {
	from := 0
	for s.skip > 0 && b.Counts[from] <= s.skip {
		s.skip -= b.Counts[from]
		from++
	}
	counts := append([]uint64(nil), b.Counts[from:b.Len]...)
	counts[0] -= s.skip
	s.skip = 0
	n := len(counts)
	if s.limit >= 0 {
		for i, c := range counts {
			if s.limit == 0 {
				n = i
				break
			}
			counts[i] = min(c, uint64(s.limit))
			s.limit -= int64(counts[i])
		}
	}
	out := b.part(&s.out, from, from+n)
	out.Counts = counts[:n]
	return out
}

func (s *slice) close() {}
