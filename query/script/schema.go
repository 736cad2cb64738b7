package script

import (
	"context"
	"fmt"
	"io"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// schemas are the tables of .schema.
var schemas = [...]struct{ name, things, query string }{
	{"class", "things", `SELECT ?class (COUNT(*) AS ?things) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) ?class`},
	{"relation", "statements", `SELECT ?relation (COUNT(*) AS ?statements) { ?s ?relation ?o } GROUP BY ?relation ORDER BY DESC(?statements) ?relation`},
}

// Schema lists the classes and relations of the graph with their numbers: by their
// labels, and by the names they have in SPARQL.
func (s *Session) Schema(ctx context.Context) error {
	if s.Format != Table {
		for _, schema := range schemas {
			if err := s.sparql(ctx, schema.query); err != nil {
				return err
			}
		}
		return nil
	}
	return s.View(func(ds query.Dataset) error {
		labels, err := query.NewLabels(ctx, ds)
		if err != nil {
			return err
		}
		names := &display{labels: labels, prefixes: s.Prefixes}
		return s.paged(func(out io.Writer) error {
			for i, schema := range schemas {
				if i > 0 {
					fmt.Fprintln(out)
				}
				table := results.NewTable(out, &results.TableOptions{Width: s.Width, Color: s.Color, Names: names.name})
				if err := s.schemaTable(ctx, ds, table, schema.query, []string{schema.name, "in SPARQL", schema.things}); err != nil {
					return err
				}
			}
			return names.err
		})
	})
}

// schemaTable writes the rows of one of the schemas.
func (s *Session) schemaTable(ctx context.Context, ds query.Dataset, table *results.Table, text string, heads []string) error {
	res, err := query.Run(ctx, ds, text, s.options()...)
	if err != nil {
		return err
	}
	defer res.Close()
	if err := table.Head(heads); err != nil {
		return err
	}
	for row, err := range res.Rows() {
		if err != nil {
			return err
		}
		thing, number := row.Terms()[0], row.Terms()[1]
		name := thing.String()
		if thing.IsIRI() {
			name = shorten(thing.Value(), s.Prefixes)
		}
		if err := table.Row([]graph.Term{thing, graph.String(name), number}); err != nil {
			return err
		}
	}
	return table.Close()
}
