package query

import (
	"fmt"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// hints explains an empty answer, as far as that can be told.
func (r *run) hints() ([]string, error) {
	if r.clause.Given || r.config.union {
		return nil, nil
	}
	graphs := false
	var predicates []graph.Term
	algebra.Walk(r.query.Root, func(op algebra.Op) bool {
		switch o := op.(type) {
		case *algebra.Graph:
			graphs = true
		case *algebra.BGP:
			for _, p := range o.Patterns {
				if p.Predicate.Term.Kind() == graph.KindIRI {
					predicates = append(predicates, p.Predicate.Term)
				}
			}
		}
		return !graphs
	})
	t, err := r.ds.Totals()
	switch {
	case err != nil || graphs || t.Quads == 0:
		return nil, err
	case t.DefaultQuads > 0 && r.query.Form == FormAsk: // no is an answer
		return nil, nil
	case t.DefaultQuads > 0:
		return r.unknownPredicates(predicates)
	}
	return []string{fmt.Sprintf("the default graph is empty, but %d named graphs hold %d quads: "+
		"ask with GRAPH ?g { … }, or make the default graph the union of all graphs", t.Graphs, t.Quads)}, nil
}

// unknownPredicates tells which predicates no statement has: most are misspelt.
func (r *run) unknownPredicates(predicates []graph.Term) (hints []string, err error) {
	seen := map[graph.Term]bool{}
	for _, p := range predicates {
		if seen[p] {
			continue
		}
		seen[p] = true
		id, ok, err := r.ds.Encode(p)
		if err != nil {
			return nil, err
		}
		if ok {
			stats, err := r.ds.Predicate(id)
			if err != nil {
				return nil, err
			}
			ok = stats.Triples > 0
		}
		if !ok {
			hints = append(hints, fmt.Sprintf("no statement has the predicate %s", p))
		}
	}
	return hints, nil
}
