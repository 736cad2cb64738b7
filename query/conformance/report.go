package conformance

import (
	"fmt"
	"io"
	"sort"
	"strings"
)

// Suite is the sum of one manifest's outcomes.
type Suite struct {
	Name          string
	Passed, Total int
	LeftOut       int
	Reasons       []string // for leaving tests out
}

// Suites sums outcomes up by suite, in their order.
func Suites(outcomes []Outcome) (out []Suite, passed, total int) {
	at := map[string]int{}
	for _, o := range outcomes {
		i, ok := at[o.Test.Suite]
		if !ok {
			i = len(out)
			at[o.Test.Suite] = i
			out = append(out, Suite{Name: o.Test.Suite})
		}
		s := &out[i]
		if o.LeftOut != "" {
			s.LeftOut++
			if len(s.Reasons) == 0 || s.Reasons[len(s.Reasons)-1] != o.LeftOut {
				s.Reasons = append(s.Reasons, o.LeftOut)
			}
			continue
		}
		s.Total++
		total++
		if o.Passed() {
			s.Passed++
			passed++
		}
	}
	return out, passed, total
}

// WriteText writes the failures in full, then one line a suite and the sum.
func WriteText(w io.Writer, outcomes []Outcome) {
	for _, o := range outcomes {
		writeFailure(w, o)
	}
	suites, passed, total := Suites(outcomes)
	for _, s := range suites {
		if s.Total > 0 {
			fmt.Fprintf(w, "%s: %d/%d\n", s.Name, s.Passed, s.Total)
		}
		if s.LeftOut > 0 {
			fmt.Fprintf(w, "%s: %d not claimed: %s\n", s.Name, s.LeftOut, strings.Join(s.Reasons, "; "))
		}
	}
	fmt.Fprintf(w, "conformance: %d/%d\n", passed, total)
}

// writeFailure writes what went wrong in one test, and nothing if it passed. Ways that failed
// alike are put together.
func writeFailure(w io.Writer, o Outcome) {
	if len(o.Failures) == 0 {
		return
	}
	fmt.Fprintf(w, "FAIL %s %q <%s>\n", o.Test.Suite, o.Test.Name, o.Test.ID)
	ways := map[string][]string{}
	var order []string
	for _, f := range o.Failures {
		text := f.Err.Error()
		if len(ways[text]) == 0 {
			order = append(order, text)
		}
		ways[text] = append(ways[text], f.Way)
	}
	for _, text := range order {
		fmt.Fprintf(w, "  (%s) %s\n", strings.Join(ways[text], "; "), strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  "))
	}
}

// WriteMarkdown writes the report that is kept in the repository.
func WriteMarkdown(w io.Writer, outcomes []Outcome) {
	suites, passed, total := Suites(outcomes)
	fmt.Fprintf(w, "# Conformance\n\n")
	fmt.Fprintf(w, "The W3C test suites (https://github.com/w3c/rdf-tests), run by `make conformance`: **%d of %d** tests pass.\n\n", passed, total)
	fmt.Fprintf(w, "A test that needs a dataset counts as passed only if it passes in memory, on disk, and on disk after the store\n")
	fmt.Fprintf(w, "was closed and opened again; queries and updates moreover with the optimiser and without it. Federation, protocol\n")
	fmt.Fprintf(w, "and graph store protocol run over real HTTP servers.\n\n")
	fmt.Fprintf(w, "| suite | passed | of |\n|---|---:|---:|\n")
	sort.SliceStable(suites, func(i, j int) bool { return suites[i].Name < suites[j].Name })
	for _, s := range suites {
		if s.Total > 0 {
			fmt.Fprintf(w, "| %s | %d | %d |\n", s.Name, s.Passed, s.Total)
		}
	}
	fmt.Fprintf(w, "\n## Not claimed\n\n| suite | tests | reason |\n|---|---:|---|\n")
	for _, s := range suites {
		if s.LeftOut > 0 {
			fmt.Fprintf(w, "| %s | %d | %s |\n", s.Name, s.LeftOut, strings.Join(s.Reasons, "; "))
		}
	}
	failed := false
	for _, o := range outcomes {
		if len(o.Failures) > 0 {
			if !failed {
				fmt.Fprintf(w, "\n## Failing\n\n")
				failed = true
			}
			fmt.Fprintf(w, "- %s: %s (%d ways)\n", o.Test.Suite, o.Test.Name, len(o.Failures))
		}
	}
}
