package plan

import "github.com/ententedb/entente/query/algebra"

// hoistOptionals moves OPTIONAL above the joins that it was written before,
// so that all patterns that must match are joined in one group.
//
//	(join (leftjoin P Q F) R) ==> (leftjoin (join P R) Q F)
//
// That is so if R shares with Q only variables that P binds for certain, and F
// reads none that only R has.
func hoistOptionals(p *planner, root algebra.Op) (algebra.Op, error) {
	return p.transform(root, func(op algebra.Op) algebra.Op {
		j, ok := op.(*algebra.Join)
		if !ok {
			return op
		}
		return hoist(j)
	})
}

func hoist(j *algebra.Join) algebra.Op {
	if l, ok := j.Left.(*algebra.LeftJoin); ok && hoistableOptional(l, j.Right) {
		l.Left = hoist(&algebra.Join{Left: l.Left, Right: j.Right})
		return l
	}
	if r, ok := j.Right.(*algebra.LeftJoin); ok && hoistableOptional(r, j.Left) {
		r.Left = hoist(&algebra.Join{Left: j.Left, Right: r.Left})
		return r
	}
	return simplifyOp(j)
}

func hoistableOptional(l *algebra.LeftJoin, other algebra.Op) bool {
	certain, rest := bound(l.Left), visible(other)
	if !visible(l.Right).and(rest).within(certain) {
		return false
	}
	// The variables that P may leave unbound and R binds would change what Q is
	// compatible with; they are none of Q's by the test above.
	if l.Condition == nil {
		return true
	}
	m := mentioned(l.Condition)
	return !volatile(l.Condition) && m.and(rest).within(certain)
}
