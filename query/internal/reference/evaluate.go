package reference

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// Solution binds variables to terms. An unbound variable has no entry.
type Solution map[algebra.Var]graph.Term

// ErrTooLarge stops an evaluation whose intermediate results pass the limit.
var ErrTooLarge = errors.New("reference: too many solutions")

// limit is the greatest number of solutions of any operator.
const limit = 20_000

// Dataset is what a query is evaluated over.
type Dataset struct {
	Quads []graph.Quad
	// Union makes the default graph the union of all.
	Union bool
	// Clause is FROM and FROM NAMED.
	Clause algebra.DatasetClause
}

// Evaluate returns the solutions of a tree of logical operators over a
// dataset. It panics with an error for what it cannot evaluate.
func Evaluate(d *Dataset, root algebra.Op) (solutions []Solution, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(error)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	e := &evaluator{data: d}
	return e.eval(root, e.defaultGraph()), nil
}

// evaluator holds the dataset; triples is a graph as a set.
type evaluator struct{ data *Dataset }

type triples []graph.Triple

func (e *evaluator) graph(in func(g graph.Term) bool) triples {
	var out triples
	seen := map[string]bool{}
	for _, q := range e.data.Quads {
		t := graph.Triple{Subject: q.Subject, Predicate: q.Predicate, Object: q.Object}
		key := t.Subject.String() + " " + t.Predicate.String() + " " + t.Object.String()
		if in(q.Graph) && !seen[key] {
			seen[key] = true
			out = append(out, t)
		}
	}
	return out
}

func contains(list []graph.Term, t graph.Term) bool {
	return slices.ContainsFunc(list, func(x graph.Term) bool { return x.Equal(t) })
}

func (e *evaluator) defaultGraph() triples {
	c := e.data.Clause
	return e.graph(func(g graph.Term) bool {
		switch {
		case c.Given:
			return contains(c.Default, g)
		case e.data.Union:
			return true
		}
		return g.IsZero()
	})
}

// names returns the named graphs.
func (e *evaluator) names() []graph.Term {
	var out []graph.Term
	for _, q := range e.data.Quads {
		if !q.Graph.IsZero() && !contains(out, q.Graph) && (!e.data.Clause.Given || contains(e.data.Clause.Named, q.Graph)) {
			out = append(out, q.Graph)
		}
	}
	return out
}

func check(s []Solution) []Solution {
	if len(s) > limit {
		panic(ErrTooLarge)
	}
	return s
}

func (s Solution) with(v algebra.Var, t graph.Term) Solution {
	c := make(Solution, len(s)+1)
	for k, x := range s {
		c[k] = x
	}
	c[v] = t
	return c
}

// compatible reports whether two solutions agree on what both bind (18.3).
func compatible(a, b Solution) bool {
	for v, t := range a {
		if u, ok := b[v]; ok && !t.Equal(u) {
			return false
		}
	}
	return true
}

func merge(a, b Solution) Solution {
	c := make(Solution, len(a)+len(b))
	for v, t := range a {
		c[v] = t
	}
	for v, t := range b {
		c[v] = t
	}
	return c
}

func (e *evaluator) eval(op algebra.Op, g triples) []Solution {
	switch o := op.(type) {
	case *algebra.BGP:
		out := []Solution{{}}
		for _, p := range o.Patterns {
			var next []Solution
			for _, s := range out {
				for _, t := range g {
					if m, ok := match(p.Subject, t.Subject, s); ok {
						if m, ok = match(p.Predicate, t.Predicate, m); ok {
							if m, ok = match(p.Object, t.Object, m); ok {
								next = append(next, m)
							}
						}
					}
				}
			}
			out = check(next)
		}
		return out
	case *algebra.PathPattern:
		return e.path(o, g)
	case *algebra.Join:
		return join(e.eval(o.Left, g), e.eval(o.Right, g))
	case *algebra.LeftJoin:
		left, right := e.eval(o.Left, g), e.eval(o.Right, g)
		var out []Solution
		for _, l := range left {
			found := false
			for _, r := range right {
				if !compatible(l, r) {
					continue
				}
				m := merge(l, r)
				if o.Condition == nil || e.holds(o.Condition, m, g) {
					out = append(out, m)
					found = true
				}
			}
			if !found {
				out = append(out, l)
			}
			check(out)
		}
		return out
	case *algebra.Filter:
		var out []Solution
		for _, s := range e.eval(o.Input, g) {
			if e.holds(o.Condition, s, g) {
				out = append(out, s)
			}
		}
		return out
	case *algebra.Union:
		var out []Solution
		for _, b := range o.Branches {
			out = append(out, e.eval(b, g)...)
		}
		return check(out)
	case *algebra.Minus:
		right := e.eval(o.Right, g)
		var out []Solution
		for _, l := range e.eval(o.Left, g) {
			if !slices.ContainsFunc(right, func(r Solution) bool { return compatible(l, r) && shares(l, r) }) {
				out = append(out, l)
			}
		}
		return out
	case *algebra.Graph:
		var out []Solution
		for _, name := range e.names() {
			if !o.Name.IsVar() && !o.Name.Term.Equal(name) {
				continue
			}
			inner := e.eval(o.Input, e.graph(func(x graph.Term) bool { return x.Equal(name) }))
			if o.Name.IsVar() {
				inner = join(inner, []Solution{{o.Name.Var: name}})
			}
			out = append(out, inner...)
		}
		return check(out)
	case *algebra.Extend:
		var out []Solution
		for _, s := range e.eval(o.Input, g) {
			if t, err := e.value(o.Expr, s, g); err == nil {
				s = s.with(o.Var, t)
			}
			out = append(out, s)
		}
		return out
	case *algebra.Table:
		var out []Solution
		for _, r := range o.Rows {
			s := Solution{}
			for i, v := range o.Vars {
				if !r[i].IsZero() {
					s[v] = r[i]
				}
			}
			out = append(out, s)
		}
		return out
	case *algebra.Lateral:
		var out []Solution
		for _, l := range e.eval(o.Left, g) {
			out = append(out, join([]Solution{l}, e.eval(substitute(algebra.Clone(o.Right), l), g))...)
			check(out)
		}
		return out
	case *algebra.Group:
		return e.group(o, g)
	case *algebra.OrderBy:
		out := slices.Clone(e.eval(o.Input, g))
		slices.SortStableFunc(out, func(a, b Solution) int { return e.order(o.Keys, a, b, g) })
		return out
	case *algebra.Project:
		var out []Solution
		for _, s := range e.eval(o.Input, g) {
			p := Solution{}
			for _, v := range o.Vars {
				if t, ok := s[v]; ok {
					p[v] = t
				}
			}
			out = append(out, p)
		}
		return out
	case *algebra.Distinct:
		var out []Solution
		seen := map[string]bool{}
		for _, s := range e.eval(o.Input, g) {
			if k := s.Key(); !seen[k] {
				seen[k] = true
				out = append(out, s)
			}
		}
		return out
	case *algebra.Reduced:
		return e.eval(o.Input, g)
	case *algebra.Slice:
		in := e.eval(o.Input, g)
		in = in[min(int64(len(in)), o.Offset):]
		if o.Limit >= 0 {
			in = in[:min(int64(len(in)), o.Limit)]
		}
		return in
	}
	panic(fmt.Errorf("reference: operator %T", op))
}

func join(left, right []Solution) []Solution {
	var out []Solution
	for _, l := range left {
		for _, r := range right {
			if compatible(l, r) {
				out = append(out, merge(l, r))
			}
		}
		check(out)
	}
	return out
}

func shares(a, b Solution) bool {
	for v := range a {
		if _, ok := b[v]; ok {
			return true
		}
	}
	return false
}

// match extends s so that the node is the term.
func match(n algebra.Node, t graph.Term, s Solution) (Solution, bool) {
	switch {
	case n.Triple != nil:
		if !t.IsTriple() {
			return nil, false
		}
		tt := t.Triple()
		m, ok := match(n.Triple.Subject, tt.Subject, s)
		if ok {
			m, ok = match(n.Triple.Predicate, tt.Predicate, m)
		}
		if ok {
			m, ok = match(n.Triple.Object, tt.Object, m)
		}
		return m, ok
	case n.IsVar():
		if old, ok := s[n.Var]; ok {
			return s, old.Equal(t)
		}
		return s.with(n.Var, t), true
	}
	return s, n.Term.Equal(t)
}

// Key is a text that equal solutions share.
func (s Solution) Key() string {
	var vars []algebra.Var
	for v := range s {
		vars = append(vars, v)
	}
	slices.Sort(vars)
	k := ""
	for _, v := range vars {
		k += string(v) + "=" + s[v].String() + "; "
	}
	return k
}
