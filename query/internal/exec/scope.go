package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// scope is the active graph of a part of the tree.
type scope struct {
	kind  scopeKind
	graph encoded.Term // of scopeGraph
	v     algebra.Var  // of scopeNamed: the hidden variable of the graph column
}

type scopeKind uint8

const (
	// The zero scope is the default graph of the query's dataset.
	_ scopeKind = iota
	// scopeGraph is one graph.
	scopeGraph
	// scopeNamed is all named graphs at once, told apart by a column.
	scopeNamed
	// scopeNone is a graph that does not exist.
	scopeNone
)

// graphSet is the query's dataset: what the default graph is, and which named graphs
// there are.
type graphSet struct {
	given    bool           // by FROM, FROM NAMED
	defaults []encoded.Term // ascending; if given
	named    []encoded.Term // ascending; if given
	union    bool
}

func newGraphSet(env *Env) (graphSet, error) {
	g := graphSet{given: env.Clause.Given, union: env.Union}
	encode := func(terms []graph.Term) ([]encoded.Term, error) {
		var ids []encoded.Term
		for _, t := range terms {
			id, ok, err := env.Dataset.Encode(t)
			if err != nil {
				return nil, err
			}
			if ok {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		return slices.Compact(ids), nil
	}
	var err error
	if g.given {
		if g.defaults, err = encode(env.Clause.Default); err == nil {
			g.named, err = encode(env.Clause.Named)
		}
	}
	return g, err
}

// scan sets the graph position, the scope and the graphs of a scan. It returns the
// variable of the graph column, "" for none, and whether the scan is of nothing.
func (g *graphSet) scan(sc scope, s *encoded.Scan) (column algebra.Var, empty bool) {
	switch sc.kind {
	case scopeNone:
		return "", true
	case scopeGraph:
		s.Pattern[encoded.Graph] = sc.graph
	case scopeNamed:
		s.Scope = encoded.ScopeNamed
		if g.given {
			s.Scope, s.Graphs = encoded.ScopeSet, g.named
			if len(g.named) == 0 {
				return sc.v, true
			}
		}
		return sc.v, false
	default:
		switch {
		case g.given && len(g.defaults) == 0:
			return "", true
		case g.given && len(g.defaults) == 1:
			s.Pattern[encoded.Graph] = g.defaults[0]
		case g.given:
			s.Scope, s.Graphs = encoded.ScopeMerged, g.defaults
		case g.union:
			s.Scope = encoded.ScopeUnion
		default:
			s.Pattern[encoded.Graph] = encoded.DefaultGraph
		}
	}
	return "", false
}

// exists reports whether a term names a graph of the dataset.
func (b *builder) graphExists(g encoded.Term) (bool, error) {
	if b.graphs.given {
		_, ok := slices.BinarySearch(b.graphs.named, g)
		return ok, nil
	}
	if g == encoded.Undefined || g == encoded.DefaultGraph || g.Tag() == encoded.TagLocal {
		return false, nil
	}
	n, _, err := b.env.Dataset.Count(encoded.Scan{Order: encoded.GSPO, Pattern: encoded.Pattern{encoded.Graph: g}})
	return n > 0, err
}

// names returns the names of the named graphs, ascending.
func (b *builder) graphNames(ctx context.Context) ([]encoded.Term, error) {
	if b.graphs.given {
		return b.graphs.named, nil
	}
	it, err := b.env.Dataset.Scan(ctx, encoded.Scan{
		Order: encoded.GSPO, Scope: encoded.ScopeNamed,
		Columns: encoded.Positions(0).With(encoded.Graph), Grouped: true,
	})
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var names []encoded.Term
	var batch encoded.Batch
	for {
		ok, err := it.Next(&batch)
		if err != nil {
			return nil, err
		}
		if !ok {
			return names, nil
		}
		names = append(names, batch.Columns[encoded.Graph][:batch.Len]...)
	}
}
