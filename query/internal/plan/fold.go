package plan

import (
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// foldConstants computes what does not depend on a solution.
//
//	(filter (1 + 1 = 2) P)  ==> P
//	(filter false P)        ==> empty
//	(leftjoin P Q false)    stays: its variables are read elsewhere
func foldConstants(p *planner, root algebra.Op) (algebra.Op, error) {
	return p.transform(root, func(op algebra.Op) algebra.Op {
		for _, e := range algebra.Exprs(op) {
			*e = eval.Fold(*e)
		}
		if f, ok := op.(*algebra.Filter); ok {
			if c, ok := f.Condition.(*algebra.Const); ok {
				switch value, known := truth(c.Term); {
				case !known:
				case value:
					return f.Input
				default:
					return empty(f)
				}
			}
		}
		return simplifyOp(op)
	})
}
