package eval

import (
	"context"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// Expression is a compiled expression. It keeps scratch space and memos, so it
// is used by one goroutine at a time; compile once for each goroutine.
type Expression struct {
	root node
	env  *Env
}

// Compile compiles e for solutions whose columns are those of schema, in its
// sequence. Variables that are not in the schema are unbound. It fails for an
// unknown function, a wrong number of arguments, and an aggregate.
func Compile(e algebra.Expr, schema []algebra.Var, env *Env) (*Expression, error) {
	panic("not yet")
}

// Eval computes the value for each of the first n rows of cols and writes them
// to out[:n]: Undefined for an error. A nil column is unbound in every row. out
// must not overlap a column that the expression reads.
func (x *Expression) Eval(ctx context.Context, cols [][]encoded.Term, n int, out []encoded.Term) error {
	panic("not yet")
}

// Filter appends to keep the indexes, ascending, of those of the first n rows
// for which the effective boolean value is true.
func (x *Expression) Filter(ctx context.Context, cols [][]encoded.Term, n int, keep []int32) ([]int32, error) {
	panic("not yet")
}

// Vars returns the indexes of the columns that the expression reads, ascending;
// EXISTS reads all of them.
func (x *Expression) Vars() []int { panic("not yet") }

type node interface{}

// Fold returns e with constant sub-expressions computed. What depends on the
// query's run (NOW, RAND, UUID, BNODE, IRI resolution, EXISTS, extension functions) stays. It
// never changes e in place.
func Fold(e algebra.Expr) algebra.Expr { return e }
