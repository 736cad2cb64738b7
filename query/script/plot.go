package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/ententedb/entente/query"
)

var errNoNumbers = errors.New(".plot: the last answer has no column of numbers")

// plot carries out .plot: a column of numbers of the last answer, by its first
// column. args are the kind and the column, either of which may be missing: it is
// then the first column of numbers after the first one; and years and days become
// a time line, more than mostBars other rows a line.
func (s *Session) plot(ctx context.Context, args string) error {
	const mostBars, room = 40, 16 // columns, for the numbers beside a line
	if len(s.last.rows) == 0 {
		return errNothingYet
	}
	kind, name, _ := strings.Cut(args, " ")
	switch kind {
	case "", "bar", "line", "time":
	default:
		kind, name = "", args
	}
	column, values, err := s.numbers(strings.TrimSpace(name))
	if err != nil {
		return err
	}
	names, err := s.namesOf(ctx, len(values))
	if err != nil {
		return err
	}
	times := s.times()
	switch {
	case kind != "":
	case times != nil && len(values) > 2:
		kind = "time"
	case len(values) > mostBars:
		kind = "line"
	default:
		kind = "bar"
	}
	if kind == "time" && times == nil {
		return errors.New(".plot time: the first column has no years or days")
	}
	width := s.Width
	if width == 0 {
		width = 80
	}
	return s.paged(func(out io.Writer) error {
		fmt.Fprintf(out, "%s by %s\n", s.last.heads[column], s.last.heads[0])
		switch kind {
		case "bar":
			drawBars(out, names, values, width)
		case "line":
			for i := range values {
				times = append(times[:i], float64(i))
			}
			first, last, columns := byTime(times, values, names, max(2, min(width-room, 4*len(values))))
			drawLine(out, columns, first, last)
		case "time":
			first, last, columns := byTime(times, values, names, max(2, width-room))
			drawLine(out, columns, first, last)
		}
		return nil
	})
}

// numbers finds a column whose values are numbers, and these: the one of a head or
// variable, or the first after the first one.
func (s *Session) numbers(name string) (column int, values []float64, err error) {
	columns := make([]int, 0, len(s.last.vars))
	for i, v := range s.last.vars {
		switch {
		case name == "" && i > 0, name != "" && (strings.TrimPrefix(name, "?") == v || strings.EqualFold(name, s.last.heads[i])):
			columns = append(columns, i)
		}
	}
	switch {
	case name == "":
		columns = append(columns, 0)
	case len(columns) == 0:
		return 0, nil, fmt.Errorf(".plot: the last answer has no column %q; it has %s", name, strings.Join(s.last.heads, ", "))
	}
	for _, column := range columns {
		values = values[:0]
		for _, row := range s.last.rows {
			v, err := strconv.ParseFloat(row[column].Value(), 64)
			if err != nil || !row[column].IsLiteral() || math.IsNaN(v) || math.IsInf(v, 0) {
				break
			}
			values = append(values, v)
		}
		if len(values) == len(s.last.rows) {
			return column, values, nil
		}
	}
	return 0, nil, errNoNumbers
}

// namesOf returns the first column of the last answer as people see it.
func (s *Session) namesOf(ctx context.Context, n int) (names []string, err error) {
	err = s.View(func(ds query.Dataset) error {
		labels, err := query.NewLabels(ctx, ds)
		if err != nil {
			return err
		}
		d := &display{labels: labels, prefixes: s.Prefixes}
		for _, row := range s.last.rows[:n] {
			names = append(names, d.name(row[0]))
		}
		return d.err
	})
	return names, err
}

// drawBars draws a horizontal bar for each value, in eighths of a column.
func drawBars(out io.Writer, names []string, values []float64, width int) {
	least, most, widest, digits := 0.0, 0.0, 0, 0
	labels := make([]string, len(values))
	for i, v := range values {
		least, most = min(least, v), max(most, v)
		widest = max(widest, runewidth.StringWidth(names[i]))
		labels[i] = strconv.FormatFloat(v, 'f', -1, 64)
		digits = max(digits, len(labels[i]))
	}
	widest = min(widest, width/3)
	room := float64(max(10, width-widest-digits-4))
	scale := 0.0
	if most > least {
		scale = room / (most - least)
	}
	for i, v := range values {
		name := runewidth.FillRight(runewidth.Truncate(names[i], widest, "…"), widest)
		before := int((min(v, 0) - least) * scale)
		eighths := int(math.Round(math.Abs(v) * scale * 8))
		bar := strings.Repeat(" ", before) + strings.Repeat("█", eighths/8)
		if part := eighths % 8; part > 0 {
			bar += string([]rune("▏▎▍▌▋▊▉")[part-1])
		}
		fmt.Fprintf(out, "%s %*s │%s\n", name, digits, labels[i], bar)
	}
}
