package plan

import (
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// scope is the active graph of a pattern, as a scan asks for it.
type scope struct {
	graph  encoded.Term // bound graph, or Undefined
	kind   encoded.GraphScope
	graphs []encoded.Term
	none   bool // no graph at all: nothing matches
	many   bool // a named graph variable: a pattern is matched in each graph
}

// setScope finds the default graph and the named graphs of the query.
func (p *planner) setScope() error {
	var err error
	if p.totals, err = p.ds.Totals(); err != nil {
		return err
	}
	p.scope = scope{graph: encoded.DefaultGraph}
	p.named = scope{kind: encoded.ScopeNamed, many: true}
	if p.opts.Union {
		p.scope = scope{kind: encoded.ScopeUnion}
	}
	if !p.opts.Dataset.Given {
		return nil
	}
	defaults, err := p.graphs(p.opts.Dataset.Default)
	if err != nil {
		return err
	}
	switch len(defaults) {
	case 0:
		p.scope = scope{none: true}
	case 1:
		p.scope = scope{graph: defaults[0]}
	default:
		p.scope = scope{kind: encoded.ScopeMerged, graphs: defaults}
	}
	named, err := p.graphs(p.opts.Dataset.Named)
	if err != nil {
		return err
	}
	p.named = scope{kind: encoded.ScopeSet, graphs: named, many: true, none: len(named) == 0}
	return nil
}

func (p *planner) graphs(terms []graph.Term) ([]encoded.Term, error) {
	var out []encoded.Term
	for _, t := range terms {
		e, err := p.encode(t)
		if err != nil {
			return nil, err
		}
		if e.ok {
			out = append(out, e.id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// graphScope returns the scope inside GRAPH name.
func (p *planner) graphScope(name algebra.Node) (scope, error) {
	if name.IsVar() || name.Triple != nil {
		return p.named, nil
	}
	e, err := p.encode(name.Term)
	if err != nil {
		return scope{}, err
	}
	if !e.ok || p.opts.Dataset.Given && !slices.Contains(p.named.graphs, e.id) {
		return scope{none: true}, nil
	}
	return scope{graph: e.id}, nil
}

func (p *planner) encode(t graph.Term) (encodedTerm, error) {
	key := t.Key()
	if e, ok := p.terms[key]; ok {
		return e, nil
	}
	id, ok, err := p.ds.Encode(t)
	e := encodedTerm{id, ok}
	if err == nil {
		p.terms[key] = e
	}
	return e, err
}
