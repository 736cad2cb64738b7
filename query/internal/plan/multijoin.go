package plan

import (
	"math"
	"slices"

	"github.com/ententedb/entente/query/algebra"
)

// Costs of a multi-way join: a row copied into memory, and one step
// of the search.
const (
	costTrie   = 3
	costSearch = 15
)

// cyclicCore returns the leaves that stay when leaves that hang on one other
// leaf are taken off again and again (Graham, Yu and Özsoyoğlu): the part of a
// join whose patterns form cycles, as a set of bits. It is 0 for a chain, a star, a tree.
func cyclicCore(leaves []*relation) uint64 {
	core := uint64(1)<<len(leaves) - 1
	for again := true; again; {
		again = false
		for i, l := range leaves {
			if core>>i&1 == 0 {
				continue
			}
			// The variables that l shares with the rest of the core.
			shared := set{}
			for j, o := range leaves {
				if j != i && core>>j&1 == 1 {
					shared.addAll(l.visible.and(o.visible))
				}
			}
			for j, o := range leaves {
				if j != i && core>>j&1 == 1 && shared.within(o.visible) {
					core &^= 1 << i
					again = true
					break
				}
			}
		}
	}
	if core&(core-1) == 0 {
		return 0
	}
	return core
}

// multiJoin returns the plan that joins all leaves of a core at once, variable by
// variable, or nil if one of them is no triple pattern. It reads every leaf
// whole, but its intermediate results are never larger than the answer of the worst case
// (Ngo, Porat, Ré and Rudra, PODS 2012), where two-way joins of a cycle may be.
func (p *planner) multiJoin(leaves []*relation, core uint64, out *relation) *candidate {
	type varInfo struct {
		v        algebra.Var
		scans    int
		distinct float64
	}
	var infos []varInfo
	cost, widest := 0.0, 0.0
	var members []*relation
	for i, l := range leaves {
		if core>>i&1 == 0 {
			continue
		}
		if l.leaf == nil {
			return nil
		}
		members = append(members, l)
		cost += costOpen + l.leaf.rows*(1+costTrie)
		widest = math.Max(widest, l.leaf.rows)
		for _, v := range sorted(l.visible) {
			k := slices.IndexFunc(infos, func(x varInfo) bool { return x.v == v })
			if k < 0 {
				infos = append(infos, varInfo{v: v, distinct: l.distinctOf(v)})
				k = len(infos) - 1
			}
			infos[k].scans++
			infos[k].distinct = math.Min(infos[k].distinct, l.distinctOf(v))
		}
	}
	// Variables in many patterns and with few values first.
	slices.SortStableFunc(infos, func(a, b varInfo) int {
		switch {
		case a.scans != b.scans:
			return b.scans - a.scans
		case a.distinct < b.distinct:
			return -1
		case a.distinct > b.distinct:
			return 1
		}
		return 0
	})
	var vars []algebra.Var
	for _, x := range infos {
		vars = append(vars, x.v)
	}
	cost += costSearch*float64(len(vars))*(widest+out.rows) + costOut*out.rows
	return &candidate{cost: cost, sorted: vars, build: func() algebra.Op {
		m := &algebra.MultiJoin{Vars: vars}
		var filters []algebra.Expr
		for _, l := range members {
			op := p.scanCandidate(l, l.leaf.orders()[0]).build()
			for {
				f, ok := op.(*algebra.Filter)
				if !ok {
					break
				}
				op = f.Input
			}
			m.Scans = append(m.Scans, op.(*algebra.Scan))
			filters = append(filters, l.filters...)
		}
		return filtered(m, filters)
	}}
}
