package plan

import "github.com/ententedb/entente/query/algebra"

// reduceOuterJoins turns OPTIONAL into a join where a filter above rejects the
// solutions that the optional part did not extend.
//
//	(filter (?r > 5) (leftjoin P Q F)) ==> (filter (?r > 5) (filter F (join P Q))),
//	                                       if only Q binds ?r
func reduceOuterJoins(p *planner, root algebra.Op) (algebra.Op, error) {
	return p.transform(root, func(op algebra.Op) algebra.Op {
		f, ok := op.(*algebra.Filter)
		if !ok {
			return op
		}
		// Look through the filters between.
		at := &f.Input
		for {
			in, ok := (*at).(*algebra.Filter)
			if !ok {
				break
			}
			at = &in.Input
		}
		lj, ok := (*at).(*algebra.LeftJoin)
		if !ok {
			return op
		}
		left := visible(lj.Left)
		for v := range visible(lj.Right) {
			if !left[v] && rejectsUnbound(f.Condition, v) {
				*at = filtered(&algebra.Join{Left: lj.Left, Right: lj.Right}, conjuncts(lj.Condition, nil))
				break
			}
		}
		return op
	})
}

// rejectsUnbound reports whether a filter with this condition surely drops
// every solution in which v is unbound.
func rejectsUnbound(e algebra.Expr, v algebra.Var) bool {
	c, ok := e.(*algebra.Call)
	if !ok {
		return errsUnbound(e, v)
	}
	switch c.Name {
	case "&&":
		return rejectsUnbound(c.Arguments[0], v) || rejectsUnbound(c.Arguments[1], v)
	case "||":
		return rejectsUnbound(c.Arguments[0], v) && rejectsUnbound(c.Arguments[1], v)
	case "BOUND":
		return errsUnbound(c.Arguments[0], v)
	}
	return errsUnbound(e, v)
}

// errsUnbound reports whether e is surely an error where v is unbound.
func errsUnbound(e algebra.Expr, v algebra.Var) bool {
	switch x := e.(type) {
	case *algebra.VarExpr:
		return x.Var == v
	case *algebra.Call:
		switch x.Name {
		case "BOUND", "COALESCE", "IF", "&&":
			return false
		case "||":
			return errsUnbound(x.Arguments[0], v) && errsUnbound(x.Arguments[1], v)
		case "in", "not in":
			return errsUnbound(x.Arguments[0], v)
		}
		if isIRI(x.Name) {
			return false
		}
		for _, a := range x.Arguments {
			if errsUnbound(a, v) {
				return true
			}
		}
	}
	return false
}
