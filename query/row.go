package query

import "github.com/ententedb/entente/graph"

// Row is one solution. It is valid until the next row is asked for; its terms
// may be kept.
type Row struct {
	vars  []string
	terms []graph.Term
}

// Get returns the term bound to a variable, named without "?"; the zero Term
// if it is unbound or not in the result.
func (r Row) Get(name string) graph.Term {
	for i, v := range r.vars {
		if v == name {
			return r.terms[i]
		}
	}
	return graph.Term{}
}

// Terms returns the terms in the sequence of Results.Vars, zero where unbound.
// The slice is overwritten by the next row.
func (r Row) Terms() []graph.Term { return r.terms }
