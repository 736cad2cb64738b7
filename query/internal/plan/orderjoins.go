package plan

import (
	"fmt"
	"math"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// orderJoins chooses the sequence of joins, their algorithms, and the sort
// order of each scan.
//
//	(join (bgp a b) (filter F (bgp c))) ==> (merge-join (scan c) (look-up-join (scan a) (scan b)))
//	(leftjoin P Q F)                    ==> (hash-leftjoin P Q F)
//	(minus P Q), (semi P Q)             ==> likewise
func orderJoins(p *planner, root algebra.Op) (algebra.Op, error) {
	r, err := p.relation(root, p.scope)
	if err != nil {
		return nil, err
	}
	return r.cheapest().build(), nil
}

// relation plans op in the active graph sc.
func (p *planner) relation(op algebra.Op, sc scope) (*relation, error) {
	if err := p.ctx.Err(); err != nil {
		return nil, err
	}
	switch o := op.(type) {
	case *algebra.BGP, *algebra.Join:
		return p.group(op, sc)
	case *algebra.Filter:
		if collectable(o, o) {
			return p.group(op, sc)
		}
		in, err := p.relation(o.Input, sc)
		if err != nil {
			return nil, err
		}
		part, cost := p.selectivity(o.Condition, in)
		out := in.unary(in.rows*part, cost, func(x algebra.Op) algebra.Op {
			return &algebra.Filter{Input: x, Condition: o.Condition}
		})
		out.distinct = in.scaled(part)
		for _, c := range out.plans {
			c.cost += textPenalty(o.Condition, in, c.sorted)
		}
		return out, nil
	case *algebra.Extend:
		in, err := p.relation(o.Input, sc)
		if err != nil {
			return nil, err
		}
		out := in.unary(in.rows, costFilter, func(x algebra.Op) algebra.Op {
			return &algebra.Extend{Input: x, Var: o.Var, Expr: o.Expr}
		})
		out.bound, out.visible = bound(op), visible(op)
		for _, c := range out.plans {
			c.cost += textPenalty(o.Expr, in, c.sorted)
		}
		if c, ok := o.Expr.(*algebra.Const); ok && !c.Term.IsZero() {
			out.distinct = copyMap(in.distinct)
			out.distinct[o.Var] = 1
		}
		return out, nil
	case *algebra.LeftJoin:
		return p.binary(algebra.LeftOuterJoin, o.Left, o.Right, o.Condition, sc)
	case *algebra.Minus:
		return p.binary(algebra.MinusJoin, o.Left, o.Right, nil, sc)
	case *algebra.PhysicalJoin:
		return p.binary(o.Kind, o.Left, o.Right, o.Condition, sc)
	case *algebra.Graph:
		in, err := p.graphScope(o.Name)
		if err != nil {
			return nil, err
		}
		r, err := p.relation(o.Input, in)
		if err != nil {
			return nil, err
		}
		out := r.unary(r.rows, 0, func(x algebra.Op) algebra.Op { return &algebra.Graph{Name: o.Name, Input: x} })
		out.bound, out.visible = bound(op), visible(op)
		out.name = "graph " + nameOfNode(o.Name) + r.name
		out.nodes = nil // of another graph
		if o.Name.IsVar() {
			out.distinct = copyMap(r.distinct)
			out.distinct[o.Name.Var] = math.Max(1, float64(p.totals.Graphs))
			for _, c := range out.plans { // the graph stands after the other columns
				c.sorted = c.sorted[:min(len(c.sorted), 1)]
			}
		}
		return out, nil
	case *algebra.Union:
		out := &relation{bound: bound(op), visible: visible(op), name: "union", distinct: map[algebra.Var]float64{}}
		var parts []*candidate
		cost := 0.0
		for _, b := range o.Branches {
			r, err := p.relation(b, sc)
			if err != nil {
				return nil, err
			}
			for v := range r.visible {
				out.distinct[v] += r.distinctOf(v)
			}
			out.rows += r.rows
			c := r.cheapest()
			cost += c.cost
			parts = append(parts, c)
			out.name += " " + r.name
		}
		out.plans = []*candidate{{cost: cost, build: func() algebra.Op {
			u := &algebra.Union{}
			for _, c := range parts {
				u.Branches = append(u.Branches, c.build())
			}
			return u
		}}}
		return out, nil
	case *algebra.Table:
		out := single(float64(len(o.Rows)), float64(len(o.Rows)), op)
		out.exact = true
		out.distinct = map[algebra.Var]float64{}
		for i, v := range o.Vars {
			seen := map[graph.Term]bool{}
			for _, r := range o.Rows {
				seen[r[i].Key()] = true
			}
			out.distinct[v] = float64(len(seen))
		}
		return out, nil
	case *algebra.PathPattern:
		return p.path(o, sc)
	case *algebra.Lateral:
		in, err := p.relation(o.Left, sc)
		if err != nil {
			return nil, err
		}
		out := in.unary(in.rows*2, 1000, func(x algebra.Op) algebra.Op {
			return &algebra.Lateral{Left: x, Right: o.Right}
		})
		out.bound, out.visible = bound(op), visible(op)
		return out, nil
	case *algebra.Group:
		return p.grouping(o, sc)
	case *algebra.Distinct:
		before := p.wanted
		p.wanted = visible(o.Input)
		in, err := p.relation(o.Input, sc)
		p.wanted = before
		if err != nil {
			return nil, err
		}
		return p.distinctRows(in, algebra.Vars(o.Input), func(x algebra.Op) algebra.Op { return &algebra.Distinct{Input: x} }), nil
	case *algebra.Project:
		in, err := p.relation(o.Input, sc)
		if err != nil {
			return nil, err
		}
		out := in.unary(in.rows, 0, func(x algebra.Op) algebra.Op { return &algebra.Project{Input: x, Vars: o.Vars} })
		out.bound, out.visible = bound(op), visible(op)
		out.nodes = in.nodes.and(out.visible)
		for _, c := range out.plans {
			n := 0
			for n < len(c.sorted) && out.visible[c.sorted[n]] {
				n++
			}
			c.sorted = c.sorted[:n]
		}
		return out, nil
	case *algebra.Slice:
		in, err := p.relation(o.Input, sc)
		if err != nil {
			return nil, err
		}
		rows := math.Max(0, in.rows-float64(o.Offset))
		if o.Limit >= 0 {
			rows = math.Min(rows, float64(o.Limit))
		}
		return in.unary(rows, 0, func(x algebra.Op) algebra.Op {
			return &algebra.Slice{Input: x, Offset: o.Offset, Limit: o.Limit}
		}), nil
	case *algebra.Reduced, *algebra.OrderBy, *algebra.TopN:
		at := op.Inputs()[0]
		in, err := p.relation(*at, sc)
		if err != nil {
			return nil, err
		}
		*at = in.cheapest().build()
		out := single(in.rows, in.cheapest().cost+costSort*in.rows, op)
		out.distinct = in.distinct
		if t, ok := op.(*algebra.TopN); ok {
			out.rows = math.Min(out.rows, float64(t.Limit))
		}
		return out, nil
	case *algebra.Scan, *algebra.MultiJoin, *algebra.Count, *algebra.Service:
		return single(1000, 1000, op), nil
	}
	return nil, fmt.Errorf("unknown operator %T", op)
}

// grouping plans GROUP BY: input sorted by the keys is grouped as it comes.
func (p *planner) grouping(o *algebra.Group, sc scope) (*relation, error) {
	before := p.wanted
	p.wanted = set{}
	for _, k := range o.Keys {
		if e, ok := k.Expr.(*algebra.VarExpr); ok {
			p.wanted[e.Var] = true
		}
	}
	in, err := p.relation(o.Input, sc)
	p.wanted = before
	if err != nil {
		return nil, err
	}
	groups := 1.0
	keys := set{}
	for _, k := range o.Keys {
		if e, ok := k.Expr.(*algebra.VarExpr); ok {
			keys[e.Var] = true
			groups *= in.distinctOf(e.Var)
		} else {
			groups *= math.Sqrt(in.rows)
		}
	}
	groups = math.Max(1, math.Min(groups, in.rows))
	out := &relation{rows: groups, bound: bound(o), visible: visible(o), name: in.name, distinct: map[algebra.Var]float64{}}
	for _, k := range o.Keys {
		if e, ok := k.Expr.(*algebra.VarExpr); ok {
			out.distinct[k.Var] = math.Min(groups, in.distinctOf(e.Var))
		}
	}
	for _, c := range in.plans {
		cost := c.cost
		if coversFirst(c.sorted, keys) && len(keys) == len(o.Keys) {
			cost += costSorted * in.rows
		} else {
			cost += costGroup * in.rows
		}
		for _, e := range algebra.Exprs(o) {
			cost += textPenalty(*e, in, c.sorted)
		}
		out.add(&candidate{cost: cost, build: func() algebra.Op {
			return &algebra.Group{Input: c.build(), Keys: o.Keys, Aggs: o.Aggs}
		}})
	}
	return out, nil
}

// coversFirst reports whether the keys are exactly the first variables of a
// sort order.
func coversFirst(sorted []algebra.Var, keys set) bool {
	if len(sorted) < len(keys) {
		return false
	}
	for _, v := range sorted[:len(keys)] {
		if !keys[v] {
			return false
		}
	}
	return true
}

func (p *planner) distinctRows(in *relation, vars []algebra.Var, wrap func(algebra.Op) algebra.Op) *relation {
	rows := 1.0
	for _, v := range vars {
		rows *= in.distinctOf(v)
	}
	rows = math.Min(rows, in.rows)
	out := in.unary(rows, 0, wrap)
	out.plans = nil
	keys := setOf(vars...)
	for _, c := range in.plans {
		cost := c.cost
		if coversFirst(c.sorted, keys) {
			cost += costSorted * in.rows
		} else {
			cost += costGroup * in.rows
		}
		out.add(&candidate{cost: cost, sorted: c.sorted, build: func() algebra.Op { return wrap(c.build()) }})
	}
	return out
}

// binary plans a join that may not be moved: OPTIONAL, MINUS, EXISTS.
func (p *planner) binary(kind algebra.JoinKind, left, right algebra.Op, cond algebra.Expr, sc scope) (*relation, error) {
	l, err := p.relation(left, sc)
	if err != nil {
		return nil, err
	}
	r, err := p.relation(right, sc)
	if err != nil {
		return nil, err
	}
	inner, _ := p.joinRows(l, r)
	out := &relation{bound: l.bound, visible: l.visible, nodes: l.nodes, name: l.name + " with " + r.name, distinct: copyMap(l.distinct)}
	switch kind {
	case algebra.LeftOuterJoin:
		out.rows = math.Max(l.rows, inner)
		out.visible = l.visible.clone()
		out.visible.addAll(r.visible)
		for v := range r.visible {
			if !l.visible[v] {
				out.distinct[v] = r.distinctOf(v)
			}
		}
	case algebra.InnerJoin:
		out.rows = inner
	default:
		part := 1.0
		for _, v := range sorted(l.bound.and(r.bound)) {
			part *= math.Min(1, r.distinctOf(v)/l.distinctOf(v))
		}
		if r.rows == 0 {
			part = 0
		}
		if kind != algebra.SemiJoin {
			part = math.Max(0.1, 1-part)
		}
		out.rows = l.rows * part
		out.distinct = l.scaled(part)
	}
	p.joins(kind, l, r, out, cond)
	return out, nil
}

// joinRows estimates the rows of an inner join, and says whether there is a
// variable to join on. With several shared variables, their combinations are at most as
// many as the rows of the larger side.
func (p *planner) joinRows(l, r *relation) (rows float64, connected bool) {
	star, known, _ := p.starOf(l, r)
	if star != nil && p.sets.Exact {
		return known * p.correlation(l, r), true
	}
	den := 1.0
	_, few := l.lists()
	many := r
	if len(r.visible) < len(l.visible) {
		_, few = r.lists()
		many = l
	}
	for _, v := range few {
		if many.visible[v] {
			connected = true
			den *= math.Max(l.distinctOf(v), r.distinctOf(v))
		}
	}
	if connected {
		den = math.Min(den, math.Max(1, math.Max(l.rows, r.rows)))
	}
	// Sets that are not exact may miss subjects whose patterns came by several commits.
	return math.Max(known, l.rows*r.rows/den) * p.correlation(l, r), connected
}

// joins adds to out the plans of a join of l and r: l is the probe side.
func (p *planner) joins(kind algebra.JoinKind, l, r, out *relation, cond algebra.Expr) {
	lb, lv := l.lists()
	rb, rv := r.lists()
	on := shared(lb, rb)
	certain := len(shared(lv, rv)) == len(on)
	rows := rounded(out.rows)
	build := func(lc, rc *candidate, method algebra.JoinMethod, on []algebra.Var) func() algebra.Op {
		return func() algebra.Op {
			return &algebra.PhysicalJoin{Kind: kind, Method: method, Left: lc.build(), Right: rc.build(), On: on, Condition: cond, Estimate: rows}
		}
	}
	add := func(cost float64, sorted []algebra.Var, lc, rc *candidate, method algebra.JoinMethod, on []algebra.Var) {
		if out.accepts(cost, sorted) {
			out.add(&candidate{cost: cost, sorted: sorted, build: build(lc, rc, method, on)})
		}
	}
	deliver := costOut * out.rows
	hashed := r.cheapest()
	for _, lc := range l.plans {
		keep := lc.sorted
		if !certain {
			keep = nil
		}
		if len(on) == 0 || !certain {
			// Without keys every pair is compared.
			pairs := l.rows*costProbe + r.rows*costBuild
			if len(on) == 0 {
				pairs += l.rows * r.rows
			}
			add(lc.cost+hashed.cost+pairs+deliver, keep, lc, hashed, algebra.JoinHash, on)
			continue
		}
		add(lc.cost+hashed.cost+l.rows*costProbe+r.rows*costBuild+deliver, keep, lc, hashed, algebra.JoinHash, on)
		if len(lc.sorted) > 0 && slices.Contains(on, lc.sorted[0]) {
			for _, rc := range r.plans {
				if len(rc.sorted) == 0 || rc.sorted[0] != lc.sorted[0] {
					continue
				}
				cost := lc.cost + rc.cost + (l.rows+r.rows)*costMerge + deliver
				if out.accepts(cost, keep[:1]) {
					add(cost, keep[:1], lc, rc, algebra.JoinMerge, startingWith(lc.sorted[:1], on))
				}
			}
		}
		switch {
		case r.leaf != nil:
			p.lookup(lc, l, r, out, on, keep, build)
		case r.path != nil:
			p.lookupPath(lc, l, r, out, keep, build)
		}
	}
}

// startingWith returns the variables of list with first in front.
func startingWith(first, list []algebra.Var) []algebra.Var {
	out := slices.Clone(first)
	for _, v := range list {
		if !slices.Contains(first, v) {
			out = append(out, v)
		}
	}
	return out
}

// lookup adds the plan that looks up the rows of a leaf for each batch of l.
func (p *planner) lookup(lc *candidate, l, r, out *relation, on []algebra.Var, keep []algebra.Var,
	build func(lc, rc *candidate, method algebra.JoinMethod, on []algebra.Var) func() algebra.Op) {
	best, keys := -1, 0
	orders := r.leaf.sortOrders()
	for i, o := range orders {
		n := 0
		for _, v := range o.by {
			if !slices.Contains(on, v) {
				break
			}
			n++
		}
		if n > keys {
			best, keys = i, n
		}
	}
	if best < 0 {
		return
	}
	o := orders[best]
	by := o.by[:keys]
	// Rows fetched: those of the leaf, before its filters, that have the keys.
	distinct, width := 1.0, 1.0
	for _, v := range by {
		distinct *= l.distinctOf(v)
		width *= math.Max(1, math.Min(r.leaf.rows, r.leaf.distinct[v]))
	}
	distinct = math.Min(distinct, l.rows)
	width = math.Min(width, math.Max(1, r.leaf.rows))
	fetched := distinct * r.leaf.rows / width
	perFetched := 1.0
	if len(r.filters) > 0 {
		perFetched += costFilter
	}
	// Keys that lie close together share a block: a seek never costs more than
	// reading the rows between.
	seeks := math.Min(distinct*costSeek, r.leaf.rows+distinct*10)
	cost := lc.cost + costOpen + seeks + fetched*(perFetched+costBuild) + l.rows*costProbe + costOut*out.rows
	if out.accepts(cost, keep) {
		out.add(&candidate{cost: cost, sorted: keep, build: build(lc, p.scanCandidate(r, o.order), algebra.JoinLookup, startingWith(by, on))})
	}
}

func copyMap(m map[algebra.Var]float64) map[algebra.Var]float64 {
	out := make(map[algebra.Var]float64, len(m)+1)
	for v, d := range m {
		out[v] = d
	}
	return out
}
