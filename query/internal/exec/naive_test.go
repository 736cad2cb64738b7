package exec

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// solution is a row of the naive evaluator.
type solution map[algebra.Var]encoded.Term

func compatible(a, b solution) bool {
	for v, t := range a {
		if u, ok := b[v]; ok && u != t {
			return false
		}
	}
	return true
}

func merge(a, b solution) solution {
	m := solution{}
	for v, t := range a {
		m[v] = t
	}
	for v, t := range b {
		m[v] = t
	}
	return m
}

// naive evaluates trees by the definitions of the specification, with nested
// loops. It shares no code with the operators, except for expressions.
type naive struct {
	t     *testing.T
	quads []graph.Quad
	terms *eval.Terms
	env   *eval.Env
	graph graph.Term
}

func (e *naive) id(t graph.Term) encoded.Term {
	id, err := e.terms.Encode(t)
	if err != nil {
		e.t.Fatal(err)
	}
	return id
}

func (e *naive) triples() []graph.Quad {
	var out []graph.Quad
	for _, q := range e.quads {
		if q.Graph.Equal(e.graph) {
			out = append(out, q)
		}
	}
	return out
}

func (e *naive) match(n algebra.Node, t graph.Term, s solution) (solution, bool) {
	switch {
	case n.IsVar():
		id := e.id(t)
		if old, ok := s[n.Var]; ok {
			return s, old == id
		}
		return merge(s, solution{n.Var: id}), true
	case n.Triple != nil:
		if !t.IsTriple() {
			return s, false
		}
		tt := t.Triple()
		ok := true
		for _, p := range []struct {
			n algebra.Node
			t graph.Term
		}{{n.Triple.Subject, tt.Subject}, {n.Triple.Predicate, tt.Predicate}, {n.Triple.Object, tt.Object}} {
			if s, ok = e.match(p.n, p.t, s); !ok {
				return s, false
			}
		}
		return s, true
	}
	return s, n.Term.Equal(t)
}

func (e *naive) bgp(ps []algebra.TriplePattern) []solution {
	out := []solution{{}}
	for _, p := range ps {
		var next []solution
		for _, s := range out {
			for _, q := range e.triples() {
				m, ok := e.match(p.Subject, q.Subject, s)
				if ok {
					m, ok = e.match(p.Predicate, q.Predicate, m)
				}
				if ok {
					m, ok = e.match(p.Object, q.Object, m)
				}
				if ok {
					next = append(next, m)
				}
			}
		}
		out = next
	}
	return out
}

func (e *naive) value(x algebra.Expr, s solution) encoded.Term {
	var schema []algebra.Var
	var cols [][]encoded.Term
	for v, t := range s {
		schema = append(schema, v)
		cols = append(cols, []encoded.Term{t})
	}
	env := *e.env
	env.Exists = func(_ context.Context, ex *algebra.Exists, _ []algebra.Var, _ [][]encoded.Term, _ int, out []bool) error {
		found := false
		for _, r := range e.eval(ex.Pattern) {
			found = found || compatible(r, s) // enough for patterns that do not look at s
		}
		out[0] = found
		return nil
	}
	c, err := eval.Compile(x, schema, &env)
	if err != nil {
		e.t.Fatal(err)
	}
	var out [1]encoded.Term
	if err := c.Eval(context.Background(), cols, 1, out[:]); err != nil {
		e.t.Fatal(err)
	}
	return out[0]
}

func (e *naive) holds(x algebra.Expr, s solution) bool {
	if x == nil {
		return true
	}
	var schema []algebra.Var
	var cols [][]encoded.Term
	for v, t := range s {
		schema = append(schema, v)
		cols = append(cols, []encoded.Term{t})
	}
	env := *e.env
	env.Exists = func(_ context.Context, ex *algebra.Exists, _ []algebra.Var, _ [][]encoded.Term, _ int, out []bool) error {
		for _, r := range e.eval(ex.Pattern) {
			out[0] = out[0] || compatible(r, s)
		}
		return nil
	}
	c, err := eval.Compile(x, schema, &env)
	if err != nil {
		e.t.Fatal(err)
	}
	keep, err := c.Filter(context.Background(), cols, 1, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	return len(keep) == 1
}

func (e *naive) eval(op algebra.Op) []solution {
	var out []solution
	switch o := op.(type) {
	case *algebra.BGP:
		return e.bgp(o.Patterns)
	case *algebra.Scan:
	next:
		for _, s := range e.bgp([]algebra.TriplePattern{o.Pattern}) {
			for _, r := range o.Ranges {
				if !slices.ContainsFunc(r.Ranges, func(x encoded.Range) bool { return x.Contains(s[r.Var]) }) {
					continue next
				}
			}
			for _, v := range o.Unneeded {
				delete(s, v)
			}
			out = append(out, s)
		}
	case *algebra.MultiJoin:
		var ps []algebra.TriplePattern
		for _, s := range o.Scans {
			ps = append(ps, s.Pattern)
		}
		return e.bgp(ps)
	case *algebra.PathPattern:
		return e.path(o)
	case *algebra.Join:
		for _, l := range e.eval(o.Left) {
			for _, r := range e.eval(o.Right) {
				if compatible(l, r) {
					out = append(out, merge(l, r))
				}
			}
		}
	case *algebra.LeftJoin:
		return e.eval(&algebra.PhysicalJoin{Kind: algebra.LeftOuterJoin, Left: o.Left, Right: o.Right, Condition: o.Condition})
	case *algebra.Minus:
		return e.eval(&algebra.PhysicalJoin{Kind: algebra.MinusJoin, Left: o.Left, Right: o.Right})
	case *algebra.PhysicalJoin:
		right := e.eval(o.Right)
		for _, l := range e.eval(o.Left) {
			found := false
			for _, r := range right {
				if !compatible(l, r) || !e.holds(o.Condition, merge(l, r)) {
					continue
				}
				shares := false
				for v := range r {
					_, ok := l[v]
					shares = shares || ok
				}
				if o.Kind == algebra.MinusJoin && !shares {
					continue
				}
				found = true
				if o.Kind == algebra.InnerJoin || o.Kind == algebra.LeftOuterJoin {
					out = append(out, merge(l, r))
				}
			}
			switch o.Kind {
			case algebra.LeftOuterJoin, algebra.AntiJoin, algebra.MinusJoin:
				if !found {
					out = append(out, l)
				}
			case algebra.SemiJoin:
				if found {
					out = append(out, l)
				}
			}
		}
	case *algebra.Filter:
		for _, s := range e.eval(o.Input) {
			if e.holds(o.Condition, s) {
				out = append(out, s)
			}
		}
	case *algebra.Union:
		for _, b := range o.Branches {
			out = append(out, e.eval(b)...)
		}
	case *algebra.Extend:
		for _, s := range e.eval(o.Input) {
			if t := e.value(o.Expr, s); t != encoded.Undefined {
				s = merge(s, solution{o.Var: t})
			}
			out = append(out, s)
		}
	case *algebra.Table:
		for _, r := range o.Rows {
			s := solution{}
			for i, t := range r {
				if !t.IsZero() {
					s[o.Vars[i]] = e.id(t)
				}
			}
			out = append(out, s)
		}
	case *algebra.Graph:
		if !o.Name.IsVar() {
			old := e.graph
			e.graph = o.Name.Term
			if len(e.triples()) > 0 {
				out = e.eval(o.Input)
			}
			e.graph = old
			return out
		}
		seen := map[graph.Term]bool{{}: true}
		for _, q := range e.quads {
			if seen[q.Graph] {
				continue
			}
			seen[q.Graph] = true
			name := solution{o.Name.Var: e.id(q.Graph)}
			for _, s := range e.eval(&algebra.Graph{Name: algebra.TermNode(q.Graph), Input: o.Input}) {
				if compatible(s, name) {
					out = append(out, merge(s, name))
				}
			}
		}
	case *algebra.Project:
		for _, s := range e.eval(o.Input) {
			p := solution{}
			for _, v := range o.Vars {
				if t, ok := s[v]; ok {
					p[v] = t
				}
			}
			out = append(out, p)
		}
	case *algebra.Distinct:
		seen := map[string]bool{}
		for _, s := range e.eval(o.Input) {
			if k := text(s); !seen[k] {
				seen[k] = true
				out = append(out, s)
			}
		}
	case *algebra.Group:
		groups := map[string][]solution{}
		keys := map[string]solution{}
		var names []string
		if len(o.Keys) == 0 {
			names, keys[""] = []string{""}, solution{}
		}
		for _, s := range e.eval(o.Input) {
			k := solution{}
			for _, g := range o.Keys {
				if t := e.value(g.Expr, s); t != encoded.Undefined {
					k[g.Var] = t
				}
			}
			name := ""
			if len(o.Keys) > 0 {
				name = "k" + text(k)
			}
			if _, ok := keys[name]; !ok {
				names = append(names, name)
				keys[name] = k
			}
			groups[name] = append(groups[name], s)
		}
		for _, name := range names {
			s := merge(keys[name], nil)
			for _, a := range o.Aggs {
				if a.Agg.Name != "COUNT" {
					e.t.Fatalf("naive: %s", a.Agg.Name)
				}
				n := 0
				seen := map[string]bool{}
				for _, g := range groups[name] {
					k := text(g)
					if a.Agg.Arg != nil {
						v := e.value(a.Agg.Arg, g)
						if v == encoded.Undefined {
							continue
						}
						k = v.String()
					}
					if a.Agg.Distinct && seen[k] {
						continue
					}
					seen[k] = true
					n++
				}
				s[a.Var] = e.id(graph.Literal(fmt.Sprint(n), graph.XSDInteger))
			}
			out = append(out, s)
		}
	default:
		e.t.Fatalf("naive: %T", op)
	}
	return out
}

// path evaluates a path pattern on pairs of terms.
func (e *naive) path(o *algebra.PathPattern) []solution {
	var out []solution
	var extra []graph.Term
	for _, n := range []algebra.Node{o.Subject, o.Object} {
		if !n.IsVar() {
			extra = append(extra, n.Term)
		}
	}
	for _, p := range e.pairs(o.Path, extra) {
		s, ok := e.match(o.Subject, p[0], solution{})
		if ok {
			s, ok = e.match(o.Object, p[1], s)
		}
		if ok {
			out = append(out, s)
		}
	}
	return out
}

func (e *naive) nodes(extra []graph.Term) []graph.Term {
	seen := map[graph.Term]bool{}
	var out []graph.Term
	add := func(t graph.Term) {
		if !seen[t.Key()] {
			seen[t.Key()] = true
			out = append(out, t)
		}
	}
	for _, q := range e.triples() {
		add(q.Subject)
		add(q.Object)
	}
	for _, t := range extra {
		add(t)
	}
	return out
}

func (e *naive) pairs(p algebra.Path, extra []graph.Term) [][2]graph.Term {
	var out [][2]graph.Term
	switch p := p.(type) {
	case *algebra.PathLink:
		for _, q := range e.triples() {
			if q.Predicate.Equal(p.Predicate) {
				out = append(out, [2]graph.Term{q.Subject, q.Object})
			}
		}
	case *algebra.PathInverse:
		for _, r := range e.pairs(p.Path, extra) {
			out = append(out, [2]graph.Term{r[1], r[0]})
		}
	case *algebra.PathSequence:
		for _, a := range e.pairs(p.First, extra) {
			for _, b := range e.pairs(p.Second, extra) {
				if a[1].Equal(b[0]) {
					out = append(out, [2]graph.Term{a[0], b[1]})
				}
			}
		}
	case *algebra.PathAlternative:
		return append(e.pairs(p.Left, extra), e.pairs(p.Right, extra)...)
	case *algebra.PathNegated:
		has := func(ts []graph.Term, t graph.Term) bool {
			return slices.ContainsFunc(ts, func(u graph.Term) bool { return u.Equal(t) })
		}
		for _, q := range e.triples() {
			if (p.Forward != nil || p.Inverse == nil) && !has(p.Forward, q.Predicate) {
				out = append(out, [2]graph.Term{q.Subject, q.Object})
			}
			if p.Inverse != nil && !has(p.Inverse, q.Predicate) {
				out = append(out, [2]graph.Term{q.Object, q.Subject})
			}
		}
	case *algebra.PathRepeat:
		edges := map[graph.Term][]graph.Term{}
		for _, r := range e.pairs(p.Path, extra) {
			edges[r[0].Key()] = append(edges[r[0].Key()], r[1])
		}
		for _, start := range e.nodes(extra) {
			// level holds what is exactly n steps away; reached all with n >= Min.
			level := map[graph.Term]graph.Term{start.Key(): start}
			reached := map[graph.Term]graph.Term{}
			for n := 0; (p.Max < 0 || n <= p.Max) && n < 50; n++ {
				if n >= p.Min {
					for k, t := range level {
						reached[k] = t
					}
				}
				next := map[graph.Term]graph.Term{}
				for k := range level {
					for _, t := range edges[k] {
						next[t.Key()] = t
					}
				}
				level = next
			}
			for _, t := range reached {
				out = append(out, [2]graph.Term{start, t})
			}
		}
	}
	return out
}

func (f *fixture) naive(op algebra.Op) []solution {
	t, ok := f.t.(*testing.T)
	if !ok {
		f.t.Fatal("not in benchmarks")
	}
	e := &naive{t: t, quads: dedup(f.quads), terms: f.env.Eval.Terms, env: f.env.Eval}
	return e.eval(op)
}
