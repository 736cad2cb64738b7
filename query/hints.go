package query

import (
	"fmt"

	"github.com/ententedb/entente/query/algebra"
)

// hints explains an empty answer, as far as that can be told.
func (r *run) hints() ([]string, error) {
	if r.clause.Given || r.config.union {
		return nil, nil
	}
	graphs := false
	algebra.Walk(r.query.Root, func(op algebra.Op) bool {
		_, ok := op.(*algebra.Graph)
		graphs = graphs || ok
		return !graphs
	})
	t, err := r.ds.Totals()
	if err != nil || graphs || t.DefaultQuads > 0 || t.Quads == 0 {
		return nil, err
	}
	return []string{fmt.Sprintf("the default graph is empty, but %d named graphs hold %d quads: "+
		"ask with GRAPH ?g { … }, or make the default graph the union of all graphs", t.Graphs, t.Quads)}, nil
}
