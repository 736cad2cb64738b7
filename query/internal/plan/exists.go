package plan

import (
	"cmp"

	"github.com/ententedb/entente/query/algebra"
)

// existsToSemiJoin turns EXISTS into a semi-join and NOT EXISTS into an
// anti-join, where the pattern, evaluated once for all, and joined, gives what
// the specification's substitution (18.6) gives for each solution.
//
//	(filter (exists Q) P)              ==> (semi P Q)
//	(filter (exists (join Q R)) P)     ==> (semi (semi P Q) R), if Q and R share only P's variables
//	(filter (notexists (filter F Q)) P) ==> (anti P Q F), F may read P's variables
//
// That is so if Q is made of patterns, joins and filters, if every shared
// variable is bound in every solution of P and of Q, and if no path of length
// zero occurs, for which it matters whether an end is a constant.
func existsToSemiJoin(p *planner, root algebra.Op) (algebra.Op, error) {
	var failed error
	root, err := p.transform(root, func(op algebra.Op) algebra.Op {
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
		if core, failed = pathsToPatterns(p, core); failed != nil {
			return op
		}
		kind := algebra.SemiJoin
		if negated != e.Negated {
			kind = algebra.AntiJoin
		}
		if kind == algebra.SemiJoin && len(keep) == 0 {
			return semiJoins(f.Input, core, outer)
		}
		return &algebra.PhysicalJoin{Kind: kind, Left: f.Input, Right: core, Condition: conjunction(keep)}
	})
	return root, cmp.Or(err, failed)
}

// semiJoins makes a semi-join for each part of the pattern that shares only
// outer variables with the others: that each part has a match is then the same
// as that all have one together, and their join need not be computed.
//
//	(semi P (bgp (?s p ?a) (?s q ?b))) ==> (semi (semi P (bgp (?s p ?a))) (bgp (?s q ?b)))
func semiJoins(left, core algebra.Op, outer set) algebra.Op {
	b, ok := core.(*algebra.BGP)
	if !ok {
		return &algebra.PhysicalJoin{Kind: algebra.SemiJoin, Left: left, Right: core}
	}
	rest := b.Patterns
	for len(rest) > 0 {
		part := []algebra.TriplePattern{rest[0]}
		inner := innerVars(rest[0], outer)
		rest = rest[1:]
		for again := true; again; {
			again = false
			var others []algebra.TriplePattern
			for _, t := range rest {
				if v := innerVars(t, outer); v.intersects(inner) {
					part = append(part, t)
					inner.addAll(v)
					again = true
				} else {
					others = append(others, t)
				}
			}
			rest = others
		}
		left = &algebra.PhysicalJoin{Kind: algebra.SemiJoin, Left: left, Right: &algebra.BGP{Patterns: part}}
	}
	return left
}

// innerVars returns the variables of a pattern that are not outer ones.
func innerVars(t algebra.TriplePattern, outer set) set {
	s := set{}
	s.addPattern(t)
	for v := range s {
		if outer[v] {
			delete(s, v)
		}
	}
	return s
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
