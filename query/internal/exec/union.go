package exec

import (
	"context"

	"github.com/ententedb/entente/query/algebra"
)

// union delivers its inputs one after the other.
type union struct {
	inputs []*node
	from   [][]int // for each input, for each column of the schema
	at     int
	out    Batch
}

func (b *builder) union(o *algebra.Union) (*node, error) {
	var inputs []*node
	for _, br := range o.Branches {
		in, err := b.build(br)
		if err != nil {
			for _, n := range inputs {
				n.Close()
			}
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return newUnion(inputs), nil
}

func newUnion(inputs []*node) *node {
	u := &union{inputs: inputs}
	n := &node{run: u, inputs: inputs, desc: Description{Operator: "union"}}
	for _, in := range inputs {
		for _, v := range in.schema {
			if n.column(v) < 0 {
				n.schema = append(n.schema, v)
				n.maybe = append(n.maybe, false)
			}
		}
	}
	for _, in := range inputs {
		from := make([]int, len(n.schema))
		for i, v := range n.schema {
			from[i] = in.column(v)
			n.maybe[i] = n.maybe[i] || from[i] < 0 || in.maybe[from[i]]
		}
		u.from = append(u.from, from)
	}
	return n
}

func (u *union) next(ctx context.Context) (*Batch, error) {
	for ; u.at < len(u.inputs); u.at++ {
		b, err := u.inputs[u.at].Next(ctx)
		if err != nil {
			return nil, err
		}
		if b == nil {
			continue
		}
		return b.choose(&u.out, u.from[u.at]), nil
	}
	return nil, nil
}

func (u *union) close() {}
