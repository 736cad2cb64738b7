package reference

import (
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// substitute puts a solution's terms in the place of its variables, wherever
// they are in scope.
func substitute(op algebra.Op, s Solution) algebra.Op {
	node := func(n algebra.Node) algebra.Node { return substituteNode(n, s) }
	switch o := op.(type) {
	case *algebra.BGP:
		for i, t := range o.Patterns {
			o.Patterns[i] = algebra.TriplePattern{Subject: node(t.Subject), Predicate: node(t.Predicate), Object: node(t.Object)}
		}
	case *algebra.PathPattern:
		o.Subject, o.Object = node(o.Subject), node(o.Object)
	case *algebra.Graph:
		o.Name = node(o.Name)
	case *algebra.Table:
		o.Rows = slices.DeleteFunc(o.Rows, func(r []graph.Term) bool {
			for i, v := range o.Vars {
				if t, ok := s[v]; ok && !r[i].IsZero() && !r[i].Equal(t) {
					return true
				}
			}
			return false
		})
	case *algebra.Project:
		inner := Solution{}
		for _, v := range o.Vars {
			if t, ok := s[v]; ok {
				inner[v] = t
			}
		}
		s = inner
	}
	for _, x := range algebra.Exprs(op) {
		*x = substituteExpr(*x, s)
	}
	for _, in := range op.Inputs() {
		*in = substitute(*in, s)
	}
	return op
}

func substituteNode(n algebra.Node, s Solution) algebra.Node {
	if n.Triple != nil {
		return algebra.Node{Triple: &algebra.TriplePattern{
			Subject: substituteNode(n.Triple.Subject, s), Predicate: substituteNode(n.Triple.Predicate, s), Object: substituteNode(n.Triple.Object, s)}}
	}
	if t, ok := s[n.Var]; ok && n.IsVar() {
		return algebra.TermNode(t)
	}
	return n
}

func substituteExpr(x algebra.Expr, s Solution) algebra.Expr {
	switch y := x.(type) {
	case *algebra.VarExpr:
		if t, ok := s[y.Var]; ok {
			return &algebra.Const{Term: t}
		}
	case *algebra.Exists:
		y.Pattern = substitute(y.Pattern, s)
	}
	for _, a := range x.Args() {
		*a = substituteExpr(*a, s)
	}
	return x
}
