package reference

import (
	"fmt"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// path evaluates a property path (18.4) from every node that could be its start.
func (e *evaluator) path(o *algebra.PathPattern, g triples) []Solution {
	var nodes []graph.Term
	add := func(t graph.Term) {
		if !contains(nodes, t) {
			nodes = append(nodes, t)
		}
	}
	for _, t := range g {
		add(t.Subject)
		add(t.Object)
	}
	for _, n := range []algebra.Node{o.Subject, o.Object} {
		if !n.IsVar() {
			add(n.Term)
		}
	}
	var out []Solution
	for _, start := range nodes {
		m, ok := match(o.Subject, start, Solution{})
		if !ok {
			continue
		}
		for _, end := range steps(o.Path, start, g, o, nodes) {
			if n, ok := match(o.Object, end, m); ok {
				out = append(out, n)
			}
		}
		check(out)
	}
	// A term that the graph does not hold is a node only where it is written
	// at both ends or at the end that a zero-length path starts from.
	return out
}

// steps returns the ends of the path from start, with duplicates where the
// specification has them.
func steps(p algebra.Path, start graph.Term, g triples, o *algebra.PathPattern, nodes []graph.Term) []graph.Term {
	var out []graph.Term
	switch x := p.(type) {
	case *algebra.PathLink:
		for _, t := range g {
			if t.Predicate.Equal(x.Predicate) && t.Subject.Equal(start) {
				out = append(out, t.Object)
			}
		}
	case *algebra.PathInverse:
		// Every node from which the path leads to start.
		for _, n := range nodes {
			for _, end := range steps(x.Path, n, g, o, nodes) {
				if end.Equal(start) {
					out = append(out, n)
				}
			}
		}
	case *algebra.PathSequence:
		for _, m := range steps(x.First, start, g, o, nodes) {
			out = append(out, steps(x.Second, m, g, o, nodes)...)
		}
	case *algebra.PathAlternative:
		out = append(steps(x.Left, start, g, o, nodes), steps(x.Right, start, g, o, nodes)...)
	case *algebra.PathNegated:
		for _, t := range g {
			if t.Subject.Equal(start) && (x.Forward != nil || x.Inverse == nil) && !contains(x.Forward, t.Predicate) {
				out = append(out, t.Object)
			}
			if x.Inverse != nil && t.Object.Equal(start) && !contains(x.Inverse, t.Predicate) {
				out = append(out, t.Subject)
			}
		}
	case *algebra.PathRepeat:
		var reached []graph.Term
		if x.Min == 0 {
			reached = append(reached, start)
		}
		frontier := []graph.Term{start}
		visited := map[string]bool{}
		for n := 1; (x.Max < 0 || n <= x.Max) && len(frontier) > 0; n++ {
			var next []graph.Term
			for _, f := range frontier {
				for _, t := range steps(x.Path, f, g, o, nodes) {
					if !visited[t.String()] {
						visited[t.String()] = true
						next = append(next, t)
					}
				}
			}
			for _, t := range next {
				if !contains(reached, t) {
					reached = append(reached, t)
				}
			}
			frontier = next
		}
		return reached
	default:
		panic(fmt.Errorf("reference: path %T", p))
	}
	if len(out) > limit {
		panic(ErrTooLarge)
	}
	return out
}
