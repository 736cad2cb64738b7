package query

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// explainWidth is the number of columns that String fits into.
const explainWidth = 100

// String prints the plan for a person: the tree on the left, the numbers in
// columns on the right; IRIs are shortened. A number that is known exactly has no "≈". In
// an analysed plan "off" says how far an estimate was off (its q-error). It stays empty for exact
// numbers (a scan with fewer rows was not read whole) and for the scan that a look-up join
// probes.
func (e *Explanation) String() string {
	var b strings.Builder
	heads := []string{"estimate"}
	widths := []int{11}
	if e.Analyzed {
		heads = []string{"estimate", "rows", "off", "time", "memory"}
		widths = []int{11, 10, 6, 9, 11}
	}
	tree := explainWidth
	for _, w := range widths {
		tree -= w
	}
	line := func(left string, cells []string) {
		b.WriteString(fit(left, tree))
		for i, c := range cells {
			b.WriteString(strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(c))))
			b.WriteString(c)
		}
		b.WriteByte('\n')
	}
	line("operator", heads)
	var walk func(n *PlanNode, first, rest string, probed bool)
	walk = func(n *PlanNode, first, rest string, probed bool) {
		text := n.Operator
		if n.Order != "" {
			text += " " + n.Order
		}
		if n.Detail != "" {
			text += " " + shortened(n.Detail)
		}
		cells := n.cells(probed)
		line(first+text, cells[:len(heads)])
		for i, in := range n.Inputs {
			if i == len(n.Inputs)-1 {
				walk(in, rest+"└─ ", rest+"   ", strings.HasPrefix(n.Operator, "look-up"))
			} else {
				walk(in, rest+"├─ ", rest+"│  ", false)
			}
		}
	}
	if e.Plan != nil {
		walk(e.Plan, "", "", false)
	}
	fmt.Fprintf(&b, "planned in %s", short(e.Planning))
	if e.Analyzed {
		fmt.Fprintf(&b, ", ran in %s, %s solutions, at most %s of memory", short(e.Running), count(float64(e.Rows)), size(e.Memory))
	}
	b.WriteByte('\n')
	return b.String()
}

// cells returns a node's numbers: the estimate and what analysis adds. Probed says
// that its rows are those of look-ups.
func (n *PlanNode) cells(probed bool) [5]string {
	var estimate, off, memory string
	switch {
	case n.Exact:
		estimate = count(n.Estimate)
	case n.Estimate > 0:
		estimate = "≈" + count(n.Estimate)
		if !probed {
			off = qError(n.Estimate, float64(n.Rows))
		}
	}
	switch {
	case n.Spill > 0:
		memory = "+" + size(n.Spill)
	case n.Bytes > 0:
		memory = size(n.Bytes)
	}
	return [5]string{estimate, count(float64(n.Rows)), off, short(n.Time), memory}
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

// shortened cuts IRIs that no prefix is known for down to their ends.
func shortened(text string) string {
	return iriText.ReplaceAllStringFunc(text, func(iri string) string {
		if at := strings.LastIndexAny(strings.TrimRight(iri, "/#>"), "/#"); at > 12 {
			return "<…" + iri[at:]
		}
		return iri
	})
}
