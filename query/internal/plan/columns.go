package plan

import (
	"slices"

	"github.com/ententedb/entente/query/algebra"
)

// dropColumns marks the columns of scans that nothing reads: they are not
// decoded, and the scan delivers each combination of the others once, with its multiplicity.
//
//	(group () (count) (merge-join ?s (scan ?s p ?a) (scan ?s q ?b))) ==>
//	    the same with unneeded ?a and unneeded ?b
func dropColumns(p *planner, root algebra.Op) (algebra.Op, error) {
	p.need(root, nil, true)
	return root, p.ctx.Err()
}

// need tells op which of its variables are read above it; all says: every one.
// It gives up when the query is cancelled.
func (p *planner) need(op algebra.Op, read set, all bool) {
	if p.ctx.Err() != nil {
		return
	}
	with := func(vars ...algebra.Var) set {
		s := read.clone()
		for _, v := range vars {
			s[v] = true
		}
		return s
	}
	condition := func(e algebra.Expr) set {
		s := read.clone()
		if e != nil {
			s.addAll(mentioned(e))
		}
		return s
	}
	switch o := op.(type) {
	case *algebra.Scan:
		if !all {
			o.Unneeded = nil
			for _, v := range algebra.Vars(o) {
				if !read[v] {
					o.Unneeded = append(o.Unneeded, v)
				}
			}
			slices.Sort(o.Unneeded)
		}
	case *algebra.MultiJoin, *algebra.BGP, *algebra.PathPattern, *algebra.Table, *algebra.Count, *algebra.Service:
	case *algebra.Project:
		p.need(o.Input, setOf(o.Vars...), false)
	case *algebra.Group:
		s := set{}
		for _, e := range algebra.Exprs(o) {
			s.addAll(mentioned(*e))
		}
		for _, a := range o.Aggs {
			if a.Agg.Arg == nil && a.Agg.Distinct { // COUNT(DISTINCT *)
				p.need(o.Input, nil, true)
				return
			}
		}
		p.need(o.Input, s, false)
	case *algebra.Distinct:
		// Duplicates are of all visible variables.
		p.need(o.Input, with(algebra.Vars(o.Input)...), all)
	case *algebra.Reduced:
		p.need(o.Input, with(algebra.Vars(o.Input)...), all)
	case *algebra.Filter:
		p.need(o.Input, condition(o.Condition), all)
	case *algebra.Extend:
		p.need(o.Input, condition(o.Expr), all)
	case *algebra.OrderBy, *algebra.TopN:
		s := read.clone()
		for _, e := range algebra.Exprs(op) {
			s.addAll(mentioned(*e))
		}
		p.need(*op.Inputs()[0], s, all)
	case *algebra.Slice:
		p.need(o.Input, read, all)
	case *algebra.Graph:
		if o.Name.IsVar() {
			p.need(o.Input, with(o.Name.Var), all)
		} else {
			p.need(o.Input, read, all)
		}
	case *algebra.Union:
		for _, b := range o.Branches {
			p.need(b, read, all)
		}
	case *algebra.PhysicalJoin:
		s := condition(o.Condition)
		left, right := visible(o.Left), visible(o.Right)
		s.addAll(left.and(right))
		p.need(o.Left, s, all)
		inner := o.Kind == algebra.InnerJoin || o.Kind == algebra.LeftOuterJoin
		p.need(o.Right, s, all && inner)
	case *algebra.Join:
		s := with(sorted(visible(o.Left).and(visible(o.Right)))...)
		p.need(o.Left, s, all)
		p.need(o.Right, s, all)
	default:
		// LeftJoin, Minus and Lateral that were left as they are.
		for _, in := range op.Inputs() {
			p.need(*in, nil, true)
		}
	}
}
