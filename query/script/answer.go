package script

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// write writes a result in the session's format. answer is the question it
// answers, nil for SPARQL.
func (s *Session) write(ctx context.Context, ds query.Dataset, res *query.Results, answer *query.Answer) error {
	labels, err := query.NewLabels(ctx, ds)
	if err != nil {
		return err
	}
	names := &display{labels: labels, prefixes: append(res.Prefixes(), s.Prefixes...)}
	s.last.vars, s.last.rows = res.Vars(), nil
	err = s.paged(func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 64<<10)
		err := s.writeAnswer(out, res, answer, names)
		if flushErr := out.Flush(); err == nil {
			err = flushErr
		}
		return err
	})
	if err == nil {
		err = names.err
	}
	if err == nil && s.Format == Table {
		for _, hint := range res.Hints() {
			fmt.Fprintln(s.Out, "hint:", hint)
		}
	}
	return err
}

func (s *Session) writeAnswer(out io.Writer, res *query.Results, answer *query.Answer, names *display) error {
	switch {
	case res.Form() == query.FormConstruct || res.Form() == query.FormDescribe:
		return s.writeGraph(out, res)
	case s.Format == JSON && answer != nil:
		return s.writeQuestion(out, res, answer, names)
	}
	if s.Format == Table && answer != nil {
		fmt.Fprintf(out, "understood as: %s\n", answer.Understood)
	}
	heads := res.Vars()
	if s.Format == Table && answer != nil {
		heads = answer.Headers
	}
	return s.writeRows(s.resultWriter(out, names), heads, res, names)
}

// paged calls f with where answers are written to: through the pager, if there
// is one and people read.
func (s *Session) paged(f func(io.Writer) error) error {
	if s.Pager == nil || s.Format != Table {
		return f(s.Out)
	}
	var text bytes.Buffer
	err := f(&text)
	if pagerErr := s.Pager(text.Bytes()); err == nil {
		err = pagerErr
	}
	return err
}

// resultWriter makes the writer of the session's format.
func (s *Session) resultWriter(out io.Writer, names *display) results.Writer {
	if s.Format == Table {
		return results.NewTable(out, &results.TableOptions{Width: s.Width, Color: s.Color, MaxRows: s.MaxRows, Names: names.name, Note: s.took})
	}
	f, _ := results.FormatByName(string(s.Format))
	return results.NewWriter(out, f, nil)
}

// writeRows sends solutions or a boolean to a writer, and records them.
func (s *Session) writeRows(w results.Writer, heads []string, res *query.Results, names *display) error {
	if res.Form() == query.FormAsk {
		if s.outcome != nil {
			s.outcome.IsBoolean, s.outcome.Boolean = true, res.Boolean()
		}
		if err := w.Boolean(res.Boolean()); err != nil {
			return err
		}
		return w.Close()
	}
	if err := w.Head(heads); err != nil {
		return err
	}
	for row, err := range res.Rows() {
		if err != nil {
			return err
		}
		if s.outcome != nil {
			s.outcome.Rows = append(s.outcome.Rows, names.cells(row.Terms()))
		}
		if len(s.last.rows) < mostKept {
			s.last.rows = append(s.last.rows, slices.Clone(row.Terms()))
		}
		if err := w.Row(row.Terms()); err != nil {
			return err
		}
	}
	return w.Close()
}

func (d *display) cells(terms []graph.Term) []string {
	cells := make([]string, len(terms))
	for i, t := range terms {
		cells[i] = d.name(t)
	}
	return cells
}

// writeGraph writes the graph of a CONSTRUCT or DESCRIBE as Turtle.
func (s *Session) writeGraph(out io.Writer, res *query.Results) error {
	w := rdfio.NewWriter(out, rdfio.Turtle, &rdfio.WriterOptions{Prefixes: PrefixMap(append(s.Prefixes, res.Prefixes()...))})
	for q, err := range res.Quads() {
		if err != nil {
			return err
		}
		if s.outcome != nil {
			s.outcome.Rows = append(s.outcome.Rows, []string{q.String()})
		}
		if err := w.Write(q); err != nil {
			return err
		}
	}
	return w.Close()
}

// writeQuestion writes the JSON object of an answered question.
func (s *Session) writeQuestion(out io.Writer, res *query.Results, answer *query.Answer, names *display) error {
	var b strings.Builder
	label := func(t graph.Term) string {
		l, err := names.labels.Of(t)
		if err != nil {
			names.err = err
		}
		return l
	}
	if err := s.writeRows(results.NewWriter(&b, results.JSON, &results.Options{Label: label}), res.Vars(), res, names); err != nil {
		return err
	}
	return encodeJSON(out, struct {
		Question   string          `json:"question"`
		Understood string          `json:"understood"`
		SPARQL     string          `json:"sparql"`
		Answer     json.RawMessage `json:"answer"`
	}{answer.Text, answer.Understood, answer.SPARQL, json.RawMessage(b.String())})
}

func encodeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// writeRefusal writes the JSON object of a question that was not understood.
func (s *Session) writeRefusal(err error) {
	var r *query.Refusal
	if s.Format != JSON || !errors.As(err, &r) {
		return
	}
	suggestions := r.Suggestions
	for _, c := range r.Candidates {
		suggestions = append(suggestions, c.Label)
	}
	if suggestions == nil {
		suggestions = []string{}
	}
	_ = encodeJSON(s.Out, struct {
		Error       string   `json:"error"`
		Position    int      `json:"position"`
		Suggestions []string `json:"suggestions"`
	}{err.Error(), r.Position, suggestions})
}
