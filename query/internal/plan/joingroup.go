package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// joinGroup is a maximal set of patterns whose joins may be done in any
// sequence, with the filters on them.
type joinGroup struct {
	planner *planner
	scope   scope
	leaves  []*relation
	filters []groupFilter
	late    []algebra.Expr // filters that read an extended variable
	extends []*algebra.Extend
	// services ask endpoints that the others bind: they are joined last, on
	// the right.
	services []*relation
}

// groupFilter is a filter that can be applied as soon as what it reads is joined.
type groupFilter struct {
	condition algebra.Expr
	needs     set  // variables of the group that it reads
	applied   bool // to a leaf
}

// collectable reports whether filter f on its input means the same at the top
// of the group that whole is.
func collectable(f *algebra.Filter, whole algebra.Op) bool {
	if volatile(f.Condition) || hasExists(f.Condition) {
		return false
	}
	switch f.Input.(type) {
	case *algebra.BGP, *algebra.Join, *algebra.Filter:
	default:
		return false
	}
	m := mentioned(f.Condition)
	return m.and(visible(f.Input)).within(bound(f.Input)) && m.and(visible(whole)).within(visible(f.Input))
}

// group plans a join group.
func (p *planner) group(op algebra.Op, sc scope) (*relation, error) {
	g := &joinGroup{planner: p, scope: sc}
	if err := g.collect(op, op); err != nil {
		return nil, err
	}
	slices.SortStableFunc(g.leaves, func(a, b *relation) int {
		return cmp.Or(cmp.Compare(a.rows, b.rows), strings.Compare(a.name, b.name))
	})
	slices.SortStableFunc(g.filters, func(a, b groupFilter) int {
		return strings.Compare(nameOfExpr(a.condition), nameOfExpr(b.condition))
	})
	for i := range g.leaves {
		if err := p.ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if g.leaves[i], err = g.filterLeaf(g.leaves[i]); err != nil {
			return nil, err
		}
	}
	if p.sets == nil && len(g.leaves) > 1 {
		var err error
		if p.sets, err = p.ds.CharacteristicSets(); err != nil {
			return nil, err
		}
	}
	r, err := g.join()
	if err != nil {
		return nil, err
	}
	if len(g.leaves) > 2 && r.cheapest().cost > sampleFrom {
		found, err := g.sample()
		if found && err == nil {
			r, err = g.join()
		}
		if err != nil {
			return nil, err
		}
	}
	for _, s := range g.services {
		out := g.joined(r, s)
		p.joins(algebra.InnerJoin, r, s, out, nil)
		for _, f := range g.pending(r, s, out) {
			out = out.unary(out.rows, costFilter, func(x algebra.Op) algebra.Op { return &algebra.Filter{Input: x, Condition: f} })
		}
		r = out
	}
	for _, f := range g.filters {
		if !f.applied && !f.needs.within(r.bound) { // bound only where another filter says so
			g.late = append(g.late, f.condition)
		}
	}
	for _, e := range g.extends {
		r = r.unary(r.rows, costFilter, func(x algebra.Op) algebra.Op {
			return &algebra.Extend{Input: x, Var: e.Var, Expr: e.Expr}
		})
		r.visible, r.bound = r.visible.clone(), r.bound.clone()
		r.visible[e.Var] = true
		if c, ok := e.Expr.(*algebra.Const); ok && !c.Term.IsZero() {
			r.bound[e.Var] = true
		}
	}
	for _, f := range g.late {
		part, cost := p.selectivity(f, r)
		r = r.unary(r.rows*part, cost, func(x algebra.Op) algebra.Op { return &algebra.Filter{Input: x, Condition: f} })
	}
	if len(g.leaves) > 1 {
		return r, p.distribute(op, sc, r)
	}
	return r, nil
}

// extendsTo reports whether an extension of the group binds v.
func (g *joinGroup) extendsTo(v algebra.Var) bool {
	return slices.ContainsFunc(g.extends, func(x *algebra.Extend) bool { return x.Var == v })
}

// collect takes a part of the group apart.
func (g *joinGroup) collect(op, whole algebra.Op) error {
	p := g.planner
	switch o := op.(type) {
	case *algebra.BGP:
		for _, t := range o.Patterns {
			if err := p.ctx.Err(); err != nil {
				return err
			}
			if len(g.leaves) >= maxPatterns {
				return fmt.Errorf("%w: more than %d in one group", ErrTooLarge, maxPatterns)
			}
			for _, l := range p.flatten(t, nil) {
				r, err := p.leafRelation(l, g.scope)
				if err != nil {
					return err
				}
				g.leaves = append(g.leaves, r)
			}
		}
		return nil
	case *algebra.Join:
		for _, side := range []struct{ in, other algebra.Op }{{o.Left, o.Right}, {o.Right, o.Left}} {
			e, ok := side.in.(*algebra.Extend)
			if ok && hoistable(e, side.other, whole) && !g.extendsTo(e.Var) {
				g.extends = append(g.extends, e)
				if err := g.collect(e.Input, whole); err != nil {
					return err
				}
				continue
			}
			if err := g.collect(side.in, whole); err != nil {
				return err
			}
		}
		return nil
	case *algebra.Filter:
		if err := p.ctx.Err(); err != nil {
			return err
		}
		if collectable(o, whole) {
			m := mentioned(o.Condition)
			for _, e := range g.extends {
				if m[e.Var] {
					g.late = append(g.late, o.Condition)
					return g.collect(o.Input, whole)
				}
			}
			needs := m.and(visible(o.Input))
			for v := range needs {
				if extendsVar(o.Input, v) {
					g.late = append(g.late, o.Condition)
					return g.collect(o.Input, whole)
				}
			}
			g.filters = append(g.filters, groupFilter{condition: o.Condition, needs: needs})
			return g.collect(o.Input, whole)
		}
	}
	if isUnit(op) {
		return nil
	}
	r, err := p.relation(op, g.scope)
	if err != nil {
		return err
	}
	if s, ok := op.(*algebra.Service); ok && s.Name.IsVar() {
		g.services = append(g.services, r)
		return nil
	}
	g.leaves = append(g.leaves, r)
	return nil
}

// extendsVar reports whether an Extend of v may be taken out of op.
func extendsVar(op algebra.Op, v algebra.Var) bool {
	switch o := op.(type) {
	case *algebra.Join:
		return extendsVar(o.Left, v) || extendsVar(o.Right, v)
	case *algebra.Filter:
		return extendsVar(o.Input, v)
	case *algebra.Extend:
		return o.Var == v || extendsVar(o.Input, v)
	}
	return false
}

// hoistable reports whether an Extend on one side of a join may be computed
// after the join.
func hoistable(e *algebra.Extend, other, whole algebra.Op) bool {
	if volatile(e.Expr) || hasExists(e.Expr) {
		return false
	}
	// The variable must occur nowhere else in the group: then the only part of
	// it that shows it is e.
	count := 0
	var walk func(op algebra.Op)
	walk = func(op algebra.Op) {
		switch o := op.(type) {
		case *algebra.Join:
			walk(o.Left)
			walk(o.Right)
		case *algebra.Filter:
			walk(o.Input)
		default:
			if visible(op)[e.Var] {
				count++
			}
		}
	}
	walk(whole)
	if count != 1 {
		return false
	}
	m := mentioned(e.Expr)
	return m.and(visible(e.Input)).within(bound(e.Input)) && m.and(visible(whole)).within(visible(e.Input))
}

// leafRelation plans one triple pattern.
func (p *planner) leafRelation(l leaf, sc scope) (*relation, error) {
	if err := p.fill(&l, sc); err != nil {
		return nil, err
	}
	r := &relation{rows: l.rows, exact: l.exact, distinct: l.distinct, leaf: &l, rangeRows: l.rows, visible: set{}}
	r.visible.addPattern(l.pattern)
	r.visible.addNode(l.tripleTerm)
	r.bound = r.visible
	if !l.triples && !sc.many {
		r.nodes = set{}
		r.nodes.addNode(l.pattern.Subject)
		r.nodes.addNode(l.pattern.Object)
	}
	r.name = nameOfNode(l.pattern.Subject) + " " + nameOfNode(l.pattern.Predicate) + " " + nameOfNode(l.pattern.Object)
	for _, o := range l.orders() {
		r.add(p.scanCandidate(r, o))
	}
	star, err := p.leafStar(r)
	l.star, r.star, r.leaves = star, star, []*leaf{&l}
	return r, err
}

// scanCandidate reads a leaf in one order, with its filters. Ranges of the
// variable that comes first in the order make the scan shorter.
func (p *planner) scanCandidate(r *relation, o encoded.Order) *candidate {
	l := r.leaf
	c := &candidate{sorted: l.sortedBy(o)}
	rows := l.rows
	var ranges []algebra.VarRange
	for _, v := range sortedKeys(r.limits) {
		ranges = append(ranges, algebra.VarRange{Var: v, Ranges: r.limits[v]})
		if len(c.sorted) > 0 && c.sorted[0] == v {
			rows = min(rows, r.rangeRows)
		}
	}
	c.cost = costOpen + rows
	for _, f := range r.filters {
		_, cost := p.selectivity(f, r)
		c.cost += cost*rows + textPenalty(f, r, c.sorted)
	}
	estimate, exact := l.rows, l.exact
	if len(ranges) > 0 {
		estimate, exact = rounded(min(l.rows, r.rangeRows)), false
	}
	c.build = func() algebra.Op {
		s := &algebra.Scan{Pattern: l.pattern, TripleTerm: l.tripleTerm, Order: o, Ranges: ranges, Estimate: estimate, Exact: exact}
		p.scopes[s] = l.scope
		return filtered(s, r.filters)
	}
	return c
}

// filterLeaf applies the filters that need no other leaf.
func (g *joinGroup) filterLeaf(r *relation) (*relation, error) {
	for i := range g.filters {
		f := &g.filters[i]
		if !f.needs.within(r.bound) || len(f.needs) == 0 && f.applied {
			continue
		}
		if err := g.planner.ctx.Err(); err != nil {
			return nil, err
		}
		f.applied = true
		part, cost := g.planner.selectivity(f.condition, r)
		if r.leaf == nil {
			in := r
			r = in.unary(in.rows*part, cost, func(x algebra.Op) algebra.Op {
				return &algebra.Filter{Input: x, Condition: f.condition}
			})
			r.distinct = in.scaled(part)
			continue
		}
		n := &relation{leaf: r.leaf, rows: r.rows, distinct: r.distinct, bound: r.bound, visible: r.visible, nodes: r.nodes, name: r.name,
			filters: r.filters, limits: r.limits, rangeRows: r.rangeRows, leaves: r.leaves}
		done, known, err := g.planner.restrict(n, f.condition)
		if err != nil {
			return nil, err
		}
		n.rangeRows = min(n.rangeRows, known*r.leaf.rows)
		if done {
			part = known
		} else {
			part = min(part, known)
			n.filters = append(slices.Clone(r.filters), f.condition)
		}
		n.rows, n.distinct, n.star = r.rows*part, r.scaled(part), r.star.scaled(part, r)
		for _, o := range r.leaf.orders() {
			n.add(g.planner.scanCandidate(n, o))
		}
		r = n
	}
	return r, nil
}

func sortedKeys(m map[algebra.Var][]encoded.Range) []algebra.Var {
	return slices.Sorted(maps.Keys(m))
}

// nameOfNode and the like name a part of a plan for comparison.
func nameOfNode(n algebra.Node) string {
	switch {
	case n.Triple != nil:
		return "<<" + nameOfNode(n.Triple.Subject) + " " + nameOfNode(n.Triple.Predicate) + " " + nameOfNode(n.Triple.Object) + ">>"
	case n.IsVar():
		return "?" + string(n.Var)
	}
	return n.Term.String()
}

func nameOf(op algebra.Op) string { return algebra.Print(op) }

func nameOfExpr(e algebra.Expr) string { return algebra.PrintExpr(e) }
