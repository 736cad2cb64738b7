package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/guptarohit/asciigraph"
	"github.com/mattn/go-runewidth"

	"github.com/ententedb/entente/query"
)

var errNoNumbers = errors.New(".plot: the last answer has no column of numbers")

// plot carries out .plot: the last column of numbers of the last answer, named
// by the first column. Without a kind, more than mostBars rows become a line.
func (s *Session) plot(ctx context.Context, kind string) error {
	const mostBars = 40
	column, values := s.numbers()
	if len(values) == 0 {
		return errNoNumbers
	}
	names, err := s.namesOf(ctx, len(values))
	if err != nil {
		return err
	}
	if kind == "" {
		kind = "bar"
		if len(values) > mostBars {
			kind = "line"
		}
	}
	return s.paged(func(out io.Writer) error {
		switch kind {
		case "bar":
			fmt.Fprintf(out, "%s by %s\n", s.last.vars[column], s.last.vars[0])
			drawBars(out, names, values, max(s.Width, 60))
		case "line", "time":
			caption := fmt.Sprintf("%s by %s, %s to %s", s.last.vars[column], s.last.vars[0], names[0], names[len(names)-1])
			width := min(max(s.Width, 60)-16, 4*len(values))
			fmt.Fprintln(out, asciigraph.Plot(values, asciigraph.Height(12), asciigraph.Width(width), asciigraph.Caption(caption)))
		default:
			return fmt.Errorf(".plot: expected bar or line, got %q", kind)
		}
		return nil
	})
}

// numbers finds the last column whose values are numbers, and these.
func (s *Session) numbers() (column int, values []float64) {
	for column = len(s.last.vars) - 1; column >= 0; column-- {
		values = values[:0]
		for _, row := range s.last.rows {
			v, err := strconv.ParseFloat(row[column].Value(), 64)
			if err != nil || !row[column].IsLiteral() || math.IsNaN(v) || math.IsInf(v, 0) {
				break
			}
			values = append(values, v)
		}
		if len(values) == len(s.last.rows) && len(values) > 0 {
			return column, values
		}
	}
	return 0, nil
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
