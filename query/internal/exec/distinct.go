package exec

import (
	"context"
)

// distinct removes duplicates, wherever they are, and with them multiplicities.
type distinct struct {
	input  *node
	self   *node
	seen   *keyIndex
	ids    []int32
	keep   []int32
	out    Batch
	gather gatherer
}

func newDistinct(b *builder, in *node) *node {
	d := &distinct{input: in, seen: newKeyIndex(len(in.schema))}
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
	b, err := d.input.Next(ctx)
	if b == nil || err != nil {
		return nil, err
	}
	d.ids = sized(d.ids, b.Len)
	fresh := int32(d.seen.size())
	d.seen.add(b.Columns, b.Len, d.ids)
	if err := d.self.memory.need(d.seen.bytes()); err != nil {
		return nil, err
	}
	d.keep = d.keep[:0]
	for i, id := range d.ids {
		if id == fresh {
			d.keep = append(d.keep, int32(i))
			fresh++
		}
	}
	return d.gather.rows(d.single(b), d.keep), nil
}

// single returns the batch without its multiplicities.
func (d *distinct) single(b *Batch) *Batch {
	d.out = Batch{Columns: b.Columns, Len: b.Len}
	return &d.out
}

func (d *distinct) close() { d.seen = nil }

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
