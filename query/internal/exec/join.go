package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// joinShape says how the columns of two inputs make those of their join: the
// left's columns, then those that only the right has, without those that nobody looks at.
type joinShape struct {
	shared  []sharedColumn
	out     []outColumn // of pairs
	schema  []algebra.Var
	maybe   []bool
	left    []int // columns of the left that semi-joins deliver
	certain bool  // all shared columns are bound on both sides
	// rightNeeded says that pairs have columns that only the right has.
	rightNeeded bool
}

// sharedColumn is a variable of both inputs.
type sharedColumn struct {
	left, right int
	certain     bool // bound in every solution of both
}

// outColumn is a column of a join: that of the left, or of the right, or, where both
// are set, the left's, and the right's where that is unbound. -1 is none.
type outColumn struct{ left, right int }

func (b *builder) newJoinShape(kind algebra.JoinKind, left, right *node, condition algebra.Expr) *joinShape {
	s := &joinShape{certain: true}
	var inCondition []algebra.Var
	if condition != nil {
		inCondition = algebra.ExprVars(condition)
	}
	pairs := kind == algebra.InnerJoin || kind == algebra.LeftOuterJoin
	wanted := func(v algebra.Var) bool { return pairs && b.needs(v) || slices.Contains(inCondition, v) }
	for i, v := range left.schema {
		if b.needs(v) {
			s.left = append(s.left, i)
		}
		out := outColumn{left: i, right: -1}
		maybe := left.maybe[i]
		if j := right.column(v); j >= 0 {
			c := sharedColumn{left: i, right: j, certain: !left.maybe[i] && !right.maybe[j]}
			s.shared = append(s.shared, c)
			s.certain = s.certain && c.certain
			if !c.certain {
				out.right = j
			}
			maybe = maybe && (kind != algebra.InnerJoin || right.maybe[j])
		}
		if wanted(v) {
			s.out, s.schema, s.maybe = append(s.out, out), append(s.schema, v), append(s.maybe, maybe)
		}
	}
	for j, v := range right.schema {
		if left.column(v) < 0 && wanted(v) {
			s.out, s.schema = append(s.out, outColumn{left: -1, right: j}), append(s.schema, v)
			s.maybe = append(s.maybe, right.maybe[j] || kind == algebra.LeftOuterJoin)
			s.rightNeeded = true
		}
	}
	return s
}

// pairSource finds, for the rows of a left batch, the compatible rows of the
// right side.
type pairSource interface {
	// start begins a left batch.
	start(ctx context.Context, left *Batch) error
	// pairs appends up to about max pairs of compatible rows: numbers of rows
	// of the left batch and of right(). With outer, which needs ordered, a left row
	// without a partner is paired with -1. It returns false when there are no more.
	pairs(ctx context.Context, left *Batch, max int, outer bool, l, r []int32) ([]int32, []int32, bool, error)
	// mark sets matched for the left rows that have a compatible row; with
	// sharing, only where the two have a bound variable in common.
	mark(ctx context.Context, left *Batch, matched []bool, sharing bool) error
	// count adds to out, for each left row, the number of compatible solutions.
	count(ctx context.Context, left *Batch, out []uint64) error
	// right returns the rows that pairs speaks of. They stay until the next call.
	right() *rows
	// ordered reports whether pairs come in the sequence of the left rows.
	ordered() bool
}

// joinCore is what all joins have in common: going through pairs of rows for
// every kind of join.
type joinCore struct {
	kind    algebra.JoinKind
	shape   *joinShape
	cond    *eval.Expression // over shape.schema; nil is none
	source  pairSource
	left    *Batch // being probed; nil: wants the next
	more    bool   // pairs has more
	rest    bool   // the left rows without a partner are still to come
	matched []bool
	l, r    []int32
	keep    []int32
	builder pairBuilder
	gather  gatherer
	// counting: nobody looks at what the right side adds, so each left row comes once,
	// with the number of its partners as multiplicity.
	counting bool
	counts   []uint64
	narrow   Batch
}

func newJoinCore(kind algebra.JoinKind, shape *joinShape, cond *eval.Expression) joinCore {
	pairs := kind == algebra.InnerJoin || kind == algebra.LeftOuterJoin
	return joinCore{kind: kind, shape: shape, cond: cond, builder: pairBuilder{shape: shape},
		counting: pairs && cond == nil && !shape.rightNeeded && shape.certain}
}

// probe begins a left batch.
func (c *joinCore) probe(ctx context.Context, left *Batch) error {
	if err := c.source.start(ctx, left); err != nil {
		return err
	}
	c.left, c.more = left, true
	c.rest = c.kind == algebra.LeftOuterJoin && !c.inlineOuter()
	c.matched = sized(c.matched, left.Len)
	clear(c.matched)
	return nil
}

// inlineOuter reports whether unmatched left rows come in their place rather than at the
// end of each batch.
func (c *joinCore) inlineOuter() bool {
	return c.kind == algebra.LeftOuterJoin && c.cond == nil && c.source.ordered()
}

// next returns the next batch for the left batch given to probe; nil when it
// is used up.
func (c *joinCore) next(ctx context.Context) (*Batch, error) {
	left := c.left
	switch c.kind {
	case algebra.InnerJoin, algebra.LeftOuterJoin:
		if c.counting {
			return c.count(ctx)
		}
		if c.more {
			return c.pairs(ctx)
		}
		if c.rest {
			c.rest = false
			c.l, c.r = c.l[:0], c.r[:0]
			for i, m := range c.matched[:left.Len] {
				if !m {
					c.l, c.r = append(c.l, int32(i)), append(c.r, -1)
				}
			}
			if len(c.l) > 0 {
				return c.builder.build(left, c.source.right(), c.l, c.r), nil
			}
		}
		c.left = nil
		return nil, nil
	}
	// Semi, anti, minus.
	if c.cond == nil {
		if err := c.source.mark(ctx, left, c.matched, c.kind == algebra.MinusJoin); err != nil {
			return nil, err
		}
		c.more = false
	} else {
		var err error
		if c.l, c.r, c.more, err = c.source.pairs(ctx, left, BatchSize, false, c.l[:0], c.r[:0]); err != nil {
			return nil, err
		}
		if len(c.l) > 0 {
			b := c.builder.build(left, c.source.right(), c.l, c.r)
			keep, err := c.cond.Filter(ctx, b.Columns, b.Len, c.keep[:0])
			if err != nil {
				return nil, err
			}
			c.keep = keep
			for _, i := range keep {
				c.matched[c.l[i]] = true
			}
		}
		if c.more {
			return &Batch{}, nil
		}
	}
	c.keep = c.keep[:0]
	for i, m := range c.matched[:left.Len] {
		if m == (c.kind == algebra.SemiJoin) {
			c.keep = append(c.keep, int32(i))
		}
	}
	c.left = nil
	if len(c.keep) == 0 {
		return nil, nil
	}
	return c.gather.rows(c.leftOnly(left, left.Counts), c.keep), nil
}

// leftOnly returns the columns of a left batch that are delivered.
func (c *joinCore) leftOnly(left *Batch, counts []uint64) *Batch {
	c.narrow.Columns = c.narrow.Columns[:0]
	for _, i := range c.shape.left {
		c.narrow.Columns = append(c.narrow.Columns, left.Columns[i])
	}
	c.narrow.Counts, c.narrow.Len = counts, left.Len
	return &c.narrow
}

// count delivers the left rows with the number of their partners.
func (c *joinCore) count(ctx context.Context) (*Batch, error) {
	left := c.left
	c.left = nil
	c.counts = sized(c.counts, left.Len)
	clear(c.counts)
	if err := c.source.count(ctx, left, c.counts); err != nil {
		return nil, err
	}
	c.keep = c.keep[:0]
	total := uint64(0)
	for i, n := range c.counts {
		if n == 0 && c.kind == algebra.LeftOuterJoin {
			n = 1
		}
		if left.Counts != nil {
			n *= left.Counts[i]
		}
		c.counts[i] = n
		total += n
		if n > 0 {
			c.keep = append(c.keep, int32(i))
		}
	}
	if total == 0 {
		return nil, nil
	}
	if len(c.shape.left) == 0 {
		// Nobody looks at the left side either.
		c.counts[0] = total
		c.narrow = Batch{Columns: c.narrow.Columns[:0], Counts: c.counts[:1], Len: 1}
		return &c.narrow, nil
	}
	return c.gather.rows(c.leftOnly(left, c.counts), c.keep), nil
}

// pairs returns the next batch of pairs that meet the condition.
func (c *joinCore) pairs(ctx context.Context) (*Batch, error) {
	outer := c.inlineOuter()
	var err error
	if c.l, c.r, c.more, err = c.source.pairs(ctx, c.left, BatchSize, outer, c.l[:0], c.r[:0]); err != nil {
		return nil, err
	}
	if len(c.l) == 0 {
		return &Batch{}, nil
	}
	b := c.builder.build(c.left, c.source.right(), c.l, c.r)
	if c.cond == nil {
		if c.rest {
			for _, i := range c.l {
				c.matched[i] = true
			}
		}
		return b, nil
	}
	keep, err := c.cond.Filter(ctx, b.Columns, b.Len, c.keep[:0])
	if err != nil {
		return nil, err
	}
	c.keep = keep
	for _, i := range keep {
		c.matched[c.l[i]] = true
	}
	return c.gather.rows(b, keep), nil
}

// pairBuilder makes batches from pairs of rows.
type pairBuilder struct {
	shape  *joinShape
	out    Batch
	cols   [][]encoded.Term
	counts []uint64
}

// build returns the join of left rows l with right rows r, pairwise; a right
// row of -1 binds nothing.
func (p *pairBuilder) build(left *Batch, right *rows, l, r []int32) *Batch {
	s := p.shape
	if p.cols == nil {
		p.cols = make([][]encoded.Term, len(s.schema))
		p.out.Columns = make([][]encoded.Term, len(s.schema))
	}
	same := len(l) == left.Len // every left row once: its columns serve as they are
	for i := 0; same && i < len(l); i++ {
		same = l[i] == int32(i)
	}
	for k, c := range s.out {
		var lcol, rcol []encoded.Term
		if c.left >= 0 {
			lcol = left.Columns[c.left]
		}
		if c.right >= 0 && len(right.cols[c.right]) > 0 {
			rcol = right.cols[c.right]
		}
		switch {
		case lcol == nil && rcol == nil:
			p.out.Columns[k] = nil
			continue
		case rcol == nil && same:
			p.out.Columns[k] = lcol
			continue
		}
		out := sized(p.cols[k], len(l))
		p.cols[k], p.out.Columns[k] = out, out
		switch {
		case rcol == nil:
			for i, j := range l {
				out[i] = lcol[j]
			}
		case lcol == nil:
			for i, j := range r {
				out[i] = encoded.Undefined
				if j >= 0 {
					out[i] = rcol[j]
				}
			}
		default:
			for i := range l {
				t := lcol[l[i]]
				if t == encoded.Undefined && r[i] >= 0 {
					t = rcol[r[i]]
				}
				out[i] = t
			}
		}
	}
	p.out.Counts = nil
	if left.Counts != nil || right.counts != nil {
		p.counts = sized(p.counts, len(l))
		for i := range l {
			n := uint64(1)
			if left.Counts != nil {
				n = left.Counts[l[i]]
			}
			if right.counts != nil && r[i] >= 0 {
				n *= right.counts[r[i]]
			}
			p.counts[i] = n
		}
		p.out.Counts = p.counts
	}
	p.out.Len = len(l)
	return &p.out
}
