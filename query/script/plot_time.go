package script

import (
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/guptarohit/asciigraph"

	"github.com/ententedb/entente/graph"
)

// times returns the years of the first column of the last answer, as numbers; nil if
// it has other things in it.
func (s *Session) times() []float64 {
	var years []float64
	for _, row := range s.last.rows {
		year, ok := yearOf(row[0])
		if !ok {
			return nil
		}
		years = append(years, year)
	}
	return years
}

var yearText = regexp.MustCompile(`^[12]\d{3}$`)

// yearOf is the time of a day, a dateTime or a year (also where it is a plain number of
// four digits), in years.
func yearOf(t graph.Term) (float64, bool) {
	if !t.IsLiteral() {
		return 0, false
	}
	switch text := t.Value(); t.Datatype() {
	case graph.XSDInteger, graph.XSDGYear:
		year, err := strconv.ParseFloat(text, 64)
		return year, err == nil && yearText.MatchString(text)
	case graph.XSDDate, graph.XSDDateTime:
		if len(text) < len(time.DateOnly) {
			return 0, false
		}
		day, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)])
		return float64(day.Year()) + float64(day.YearDay()-1)/366, err == nil
	}
	return 0, false
}

// byTime lays values out by their times, in n columns, with straight lines between
// them. first and last name the ends.
func byTime(times, values []float64, names []string, n int) (first, last string, columns []float64) {
	order := make([]int, len(times))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case times[a] < times[b]:
			return -1
		case times[a] > times[b]:
			return 1
		}
		return 0
	})
	begin, end := times[order[0]], times[order[len(order)-1]]
	first, last = names[order[0]], names[order[len(order)-1]]
	if begin == end {
		return first, last, values
	}
	at := 0
	for i := range n {
		t := begin + (end-begin)*float64(i)/float64(n-1)
		for at < len(order)-2 && times[order[at+1]] <= t {
			at++
		}
		a, b := order[at], order[at+1]
		share := 1.0
		if times[b] > times[a] {
			share = (t - times[a]) / (times[b] - times[a])
		}
		columns = append(columns, values[a]+share*(values[b]-values[a]))
	}
	for i, t := range times { // that none is missed between two columns
		columns[int(math.Round((t-begin)/(end-begin)*float64(n-1)))] = values[i]
	}
	return first, last, columns
}

// drawLine draws values as a line, one to a column, and under its ends their names.
func drawLine(out io.Writer, values []float64, first, last string) {
	const height, digits = 12, 2
	options := []asciigraph.Option{asciigraph.Height(height), asciigraph.Precision(digits)}
	if whole, least, most := extent(values); whole {
		options = []asciigraph.Option{asciigraph.Height(int(min(height, max(1, most-least)))), asciigraph.Precision(0)}
	}
	text := asciigraph.Plot(values, options...)
	fmt.Fprintln(out, text)
	left, right := 0, 0
	for line := range strings.Lines(text) {
		if i := strings.IndexAny(line, "┤┼"); i >= 0 {
			left = max(left, utf8.RuneCountInString(line[:i])+1)
		}
		right = max(right, utf8.RuneCountInString(strings.TrimRight(line, "\n")))
	}
	gap := right - left - utf8.RuneCountInString(first) - utf8.RuneCountInString(last)
	fmt.Fprintf(out, "%s%s%s%s\n", strings.Repeat(" ", left), first, strings.Repeat(" ", max(1, gap)), last)
}

// extent is the least and the greatest of some values, and tells whether these are whole
// numbers.
func extent(values []float64) (whole bool, least, most float64) {
	least, most = slices.Min(values), slices.Max(values)
	return least == math.Trunc(least) && most == math.Trunc(most), least, most
}
