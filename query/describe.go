package query

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// describe makes the concise bounded description of each resource (Stickler,
// W3C Member Submission 2005): the triples whose subject it is, and likewise
// those of the blank nodes that are their objects; and, as RDF 1.2 has it, the reifiers
// of these triples with what is said about them.
func (r *run) describe(emit func(*tripleBatch) (bool, error)) error {
	set := &tripleSet{run: r, emit: emit}
	defer set.close()
	d, err := newDescriber(r)
	if err != nil {
		return err
	}
	var columns []int
	for _, n := range r.query.Describe {
		if !n.IsVar() {
			id, err := r.terms.Encode(n.Term)
			if err != nil {
				return err
			}
			d.enter(id)
			continue
		}
		if i := slices.Index(r.root.Schema(), n.Var); i >= 0 {
			columns = append(columns, i)
		}
	}
	for {
		b, err := r.next()
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		for _, c := range columns {
			if b.Columns[c] != nil {
				for _, id := range b.Columns[c][:b.Len] {
					d.enter(id)
				}
			}
		}
	}
	for len(d.todo) > 0 && !set.done {
		next := d.todo[0]
		d.todo = d.todo[1:]
		if err := d.describe(r.ctx, next, set); err != nil {
			return err
		}
	}
	return set.flush()
}

// describer walks from resource to resource in the default graph.
type describer struct {
	ds      Dataset
	scan    encoded.Scan // pattern of the active graph
	nothing bool
	reifies encoded.Term // rdf:reifies; Undefined if the dataset has none
	seen    map[encoded.Term]bool
	todo    []encoded.Term
}

func newDescriber(r *run) (*describer, error) {
	d := &describer{ds: r.ds, seen: map[encoded.Term]bool{}}
	switch {
	case r.clause.Given:
		for _, g := range r.clause.Default {
			id, ok, err := r.ds.Encode(g)
			if err != nil {
				return nil, err
			}
			if ok {
				d.scan.Graphs = append(d.scan.Graphs, id)
			}
		}
		slices.Sort(d.scan.Graphs)
		d.scan.Graphs = slices.Compact(d.scan.Graphs)
		d.scan.Scope = encoded.ScopeMerged
		d.nothing = len(d.scan.Graphs) == 0
	case r.config.union:
		d.scan.Scope = encoded.ScopeUnion
	default:
		d.scan.Pattern[encoded.Graph] = encoded.DefaultGraph
	}
	id, ok, err := r.ds.Encode(graph.IRI(graph.RDFReifies))
	if ok {
		d.reifies = id
	}
	return d, err
}

// enter notes a resource to be described.
func (d *describer) enter(id encoded.Term) {
	if tag := id.Tag(); (tag == encoded.TagIRI || tag == encoded.TagBlank) && !d.seen[id] {
		d.seen[id] = true
		d.todo = append(d.todo, id)
	}
}

func (d *describer) describe(ctx context.Context, subject encoded.Term, set *tripleSet) error {
	rows, err := d.match(ctx, encoded.SPO, encoded.Pattern{encoded.Subject: subject})
	if err != nil {
		return err
	}
	for _, t := range rows {
		isNew, err := set.add(t)
		if err != nil {
			return err
		}
		if t[2].Tag() == encoded.TagBlank {
			d.enter(t[2])
		}
		if !isNew || d.reifies == encoded.Undefined {
			continue
		}
		tt, ok, err := d.tripleTerm(ctx, t)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		reifiers, err := d.match(ctx, encoded.POS, encoded.Pattern{encoded.Predicate: d.reifies, encoded.Object: tt})
		if err != nil {
			return err
		}
		for _, q := range reifiers {
			d.enter(q[0])
		}
	}
	return nil
}

// tripleTerm finds the triple term of a triple, if the dataset has it.
func (d *describer) tripleTerm(ctx context.Context, t [3]encoded.Term) (encoded.Term, bool, error) {
	it, err := d.ds.Scan(ctx, encoded.Scan{Order: encoded.TSPO, Pattern: encoded.Pattern{t[0], t[1], t[2]},
		Columns: encoded.Positions(0).With(encoded.Graph)})
	if err != nil {
		return 0, false, err
	}
	defer it.Close()
	var b encoded.Batch
	ok, err := it.Next(&b)
	if err != nil || !ok || b.Len == 0 {
		return 0, false, err
	}
	return b.Columns[encoded.Graph][0], true, nil
}

func (d *describer) match(ctx context.Context, o encoded.Order, p encoded.Pattern) ([][3]encoded.Term, error) {
	if d.nothing {
		return nil, nil
	}
	s := d.scan
	s.Order = o
	copy(s.Pattern[:encoded.Graph], p[:])
	s.Columns = encoded.Positions(0).With(encoded.Subject).With(encoded.Predicate).With(encoded.Object)
	it, err := d.ds.Scan(ctx, s)
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var out [][3]encoded.Term
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil || !ok {
			return out, err
		}
		for i := range b.Len {
			out = append(out, [3]encoded.Term{b.Columns[0][i], b.Columns[1][i], b.Columns[2][i]})
		}
	}
}
