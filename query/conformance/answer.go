package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// answer is the result of a query: rows, a boolean, or a graph.
type answer struct {
	form    query.Form
	vars    []string
	rows    [][]graph.Term
	boolean bool
	quads   []graph.Quad
	// indexed: the rows are known to be in sequence.
	indexed bool
	// inSequence: the sequence matters, so that String keeps it.
	inSequence bool
}

// collect reads a query's results to the end.
func collect(r *query.Results) (*answer, error) {
	defer r.Close()
	a := &answer{form: r.Form(), vars: r.Vars()}
	switch a.form {
	case query.FormSelect:
		for row, err := range r.Rows() {
			if err != nil {
				return nil, err
			}
			a.rows = append(a.rows, slices.Clone(row.Terms()))
		}
	case query.FormAsk:
		a.boolean = r.Boolean()
	default:
		for q, err := range r.Quads() {
			if err != nil {
				return nil, err
			}
			a.quads = append(a.quads, q)
		}
	}
	return a, nil
}

// readAnswer reads an expected result: a results format, a graph, or a graph
// in the result-set vocabulary of the SPARQL 1.0 tests.
func readAnswer(iri string, form query.Form) (*answer, error) {
	path, err := filePath(iri)
	if err != nil {
		return nil, err
	}
	if format, ok := resultsFormat(path); ok && (form == query.FormSelect || form == query.FormAsk) {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return readResults(f, format)
	}
	quads, err := readFile(path, "")
	if err != nil {
		return nil, err
	}
	if form == query.FormSelect || form == query.FormAsk {
		return readResultSet(quads)
	}
	return &answer{form: form, quads: quads}, nil
}

// resultsFormat tells the format of a file; .rdf and .ttl are graphs.
func resultsFormat(path string) (results.Format, bool) {
	switch filepath.Ext(path) {
	case ".srx", ".srj", ".csv", ".tsv", ".json", ".xml":
		return results.FormatByExtension(path)
	}
	return 0, false
}

func readResults(r io.Reader, format results.Format) (*answer, error) {
	rd, err := results.NewReader(r, format)
	if err != nil {
		return nil, err
	}
	a := &answer{form: query.FormSelect, vars: rd.Vars()}
	if value, isAsk := rd.Boolean(); isAsk {
		return &answer{form: query.FormAsk, boolean: value}, nil
	}
	for {
		row, err := rd.Read()
		if err == io.EOF {
			return a, nil
		}
		if err != nil {
			return nil, err
		}
		a.rows = append(a.rows, row)
	}
}

func readResultSet(quads []graph.Quad) (*answer, error) {
	d := &description{triples: map[graph.Term][]graph.Triple{}}
	var set graph.Term
	for _, q := range quads {
		d.triples[q.Subject] = append(d.triples[q.Subject], graph.Triple{Subject: q.Subject, Predicate: q.Predicate, Object: q.Object})
		if q.Predicate.Value() == graph.RDFType && q.Object.Value() == rs+"ResultSet" {
			set = q.Subject
		}
	}
	if set.IsZero() {
		return nil, errors.New("no rs:ResultSet in the expected result")
	}
	if b := d.object(set, rs+"boolean"); !b.IsZero() {
		return &answer{form: query.FormAsk, boolean: b.Value() == "true"}, nil
	}
	a := &answer{form: query.FormSelect}
	for _, v := range d.objects(set, rs+"resultVariable") {
		a.vars = append(a.vars, v.Value())
	}
	sort.Strings(a.vars)
	type indexedRow struct {
		index int
		row   []graph.Term
	}
	var rows []indexedRow
	a.indexed = true
	for _, s := range d.objects(set, rs+"solution") {
		r := indexedRow{row: make([]graph.Term, len(a.vars))}
		for _, b := range d.objects(s, rs+"binding") {
			if i := slices.Index(a.vars, d.object(b, rs+"variable").Value()); i >= 0 {
				r.row[i] = d.object(b, rs+"value")
			}
		}
		if n, _ := fmt.Sscan(d.object(s, rs+"index").Value(), &r.index); n != 1 {
			a.indexed = false
		}
		rows = append(rows, r)
	}
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].index < rows[j].index })
	for _, r := range rows {
		a.rows = append(a.rows, r.row)
	}
	return a, nil
}

// through writes the answer in a results format and reads it back.
func (a *answer) through(format results.Format) (*answer, error) {
	var b bytes.Buffer
	w := results.NewWriter(&b, format, nil)
	var err error
	if a.form == query.FormAsk {
		err = w.Boolean(a.boolean)
	} else if err = w.Head(a.vars); err == nil {
		for _, row := range a.rows {
			if err = w.Row(row); err != nil {
				break
			}
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", format, err)
	}
	back, err := readResults(&b, format)
	if err != nil {
		return nil, fmt.Errorf("reading our own %s: %w", format, err)
	}
	return back, nil
}

// comparison says how two answers are compared.
type comparison struct {
	ordered bool            // as sequences
	lax     bool            // REDUCED: a row may come less often than expected, but at least once
	byValue map[string]bool // columns whose numbers are compared by value
}

// same reports whether got is the answer that was wanted.
func (c comparison) same(want, got *answer) bool {
	if want.form == query.FormAsk || got.form == query.FormAsk {
		return want.form == got.form && want.boolean == got.boolean
	}
	if got.form != query.FormSelect {
		return graph.Isomorphic(want.quads, got.quads)
	}
	a, b := slices.Clone(want.vars), slices.Clone(got.vars)
	sort.Strings(a)
	sort.Strings(b)
	if !slices.Equal(a, b) {
		return false
	}
	x := rowTuples(want.canonicalNumbers(c.byValue), a, c.ordered)
	y := rowTuples(got.canonicalNumbers(c.byValue), a, c.ordered)
	if c.lax {
		if len(y) > len(x) {
			return false
		}
		x, y = once(x), once(y)
	}
	return isomorphic(x, y)
}

// rowTuples puts the columns into the sequence of vars and, if ordered, adds the position of each row.
func rowTuples(a *answer, vars []string, ordered bool) [][]graph.Term {
	out := make([][]graph.Term, len(a.rows))
	for i, row := range a.rows {
		for _, v := range vars {
			out[i] = append(out[i], row[slices.Index(a.vars, v)])
		}
		if ordered {
			out[i] = append(out[i], graph.String(fmt.Sprint(i)))
		}
	}
	return out
}

// String shows an answer in a failure's report.
func (a *answer) String() string {
	var b strings.Builder
	switch a.form {
	case query.FormAsk:
		fmt.Fprintln(&b, a.boolean)
	case query.FormSelect:
		fmt.Fprintln(&b, "?"+strings.Join(a.vars, " ?"))
		lines := make([]string, len(a.rows))
		for i, row := range a.rows {
			for _, t := range row {
				lines[i] += t.String() + "\t"
			}
		}
		if !a.inSequence {
			sort.Strings(lines) // so that failures of several ways look alike
		}
		b.WriteString(strings.Join(lines, "\n") + "\n")
	default:
		b.WriteString(showQuads(a.quads))
	}
	return b.String()
}

func showQuads(quads []graph.Quad) string {
	lines := make([]string, len(quads))
	for i, q := range quads {
		lines[i] = q.String()
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n") + "\n"
}

// contents returns all quads of a dataset.
func contents(ctx context.Context, ds query.Dataset) (out []graph.Quad, err error) {
	for _, scope := range []encoded.GraphScope{encoded.ScopeDefault, encoded.ScopeNamed} {
		for q, err := range query.Quads(ctx, ds, encoded.Scan{Order: encoded.SPO, Scope: scope}) {
			if err != nil {
				return nil, err
			}
			out = append(out, q)
		}
	}
	return out, nil
}
