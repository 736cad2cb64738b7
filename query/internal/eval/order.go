package eval

import "github.com/ententedb/entente/graph/encoded"

// Comparer puts terms into the order of ORDER BY (15.1): unbound, blank nodes,
// IRIs, literals, triple terms; within literals by value where "<" has a meaning; the rest in
// a fixed order of our own, so that it is total: Compare is 0 only for equal ids
// and for numbers of equal value. It is safe for concurrent use.
type Comparer struct{ terms *Terms }

// NewComparer returns the order of the terms of one query.
func NewComparer(terms *Terms) *Comparer { return &Comparer{terms} }

// Compare returns a negative number if a comes before b, 0 if neither comes
// first, and a positive number if b comes before a.
func (c *Comparer) Compare(a, b encoded.Term) (int, error) { panic("not yet") }

// SortKeys writes to out, for each id, a number that respects the order:
// keys[a] < keys[b] means that a comes before b; where keys are equal, ask Compare.
func (c *Comparer) SortKeys(ids []encoded.Term, out []uint64) error { panic("not yet") }
