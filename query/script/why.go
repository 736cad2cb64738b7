package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/algebra"
)

// .why answers with the statements that the last answer rests upon. They are the
// triple patterns of the query that must match (not those of FILTER NOT EXISTS or
// MINUS), instantiated for the rows of the answer: a CONSTRUCT of these patterns,
// joined with the rows. What the graph says about each statement (its reifiers'
// dates and sources) is shown under it.

// mostReasons bounds the rows that .why explains and the statements it shows.
const mostReasons = 50

func (s *Session) why(ctx context.Context, _ string) error {
	if s.last.sparql == "" {
		return errNothingYet
	}
	p, err := query.Prepare(s.last.sparql, s.lastOptions()...)
	if err != nil {
		return err // an update has no reasons
	}
	construct := reasons(p.Query(), s.last.vars, s.last.rows)
	if construct == nil {
		return errors.New(".why: the last answer rests on no single statements")
	}
	return s.View(func(ds query.Dataset) error {
		labels, err := query.NewLabels(ctx, ds)
		if err != nil {
			return err
		}
		d := &display{labels: labels, prefixes: s.Prefixes}
		res, err := query.RunQuery(ctx, ds, construct, s.lastOptions()...)
		if err != nil {
			return err
		}
		var triples []graph.Triple
		var reifiers []graph.Term
		more := 0
		for t, err := range res.Triples() {
			switch {
			case err != nil:
				return err
			case t.Predicate == graph.IRI(graph.RDFReifies) && t.Object.Kind() == graph.KindTriple:
				reifiers = append(reifiers, t.Subject)
				t = t.Object.Triple()
			}
			if slices.Contains(triples, t) {
				continue
			}
			if len(triples) == mostReasons {
				more++
				continue
			}
			triples = append(triples, t)
		}
		return s.paged(func(out io.Writer) error {
			for _, t := range triples {
				if slices.Contains(reifiers, t.Subject) { // shown as an annotation
					continue
				}
				fmt.Fprintf(out, "%s — %s — %s\n", d.name(t.Subject), d.name(t.Predicate), d.name(t.Object))
				if err := s.annotations(ctx, ds, d, t, out); err != nil {
					return err
				}
			}
			if more > 0 {
				fmt.Fprintf(out, "and %d statements more\n", more)
			}
			return d.err
		})
	})
}

// annotations writes what the graph says about a statement, a line for each of
// its reifiers.
func (s *Session) annotations(ctx context.Context, ds query.Dataset, d *display, t graph.Triple, out io.Writer) error {
	const ask = `SELECT ?r ?p ?o { ?r <` + graph.RDFReifies + `> ?statement ; ?p ?o FILTER(?p != <` + graph.RDFReifies + `>) } ORDER BY ?r ?p ?o`
	res, err := query.Run(ctx, ds, ask, query.WithBinding("statement", graph.TripleTerm(t.Subject, t.Predicate, t.Object)))
	if err != nil {
		return err
	}
	var reifier graph.Term
	var facts []string
	flush := func() {
		if len(facts) > 0 {
			fmt.Fprintf(out, "    %s\n", strings.Join(facts, "; "))
		}
		facts = nil
	}
	for row, err := range res.Rows() {
		if err != nil {
			return err
		}
		cells := row.Terms()
		if cells[0] != reifier {
			flush()
			reifier = cells[0]
		}
		facts = append(facts, d.name(cells[1])+": "+d.name(cells[2]))
	}
	flush()
	return nil
}

// reasons makes the CONSTRUCT of the statements behind the rows of a query; nil
// if it has no triple pattern.
func reasons(q *algebra.Query, vars []string, rows [][]graph.Term) *algebra.Query {
	pattern := q.Root
	for {
		switch op := pattern.(type) {
		case *algebra.Project:
			pattern = op.Input
		case *algebra.Distinct:
			pattern = op.Input
		case *algebra.Reduced:
			pattern = op.Input
		case *algebra.Slice:
			pattern = op.Input
		case *algebra.OrderBy:
			pattern = op.Input
		case *algebra.Extend:
			pattern = op.Input
		case *algebra.Group:
			pattern = op.Input
		default:
			triples := positive(pattern, nil)
			if len(triples) == 0 {
				return nil
			}
			root := algebra.Clone(pattern)
			if table := answered(vars, rows, algebra.Vars(pattern)); table != nil {
				root = &algebra.Join{Left: table, Right: root}
			}
			return &algebra.Query{Form: algebra.Construct, Template: triples, Root: root, Dataset: q.Dataset, Base: q.Base}
		}
	}
}

// answered is the table of the answer's first rows, in the columns that the
// pattern binds; nil if there are none.
func answered(vars []string, rows [][]graph.Term, bound []algebra.Var) *algebra.Table {
	table := &algebra.Table{}
	var columns []int
	for i, v := range vars {
		if slices.Contains(bound, algebra.Var(v)) {
			table.Vars = append(table.Vars, algebra.Var(v))
			columns = append(columns, i)
		}
	}
	if len(columns) == 0 || len(rows) == 0 {
		return nil
	}
	for _, row := range rows[:min(len(rows), mostReasons)] {
		cells := make([]graph.Term, len(columns))
		for i, c := range columns {
			cells[i] = row[c]
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}

// positive collects the triple patterns that a solution rests upon.
func positive(op algebra.Op, found []algebra.TriplePattern) []algebra.TriplePattern {
	switch op := op.(type) {
	case *algebra.BGP:
		found = append(found, op.Patterns...)
	case *algebra.Join:
		found = positive(op.Right, positive(op.Left, found))
	case *algebra.LeftJoin:
		found = positive(op.Right, positive(op.Left, found))
	case *algebra.Union:
		for _, b := range op.Branches {
			found = positive(b, found)
		}
	case *algebra.Minus:
		found = positive(op.Left, found)
	case *algebra.Filter:
		found = positive(op.Input, found)
	case *algebra.Extend:
		found = positive(op.Input, found)
	case *algebra.Graph:
		found = positive(op.Input, found)
	}
	return found
}

// cut shortens a line to a width in columns.
func cut(line string, width int) string { return runewidth.Truncate(line, width, "…") }
