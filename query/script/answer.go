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
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

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
	names := &display{labels: labels, prefixes: append(res.Prefixes(), s.Prefixes...), both: s.Compact && answer == nil}
	s.last.vars, s.last.heads, s.last.rows = res.Vars(), res.Vars(), nil
	if answer != nil {
		s.last.vars, s.last.heads = nil, nil
		for _, i := range plainColumns(answer) {
			s.last.vars = append(s.last.vars, res.Vars()[i])
			s.last.heads = append(s.last.heads, answer.Columns[i].Header)
		}
	}
	err = s.paged(func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 64<<10)
		err := s.writeAnswer(ctx, out, res, answer, names)
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

func (s *Session) writeAnswer(ctx context.Context, out io.Writer, res *query.Results, answer *query.Answer, names *display) error {
	switch {
	case res.Form() == query.FormConstruct || res.Form() == query.FormDescribe:
		return s.writeGraph(out, res)
	case s.Format == JSON && answer != nil:
		return s.writeQuestion(out, res, answer, names)
	}
	if s.Format != Table || answer == nil {
		return s.writeRows(s.resultWriter(out, names), res.Vars(), res, names)
	}
	s.writeText(out, "understood as: "+answer.Understood)
	return s.writeForPeople(ctx, out, answer, names)
}

// writeForPeople writes the answer to a question in the form that its kind asks
// for: a sentence, a card, or a table.
func (s *Session) writeForPeople(ctx context.Context, out io.Writer, answer *query.Answer, names *display) error {
	res := answer.Results
	plain := plainColumns(answer)
	columns := make([]results.TableColumn, len(answer.Columns))
	heads := make([]string, len(answer.Columns))
	for i, c := range answer.Columns {
		heads[i] = c.Header
		columns[i] = results.TableColumn{Unit: c.Unit, Plain: c.Plain}
		for j, on := range answer.Columns[:i] {
			if c.Note == on.Var && strings.Contains(c.Header, "year") {
				columns[i].Note, columns[i].NoteOn = true, j
			}
		}
	}
	var rows [][]graph.Term
	switch answer.Kind {
	case query.KindYesNo, query.KindValue, query.KindCount, query.KindDefinition:
		if s.outcome != nil && res.Form() == query.FormAsk {
			s.outcome.IsBoolean, s.outcome.Boolean = true, res.Boolean()
		}
		var err error
		if rows, err = s.collect(res, plain, names); err != nil {
			return err
		}
		if done, err := s.sentence(ctx, out, answer, rows, names); done || err != nil {
			return err
		}
	}
	var years string
	switch answer.Kind {
	case query.KindDescribe, query.KindComparison:
		rows, err := s.collect(res, plain, names)
		if err != nil || len(rows) == 0 {
			return err
		}
		if answer.Kind == query.KindDescribe {
			return s.card(out, answer, rows, names)
		}
		return s.comparison(ctx, out, answer, rows, names)
	}
	if answer.Kind == query.KindConnection && len(columns) > 3 {
		rows, err := s.collect(res, plain, names)
		if err != nil {
			return err
		}
		return s.connection(out, answer, rows, columns, heads, names)
	}
	opts := s.tableOptions(names)
	opts.Readable, opts.Columns = true, columns
	opts.Note = func() string { return years + s.took() }
	w := results.NewTable(out, opts)
	if err := w.Head(heads); err != nil {
		return err
	}
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			return err
		}
	}
	if rows == nil { // else all have been read
		byName := answer.Kind == query.KindSet && len(plain) == 1 && !s.NoLabels
		err := names.each(res, byName, func(row []graph.Term) error {
			s.keep(row, plain, names)
			return w.Row(row)
		})
		if err != nil {
			return err
		}
	}
	if w.Rows() == 0 {
		said, err := answer.Years(ctx)
		if err != nil {
			return err
		}
		if said != "" {
			years = " (" + said + ")"
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return notes(out, answer, w.Rows() == 0)
}

// plainColumns lists the columns that are no notes.
func plainColumns(answer *query.Answer) (plain []int) {
	for i, c := range answer.Columns {
		if c.Note == "" {
			plain = append(plain, i)
		}
	}
	return plain
}

// collect reads and records all rows.
func (s *Session) collect(res *query.Results, plain []int, names *display) ([][]graph.Term, error) {
	var rows [][]graph.Term
	if res.Form() == query.FormAsk {
		return nil, nil
	}
	for row, err := range res.Rows() {
		if err != nil {
			return nil, err
		}
		s.keep(row.Terms(), plain, names)
		rows = append(rows, slices.Clone(row.Terms()))
	}
	return rows, nil
}

// mostSorted is how many rows are held to be sorted by name.
const mostSorted = 10_000

// each calls f with the rows of a result: as they come or, if byName is true and there
// are fewer than mostSorted, by the names of what is in the first column, as in a
// dictionary. f must not keep a row.
func (d *display) each(res *query.Results, byName bool, f func([]graph.Term) error) error {
	var held [][]graph.Term
	flush := func() error {
		for _, row := range held {
			if err := f(row); err != nil {
				return err
			}
		}
		held = nil
		return nil
	}
	for row, err := range res.Rows() {
		if err != nil {
			return err
		}
		if !byName {
			if err := f(row.Terms()); err != nil {
				return err
			}
			continue
		}
		held = append(held, slices.Clone(row.Terms()))
		if len(held) == mostSorted {
			byName = false
			if err := flush(); err != nil {
				return err
			}
		}
	}
	d.sortByName(held)
	return flush()
}

func (d *display) sortByName(rows [][]graph.Term) {
	var keys collate.Buffer
	c := collate.New(language.English)
	order := make(map[graph.Term][]byte, len(rows))
	for _, row := range rows {
		order[row[0].Key()] = c.KeyFromString(&keys, d.name(row[0]))
	}
	slices.SortStableFunc(rows, func(a, b []graph.Term) int { return bytes.Compare(order[a[0].Key()], order[b[0].Key()]) })
}

// keep remembers a row for the commands that look at the last answer, and for the
// outcome of a script; of an answer for people only its plain columns.
func (s *Session) keep(row []graph.Term, plain []int, names *display) {
	if plain != nil && len(plain) < len(row) {
		kept := make([]graph.Term, len(plain))
		for i, c := range plain {
			kept[i] = row[c]
		}
		row = kept
	}
	if s.outcome != nil {
		s.outcome.Rows = append(s.outcome.Rows, names.cells(row))
	}
	if len(s.last.rows) < mostKept {
		s.last.rows = append(s.last.rows, slices.Clone(row))
	}
}

// paged calls f with where answers are written to: through the pager, if there
// is one and people read.
func (s *Session) paged(f func(io.Writer) error) error {
	if s.Pager == nil || s.Format != Table {
		return f(s.Out)
	}
	return s.Pager(func(out io.Writer) error { return f(&patient{out, &s.waited}) })
}

// patient is a writer that measures how long writing takes.
type patient struct {
	io.Writer
	waited *time.Duration
}

func (p *patient) Write(b []byte) (int, error) {
	start := time.Now()
	defer func() { *p.waited += time.Since(start) }()
	return p.Writer.Write(b)
}

// resultWriter makes the writer of the session's format.
func (s *Session) resultWriter(out io.Writer, names *display) results.Writer {
	if s.Format == Table {
		return results.NewTable(out, s.tableOptions(names))
	}
	f, _ := results.FormatByName(string(s.Format))
	return results.NewWriter(out, f, nil)
}

func (s *Session) tableOptions(names *display) *results.TableOptions {
	if s.NoLabels {
		names = &display{prefixes: names.prefixes}
	}
	return &results.TableOptions{Width: s.Width, Compact: s.Compact, Color: s.Color, MaxRows: s.MaxRows, Names: names.name, Note: s.took}
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
		s.keep(row.Terms(), nil, names)
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
	n := 0
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
		n++
	}
	if err := w.Close(); err != nil || !s.Timer {
		return err
	}
	_, err := fmt.Fprintf(out, "# %d statements%s\n", n, s.took()) // still Turtle
	return err
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
