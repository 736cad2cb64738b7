package exec

import (
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// path builds a property path (18.4): sequences are joins over a hidden
// variable, alternatives unions, and only repetitions need an operator of their own.
func (b *builder) path(o *algebra.PathPattern) (*node, error) {
	c := *b
	c.need = nil
	b = &c
	// Nested triple terms at the ends are scans of their own.
	var specs []*scanSpec
	var subject, object algebra.Node
	subject, specs = b.flattenNode(o.Subject, specs)
	object, specs = b.flattenNode(o.Object, specs)
	n, err := b.pathNode(subject, o.Path, object)
	if err != nil {
		return nil, err
	}
	for _, s := range slices.Backward(specs) {
		if n, err = b.joinScan(n, s); err != nil {
			return nil, err
		}
	}
	return b.constants(n), nil
}

func (b *builder) pathNode(s algebra.Node, p algebra.Path, o algebra.Node) (*node, error) {
	switch p := p.(type) {
	case *algebra.PathLink:
		return b.scanSorted(linkSpec(s, p.Predicate, o), nil)
	case *algebra.PathInverse:
		return b.pathNode(o, p.Path, s)
	case *algebra.PathAlternative:
		left, err := b.pathNode(s, p.Left, o)
		if err != nil {
			return nil, err
		}
		right, err := b.pathNode(s, p.Right, o)
		if err != nil {
			left.Close()
			return nil, err
		}
		return newUnion([]*node{left, right}), nil
	case *algebra.PathSequence:
		return b.pathSequence(s, p, o)
	case *algebra.PathNegated:
		return b.pathNegated(s, p, o)
	case *algebra.PathRepeat:
		return b.pathRepeat(s, p, o)
	}
	panic("exec: unknown path")
}

func linkSpec(s algebra.Node, p graph.Term, o algebra.Node) *scanSpec {
	return &scanSpec{nodes: [4]algebra.Node{s, algebra.TermNode(p), o}}
}

// isFree reports whether a node is a variable without a value.
func (b *builder) isFree(n algebra.Node) bool {
	_, injected := b.inject[n.Var]
	return n.IsVar() && !injected
}

// pathSequence starts at the end that is bound.
func (b *builder) pathSequence(s algebra.Node, p *algebra.PathSequence, o algebra.Node) (*node, error) {
	mid := algebra.VarNode(b.fresh("path"))
	first := &algebra.PathPattern{Subject: s, Path: p.First, Object: mid}
	second := &algebra.PathPattern{Subject: mid, Path: p.Second, Object: o}
	if b.isFree(s) && !b.isFree(o) {
		first, second = second, first
	}
	n, err := b.pathNode(first.Subject, first.Path, first.Object)
	if err != nil {
		return nil, err
	}
	if n, err = b.joinPath(n, second); err != nil {
		return nil, err
	}
	return newProject(n, slices.DeleteFunc(slices.Clone(n.schema), func(v algebra.Var) bool { return v == mid.Var })), nil
}

// joinPath joins what is there with a path, looking up where that is possible.
func (b *builder) joinPath(left *node, o *algebra.PathPattern) (*node, error) {
	s, p, obj := o.Subject, o.Path, o.Object
	for {
		inv, ok := p.(*algebra.PathInverse)
		if !ok {
			break
		}
		s, p, obj = obj, inv.Path, s
	}
	if link, ok := p.(*algebra.PathLink); ok {
		return b.joinScan(left, linkSpec(s, link.Predicate, obj))
	}
	right, err := b.pathNode(s, p, obj)
	if err != nil {
		left.Close()
		return nil, err
	}
	shape := b.newJoinShape(algebra.InnerJoin, left, right, nil)
	if n := newLookupJoin(b, algebra.InnerJoin, left, right, nil, shape); n != nil {
		return n, nil
	}
	return newHashJoin(b, algebra.InnerJoin, left, right, nil, shape), nil
}

// pathNegated reads all predicates except some. The exceptions are the gaps
// between ranges of predicates.
func (b *builder) pathNegated(s algebra.Node, p *algebra.PathNegated, o algebra.Node) (*node, error) {
	one := func(s, o algebra.Node, except []graph.Term) (*node, error) {
		ranges, err := b.allExcept(except)
		if err != nil {
			return nil, err
		}
		v := b.fresh("predicate")
		spec := &scanSpec{nodes: [4]algebra.Node{s, algebra.VarNode(v), o}, unneeded: []algebra.Var{v},
			ranges: []algebra.VarRange{{Var: v, Ranges: ranges}}}
		var want []algebra.Var
		for _, n := range []algebra.Node{s, o} {
			if b.isFree(n) {
				want = append(want, n.Var)
			}
		}
		return b.scanSorted(spec, want)
	}
	var inputs []*node
	if p.Forward != nil || p.Inverse == nil {
		n, err := one(s, o, p.Forward)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, n)
	}
	if p.Inverse != nil {
		n, err := one(o, s, p.Inverse)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, n)
	}
	if len(inputs) == 1 {
		return inputs[0], nil
	}
	return newUnion(inputs), nil
}

// allExcept returns the ranges of all terms but some.
func (b *builder) allExcept(terms []graph.Term) ([]encoded.Range, error) {
	var ids []encoded.Term
	for _, t := range terms {
		id, ok, err := b.env.Dataset.Encode(t)
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var ranges []encoded.Range
	low := encoded.Term(1)
	for _, id := range slices.Compact(ids) {
		if low < id {
			ranges = append(ranges, encoded.Range{Low: low, High: id - 1})
		}
		low = id + 1
	}
	return append(ranges, encoded.Range{Low: low, High: ^encoded.Term(0)}), nil
}
