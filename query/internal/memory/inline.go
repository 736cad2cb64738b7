package memory

import (
	"fmt"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// inline returns the inline form of a term, if it has one.
func inline(t graph.Term) (encoded.Term, bool) { return 0, false }

// outline returns the term of an inline form.
func outline(e encoded.Term) (graph.Term, error) {
	return graph.Term{}, fmt.Errorf("memory: no inline term %v", e)
}
