package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// mostNeighbours bounds how many things .graph names on one branch.
const mostNeighbours = 6

// neighbourhood carries out .graph: the relations of a thing, outgoing and
// incoming, each a branch.
func (s *Session) neighbourhood(ctx context.Context, args string) error {
	if args == "" {
		return errors.New(".graph: expected a name or an IRI")
	}
	return s.View(func(ds query.Dataset) error {
		thing, err := s.thing(ctx, ds, args)
		if err != nil {
			return err
		}
		labels, err := query.NewLabels(ctx, ds)
		if err != nil {
			return err
		}
		d := &display{labels: labels, prefixes: s.Prefixes}
		branches, err := s.branches(ctx, ds, d, thing)
		if err != nil {
			return err
		}
		return s.paged(func(out io.Writer) error {
			fmt.Fprintln(out, d.name(thing))
			for i, b := range branches {
				mark := "├"
				if i == len(branches)-1 {
					mark = "└"
				}
				line := mark + b.String()
				if s.Width > 0 {
					line = cut(line, s.Width)
				}
				fmt.Fprintln(out, line)
			}
			return d.err
		})
	})
}

// branch is one relation of a thing and those at its other end.
type branch struct {
	relation string
	incoming bool
	names    []string
	more     int
}

// String draws the branch without its stem.
func (b *branch) String() string {
	text := "── " + b.relation + " ─→ "
	if b.incoming {
		text = "←─ " + b.relation + " ── "
	}
	text += strings.Join(b.names, ", ")
	if b.more > 0 {
		text += fmt.Sprintf(" and %d more", b.more)
	}
	return text
}

// branches collects the relations of a thing; those to things come before those
// to plain values.
func (s *Session) branches(ctx context.Context, ds query.Dataset, d *display, thing graph.Term) ([]*branch, error) {
	var all []*branch
	for _, q := range []struct {
		text     string
		incoming bool
	}{
		{"SELECT ?p ?o { ?thing ?p ?o FILTER(isIRI(?o)) } ORDER BY ?p ?o", false},
		{"SELECT ?p ?o { ?o ?p ?thing FILTER(isIRI(?o)) } ORDER BY ?p ?o", true},
		{"SELECT ?p ?o { ?thing ?p ?o FILTER(isLITERAL(?o)) } ORDER BY ?p ?o", false},
	} {
		res, err := query.Run(ctx, ds, q.text, append(s.options(), query.WithBinding("thing", thing))...)
		if err != nil {
			return nil, err
		}
		var last graph.Term
		for row, err := range res.Rows() {
			if err != nil {
				return nil, err
			}
			p, o := row.Terms()[0], row.Terms()[1]
			if p != last {
				all = append(all, &branch{relation: d.name(p), incoming: q.incoming})
				last = p
			}
			if b := all[len(all)-1]; len(b.names) < mostNeighbours {
				b.names = append(b.names, d.name(o))
			} else {
				b.more++
			}
		}
	}
	return all, nil
}

// thing finds what a command names: an IRI, a prefixed name, or a label in any
// case.
func (s *Session) thing(ctx context.Context, ds query.Dataset, text string) (graph.Term, error) {
	if t, err := s.ParseTerm(text); err == nil && t.IsIRI() {
		return t, nil
	}
	const find = `SELECT ?thing { ?thing <` + graph.RDFSLabel + `>|<` + graph.SKOSPrefLabel + `>|<` + graph.SKOSAltLabel + `> ?label
		FILTER(LCASE(STR(?label)) = LCASE(?name) && isIRI(?thing)) } LIMIT 1`
	res, err := query.Run(ctx, ds, find, query.WithBinding("name", graph.String(strings.Trim(text, `"`))))
	if err != nil {
		return graph.Term{}, err
	}
	for row, err := range res.Rows() {
		if err != nil {
			return graph.Term{}, err
		}
		return row.Terms()[0], nil
	}
	return graph.Term{}, fmt.Errorf("nothing is named %q", text)
}
