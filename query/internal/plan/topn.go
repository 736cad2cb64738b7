package plan

import "github.com/ententedb/entente/query/algebra"

// maxTopN is the number of rows from which sorting everything, which can
// spill, is better than keeping the first rows in memory.
const maxTopN = 1 << 20

// topN keeps the first rows of a sort instead of sorting all.
//
//	(slice o n (orderby K P))             ==> (topn o n K P)
//	(slice o n (project V (orderby K P))) ==> (project V (topn o n K P))
func topN(p *planner, root algebra.Op) (algebra.Op, error) {
	return p.transform(root, func(op algebra.Op) algebra.Op {
		s, ok := op.(*algebra.Slice)
		if !ok || s.Limit < 0 || s.Limit > maxTopN || s.Offset > maxTopN {
			return op
		}
		at := &s.Input
		if pr, ok := s.Input.(*algebra.Project); ok {
			at = &pr.Input
		}
		o, ok := (*at).(*algebra.OrderBy)
		if !ok {
			return op
		}
		*at = &algebra.TopN{Input: o.Input, Keys: o.Keys, Offset: s.Offset, Limit: s.Limit}
		return s.Input
	})
}
