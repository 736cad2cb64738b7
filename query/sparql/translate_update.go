package sparql

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// update translates an update request.
func (t *translator) update(u *updateUnit) *algebra.Update {
	out := &algebra.Update{}
	t.prologue(u.Prologue)
	if u.First != nil {
		out.Operations = append(out.Operations, t.operation(u.First))
	}
	for i, step := range u.Rest {
		t.prologue(step.Prologue)
		if step.Operation == nil {
			if i < len(u.Rest)-1 {
				t.fail(u.Rest[i+1].Pos, "an operation is missing before ';'")
			}
			break
		}
		out.Operations = append(out.Operations, t.operation(step.Operation))
	}
	out.Prefixes, out.Base, out.Version = t.prefixes, t.base, t.version
	return out
}

func (t *translator) operation(o *operation) algebra.Operation {
	switch {
	case o.Load != nil:
		op := &algebra.Load{Source: t.iri(o.Load.Source), Silent: o.Load.Silent}
		if o.Load.Into.Type != 0 {
			op.Into = t.iri(o.Load.Into)
		}
		return op
	case o.Clear != nil:
		op := &algebra.Clear{Drop: o.Clear.Verb == "DROP", Silent: o.Clear.Silent}
		switch o.Clear.Kind {
		case "DEFAULT":
			op.Target.Kind = algebra.TargetDefault
		case "NAMED":
			op.Target.Kind = algebra.TargetNamed
		case "ALL":
			op.Target.Kind = algebra.TargetAll
		default:
			op.Target.Graph = t.iri(o.Clear.Graph)
		}
		return op
	case o.Create != nil:
		return &algebra.Create{Graph: t.iri(o.Create.Graph), Silent: o.Create.Silent}
	case o.Transfer != nil:
		op := &algebra.Transfer{Silent: o.Transfer.Silent, From: t.target(o.Transfer.From), To: t.target(o.Transfer.To)}
		op.Kind = map[string]algebra.TransferKind{"COPY": algebra.Copy, "MOVE": algebra.Move, "ADD": algebra.Add}[o.Transfer.Verb]
		return op
	case o.Insert != nil:
		if o.Insert.Data != nil {
			return t.insertData(o.Insert.Data)
		}
		return t.modify(graph.Term{}, nil, o.Insert.Template, o.Insert.Using, o.Insert.Where)
	case o.Delete != nil:
		switch d := o.Delete; {
		case d.Data != nil:
			return &algebra.DeleteData{Quads: t.quads(d.Data, inDeleteData)}
		case d.Pattern != nil:
			quads := t.quads(d.Pattern, inDeleteWhere)
			return &algebra.Modify{Delete: quads, Where: patternOf(quads)}
		default:
			return t.modify(graph.Term{}, d.Template, d.Insert, d.Using, d.Where)
		}
	}
	w := o.With
	insert := w.Insert
	if w.Only != nil {
		insert = w.Only
	}
	return t.modify(t.iri(w.IRI), w.Delete, insert, w.Using, w.Where)
}

func (t *translator) target(g *graphOrDefault) algebra.GraphTarget {
	if g.Default {
		return algebra.GraphTarget{Kind: algebra.TargetDefault}
	}
	return algebra.GraphTarget{Graph: t.iri(g.Graph)}
}

// insertData translates INSERT DATA; its blank node labels are its own.
func (t *translator) insertData(q *quads) algebra.Operation {
	saved := t.labels
	t.labels = map[string]label{}
	op := &algebra.InsertData{Quads: t.quads(q, inInsertData)}
	for name := range t.labels {
		t.dataLabels[name] = true
	}
	t.labels = saved
	return op
}

func (t *translator) modify(with graph.Term, del, insert *quads, using []*usingClause, where *group) algebra.Operation {
	op := &algebra.Modify{With: with}
	for _, c := range using {
		t.from(&op.Using, c.Named, c.IRI)
	}
	saved := t.labels
	t.labels = map[string]label{}
	if del != nil {
		op.Delete = t.quads(del, inDelete)
	}
	if insert != nil {
		op.Insert = t.quads(insert, inInsert)
	}
	t.labels = saved
	op.Where = t.pattern(where)
	return op
}

func (t *translator) quads(q *quads, where place) []algebra.QuadPattern {
	saved := t.where
	t.where = where
	defer func() { t.where = saved }()
	var out []algebra.QuadPattern
	add := func(name algebra.Node, tb *triplesBlock) {
		b := &block{}
		t.triples(b, tb)
		for _, p := range b.triples {
			out = append(out, algebra.QuadPattern{Graph: name, Triple: p})
		}
	}
	add(algebra.Node{}, q.First)
	for _, g := range q.Graphs {
		add(t.varOrIRI(g.Name), g.Triples)
		add(algebra.Node{}, g.After)
	}
	return out
}

// patternOf returns the pattern of DELETE WHERE: its quads.
func patternOf(quads []algebra.QuadPattern) algebra.Op {
	var op algebra.Op
	for i := 0; i < len(quads); {
		bgp := &algebra.BGP{}
		name := quads[i].Graph
		for ; i < len(quads) && sameNode(quads[i].Graph, name); i++ {
			bgp.Patterns = append(bgp.Patterns, quads[i].Triple)
		}
		if name.IsVar() || !name.Term.IsZero() {
			op = join(op, &algebra.Graph{Name: name, Input: bgp})
		} else {
			op = join(op, bgp)
		}
	}
	return orUnit(op)
}

func sameNode(a, b algebra.Node) bool {
	return a.Var == b.Var && a.Term.Equal(b.Term) && a.Triple == nil && b.Triple == nil
}
