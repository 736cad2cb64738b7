package query_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/internal/memory"
)

const oddPrologue = "PREFIX : <http://x/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\nPREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"

// TestOdd runs the queries of testdata/odd, corners of the specification whose answers were
// checked by hand against its text, optimised and as they were written; both must
// give the answer shown. Commands:
//
//	data     TriG that the following commands start from
//	query    the solutions, sorted unless the query sorts them, or the triples, or yes or no
//	update   the quads afterwards; what follows starts from the data again
func TestOdd(t *testing.T) {
	var quads []graph.Quad
	datadriven.RunTest(t, "testdata/odd", func(t *testing.T, d *datadriven.TestData) string {
		text := oddPrologue + d.Input
		switch d.Cmd {
		case "data":
			var err error
			if quads, err = rdfio.ReadAll(strings.NewReader(text), rdfio.TriG, nil); err != nil {
				t.Fatal(err)
			}
			return ""
		case "query":
			got := oddAnswer(quads, text)
			if written := oddAnswer(quads, text, query.WithoutOptimizer()); written != got {
				t.Errorf("%s: without the optimiser\n%s", d.Pos, written)
			}
			return got
		case "update":
			ds := memory.New(slices.Clone(quads))
			if _, err := query.Update(ctx, ds, text); err != nil {
				return "error: " + err.Error() + "\n"
			}
			if err := ds.Flush(); err != nil {
				return err.Error()
			}
			after, err := dump(ds)
			if err != nil {
				return err.Error()
			}
			var lines []string
			for _, q := range after {
				line := oddTerm(q.Subject) + " " + oddTerm(q.Predicate) + " " + oddTerm(q.Object)
				if !q.Graph.IsZero() {
					line += " in " + oddTerm(q.Graph)
				}
				lines = append(lines, line)
			}
			slices.Sort(lines)
			return strings.Join(lines, "\n") + "\n"
		}
		t.Fatalf("%s: unknown command %s", d.Pos, d.Cmd)
		return ""
	})
}

func oddAnswer(quads []graph.Quad, text string, opts ...query.Option) string {
	opts = append(opts, query.WithNow(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)), query.WithService(failingService))
	res, err := query.Run(ctx, memory.New(slices.Clone(quads)), text, opts...)
	if err != nil {
		message, _, _ := strings.Cut(err.Error(), "\n")
		return "error: " + message + "\n"
	}
	defer res.Close()
	var lines []string
	switch res.Form() {
	case query.FormAsk:
		return fmt.Sprintln(res.Boolean())
	case query.FormSelect:
		for row, err := range res.Rows() {
			if err != nil {
				return "error: " + err.Error() + "\n"
			}
			var cells []string
			for i, term := range row.Terms() {
				if !term.IsZero() {
					cells = append(cells, res.Vars()[i]+"="+oddTerm(term))
				}
			}
			lines = append(lines, "("+strings.Join(cells, " ")+")")
		}
		if !strings.Contains(text, "ORDER BY") {
			slices.Sort(lines)
		}
	default:
		for triple, err := range res.Triples() {
			if err != nil {
				return "error: " + err.Error() + "\n"
			}
			lines = append(lines, oddTerm(triple.Subject)+" "+oddTerm(triple.Predicate)+" "+oddTerm(triple.Object))
		}
		slices.Sort(lines)
	}
	if len(lines) == 0 {
		return "none\n"
	}
	return strings.Join(lines, "\n") + "\n"
}

func failingService(_ context.Context, _, _ string) ([]string, iter.Seq2[[]graph.Term, error], error) {
	return nil, nil, errors.New("no such endpoint")
}

// oddTerm prints a term short; blank nodes have no lasting names.
func oddTerm(t graph.Term) string {
	switch {
	case t.IsBlank():
		return "_:b"
	case t.IsTriple():
		in := t.Triple()
		return "<<" + oddTerm(in.Subject) + " " + oddTerm(in.Predicate) + " " + oddTerm(in.Object) + ">>"
	}
	text := t.String()
	for long, short := range map[string]string{"<http://x/": ":", "<" + graph.XSD: "xsd:", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:"} {
		if i := strings.Index(text, long); i >= 0 {
			text = strings.TrimSuffix(text[:i]+short+text[i+len(long):], ">")
		}
	}
	return text
}
