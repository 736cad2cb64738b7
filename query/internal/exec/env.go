package exec

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/dataset"
	"github.com/ententedb/entente/query/internal/eval"
)

// ErrMemory is returned when an operator that cannot spill would pass the memory budget.
var ErrMemory = errors.New("exec: memory budget passed")

// Env is what the operators of one query share.
type Env struct {
	Dataset dataset.Dataset
	// Eval is the environment of expressions. Its Exists is set by Build.
	Eval *eval.Env
	// Budget is the memory that the query may use; nil is unlimited.
	Budget *Budget
	// Clause is FROM and FROM NAMED.
	Clause algebra.DatasetClause
	// Union makes the default graph the union of all graphs, where there is no Clause.
	Union bool
	// Bindings are values put in place of variables (parameters) in the whole query.
	Bindings map[algebra.Var]encoded.Term
	// Service answers SERVICE; nil is an error.
	Service ServiceFunc
	// SpillDir is the directory of temporary files; "" is the system's.
	SpillDir string
}

// ServiceFunc sends a pattern to the endpoint and calls add for each solution;
// terms are in the sequence of vars, zero where unbound. Bindings, where
// there are any, restrict the solutions that are wanted: one row each, over
// bound.
type ServiceFunc func(ctx context.Context, s *algebra.Service, endpoint string, vars []algebra.Var,
	bound []algebra.Var, bindings [][]graph.Term, add func(row []graph.Term) error) error

// Budget counts the bytes that a query holds. It is safe for concurrent use.
type Budget struct {
	limit, used, peak atomic.Int64
}

// NewBudget returns a budget of so many bytes; 0 or less is unlimited.
func NewBudget(bytes int64) *Budget {
	b := &Budget{}
	b.limit.Store(bytes)
	return b
}

// Reserve takes n bytes, or returns false and takes nothing.
func (b *Budget) Reserve(n int64) bool {
	if b == nil {
		return true
	}
	used := b.used.Add(n)
	if limit := b.limit.Load(); limit > 0 && used > limit {
		b.used.Add(-n)
		return false
	}
	for {
		peak := b.peak.Load()
		if used <= peak || b.peak.CompareAndSwap(peak, used) {
			return true
		}
	}
}

// Release gives n bytes back.
func (b *Budget) Release(n int64) {
	if b != nil {
		b.used.Add(-n)
	}
}

// Used returns the bytes held now.
func (b *Budget) Used() int64 {
	if b == nil {
		return 0
	}
	return b.used.Load()
}

// Peak returns the greatest number of bytes held at once.
func (b *Budget) Peak() int64 {
	if b == nil {
		return 0
	}
	return b.peak.Load()
}

// share is one operator's share of the budget.
type share struct {
	budget     *Budget
	held, peak int64
}

// set makes the operator hold n bytes. It returns false, and changes nothing,
// if the budget does not allow it.
func (m *share) set(n int64) bool {
	switch {
	case n > m.held:
		if !m.budget.Reserve(n - m.held) {
			return false
		}
	case n < m.held:
		m.budget.Release(m.held - n)
	}
	m.held = n
	m.peak = max(m.peak, n)
	return true
}

// fits is set for operators that spill when it returns false: they leave half
// of the budget to others.
func (m *share) fits(n int64) bool {
	if m.budget != nil {
		limit := m.budget.limit.Load()
		if limit > 0 && n > m.held && m.budget.Used()-m.held+n > limit/2 {
			return false
		}
	}
	return m.set(n)
}

// need is set for operators that cannot spill.
func (m *share) need(n int64) error {
	if !m.set(n) {
		return ErrMemory
	}
	return nil
}

func (m *share) free() { m.set(0) }
