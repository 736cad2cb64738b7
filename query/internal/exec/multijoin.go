package exec

import (
	"github.com/ententedb/entente/query/algebra"
)

func (b *builder) multiJoin(o *algebra.MultiJoin) (*node, error) {
	var patterns []algebra.TriplePattern
	for _, s := range o.Scans {
		patterns = append(patterns, s.Pattern)
	}
	return b.bgp(patterns)
}
