package plan

import "github.com/ententedb/entente/query/algebra"

// maxDistributed is the number of branches up to which a union is distributed.
const maxDistributed = 8

// distribute adds to r, the relation of a group with one union in it, the plan that joins the rest of
// the group with each branch:
//
//	(join (union P Q) R) ==> (union (join P R) (join Q R)), if that costs less
//
// It does where the branches have a sort order that the union has not.
func (p *planner) distribute(op algebra.Op, sc scope, r *relation) error {
	if p.distributing {
		return nil
	}
	u := onlyUnion(op)
	if u == nil || len(u.Branches) > maxDistributed || isUnion(op) {
		return nil
	}
	p.distributing = true
	defer func() { p.distributing = false }()
	var parts []*candidate
	cost := 0.0
	for i := range u.Branches {
		// The copy has its own union, which the branch replaces.
		c := algebra.Clone(op)
		at := unionPlace(&c)
		*at = (*at).(*algebra.Union).Branches[i]
		b, err := p.relation(simplifyOp(c), sc)
		if err != nil {
			return err
		}
		best := b.cheapest()
		parts = append(parts, best)
		cost += best.cost
	}
	r.add(&candidate{cost: cost, build: func() algebra.Op {
		out := &algebra.Union{}
		for _, c := range parts {
			out.Branches = append(out.Branches, c.build())
		}
		return out
	}})
	return nil
}

func isUnion(op algebra.Op) bool { _, ok := op.(*algebra.Union); return ok }

// onlyUnion returns the union among the parts of a group, nil if there is none
// or more than one.
func onlyUnion(op algebra.Op) *algebra.Union {
	var found *algebra.Union
	n := 0
	var walk func(op algebra.Op)
	walk = func(op algebra.Op) {
		switch o := op.(type) {
		case *algebra.Join:
			walk(o.Left)
			walk(o.Right)
		case *algebra.Filter:
			if !volatile(o.Condition) {
				walk(o.Input)
			}
		case *algebra.Union:
			found = o
			n++
		}
	}
	walk(op)
	if n != 1 {
		return nil
	}
	return found
}

// unionPlace returns where the only union of a group stands.
func unionPlace(at *algebra.Op) *algebra.Op {
	switch o := (*at).(type) {
	case *algebra.Union:
		return at
	case *algebra.Join:
		if p := unionPlace(&o.Left); p != nil {
			return p
		}
		return unionPlace(&o.Right)
	case *algebra.Filter:
		return unionPlace(&o.Input)
	}
	return nil
}
