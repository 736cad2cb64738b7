package exec

import (
	"github.com/ententedb/entente/query/algebra"
)

// need is the set of variables that an operator's reader looks at; nil is all
// of them. An operator may leave the others out of its schema, as long as the number of
// solutions stays the same: so a count over a join need not enumerate its pairs.
type need map[algebra.Var]bool

func (n need) has(v algebra.Var) bool { return n == nil || n[v] }

// with returns the set with more variables.
func (n need) with(vars ...algebra.Var) need {
	if n == nil {
		return nil
	}
	m := make(need, len(n)+len(vars))
	for v := range n {
		m[v] = true
	}
	for _, v := range vars {
		m[v] = true
	}
	return m
}

// withExprs returns the set with the variables that expressions mention.
func (n need) withExprs(exprs ...algebra.Expr) need {
	for _, e := range exprs {
		if e != nil && n != nil {
			n = n.with(algebra.ExprVars(e)...)
		}
	}
	return n
}

// needs reports whether the reader of the operator being built looks at v.
func (b *builder) needs(v algebra.Var) bool {
	return b.need.has(v) || b.scope.kind == scopeNamed && v == b.scope.v
}

// buildNeeding builds an operator of which only some variables are looked at.
func (b *builder) buildNeeding(op algebra.Op, n need) (*node, error) {
	c := *b
	c.need = n
	return c.build(op)
}

// buildAll builds an operator of which all variables are looked at.
func (b *builder) buildAll(op algebra.Op) (*node, error) { return b.buildNeeding(op, nil) }
