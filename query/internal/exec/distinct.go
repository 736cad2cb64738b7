package exec

import (
	"context"
)

// distinct removes duplicates, wherever they are, and with them multiplicities.
//
// When the rows seen fill the budget, those that are not among them are parted
// by their hash into files, and each file is worked off as the input was. What
// the input was sorted by is brought back by merging the files' results.
type distinct struct {
	env    *Env
	input  *node
	self   *node
	seen   *keyIndex
	ids    []int32
	keep   []int32
	late   []int32
	out    Batch
	gather gatherer
	full   *partitions // seen takes no more: new rows go here
	depth  int
	parts  []distinctSpill
	file   *spillFile // being read in place of the input
	ended  bool       // the input
	merged *fileMerge
}

type distinctSpill struct {
	file  *spillFile
	depth int
}

func newDistinct(b *builder, in *node) *node {
	d := &distinct{env: b.env, input: in, seen: newKeyIndex(len(in.schema))}
	n := &node{run: d, schema: in.schema, maybe: in.maybe, sorted: in.sorted, inputs: []*node{in},
		memory: share{budget: b.env.Budget}, desc: Description{Operator: "distinct"}}
	d.self = n
	if len(in.sorted) == len(in.schema) {
		// Duplicates are adjacent.
		n.run = &reduced{input: in}
	}
	return n
}

func (d *distinct) next(ctx context.Context) (*Batch, error) {
	if d.merged != nil {
		return d.merged.next(ctx)
	}
	b, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	if b == nil {
		if b, err = d.turn(); b == nil || err != nil {
			return b, err
		}
		if len(d.self.sorted) > 0 {
			return d.inOrder(ctx)
		}
		return b, nil
	}
	return d.fresh(ctx, b)
}

// read returns the next batch of the input or of the file at hand.
func (d *distinct) read(ctx context.Context) (*Batch, error) {
	if d.ended {
		if err := ctx.Err(); err != nil || d.file == nil {
			return nil, err
		}
		return d.file.read()
	}
	return d.input.Next(ctx)
}

// fresh returns the rows of a batch that were not seen yet, and puts those off that
// there is no room for.
func (d *distinct) fresh(ctx context.Context, b *Batch) (*Batch, error) {
	d.ids = sized(d.ids, b.Len)
	d.keep = d.keep[:0]
	if d.full != nil {
		d.seen.find(b.Columns, b.Len, d.ids)
		d.late = d.late[:0]
		for i, id := range d.ids {
			if id < 0 {
				d.late = append(d.late, int32(i))
			}
		}
		return &Batch{}, d.full.add(ctx, d.single(b), b.Columns, d.late)
	}
	fresh := int32(d.seen.size())
	d.seen.add(b.Columns, b.Len, d.ids)
	for i, id := range d.ids {
		if id == fresh {
			d.keep = append(d.keep, int32(i))
			fresh++
		}
	}
	if !d.self.memory.fits(d.seen.bytes()) {
		if d.depth == maxDepth || len(b.Columns) == 0 {
			return nil, d.env.Budget.passed()
		}
		d.full = newPartitions(d.env, &d.self.stats.Spill, d.depth)
	}
	return d.gather.rows(d.single(b), d.keep), nil
}

// turn goes on to the next file: an empty batch if there is one, else nil.
func (d *distinct) turn() (*Batch, error) {
	d.ended = true
	if d.full != nil {
		files, err := d.full.finish()
		for _, f := range files {
			if f != nil {
				d.parts = append(d.parts, distinctSpill{f, d.depth + 1})
			}
		}
		d.full = nil
		if err != nil {
			return nil, err
		}
	}
	if d.file != nil {
		d.file.remove()
		d.file = nil
	}
	if len(d.parts) == 0 {
		return nil, nil
	}
	p := d.parts[len(d.parts)-1]
	d.parts = d.parts[:len(d.parts)-1]
	d.file, d.depth = p.file, p.depth
	d.seen = newKeyIndex(len(d.self.schema))
	d.self.memory.set(0)
	return &Batch{}, nil
}

// inOrder writes the new rows of each file to another and merges these. All of
// them come after what was delivered before, as they do in the input.
func (d *distinct) inOrder(ctx context.Context) (*Batch, error) {
	d.merged = newColumnMerge(d.self.order())
	for number := 0; d.file != nil; number++ {
		out, err := newSpillFile(d.env, &d.self.stats.Spill, number)
		if err != nil {
			return nil, err
		}
		if err := d.copyFresh(ctx, out); err != nil {
			out.remove()
			return nil, err
		}
		if err := d.merged.add(ctx, d.env, out); err != nil {
			return nil, err
		}
		if _, err := d.turn(); err != nil {
			return nil, err
		}
	}
	d.seen = nil
	d.self.memory.set(0)
	return d.merged.next(ctx)
}

// copyFresh writes the new rows of the file at hand to another.
func (d *distinct) copyFresh(ctx context.Context, out *spillFile) error {
	for {
		b, err := d.read(ctx)
		if b == nil || err != nil {
			return err
		}
		if b, err = d.fresh(ctx, b); err != nil {
			return err
		}
		if b.Len > 0 {
			if err := out.write(b); err != nil {
				return err
			}
		}
	}
}

// single returns the batch without its multiplicities.
func (d *distinct) single(b *Batch) *Batch {
	d.out = Batch{Columns: b.Columns, Len: b.Len}
	return &d.out
}

func (d *distinct) close() {
	d.seen = nil
	d.full.remove()
	for _, p := range d.parts {
		p.file.remove()
	}
	removeFiles([]*spillFile{d.file})
	d.parts, d.file = nil, nil
	d.merged.remove()
}

// reduced removes adjacent duplicates.
type reduced struct {
	input  *node
	last   []uint64 // the last row of the batch before
	keep   []int32
	out    Batch
	gather gatherer
}

func newReduced(in *node) *node {
	return &node{run: &reduced{input: in}, schema: in.schema, maybe: in.maybe, sorted: in.sorted,
		inputs: []*node{in}, desc: Description{Operator: "reduced"}}
}

func (r *reduced) next(ctx context.Context) (*Batch, error) {
	b, err := r.input.Next(ctx)
	if b == nil || err != nil {
		return nil, err
	}
	r.keep = r.keep[:0]
	if r.last == nil || r.differs(b) {
		r.keep = append(r.keep, 0)
	}
	for i := 1; i < b.Len; i++ {
		for _, c := range b.Columns {
			if c != nil && c[i] != c[i-1] {
				r.keep = append(r.keep, int32(i))
				break
			}
		}
	}
	if r.last == nil {
		r.last = make([]uint64, len(b.Columns))
	}
	for i, c := range b.Columns {
		r.last[i] = 0
		if c != nil {
			r.last[i] = uint64(c[b.Len-1])
		}
	}
	r.out = Batch{Columns: b.Columns, Len: b.Len}
	return r.gather.rows(&r.out, r.keep), nil
}

// differs reports whether the first row differs from the last one before.
func (r *reduced) differs(b *Batch) bool {
	for i, c := range b.Columns {
		t := uint64(0)
		if c != nil {
			t = uint64(c[0])
		}
		if t != r.last[i] {
			return true
		}
	}
	return false
}

func (r *reduced) close() {}
