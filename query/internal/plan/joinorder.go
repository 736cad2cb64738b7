package plan

import (
	"cmp"
	"errors"
	"math"
	"math/bits"
	"slices"

	"github.com/ententedb/entente/query/algebra"
)

// dpBudget is the number of pairs of sub-plans that dynamic programming may
// look at: enough for a chain of a dozen patterns, or a star of seven. What is beyond
// is planned greedily (Fegaras, A New Heuristic for Optimizing Large Queries, 1998).
const dpBudget = 1200

// maxDynamic is the number of patterns up to which dynamic programming is
// tried: its table has an entry for each subset.
const maxDynamic = 14

// maxOrders is the number of plans, the cheapest of their orders, that greedy keeps of a join.
const maxOrders = 8

// maxPatterns is the number of patterns of one group that are planned at all: time and memory
// grow with its square, in the planner as in the operators, each of which has the columns
// of all below it.
const maxPatterns = 1000

// ErrTooLarge is the error of a query of too many patterns.
var ErrTooLarge = errors.New("query: too many patterns")

// join plans the joins of all leaves.
func (g *joinGroup) join() (*relation, error) {
	switch len(g.leaves) {
	case 0:
		r := single(1, 0, algebra.Unit())
		for _, f := range g.filters {
			r = r.unary(1, 1, func(x algebra.Op) algebra.Op { return &algebra.Filter{Input: x, Condition: f.condition} })
		}
		return r, nil
	case 1:
		return g.leaves[0], nil
	}
	g.dropOrders()
	// Parts that share no variable are joined last, smallest first.
	var parts []*relation
	for _, c := range g.components() {
		r, err := g.connected(c)
		if err != nil {
			return nil, err
		}
		parts = append(parts, r)
	}
	slices.SortStableFunc(parts, func(a, b *relation) int { return cmp.Compare(a.rows, b.rows) })
	r := parts[len(parts)-1]
	for _, q := range parts[:len(parts)-1] {
		if err := g.planner.ctx.Err(); err != nil {
			return nil, err
		}
		r = g.combine(r, q)
	}
	return r, nil
}

// dropOrders makes plans forget orders that neither a join nor what is above can use.
func (g *joinGroup) dropOrders() {
	uses := map[algebra.Var]int{}
	for _, l := range g.leaves {
		for v := range l.visible {
			uses[v]++
		}
	}
	for i, l := range g.leaves {
		pruned := *l
		pruned.plans = nil
		for _, c := range l.plans {
			if len(c.sorted) > 0 && uses[c.sorted[0]] < 2 && !g.planner.wanted[c.sorted[0]] {
				c = &candidate{cost: c.cost, build: c.build}
			}
			pruned.add(c)
		}
		g.leaves[i] = &pruned
	}
}

// components parts the leaves into connected sets.
func (g *joinGroup) components() [][]*relation {
	parent := make([]int, len(g.leaves)) // union-find
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	first := map[algebra.Var]int{} // the first leaf that has a variable
	for i, r := range g.leaves {
		parent[i] = i
		for v := range r.visible {
			if j, ok := first[v]; ok {
				parent[root(i)] = root(j)
			} else {
				first[v] = i
			}
		}
	}
	var out [][]*relation
	place := map[int]int{}
	for i, r := range g.leaves {
		k, ok := place[root(i)]
		if !ok {
			k = len(out)
			place[root(i)] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], r)
	}
	return out
}

// combine returns the join of two relations, both ways round, with the filters that
// it makes possible.
func (g *joinGroup) combine(l, r *relation) *relation {
	out := g.joined(l, r)
	g.addJoins(l, r, out)
	return out
}

// addJoins adds the plans that join l and r to out, the relation of both.
func (g *joinGroup) addJoins(l, r, out *relation) {
	pending := g.pending(l, r, out)
	if len(pending) == 0 {
		g.planner.joins(algebra.InnerJoin, l, r, out, nil)
		g.planner.joins(algebra.InnerJoin, r, l, out, nil)
		return
	}
	raw := &relation{bound: out.bound, visible: out.visible, nodes: out.nodes, distinct: out.distinct}
	raw.rows, _ = g.planner.joinRows(l, r)
	g.planner.joins(algebra.InnerJoin, l, r, raw, nil)
	g.planner.joins(algebra.InnerJoin, r, l, raw, nil)
	for _, c := range raw.plans {
		cost := c.cost
		for _, f := range pending {
			_, each := g.planner.selectivity(f, out)
			cost += each * raw.rows
		}
		out.add(&candidate{cost: cost, sorted: c.sorted, build: func() algebra.Op { return filtered(c.build(), pending) }})
	}
}

// pending returns the filters that the join of l and r is the first to cover.
func (g *joinGroup) pending(l, r, out *relation) []algebra.Expr {
	var list []algebra.Expr
	for _, f := range g.filters {
		if len(f.needs) > 0 && f.needs.within(out.bound) && !f.needs.within(l.bound) && !f.needs.within(r.bound) {
			list = append(list, f.condition)
		}
	}
	return list
}

// joined returns the relation of a join, without plans.
func (g *joinGroup) joined(l, r *relation) *relation {
	out := &relation{visible: l.visible.clone(), bound: l.bound.clone(), nodes: set{}, distinct: make(map[algebra.Var]float64, len(l.distinct)+len(r.distinct))}
	out.visible.addAll(r.visible)
	out.bound.addAll(r.bound)
	out.nodes.addAll(l.nodes)
	out.nodes.addAll(r.nodes)
	out.leaves = append(append(out.leaves, l.leaves...), r.leaves...)
	out.rows, _ = g.planner.joinRows(l, r)
	subjects := 0.0
	out.star, _, subjects = g.planner.starOf(l, r)
	if out.star != nil {
		if !g.planner.sets.Exact {
			subjects = math.Max(subjects, out.rows)
		}
		out.star.share *= g.planner.correlation(l, r)
	}
	for v := range out.visible {
		switch {
		case out.star != nil && v == out.star.subject:
			out.distinct[v] = subjects // not less than 1, nor more than rows: see below
		case !r.visible[v]:
			out.distinct[v] = l.distinctOf(v)
		case !l.visible[v]:
			out.distinct[v] = r.distinctOf(v)
		default:
			out.distinct[v] = math.Min(l.distinctOf(v), r.distinctOf(v))
		}
		out.distinct[v] = math.Max(1, math.Min(out.distinct[v], out.rows))
	}
	for _, f := range g.pending(l, r, out) {
		part, _ := g.planner.selectivity(f, out)
		out.star = out.star.scaled(part, out)
		out.distinct = out.scaled(part)
		out.rows *= part
	}
	return out
}

// connected plans the joins of leaves that are connected.
func (g *joinGroup) connected(leaves []*relation) (*relation, error) {
	n := len(leaves)
	if n == 1 {
		return leaves[0], nil
	}
	if n <= maxDynamic {
		neighbours := make([]uint64, n)
		for i, a := range leaves {
			for j, b := range leaves {
				if i != j && a.visible.intersects(b.visible) {
					neighbours[i] |= 1 << j
				}
			}
		}
		if r := g.dynamic(leaves, neighbours); r != nil {
			return r, nil
		}
	}
	return g.greedy(leaves)
}

// dynamic finds the best plan of every connected subset of the leaves, smaller
// ones first, from those of each pair of connected halves. It returns nil if that
// would look at too many pairs.
func (g *joinGroup) dynamic(leaves []*relation, neighbours []uint64) *relation {
	n := len(leaves)
	all := uint64(1)<<n - 1
	best := make([]*relation, all+1)
	near := func(s uint64) uint64 {
		var m uint64
		for t := s; t != 0; t &= t - 1 {
			m |= neighbours[bits.TrailingZeros64(t)]
		}
		return m &^ s
	}
	for i, l := range leaves {
		best[1<<i] = l
	}
	core := cyclicCore(leaves)
	pairs := 0
	for s := uint64(3); s <= all; s++ {
		low := s & -s // to look at each pair of halves once
		// Only connected sets have a plan.
		grown := low
		for next := near(grown) & s; next != 0; next = near(grown) & s {
			grown |= next
		}
		if grown != s || s == low {
			continue
		}
		var out *relation
		for half := (s - 1) & s; half > 0; half = (half - 1) & s {
			if half&low == 0 {
				continue
			}
			l, r := best[half], best[s&^half]
			if l == nil || r == nil || near(half)&(s&^half) == 0 {
				continue
			}
			if pairs++; pairs > dpBudget {
				return nil
			}
			if out == nil {
				out = g.joined(l, r)
			}
			g.addJoins(l, r, out)
		}
		if out != nil && s == core && len(g.pending(&relation{}, &relation{}, out)) == 0 {
			if c := g.planner.multiJoin(leaves, core, out); c != nil {
				out.add(c)
			}
		}
		best[s] = out
	}
	return best[all]
}

// greedy joins, again and again, the two connected relations whose join has
// the fewest rows. It looks at each pair once, and after each join at the
// pairs of what came of it: for n leaves, at n² pairs.
func (g *joinGroup) greedy(leaves []*relation) (*relation, error) {
	n := len(leaves)
	rels := slices.Clone(leaves) // nil where joined to another
	// rows[i][j] are those of the join of i and j > i, infinite without a
	// shared variable; best[i] is the j with the fewest, -1 if all are infinite.
	rows, best := make([][]float64, n), make([]int, n)
	estimate := func(i, j int) float64 {
		if r, connected := g.planner.joinRows(rels[i], rels[j]); connected {
			return r
		}
		return math.Inf(1)
	}
	choose := func(i int) {
		best[i] = -1
		for j := i + 1; j < n; j++ {
			if rels[j] != nil && !math.IsInf(rows[i][j], 1) && (best[i] < 0 || rows[i][j] < rows[i][best[i]]) {
				best[i] = j
			}
		}
	}
	for i := range rels {
		if err := g.planner.ctx.Err(); err != nil {
			return nil, err
		}
		rows[i] = make([]float64, n)
		for j := i + 1; j < n; j++ {
			rows[i][j] = estimate(i, j)
		}
		choose(i)
	}
	for range n - 1 {
		if err := g.planner.ctx.Err(); err != nil {
			return nil, err
		}
		at := -1
		for i, r := range rels {
			if r != nil && best[i] >= 0 && (at < 0 || rows[i][best[i]] < rows[at][best[at]]) {
				at = i
			}
		}
		if at < 0 { // so many rows that the estimates say nothing
			at = slices.IndexFunc(rels, func(r *relation) bool { return r != nil })
			best[at] = at + 1 + slices.IndexFunc(rels[at+1:], func(r *relation) bool { return r != nil })
		}
		gone := best[at]
		r := g.combine(rels[at], rels[gone])
		// A long chain would keep a plan for the order of each of its variables.
		slices.SortStableFunc(r.plans, func(a, b *candidate) int { return cmp.Compare(a.cost, b.cost) })
		r.plans = r.plans[:min(len(r.plans), maxOrders)]
		rels[at], rels[gone] = r, nil
		for i, r := range rels {
			switch {
			case r == nil:
			case i < at:
				before := rows[i][at]
				rows[i][at] = estimate(i, at)
				switch {
				case best[i] == at && rows[i][at] > before, best[i] == gone:
					choose(i)
				case rows[i][at] < math.Inf(1) && (best[i] < 0 || rows[i][at] < rows[i][best[i]]):
					best[i] = at
				}
			case i == at:
				for j := at + 1; j < n; j++ {
					if rels[j] != nil {
						rows[at][j] = estimate(at, j)
					}
				}
				choose(at)
			case best[i] == gone:
				choose(i)
			}
		}
	}
	i := slices.IndexFunc(rels, func(r *relation) bool { return r != nil })
	return rels[i], nil
}
