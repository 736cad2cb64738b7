package query

import (
	"context"
	"errors"
	"time"
)

// ExplainOptions says how [Explain] works.
type ExplainOptions struct {
	// Analyze also runs the query, to its last row, and notes what each
	// operator did.
	Analyze bool
}

// Explanation is a query's plan. String prints it as a tree at most 100
// columns wide; it also marshals to JSON.
type Explanation struct {
	Plan     *PlanNode     `json:"plan"`
	Analyzed bool          `json:"analyzed"`
	Planning time.Duration `json:"planningNanoseconds"`
	Running  time.Duration `json:"runningNanoseconds,omitempty"`
	Rows     uint64        `json:"rows,omitempty"` // of the result
	Memory   int64         `json:"memoryPeakBytes,omitempty"`
}

// PlanNode is one operator of a plan. Rows and what follows it are there
// only after Analyze.
type PlanNode struct {
	Operator string  `json:"operator"`         // such as "merge join"
	Detail   string  `json:"detail,omitempty"` // pattern, condition, variables
	Order    string  `json:"order,omitempty"`  // index order of a scan
	Estimate float64 `json:"estimate"`         // rows expected
	Exact    bool    `json:"exact,omitempty"`  // the estimate is a known number

	Rows   uint64        `json:"rows,omitempty"`
	Time   time.Duration `json:"nanoseconds,omitempty"` // with its inputs
	Seeks  uint64        `json:"seeks,omitempty"`
	Blocks uint64        `json:"blocks,omitempty"`
	Bytes  int64         `json:"bytes,omitempty"` // memory held at its peak
	Spill  int64         `json:"spillBytes,omitempty"`

	Inputs []*PlanNode `json:"inputs,omitempty"`
}

// String prints the plan for a person.
func (e *Explanation) String() string { return "" }

// Explain returns the plan of a query on a snapshot.
func Explain(ctx context.Context, ds Dataset, text string, options ExplainOptions, opts ...Option) (*Explanation, error) {
	return nil, errors.New("query: not built yet")
}
