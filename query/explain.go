package query

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

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
	p, err := Prepare(text, opts...)
	if err != nil {
		return nil, err
	}
	r, err := newRun(ctx, ds, p.query, newConfig(opts))
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
			if p.query.Form == FormAsk {
				break
			}
		}
		e.Running, e.Memory = time.Since(start), r.env.Budget.Peak()
	}
	e.Plan = planNode(r.root)
	e.Plan.abbreviate(append(p.query.Prefixes, newConfig(opts).prefixes...))
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

// explainWidth is the number of columns that String fits into.
const explainWidth = 100

// String prints the plan for a person: the tree on the left, the numbers in
// columns on the right. An estimate that is known exactly has no "≈"; the last
// column of an analysed plan says how far the estimate was off (its q-error).
func (e *Explanation) String() string {
	var b strings.Builder
	heads := []string{"estimate"}
	widths := []int{11}
	if e.Analyzed {
		heads = []string{"estimate", "rows", "off", "time", "memory"}
		widths = []int{11, 10, 6, 9, 9}
	}
	tree := explainWidth
	for _, w := range widths {
		tree -= w
	}
	line := func(left string, cells []string) {
		text := fit(left, tree)
		for i, c := range cells {
			text += strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(c))) + c
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	line("operator", heads)
	var walk func(n *PlanNode, first, rest string)
	walk = func(n *PlanNode, first, rest string) {
		text := n.Operator
		if n.Order != "" {
			text += " " + n.Order
		}
		if n.Detail != "" {
			text += " " + n.Detail
		}
		cells := []string{""}
		if n.Estimate > 0 || n.Exact {
			cells[0] = count(n.Estimate)
			if !n.Exact {
				cells[0] = "≈" + cells[0]
			}
		}
		if e.Analyzed {
			off := ""
			if n.Estimate > 0 || n.Exact {
				off = qError(n.Estimate, float64(n.Rows))
			}
			memory := ""
			if n.Bytes > 0 {
				memory = size(n.Bytes)
			}
			if n.Spill > 0 {
				memory = "+" + size(n.Spill)
			}
			cells = append(cells, count(float64(n.Rows)), off, short(n.Time), memory)
		}
		line(first+text, cells)
		for i, in := range n.Inputs {
			if i == len(n.Inputs)-1 {
				walk(in, rest+"└─ ", rest+"   ")
			} else {
				walk(in, rest+"├─ ", rest+"│  ")
			}
		}
	}
	if e.Plan != nil {
		walk(e.Plan, "", "")
	}
	fmt.Fprintf(&b, "planned in %s", short(e.Planning))
	if e.Analyzed {
		fmt.Fprintf(&b, ", ran in %s, %s solutions, at most %s of memory", short(e.Running), count(float64(e.Rows)), size(e.Memory))
	}
	b.WriteByte('\n')
	return b.String()
}

// fit pads or shortens s to exactly width columns.
func fit(s string, width int) string {
	s = strings.ReplaceAll(s, "\n", " ")
	n := utf8.RuneCountInString(s)
	if n <= width {
		return s + strings.Repeat(" ", width-n)
	}
	return string([]rune(s)[:width-1]) + "…"
}

// count prints a number of rows with thousands apart.
func count(f float64) string {
	if f >= 1e12 {
		return fmt.Sprintf("%.2g", f)
	}
	s := fmt.Sprintf("%.0f", f)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// qError is the factor by which an estimate is off, in either direction.
func qError(estimate, actual float64) string {
	q := math.Max(math.Max(estimate, 1)/math.Max(actual, 1), math.Max(actual, 1)/math.Max(estimate, 1))
	switch {
	case q < 1.05:
		return ""
	case q < 10:
		return fmt.Sprintf("%.1f×", q)
	case q < 1e4:
		return fmt.Sprintf("%.0f×", q)
	}
	return fmt.Sprintf("%.0e×", q)
}

// short prints a duration with three digits.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.3g µs", float64(d)/1e3)
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.3g s", d.Seconds())
}

// size prints a number of bytes.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
