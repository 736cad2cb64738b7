package plan

import "github.com/ententedb/entente/query/algebra"

// simplify makes the tree small and regular.
//
//	(join unit P)            ==> P
//	(join (bgp a) (bgp b))   ==> (bgp a b)
//	(join P empty)           ==> empty
//	(filter (a && b) P)      ==> (filter b (filter a P))
//	(leftjoin P empty)       ==> P, where nothing else reads the variables
//	(minus P Q)              ==> P, if they share no variable
//	(union P empty (union Q R)) ==> (union P Q R)
//	(distinct (distinct P))  ==> (distinct P)
func simplify(p *planner, root algebra.Op) (algebra.Op, error) {
	return p.transform(root, simplifyOp)
}

func simplifyOp(op algebra.Op) algebra.Op {
	switch o := op.(type) {
	case *algebra.BGP:
		if len(o.Patterns) == 0 {
			return algebra.Unit()
		}
	case *algebra.Join:
		switch {
		case isUnit(o.Left):
			return o.Right
		case isUnit(o.Right):
			return o.Left
		case isEmpty(o.Left) || isEmpty(o.Right):
			return empty(o)
		}
		l, okl := o.Left.(*algebra.BGP)
		r, okr := o.Right.(*algebra.BGP)
		if okl && okr {
			return &algebra.BGP{Patterns: append(l.Patterns[:len(l.Patterns):len(l.Patterns)], r.Patterns...)}
		}
	case *algebra.LeftJoin:
		if isEmpty(o.Left) {
			return empty(o)
		}
		if isUnit(o.Right) {
			return o.Left
		}
	case *algebra.Minus:
		if isEmpty(o.Left) || isEmpty(o.Right) || !visible(o.Left).intersects(visible(o.Right)) {
			return o.Left
		}
	case *algebra.Lateral:
		if isUnit(o.Left) {
			return o.Right
		}
		if isUnit(o.Right) {
			return o.Left
		}
		if isEmpty(o.Left) {
			return empty(o)
		}
	case *algebra.Filter:
		if isEmpty(o.Input) {
			return o.Input
		}
		if c, ok := o.Condition.(*algebra.Call); ok && c.Name == "&&" {
			return filtered(o.Input, conjuncts(c, nil))
		}
	case *algebra.Graph:
		if isEmpty(o.Input) {
			return empty(o)
		}
	case *algebra.Extend, *algebra.Project, *algebra.Slice, *algebra.OrderBy, *algebra.Distinct, *algebra.Reduced:
		if isEmpty(*op.Inputs()[0]) {
			return empty(op)
		}
		switch o := op.(type) {
		case *algebra.Distinct:
			switch in := o.Input.(type) {
			case *algebra.Distinct:
				return in
			case *algebra.Reduced:
				o.Input = in.Input
			}
		case *algebra.Slice:
			if o.Limit == 0 {
				return empty(op)
			}
		}
	case *algebra.Union:
		var branches []algebra.Op
		all := visible(o)
		for _, b := range o.Branches {
			if isEmpty(b) {
				continue
			}
			if u, ok := b.(*algebra.Union); ok {
				branches = append(branches, u.Branches...)
				continue
			}
			branches = append(branches, b)
		}
		switch {
		case len(branches) == 0:
			return empty(o)
		case len(branches) == 1 && all.within(visible(branches[0])):
			return branches[0]
		}
		o.Branches = branches
	}
	return op
}
