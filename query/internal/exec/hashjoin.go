package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// hashJoin reads its right input into a joinTable and probes it with the
// batches of the left. It does every kind of join, with and without unbound
// values. The sequence of the left is kept.
//
// Where the right does not fit in the budget, both inputs are parted by the
// columns that are certainly bound on both sides, and the parts joined one after the other.
// What the left was sorted by is brought back by merging the parts' results.
type hashJoin struct {
	joinCore
	env         *Env
	left, right *node
	self        *node
	built       bool
	table       prober
	rows        *rows
	// Of a join that spilled: the parts to do, with the one at hand taken off.
	spilled  bool
	parts    []joinSpill
	part     int // number of the part at hand
	leftPart *spillFile
	merged   *fileMerge
}

// joinSpill is one part of a join that spilled; a file may be nil.
type joinSpill struct {
	left, right *spillFile
	depth       int
}

func newHashJoin(b *builder, kind algebra.JoinKind, left, right *node, cond *eval.Expression, shape *joinShape) *node {
	j := &hashJoin{env: b.env, joinCore: newJoinCore(kind, shape, cond), left: left, right: right}
	n := &node{run: j, inputs: []*node{left, right}, memory: share{budget: b.env.Budget}}
	j.self = n
	j.table = prober{shape: shape, mem: &n.memory}
	j.source = &j.table
	j.setSchema(n, left)
	n.desc.Operator = "hash " + joinName(kind)
	return n
}

// setSchema gives a join's node its schema and order.
func (c *joinCore) setSchema(n, left *node) {
	sorted := left.sorted
	switch c.kind {
	case algebra.InnerJoin, algebra.LeftOuterJoin:
		n.schema, n.maybe = c.shape.schema, c.shape.maybe
		if !c.source.ordered() || c.kind == algebra.LeftOuterJoin && c.cond != nil {
			sorted = nil
		}
	default:
		for _, i := range c.shape.left {
			n.schema, n.maybe = append(n.schema, left.schema[i]), append(n.maybe, left.maybe[i])
		}
	}
	for _, v := range sorted {
		if n.column(v) < 0 {
			break
		}
		// A column that the right side fills in is not sorted any more.
		filled := slices.IndexFunc(c.shape.out, func(o outColumn) bool { return o.right >= 0 && o.left == left.column(v) }) >= 0
		if filled && (c.kind == algebra.InnerJoin || c.kind == algebra.LeftOuterJoin) {
			break
		}
		n.sorted = append(n.sorted, v)
	}
}

func joinName(kind algebra.JoinKind) string {
	return [...]string{"join", "left join", "semi-join", "anti-join", "minus"}[kind]
}

func (j *hashJoin) next(ctx context.Context) (*Batch, error) {
	if j.merged != nil {
		return j.merged.next(ctx)
	}
	b, err := j.stream(ctx)
	if err != nil || !j.spilled || len(j.self.sorted) == 0 {
		return b, err
	}
	return j.inOrder(ctx, b)
}

// stream delivers the join, of one part after the other if it spilled.
func (j *hashJoin) stream(ctx context.Context) (*Batch, error) {
	for {
		if j.joinCore.left != nil {
			b, err := j.joinCore.next(ctx)
			if b != nil || err != nil {
				return b, err
			}
		}
		left, err := j.nextLeft(ctx)
		if left == nil || err != nil {
			return nil, err
		}
		if j.rows.n == 0 {
			switch j.kind {
			case algebra.InnerJoin, algebra.SemiJoin:
				if !j.spilled {
					return nil, nil
				}
				j.dropLeft()
				continue
			case algebra.AntiJoin, algebra.MinusJoin:
				return j.leftOnly(left, left.Counts), nil
			}
		}
		if err := j.probe(ctx, left); err != nil {
			return nil, err
		}
	}
}

// nextLeft returns the next left batch, with the table that it is joined with in place.
func (j *hashJoin) nextLeft(ctx context.Context) (*Batch, error) {
	if !j.spilled {
		left, err := j.left.Next(ctx)
		if left == nil || err != nil {
			return nil, err
		}
		if !j.built {
			if err := j.build(ctx, left); err != nil {
				return nil, err
			}
		}
		if !j.spilled {
			return left, nil
		}
	}
	for {
		if j.leftPart != nil {
			b, err := j.leftPart.read()
			if b != nil || err != nil {
				return b, err
			}
			j.dropLeft()
		}
		if len(j.parts) == 0 {
			return nil, nil
		}
		p := j.parts[len(j.parts)-1]
		j.parts = j.parts[:len(j.parts)-1]
		if err := j.load(ctx, p); err != nil {
			return nil, err
		}
	}
}

func (j *hashJoin) dropLeft() {
	j.leftPart.remove()
	j.leftPart = nil
}

// tableBytes is what the table of the rows read so far will need at most, with its index.
func (j *hashJoin) tableBytes() int64 {
	return j.rows.bytes() + int64(j.rows.n*(48+16*len(j.shape.shared)))
}

// build reads the right side; left is the left's first batch.
func (j *hashJoin) build(ctx context.Context, left *Batch) error {
	j.rows = newRows(len(j.right.schema))
	j.built = true
	fits := j.self.memory.fits
	if len(j.spillKey()) == 0 {
		fits = j.self.memory.set
	}
	for {
		b, err := j.right.Next(ctx)
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		j.rows.append(b)
		if fits(j.tableBytes()) {
			continue
		}
		return j.spill(ctx, joinSpill{}, left)
	}
	return j.makeTable(ctx)
}

func (j *hashJoin) makeTable(ctx context.Context) (err error) {
	j.table.table, err = newJoinTable(ctx, j.shape, j.rows, &j.self.memory)
	return err
}

// load puts a part in place, or parts it again.
func (j *hashJoin) load(ctx context.Context, p joinSpill) error {
	j.part++
	j.rows = newRows(len(j.right.schema))
	j.table.table = nil
	j.self.memory.set(0)
	fits := j.self.memory.fits
	if p.depth == maxDepth {
		fits = j.self.memory.set
	}
	for p.right != nil {
		b, err := p.right.read()
		if err == nil && b == nil {
			p.right.remove()
			p.right = nil
			break
		}
		if err == nil {
			j.rows.append(b)
			if fits(j.tableBytes()) {
				continue
			}
			return j.spill(ctx, p, nil)
		}
		removeFiles([]*spillFile{p.left, p.right})
		return err
	}
	j.leftPart = p.left
	return j.makeTable(ctx)
}

// spillKey returns the columns that a join that spills is parted by.
func (j *hashJoin) spillKey() []sharedColumn {
	var key []sharedColumn
	for _, c := range j.shape.shared {
		if c.certain {
			key = append(key, c)
		}
	}
	return key
}

// spill parts what is in rows and what is left of both sides: of part p or, if
// first is set, of the inputs.
func (j *hashJoin) spill(ctx context.Context, p joinSpill, first *Batch) (err error) {
	defer func() { removeFiles([]*spillFile{p.left, p.right}) }()
	key := j.spillKey()
	if len(key) == 0 || p.depth == maxDepth {
		return j.env.Budget.passed()
	}
	right := newPartitions(j.env, &j.self.stats.Spill, p.depth)
	left := newPartitions(j.env, &j.self.stats.Spill, p.depth)
	defer right.remove()
	defer left.remove()
	cols := make([][]encoded.Term, len(key))
	addRight := func(b *Batch) error {
		for i, c := range key {
			cols[i] = b.Columns[c.right]
		}
		return right.addAll(ctx, b, cols)
	}
	addLeft := func(b *Batch) error {
		for i, c := range key {
			cols[i] = b.Columns[c.left]
		}
		return left.addAll(ctx, b, cols)
	}
	var piece Batch
	for from := 0; from < j.rows.n; from += BatchSize {
		if err := addRight(j.rows.batch(&piece, from, min(from+BatchSize, j.rows.n))); err != nil {
			return err
		}
	}
	j.rows = newRows(len(j.right.schema))
	j.self.memory.set(0)
	j.spilled = true
	if first != nil {
		err = drain(ctx, j.right, addRight)
		if err == nil {
			err = addLeft(first)
		}
		if err == nil {
			err = drain(ctx, j.left, addLeft)
		}
	} else {
		if err = p.right.each(ctx, addRight); err == nil && p.left != nil {
			err = p.left.each(ctx, addLeft)
		}
	}
	if err != nil {
		return err
	}
	rights, err := right.finish()
	if err != nil {
		return err
	}
	lefts, err := left.finish()
	for k := range lefts {
		if lefts[k] == nil { // nothing on the left: no result, whatever the kind
			removeFiles(rights[k : k+1])
			continue
		}
		j.parts = append(j.parts, joinSpill{left: lefts[k], right: rights[k], depth: p.depth + 1})
	}
	return err
}

// inOrder writes the results of each part to a file and merges these; b is the
// first batch.
func (j *hashJoin) inOrder(ctx context.Context, b *Batch) (*Batch, error) {
	j.merged = newColumnMerge(j.self.order())
	part := -1
	var file *spillFile
	finish := func() error {
		if file == nil {
			return nil
		}
		f := file
		file = nil
		return j.merged.add(ctx, j.env, f)
	}
	defer func() { removeFiles([]*spillFile{file}) }()
	for b != nil {
		if b.Len > 0 {
			if j.part != part {
				part = j.part
				err := finish()
				if err == nil {
					file, err = newSpillFile(j.env, &j.self.stats.Spill, part)
				}
				if err != nil {
					return nil, err
				}
			}
			if err := file.write(b); err != nil {
				return nil, err
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if b, err = j.stream(ctx); err != nil {
			return nil, err
		}
	}
	j.rows, j.table.table = nil, nil
	j.self.memory.set(0)
	if err := finish(); err != nil {
		return nil, err
	}
	return j.merged.next(ctx)
}

func (j *hashJoin) close() {
	j.rows, j.table = nil, prober{}
	for _, p := range j.parts {
		removeFiles([]*spillFile{p.left, p.right})
	}
	removeFiles([]*spillFile{j.leftPart})
	j.parts, j.leftPart = nil, nil
	j.merged.remove()
}
