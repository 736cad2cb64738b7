package plan

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// flatten takes triple terms that hold variables out of a pattern: each becomes a hidden
// variable and a pattern over the triple terms of the dataset, of which it is
// the fourth place. A triple term without variables is a term.
//
//	?r rdf:reifies <<( ?s ?p ?o )>>  ==>  ?r rdf:reifies ?.t  joined with  (?s ?p ?o) as ?.t
func (p *planner) flatten(t algebra.TriplePattern, out []leaf) []leaf {
	place := func(n algebra.Node) algebra.Node {
		if n.Triple == nil {
			return n
		}
		if g, ok := ground(n); ok {
			return g
		}
		v := algebra.VarNode(p.newVar())
		out = p.flatten(*n.Triple, out)
		// The last one added is the triple itself; make it a triple term.
		last := &out[len(out)-1]
		last.triples, last.tripleTerm = true, v
		return v
	}
	l := leaf{}
	l.pattern.Subject = place(t.Subject)
	l.pattern.Predicate = place(t.Predicate)
	l.pattern.Object = place(t.Object)
	return append(out, l)
}

// ground returns the node of a triple term without variables as one term.
func ground(n algebra.Node) (algebra.Node, bool) {
	if n.Triple == nil {
		return n, !n.IsVar()
	}
	s, ok1 := ground(n.Triple.Subject)
	pr, ok2 := ground(n.Triple.Predicate)
	o, ok3 := ground(n.Triple.Object)
	if !ok1 || !ok2 || !ok3 {
		return n, false
	}
	return algebra.TermNode(graph.TripleTerm(s.Term, pr.Term, o.Term)), true
}
