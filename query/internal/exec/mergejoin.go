package exec

import (
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

func newMergeJoin(b *builder, kind algebra.JoinKind, left, right *node, cond *eval.Expression, shape *joinShape) *node {
	return nil
}
