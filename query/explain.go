package query

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ententedb/entente/query/internal/exec"
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
	Planning time.Duration `json:"planningNanoseconds"` // with parsing
	Running  time.Duration `json:"runningNanoseconds,omitempty"`
	Rows     uint64        `json:"rows,omitempty"` // solutions
	Memory   int64         `json:"memoryPeakBytes,omitempty"`
}

// PlanNode is one operator of a plan. Rows and what follows it are there
// only after Analyze.
type PlanNode struct {
	Operator string  `json:"operator"`         // such as "merge join"
	Detail   string  `json:"detail,omitempty"` // pattern, condition, variables; with the prefixes known
	Order    string  `json:"order,omitempty"`  // index order of a scan
	Estimate float64 `json:"estimate"`         // rows expected; 0 where nothing was estimated
	Exact    bool    `json:"exact,omitempty"`  // the estimate is a known number

	Rows   uint64        `json:"rows"`
	Time   time.Duration `json:"nanoseconds,omitempty"` // with its inputs
	Seeks  uint64        `json:"seeks,omitempty"`
	Blocks uint64        `json:"blocks,omitempty"`
	Read   uint64        `json:"readBytes,omitempty"`  // of blocks decoded
	Bytes  int64         `json:"bytes,omitempty"`      // memory held at its peak
	Spill  int64         `json:"spillBytes,omitempty"` // written to temporary files

	Inputs []*PlanNode `json:"inputs,omitempty"`
}

// Explain returns the plan of a query on a snapshot.
func Explain(ctx context.Context, ds Dataset, text string, options ExplainOptions, opts ...Option) (*Explanation, error) {
	start := time.Now()
	c := newConfig(opts)
	q, err := c.parse(text)
	if err != nil {
		return nil, err
	}
	r, err := newRun(ctx, ds, &cached{query: q}, c)
	if err != nil {
		return nil, err
	}
	defer r.close()
	e := &Explanation{Analyzed: options.Analyze, Planning: time.Since(start)}
	if options.Analyze {
		start = time.Now()
		for {
			b, err := r.next()
			if err != nil {
				return nil, err
			}
			if b == nil {
				break
			}
			e.Rows += uint64(b.Len)
			if q.Form == FormAsk {
				break
			}
		}
		e.Running, e.Memory = time.Since(start), r.env.Budget.Peak()
	}
	e.Plan = planNode(r.root)
	e.Plan.abbreviate(slices.Concat(q.Prefixes, c.prefixes))
	return e, nil
}

var (
	iriText    = regexp.MustCompile(`<[^<>"{}|^\x60\\\s]+>`)
	simpleName = regexp.MustCompile(`^[\pL\d_]([\pL\d_.-]*[\pL\d_-])?$`)
)

// abbreviate writes the IRIs of details as prefixed names, where that is simple.
func (n *PlanNode) abbreviate(prefixes []Prefix) {
	n.Detail = iriText.ReplaceAllStringFunc(n.Detail, func(text string) string {
		for _, p := range prefixes {
			if local, ok := strings.CutPrefix(text[1:len(text)-1], p.IRI); ok && simpleName.MatchString(local) {
				return p.Name + ":" + local
			}
		}
		return text
	})
	for _, in := range n.Inputs {
		in.abbreviate(prefixes)
	}
}

func planNode(op exec.Operator) *PlanNode {
	d, s := op.Describe(), op.Stats()
	n := &PlanNode{
		Operator: d.Operator, Detail: d.Detail, Order: d.Order, Estimate: d.Estimate, Exact: d.Exact,
		Rows: s.Rows, Time: s.Time, Seeks: s.Seeks, Blocks: s.Blocks, Read: s.Read, Bytes: s.Memory, Spill: s.Spill,
	}
	for _, in := range op.Inputs() {
		n.Inputs = append(n.Inputs, planNode(in))
	}
	return n
}
