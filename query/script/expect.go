package script

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Outcome is what a statement answered, as an expect line sees it.
type Outcome struct {
	// Boolean is the answer of a yes/no statement; Rows the cells as people see them.
	IsBoolean, Boolean bool
	Rows               [][]string
	Err                error
}

// Check compares an outcome with the text of an expect line. The error shows
// what differs, a line each: "-" expected and missing, "+" there and not expected.
func Check(expect string, o Outcome) error {
	expect = strings.TrimSpace(expect)
	word, rest, _ := strings.Cut(expect, " ")
	rest = strings.TrimSpace(rest)
	if word == "error" {
		return checkError(rest, o.Err)
	}
	if o.Err != nil {
		return fmt.Errorf("expected %s, got an error: %w", firstLine(expect), o.Err)
	}
	switch {
	case word == "yes" || word == "no" && rest == "":
		if !o.IsBoolean {
			return fmt.Errorf("expected %s, got %d rows", word, len(o.Rows))
		}
		if o.Boolean != (word == "yes") {
			return fmt.Errorf("expected %s, got %s", word, yesNo(o.Boolean))
		}
		return nil
	case word == "no" && rest == "rows":
		return checkCount(0, o)
	case rest == "row" || rest == "rows":
		n, err := strconv.Atoi(strings.ReplaceAll(word, ",", ""))
		if err != nil {
			return fmt.Errorf("expect %s: %q is not a number", expect, word)
		}
		return checkCount(n, o)
	case word == "value":
		if len(o.Rows) != 1 || len(o.Rows[0]) == 0 || o.Rows[0][0] != rest {
			return fmt.Errorf("expected the value %q, got %s", rest, brief(o.Rows))
		}
		return nil
	case strings.HasPrefix(expect, "{"):
		return checkRows(expect, false, o.Rows)
	case word == "ordered":
		return checkRows(rest, true, o.Rows)
	}
	return fmt.Errorf("expect %q: expected “N rows”, “no rows”, “yes”, “no”, “value …”, “error …” or rows in braces", firstLine(expect))
}

func checkError(words string, err error) error {
	if err == nil {
		return errors.New("expected an error, got an answer")
	}
	if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(words)) {
		return fmt.Errorf("expected an error that mentions %q, got: %w", words, err)
	}
	return nil
}

func checkCount(n int, o Outcome) error {
	if o.IsBoolean {
		return fmt.Errorf("expected %d rows, got %s", n, yesNo(o.Boolean))
	}
	if len(o.Rows) != n {
		return fmt.Errorf("expected %d rows, got %d", n, len(o.Rows))
	}
	return nil
}

// checkRows compares the rows between braces with those answered.
func checkRows(block string, ordered bool, rows [][]string) error {
	var want []string
	lines := strings.Split(strings.TrimPrefix(block, "{"), "\n")
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && line != "}" && line[0] != '#' {
			want = append(want, cells(strings.Split(line, "|")))
		}
	}
	width := 1
	if len(want) > 0 {
		width = strings.Count(want[0], " | ") + 1
	}
	got := make([]string, len(rows))
	for i, row := range rows {
		got[i] = cells(row[:min(width, len(row))])
	}
	if !ordered {
		sort.Strings(want)
		sort.Strings(got)
	}
	if diff := difference(want, got); diff != "" {
		return fmt.Errorf("the rows differ (- expected, + answered):\n%s", diff)
	}
	return nil
}

// cells joins the cells of a row in the form that rows are compared in.
func cells(row []string) string {
	trimmed := make([]string, len(row))
	for i, c := range row {
		trimmed[i] = strings.TrimSpace(c)
	}
	return strings.Join(trimmed, " | ")
}

// difference lists the lines of a longest-common-subsequence difference, ""
// if there is none.
func difference(want, got []string) string {
	common := make([][]int, len(want)+1)
	for i := range common {
		common[i] = make([]int, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			if want[i] == got[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var b strings.Builder
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && want[i] == got[j]:
			i, j = i+1, j+1
		case j == len(got) || i < len(want) && common[i+1][j] >= common[i][j+1]:
			fmt.Fprintf(&b, "- %s\n", want[i])
			i++
		default:
			fmt.Fprintf(&b, "+ %s\n", got[j])
			j++
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func brief(rows [][]string) string {
	if len(rows) == 1 {
		return fmt.Sprintf("%q", strings.Join(rows[0], " | "))
	}
	return fmt.Sprintf("%d rows", len(rows))
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
