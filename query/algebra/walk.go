package algebra

import (
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph"
)

// Walk visits op and every operator below it, patterns of EXISTS included,
// parents first. If visit returns false, what is below is left out.
func Walk(op Op, visit func(Op) bool) {
	if op == nil || !visit(op) {
		return
	}
	for _, in := range op.Inputs() {
		Walk(*in, visit)
	}
	for _, e := range Exprs(op) {
		WalkExpr(*e, func(x Expr) bool {
			if ex, ok := x.(*Exists); ok {
				Walk(ex.Pattern, visit)
			}
			return true
		})
	}
}

// WalkExpr visits e and its sub-expressions, parents first, but not into the
// pattern of EXISTS. If visit returns false, what is below is left out.
func WalkExpr(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, a := range e.Args() {
		WalkExpr(*a, visit)
	}
}

// Rewrite replaces operators from the leaves up: f gets every operator, its
// inputs already rewritten, and returns what takes its place. Patterns of
// EXISTS are rewritten too.
func Rewrite(op Op, f func(Op) Op) Op {
	if op == nil {
		return nil
	}
	for _, in := range op.Inputs() {
		*in = Rewrite(*in, f)
	}
	for _, e := range Exprs(op) {
		WalkExpr(*e, func(x Expr) bool {
			if ex, ok := x.(*Exists); ok {
				ex.Pattern = Rewrite(ex.Pattern, f)
			}
			return true
		})
	}
	return f(op)
}

// RewriteExpr replaces expressions from the leaves up, not into the patterns of EXISTS.
func RewriteExpr(e Expr, f func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	for _, a := range e.Args() {
		*a = RewriteExpr(*a, f)
	}
	return f(e)
}

// Exprs returns pointers to the expressions that op itself evaluates, so that
// a rule can replace them. Aggregates are visited through their arguments.
func Exprs(op Op) []*Expr {
	var out []*Expr
	add := func(e *Expr) {
		if *e != nil {
			out = append(out, e)
		}
	}
	keys := func(ks []OrderKey) {
		for i := range ks {
			add(&ks[i].Expr)
		}
	}
	switch o := op.(type) {
	case *LeftJoin:
		add(&o.Condition)
	case *Filter:
		add(&o.Condition)
	case *Extend:
		add(&o.Expr)
	case *Group:
		for i := range o.Keys {
			add(&o.Keys[i].Expr)
		}
		for i := range o.Aggs {
			add(&o.Aggs[i].Agg.Arg)
		}
	case *OrderBy:
		keys(o.Keys)
	case *PhysicalJoin:
		add(&o.Condition)
	case *TopN:
		keys(o.Keys)
	}
	return out
}

// Clone returns a deep copy of op. Terms are shared: they are immutable.
func Clone(op Op) Op {
	switch o := op.(type) {
	case nil:
		return nil
	case *BGP:
		return &BGP{Patterns: cloneTriples(o.Patterns)}
	case *PathPattern:
		return &PathPattern{Subject: cloneNode(o.Subject), Path: ClonePath(o.Path), Object: cloneNode(o.Object)}
	case *Join:
		return &Join{Clone(o.Left), Clone(o.Right)}
	case *LeftJoin:
		return &LeftJoin{Clone(o.Left), Clone(o.Right), CloneExpr(o.Condition)}
	case *Filter:
		return &Filter{Clone(o.Input), CloneExpr(o.Condition)}
	case *Union:
		branches := make([]Op, len(o.Branches))
		for i, b := range o.Branches {
			branches[i] = Clone(b)
		}
		return &Union{branches}
	case *Minus:
		return &Minus{Clone(o.Left), Clone(o.Right)}
	case *Graph:
		return &Graph{cloneNode(o.Name), Clone(o.Input)}
	case *Extend:
		return &Extend{Clone(o.Input), o.Var, CloneExpr(o.Expr)}
	case *Table:
		rows := make([][]graph.Term, len(o.Rows))
		for i, r := range o.Rows {
			rows[i] = append(make([]graph.Term, 0, len(r)), r...)
		}
		return &Table{slices.Clone(o.Vars), rows}
	case *Service:
		c := *o
		c.Name, c.Input = cloneNode(o.Name), Clone(o.Input)
		return &c
	case *Lateral:
		return &Lateral{Clone(o.Left), Clone(o.Right)}
	case *Group:
		c := &Group{Input: Clone(o.Input)}
		for _, k := range o.Keys {
			c.Keys = append(c.Keys, GroupKey{k.Var, CloneExpr(k.Expr)})
		}
		for _, a := range o.Aggs {
			c.Aggs = append(c.Aggs, Aggregation{a.Var, CloneExpr(a.Agg).(*Aggregate)})
		}
		return c
	case *OrderBy:
		return &OrderBy{Clone(o.Input), cloneKeys(o.Keys)}
	case *Project:
		return &Project{Clone(o.Input), slices.Clone(o.Vars)}
	case *Distinct:
		return &Distinct{Clone(o.Input)}
	case *Reduced:
		return &Reduced{Clone(o.Input)}
	case *Slice:
		return &Slice{Clone(o.Input), o.Offset, o.Limit}
	case *Scan:
		return cloneScan(o)
	case *PhysicalJoin:
		c := *o
		c.Left, c.Right, c.Condition, c.On = Clone(o.Left), Clone(o.Right), CloneExpr(o.Condition), slices.Clone(o.On)
		return &c
	case *MultiJoin:
		c := &MultiJoin{Vars: slices.Clone(o.Vars)}
		for _, s := range o.Scans {
			c.Scans = append(c.Scans, cloneScan(s))
		}
		return c
	case *TopN:
		return &TopN{Clone(o.Input), cloneKeys(o.Keys), o.Offset, o.Limit}
	case *Count:
		c := *o
		c.Scan = cloneScan(o.Scan)
		return &c
	}
	panic(fmt.Sprintf("algebra: unknown operator %T", op))
}

func cloneScan(s *Scan) *Scan {
	c := *s
	c.Pattern = cloneTriple(s.Pattern)
	c.TripleTerm = cloneNode(s.TripleTerm)
	c.Unneeded = slices.Clone(s.Unneeded)
	c.Ranges = slices.Clone(s.Ranges)
	for i := range c.Ranges {
		c.Ranges[i].Ranges = slices.Clone(c.Ranges[i].Ranges)
	}
	return &c
}

func cloneKeys(keys []OrderKey) []OrderKey {
	out := slices.Clone(keys)
	for i := range out {
		out[i].Expr = CloneExpr(out[i].Expr)
	}
	return out
}

func cloneTriples(ts []TriplePattern) []TriplePattern {
	out := slices.Clone(ts)
	for i := range out {
		out[i] = cloneTriple(out[i])
	}
	return out
}

func cloneTriple(t TriplePattern) TriplePattern {
	return TriplePattern{cloneNode(t.Subject), cloneNode(t.Predicate), cloneNode(t.Object)}
}

func cloneNode(n Node) Node {
	if n.Triple != nil {
		t := cloneTriple(*n.Triple)
		n.Triple = &t
	}
	return n
}

// CloneExpr returns a deep copy of e, patterns of EXISTS included.
func CloneExpr(e Expr) Expr {
	switch x := e.(type) {
	case nil:
		return nil
	case *VarExpr:
		c := *x
		return &c
	case *Const:
		c := *x
		return &c
	case *Call:
		c := &Call{Name: x.Name, Arguments: make([]Expr, len(x.Arguments))}
		for i, a := range x.Arguments {
			c.Arguments[i] = CloneExpr(a)
		}
		return c
	case *Exists:
		return &Exists{Clone(x.Pattern), x.Negated}
	case *Aggregate:
		c := *x
		c.Arg = CloneExpr(x.Arg)
		return &c
	}
	panic(fmt.Sprintf("algebra: unknown expression %T", e))
}

// ClonePath returns a deep copy of p.
func ClonePath(p Path) Path {
	switch x := p.(type) {
	case nil:
		return nil
	case *PathLink:
		c := *x
		return &c
	case *PathInverse:
		return &PathInverse{ClonePath(x.Path)}
	case *PathSequence:
		return &PathSequence{ClonePath(x.First), ClonePath(x.Second)}
	case *PathAlternative:
		return &PathAlternative{ClonePath(x.Left), ClonePath(x.Right)}
	case *PathRepeat:
		return &PathRepeat{ClonePath(x.Path), x.Min, x.Max}
	case *PathNegated:
		return &PathNegated{slices.Clone(x.Forward), slices.Clone(x.Inverse)}
	}
	panic(fmt.Sprintf("algebra: unknown path %T", p))
}
