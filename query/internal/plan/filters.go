package plan

import "github.com/ententedb/entente/query/algebra"

// pushFilters moves filters as far down as they keep their meaning: to where
// all variables they share with the pattern are bound in every solution.
//
//	(filter F (join P Q))       ==> (join (filter F P) Q), if P binds F's variables
//	(filter F (leftjoin P Q))   ==> (leftjoin (filter F P) Q), likewise
//	(filter F (union P Q))      ==> (union (filter F P) (filter F Q))
//	(filter F (extend v e P))   ==> (extend v e (filter F P)), if F does not read v
//	(leftjoin P Q (F && G))     ==> (leftjoin P (filter F Q) G), if F reads only Q
func pushFilters(p *planner, root algebra.Op) (algebra.Op, error) {
	return p.transform(root, func(op algebra.Op) algebra.Op {
		switch o := op.(type) {
		case *algebra.Filter:
			if !volatile(o.Condition) {
				return pushFilter(o.Input, o.Condition)
			}
		case *algebra.LeftJoin:
			if o.Condition == nil {
				return op
			}
			var keep []algebra.Expr
			left, right := visible(o.Left), bound(o.Right)
			for _, c := range conjuncts(o.Condition, nil) {
				m := mentioned(c)
				if !volatile(c) && !m.intersects(left) && m.and(visible(o.Right)).within(right) {
					o.Right = pushFilter(o.Right, c)
					continue
				}
				keep = append(keep, c)
			}
			o.Condition = conjunction(keep)
		}
		return op
	})
}

// pushFilter returns op filtered by f, with the filter as low as it may be.
func pushFilter(op algebra.Op, f algebra.Expr) algebra.Op {
	return pushMentioning(op, f, mentioned(f))
}

// pushMentioning is pushFilter for a filter that mentions m.
func pushMentioning(op algebra.Op, f algebra.Expr, m set) algebra.Op {
	// fits reports whether f means the same on part as it does on op.
	fits := func(part algebra.Op) bool { return m.and(visible(op)).within(bound(part)) }
	switch o := op.(type) {
	case *algebra.Filter:
		if !volatile(o.Condition) {
			o.Input = pushMentioning(o.Input, f, m)
			return o
		}
	case *algebra.Join:
		l, r := fits(o.Left), fits(o.Right)
		if l && r && hasExists(f) {
			r = false
		}
		if l && r {
			o.Left, o.Right = pushMentioning(o.Left, f, m), pushMentioning(o.Right, algebra.CloneExpr(f), m)
			return o
		}
		if l {
			o.Left = pushMentioning(o.Left, f, m)
			return o
		}
		if r {
			o.Right = pushMentioning(o.Right, f, m)
			return o
		}
	case *algebra.LeftJoin:
		if fits(o.Left) {
			o.Left = pushMentioning(o.Left, f, m)
			return o
		}
	case *algebra.Minus:
		if fits(o.Left) {
			o.Left = pushMentioning(o.Left, f, m)
			return o
		}
	case *algebra.Lateral:
		if fits(o.Left) {
			o.Left = pushMentioning(o.Left, f, m)
			return o
		}
	case *algebra.Union:
		for i := range o.Branches {
			o.Branches[i] = pushMentioning(o.Branches[i], algebra.CloneExpr(f), m)
		}
		return o
	case *algebra.Extend:
		if !m[o.Var] && !volatile(o.Expr) {
			o.Input = pushMentioning(o.Input, f, m)
			return o
		}
	case *algebra.Project:
		// A variable that is not selected may still mean something here: LATERAL
		// and EXISTS put values in its place, and not inside.
		if m.within(setOf(o.Vars...)) {
			o.Input = pushMentioning(o.Input, f, m)
			return o
		}
	case *algebra.Distinct:
		o.Input = pushMentioning(o.Input, f, m)
		return o
	case *algebra.Reduced:
		o.Input = pushMentioning(o.Input, f, m)
		return o
	case *algebra.OrderBy:
		o.Input = pushMentioning(o.Input, f, m)
		return o
	case *algebra.Graph:
		if !hasExists(f) && !(o.Name.IsVar() && m[o.Name.Var]) {
			o.Input = pushMentioning(o.Input, f, m)
			return o
		}
	case *algebra.Group:
		if len(o.Keys) == 0 {
			break
		}
		keys := set{}
		for _, k := range o.Keys {
			if e, ok := k.Expr.(*algebra.VarExpr); ok && e.Var == k.Var {
				keys[k.Var] = true
			}
		}
		// What the filter mentions must be keys, and must not mean
		// something else inside.
		if m.and(visible(o)).within(keys) && m.and(visible(o.Input)).within(keys) {
			o.Input = pushMentioning(o.Input, f, m)
			return o
		}
	case *algebra.PhysicalJoin:
		if fits(o.Left) {
			o.Left = pushMentioning(o.Left, f, m)
			return o
		}
	}
	return &algebra.Filter{Input: op, Condition: f}
}
