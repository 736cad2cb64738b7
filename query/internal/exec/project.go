package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/query/algebra"
)

// project chooses columns.
type project struct {
	input *node
	from  []int // input column, -1: unbound
	out   Batch
}

func (b *builder) project(o *algebra.Project) (*node, error) {
	wanted := need{}
	vars := slices.DeleteFunc(slices.Clone(o.Vars), func(v algebra.Var) bool { return !b.needs(v) })
	in, err := b.injectingOnly(o.Vars).buildNeeding(o.Input, wanted.with(vars...))
	if err != nil {
		return nil, err
	}
	if b.scope.kind == scopeNamed && in.column(b.scope.v) >= 0 && !slices.Contains(vars, b.scope.v) {
		vars = append(slices.Clone(vars), b.scope.v)
	}
	// What is injected is in scope around a sub-query too, whatever that selects.
	return b.constants(newProject(in, vars)), nil
}

func newProject(in *node, vars []algebra.Var) *node {
	p := &project{input: in}
	n := &node{run: p, inputs: []*node{in}, desc: Description{Operator: "project"}}
	for _, v := range vars {
		if slices.Contains(n.schema, v) {
			continue
		}
		c := in.column(v)
		p.from = append(p.from, c)
		n.schema = append(n.schema, v)
		n.maybe = append(n.maybe, c < 0 || in.maybe[c])
	}
	for _, v := range in.sorted {
		if n.column(v) < 0 {
			break
		}
		n.sorted = append(n.sorted, v)
	}
	return n
}

func (p *project) next(ctx context.Context) (*Batch, error) {
	b, err := p.input.Next(ctx)
	if b == nil || err != nil {
		return nil, err
	}
	return b.choose(&p.out, p.from), nil
}

func (p *project) close() {}
