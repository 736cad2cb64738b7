package plan

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// substituteEqual puts a constant in the place of a variable that a filter
// makes equal to it, where equality is identity: IRIs and strings with =, any
// term with SAMETERM. The variable stays visible.
//
//	(filter (?x = <iri>) P)             ==> (extend ?x <iri> P[?x := <iri>])
//	(filter (?x in (<a>, <b>)) P)       ==> (join (table ?x <a> <b>) P)
//
// P must be made of patterns and joins alone, and bind ?x.
func substituteEqual(p *planner, root algebra.Op) (algebra.Op, error) {
	return p.transform(root, func(op algebra.Op) algebra.Op {
		f, ok := op.(*algebra.Filter)
		if !ok {
			return op
		}
		if v, t, ok := equality(f.Condition); ok && bound(f.Input)[v] && plain(f.Input) {
			return &algebra.Extend{Input: substitute(f.Input, v, t), Var: v, Expr: &algebra.Const{Term: t}}
		}
		if v, list, ok := membership(f.Condition); ok && bound(f.Input)[v] && plain(f.Input) {
			table := &algebra.Table{Vars: []algebra.Var{v}}
			seen := map[graph.Term]bool{}
			for _, t := range list {
				if !seen[t.Key()] {
					seen[t.Key()] = true
					table.Rows = append(table.Rows, []graph.Term{t})
				}
			}
			return &algebra.Join{Left: table, Right: f.Input}
		}
		return op
	})
}

// equality recognises ?x = constant where that means the same term.
func equality(e algebra.Expr) (algebra.Var, graph.Term, bool) {
	c, ok := e.(*algebra.Call)
	if !ok || len(c.Arguments) != 2 || c.Name != "=" && c.Name != "SAMETERM" {
		return "", graph.Term{}, false
	}
	v, okv := c.Arguments[0].(*algebra.VarExpr)
	k, okk := c.Arguments[1].(*algebra.Const)
	if !okv || !okk {
		v, okv = c.Arguments[1].(*algebra.VarExpr)
		k, okk = c.Arguments[0].(*algebra.Const)
	}
	if !okv || !okk || c.Name == "=" && !identity(k.Term) || k.Term.IsBlank() || k.Term.IsZero() {
		return "", graph.Term{}, false
	}
	return v.Var, k.Term, true
}

// membership recognises ?x IN (constants) where equality means the same term.
func membership(e algebra.Expr) (algebra.Var, []graph.Term, bool) {
	c, ok := e.(*algebra.Call)
	if !ok || c.Name != "in" || len(c.Arguments) < 2 {
		return "", nil, false
	}
	v, ok := c.Arguments[0].(*algebra.VarExpr)
	if !ok {
		return "", nil, false
	}
	var list []graph.Term
	for _, a := range c.Arguments[1:] {
		k, ok := a.(*algebra.Const)
		if !ok || !identity(k.Term) {
			return "", nil, false
		}
		list = append(list, k.Term)
	}
	return v.Var, list, true
}

// identity reports whether = with this constant is true of the very same
// term only (17.4.1.7): of IRIs, simple literals, and language-tagged strings.
func identity(t graph.Term) bool {
	return t.IsIRI() || t.IsSimple() || t.IsLiteral() && t.Lang() != ""
}

// plain reports whether op is made of patterns, joins and filters alone, and
// no constant can stand where it may not.
func plain(op algebra.Op) bool {
	switch o := op.(type) {
	case *algebra.BGP:
		return true
	case *algebra.PathPattern:
		return !zeroLength(o.Path)
	case *algebra.Filter:
		return !hasExists(o.Condition) && plain(o.Input)
	case *algebra.Join:
		return plain(o.Left) && plain(o.Right)
	}
	return false
}

// zeroLength reports whether the path may connect a node with itself in no
// step. Such a path, with a constant at an end, matches that constant even if the graph does not hold it.
func zeroLength(p algebra.Path) bool {
	switch x := p.(type) {
	case *algebra.PathInverse:
		return zeroLength(x.Path)
	case *algebra.PathSequence:
		return zeroLength(x.First) && zeroLength(x.Second)
	case *algebra.PathAlternative:
		return zeroLength(x.Left) || zeroLength(x.Right)
	case *algebra.PathRepeat:
		return x.Min == 0 || zeroLength(x.Path)
	}
	return false
}

// substitute puts t in the place of v. The operators are those of plain.
func substitute(op algebra.Op, v algebra.Var, t graph.Term) algebra.Op {
	node := func(n algebra.Node) algebra.Node { return substituteNode(n, v, t) }
	switch o := op.(type) {
	case *algebra.BGP:
		for i, tp := range o.Patterns {
			o.Patterns[i] = algebra.TriplePattern{Subject: node(tp.Subject), Predicate: node(tp.Predicate), Object: node(tp.Object)}
		}
	case *algebra.PathPattern:
		o.Subject, o.Object = node(o.Subject), node(o.Object)
	case *algebra.Filter:
		o.Input = substitute(o.Input, v, t)
		substituteExpr(&o.Condition, v, t)
	case *algebra.Join:
		o.Left, o.Right = substitute(o.Left, v, t), substitute(o.Right, v, t)
	}
	return op
}

func substituteNode(n algebra.Node, v algebra.Var, t graph.Term) algebra.Node {
	switch {
	case n.Triple != nil:
		return algebra.Node{Triple: &algebra.TriplePattern{
			Subject:   substituteNode(n.Triple.Subject, v, t),
			Predicate: substituteNode(n.Triple.Predicate, v, t),
			Object:    substituteNode(n.Triple.Object, v, t),
		}}
	case n.Var == v:
		return algebra.TermNode(t)
	}
	return n
}

func substituteExpr(e *algebra.Expr, v algebra.Var, t graph.Term) {
	if x, ok := (*e).(*algebra.VarExpr); ok && x.Var == v {
		*e = &algebra.Const{Term: t}
		return
	}
	for _, a := range (*e).Args() {
		substituteExpr(a, v, t)
	}
}
