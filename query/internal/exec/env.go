package exec

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/dataset"
	"github.com/ententedb/entente/query/internal/eval"
)

// ErrMemory is returned when an operator that cannot spill would pass the memory
// budget, ErrSpill when the temporary files of those that can would pass their limit.
var (
	ErrMemory = errors.New("the query passed its memory budget")
	ErrSpill  = errors.New("the query passed its limit of temporary files")
)

// Env is what the operators of one query share.
type Env struct {
	Dataset dataset.Dataset
	// Context ends Build when it is done; nil is never. Operators take their own.
	Context context.Context
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

// ServiceFunc sends a request and calls add for each solution; terms are in the
// sequence of its Vars, zero where unbound. A row is valid until add returns.
type ServiceFunc func(ctx context.Context, r ServiceRequest, add func(row []graph.Term) error) error

// ServiceRequest is what an endpoint is asked.
type ServiceRequest struct {
	Endpoint string
	Pattern  *algebra.Service
	Vars     []algebra.Var
	// Bindings, where there are any, restrict the solutions that are wanted: one row
	// each, over Bound.
	Bound    []algebra.Var
	Bindings [][]graph.Term
}

// Budget counts the bytes that a query holds in memory and in temporary files. It
// is safe for concurrent use. A nil Budget is unlimited.
type Budget struct {
	limit, spillLimit   int64
	used, peak, spilled atomic.Int64
}

// NewBudget returns a budget of so many bytes of memory and of temporary files; 0 or
// less is unlimited.
func NewBudget(memory, spill int64) *Budget {
	return &Budget{limit: memory, spillLimit: spill}
}

// Charge takes n bytes, gives them back if n is negative, or returns an error that wraps
// [ErrMemory] and takes nothing.
func (b *Budget) Charge(n int64) error {
	if !b.reserve(n) {
		return b.passed()
	}
	return nil
}

// passed is the error of a query that needs more memory.
func (b *Budget) passed() error { return fmt.Errorf("%w (%s)", ErrMemory, byteText(b.limit)) }

// spill counts n more bytes of temporary files.
func (b *Budget) spill(n int64) error {
	if b == nil {
		return nil
	}
	if spilled := b.spilled.Add(n); b.spillLimit > 0 && spilled > b.spillLimit {
		b.spilled.Add(-n)
		return fmt.Errorf("%w (%s)", ErrSpill, byteText(b.spillLimit))
	}
	return nil
}

// unspill counts n bytes of temporary files less.
func (b *Budget) unspill(n int64) {
	if b != nil {
		b.spilled.Add(-n)
	}
}

// byteText writes a number of bytes for an error message.
func byteText(n int64) string {
	for _, unit := range []struct {
		shift int
		name  string
	}{{30, "GiB"}, {20, "MiB"}, {10, "KiB"}} {
		if n >= 1<<unit.shift && n&(1<<unit.shift-1) == 0 {
			return fmt.Sprint(n>>unit.shift, " ", unit.name)
		}
	}
	return fmt.Sprint(n, " bytes")
}

// reserve takes n bytes, or returns false and takes nothing.
func (b *Budget) reserve(n int64) bool {
	if b == nil {
		return true
	}
	used := b.used.Add(n)
	if b.limit > 0 && used > b.limit {
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
		if !m.budget.reserve(n - m.held) {
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
		limit := m.budget.limit
		if limit > 0 && n > m.held && m.budget.Used()-m.held+n > limit/2 {
			return false
		}
	}
	return m.set(n)
}

// need is set for operators that cannot spill.
func (m *share) need(n int64) error {
	if !m.set(n) {
		return m.budget.passed()
	}
	return nil
}

func (m *share) free() { m.set(0) }
