package plan

import "github.com/ententedb/entente/query/algebra"

// existsToSemiJoin turns EXISTS into a semi-join and NOT EXISTS into an
// anti-join, where the pattern, evaluated once for all, and joined, gives what
// the specification's substitution (18.6) gives for each solution.
//
//	(filter (exists Q) P)              ==> (semi P Q)
//	(filter (notexists (filter F Q)) P) ==> (anti P Q F), F may read P's variables
//
// That is so if Q is made of patterns, joins and filters, if every shared
// variable is bound in every solution of P and of Q, and if no path of length
// zero occurs, for which it matters whether an end is a constant.
func existsToSemiJoin(p *planner, root algebra.Op) (algebra.Op, error) {
	return transform(root, func(op algebra.Op) algebra.Op {
		f, ok := op.(*algebra.Filter)
		if !ok {
			return op
		}
		negated := false
		cond := f.Condition
		for {
			c, ok := cond.(*algebra.Call)
			if !ok || c.Name != "!" {
				break
			}
			cond, negated = c.Arguments[0], !negated
		}
		e, ok := cond.(*algebra.Exists)
		if !ok {
			return op
		}
		core, condition := simplifyOp(e.Pattern), []algebra.Expr(nil)
		for {
			in, ok := core.(*algebra.Filter)
			if !ok {
				break
			}
			condition = conjuncts(in.Condition, condition)
			core = in.Input
		}
		if !joinable(core) || isUnit(core) {
			return op
		}
		for _, c := range condition {
			if hasExists(c) || volatile(c) {
				return op
			}
		}
		outer := visible(f.Input)
		all := setOf(algebra.Mentioned(e.Pattern)...)
		if !all.and(outer).within(bound(f.Input)) {
			return op
		}
		inside := setOf(algebra.Mentioned(core)...)
		if !inside.and(outer).within(bound(core)) {
			return op
		}
		// Filters that read only the pattern go into it; the others, which compare both
		// sides, become the join's condition.
		var keep []algebra.Expr
		in := visible(core)
		for _, c := range condition {
			if mentioned(c).and(outer).within(in) {
				core = pushFilter(core, c)
			} else {
				keep = append(keep, c)
			}
		}
		kind := algebra.SemiJoin
		if negated != e.Negated {
			kind = algebra.AntiJoin
		}
		return &algebra.PhysicalJoin{Kind: kind, Left: f.Input, Right: core, Condition: conjunction(keep)}
	}), nil
}

// joinable reports whether op can stand on the right of a semi-join made from EXISTS.
func joinable(op algebra.Op) bool {
	switch o := op.(type) {
	case *algebra.BGP:
		return true
	case *algebra.PathPattern:
		return !zeroLength(o.Path)
	case *algebra.Filter:
		return !hasExists(o.Condition) && !volatile(o.Condition) && joinable(o.Input) &&
			mentioned(o.Condition).within(bound(o.Input))
	case *algebra.Join:
		return joinable(o.Left) && joinable(o.Right)
	case *algebra.Union:
		for _, b := range o.Branches {
			if !joinable(b) {
				return false
			}
		}
		return true
	case *algebra.Graph:
		return joinable(o.Input)
	}
	return false
}
