package eval

import (
	"context"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// Env is what the expressions of one query share. It is read-only once the
// first expression is compiled; its functions must be safe for concurrent use.
type Env struct {
	// Terms is the term table of the query.
	Terms *Terms
	// Now is the value of NOW(), one for the whole query.
	Now time.Time
	// Base is the base IRI against which IRI() resolves; "" for none.
	Base string
	// Rand returns a number in [0, 1). Nil is math/rand/v2.Float64.
	Rand func() float64
	// Exists decides for each of n solutions, given as columns of schema, whether the
	// pattern of e has a match; e.Negated is not its business. Nil makes
	// EXISTS an error at Compile.
	Exists func(ctx context.Context, e *algebra.Exists, schema []algebra.Var, cols [][]encoded.Term, n int, out []bool) error
	// Functions are the extension functions, by IRI.
	Functions map[string]Function
}

// Function is an extension function. An argument that is an error keeps it
// from being called. An error is an error of the expression, not of the query.
type Function func(args []graph.Term) (graph.Term, error)
