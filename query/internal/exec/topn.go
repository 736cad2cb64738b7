package exec

import (
	"github.com/ententedb/entente/query/algebra"
)

func (b *builder) topN(o *algebra.TopN) (*node, error) {
	in, err := b.orderBy(&algebra.OrderBy{Input: o.Input, Keys: o.Keys})
	if err != nil {
		return nil, err
	}
	return newSlice(in, o.Offset, o.Limit), nil
}
