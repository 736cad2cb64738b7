package eval

import (
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// Accumulator computes one aggregate of one group (18.6.1). It is used by one
// goroutine at a time.
type Accumulator interface {
	// Add adds the value of the aggregate's expression in n solutions; v is Undefined
	// where the expression is an error. For COUNT(*) v is ignored; for
	// COUNT(DISTINCT *) add each distinct solution once.
	Add(v encoded.Term, n uint32) error
	// AddAll adds a column of values; counts is nil for 1 each.
	AddAll(vs []encoded.Term, counts []uint32) error
	// Result returns the value of the aggregate, Undefined for an error.
	Result() (encoded.Term, error)
	// Size returns the approximate number of bytes held.
	Size() int
}

// NewAccumulator returns an empty accumulator. It fails for an unknown name.
func NewAccumulator(a *algebra.Aggregate, env *Env) (Accumulator, error) { panic("not yet") }
