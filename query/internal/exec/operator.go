package exec

import (
	"context"
	"time"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// BatchSize is the number of rows that operators aim at in one batch. A batch
// may be smaller or larger.
const BatchSize = 4096

// Batch is a piece of an operator's result: columns of equal length, in the
// sequence of the operator's schema.
//
// The slices belong to the operator that delivered the batch (or to an input of it,
// or to the dataset's cache), must not be written to, and are valid until the
// next call of one of its methods.
type Batch struct {
	// Columns has one column for each variable; nil is unbound in every row.
	Columns [][]encoded.Term
	// Counts, if not nil, says how many equal solutions each row stands for.
	Counts []uint64
	// Len is the number of rows, never 0.
	Len int
}

// Rows returns the number of solutions in the batch.
func (b *Batch) Rows() uint64 {
	if b.Counts == nil {
		return uint64(b.Len)
	}
	var n uint64
	for _, c := range b.Counts[:b.Len] {
		n += c
	}
	return n
}

// part makes out the rows from to to of b, which keeps its columns.
func (b *Batch) part(out *Batch, from, to int) *Batch {
	out.Columns = out.Columns[:0]
	for _, c := range b.Columns {
		if c != nil {
			c = c[from:to]
		}
		out.Columns = append(out.Columns, c)
	}
	out.Counts, out.Len = nil, to-from
	if b.Counts != nil {
		out.Counts = b.Counts[from:to]
	}
	return out
}

// choose makes out the columns of b with these numbers; -1 is unbound.
func (b *Batch) choose(out *Batch, from []int) *Batch {
	out.Columns = out.Columns[:0]
	for _, c := range from {
		var col []encoded.Term
		if c >= 0 {
			col = b.Columns[c]
		}
		out.Columns = append(out.Columns, col)
	}
	out.Counts, out.Len = b.Counts, b.Len
	return out
}

// Operator delivers a sequence of solutions. It is used by one goroutine at a time.
type Operator interface {
	// Schema returns the variables, one for each column. Each occurs once.
	Schema() []algebra.Var
	// SortedBy returns the variables by whose encoded values, ascending, the
	// solutions are sorted: first by the first, and so on.
	SortedBy() []algebra.Var
	// Next returns the next batch, or nil at the end. After the end or an error
	// only Stats and Close may be called. An error is never taken for an
	// end. It returns the error of ctx soon after ctx is done. All calls get the
	// same context.
	Next(ctx context.Context) (*Batch, error)
	// Close frees what the operator and its inputs hold. It may be called more
	// than once.
	Close()
	// Describe tells what the operator is, for plans.
	Describe() Description
	// Stats returns the work done so far.
	Stats() Stats
	// Inputs returns the operators that this one reads.
	Inputs() []Operator
}

// Description is what a plan shows of an operator.
type Description struct {
	Operator string // such as "merge join"
	Detail   string // pattern, condition, variables
	Order    string // sort order of a scan
	Estimate float64
	Exact    bool // the estimate is a known number
	Origin   algebra.Op
}

// Stats is the work that an operator has done.
type Stats struct {
	Rows   uint64        // solutions delivered
	Time   time.Duration // with its inputs
	Seeks  uint64        // positionings in the index
	Blocks uint64        // blocks read
	Read   uint64        // bytes of blocks read and decoded
	Memory int64         // bytes held at most
	Spill  int64         // bytes written to temporary files
}

// runner is the part of an operator that differs: the algorithm.
type runner interface {
	// next returns the next batch, nil at the end. A batch without rows is
	// allowed: it gives the caller a chance to notice a cancellation.
	next(ctx context.Context) (*Batch, error)
	// close frees what the runner itself holds; inputs are closed by the node.
	close()
}

// node is the one implementation of Operator: what all operators have in
// common, around a runner.
type node struct {
	schema []algebra.Var
	maybe  []bool // for each column: may be unbound in some row
	sorted []algebra.Var
	inputs []*node
	run    runner
	desc   Description
	stats  Stats
	memory share
	closed bool
}

func (n *node) Schema() []algebra.Var   { return n.schema }
func (n *node) SortedBy() []algebra.Var { return n.sorted }

func (n *node) Inputs() []Operator {
	in := make([]Operator, len(n.inputs))
	for i, c := range n.inputs {
		in[i] = c
	}
	return in
}

func (n *node) Describe() Description { return n.desc }

func (n *node) Stats() Stats {
	s := n.stats
	s.Memory = n.memory.peak
	return s
}

func (n *node) Next(ctx context.Context) (*Batch, error) {
	start := time.Now()
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := n.run.next(ctx)
		if err != nil {
			return nil, err
		}
		if b != nil && b.Len == 0 {
			continue
		}
		n.stats.Time += time.Since(start)
		if b != nil {
			n.stats.Rows += b.Rows()
		}
		return b, nil
	}
}

func (n *node) Close() {
	if n.closed {
		return
	}
	n.closed = true
	n.run.close()
	n.memory.free()
	for _, c := range n.inputs {
		c.Close()
	}
}

// column returns the index of v in the schema, -1 if it is not there.
func (n *node) column(v algebra.Var) int { return indexOf(n.schema, v) }

// order returns the columns by which the solutions are sorted.
func (n *node) order() []int {
	by := make([]int, len(n.sorted))
	for i, v := range n.sorted {
		by[i] = n.column(v)
	}
	return by
}

// certain reports whether v is bound in every solution.
func (n *node) certain(v algebra.Var) bool {
	i := n.column(v)
	return i >= 0 && !n.maybe[i]
}

func indexOf(vars []algebra.Var, v algebra.Var) int {
	for i, w := range vars {
		if w == v {
			return i
		}
	}
	return -1
}

// drain reads an operator to its end.
func drain(ctx context.Context, n *node, each func(b *Batch) error) error {
	for {
		b, err := n.Next(ctx)
		if err != nil || b == nil {
			return err
		}
		if err := each(b); err != nil {
			return err
		}
	}
}
