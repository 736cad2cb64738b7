package rdfio

import (
	"slices"

	"github.com/ententedb/entente/graph"
)

// turtleDocument is a whole dataset arranged for Turtle or TriG: a forest. The
// triples of one subject in one graph are a node; a node is written at the top level, or
// inside its parent:
//
//   - a blank node that is used once, as an object, is nested there as [ … ], or as
//     part of a list ( … );
//   - a reifier of one triple that is asserted in the same graph becomes an
//     annotation of it.
//
// Parents that form a cycle are cut, and so is nesting deeper than maxNesting.
type turtleDocument struct {
	graphs []graph.Term // in order of appearance, the default graph first
	roots  map[graph.Term][]*turtleNode
	nodes  map[nodeKey]*turtleNode
	uses   map[string]int // of blank nodes as anything but subjects
	homes  map[string]int // graphs in which a blank node is a subject
	notes  map[string][]*turtleNode
}

type nodeKey struct{ graph, subject graph.Term }

type turtleNode struct {
	nodeKey
	triples []graph.Quad
	parent  *turtleNode
	depth   int         // -1 until it is known
	cell    bool        // a cell of a list that ends in rdf:nil
	rest    bool        // its parent is the cell before
	note    *graph.Quad // the triple that it annotates
	skip    int         // index of the rdf:reifies that the annotation says, or -1
}

const maxNesting = 16

func newTurtleDocument(quads []graph.Quad) *turtleDocument {
	d := &turtleDocument{roots: map[graph.Term][]*turtleNode{}, nodes: map[nodeKey]*turtleNode{},
		uses: map[string]int{}, homes: map[string]int{}, notes: map[string][]*turtleNode{}}
	var order []*turtleNode
	seen := map[graph.Term]bool{}
	asserted := make(map[string]bool, len(quads))
	count := func(t graph.Term) { eachBlank(t, func(label string) { d.uses[label]++ }) }
	for _, q := range quads {
		key := q.String()
		if asserted[key] {
			continue
		}
		asserted[key] = true
		n := d.nodes[nodeKey{q.Graph, q.Subject}]
		if n == nil {
			n = &turtleNode{nodeKey: nodeKey{q.Graph, q.Subject}, depth: -1, skip: -1}
			d.nodes[n.nodeKey] = n
			order = append(order, n)
			if q.Subject.IsBlank() {
				d.homes[q.Subject.Value()]++
			}
			if !q.Graph.IsZero() && !seen[q.Graph] {
				seen[q.Graph] = true
				d.graphs = append(d.graphs, q.Graph)
				count(q.Graph)
			}
		}
		n.triples = append(n.triples, q)
		count(q.Object)
	}
	d.graphs = append([]graph.Term{{}}, d.graphs...)
	for _, n := range order {
		d.annotate(n, asserted)
	}
	for _, n := range order {
		for _, q := range n.triples {
			if child := d.nodes[nodeKey{n.graph, q.Object}]; child != nil && child.note == nil && d.nestable(q.Object) {
				child.parent = n
			}
		}
	}
	for _, n := range order {
		d.findList(n)
	}
	for _, n := range order {
		n.settle()
	}
	for _, n := range order {
		switch {
		case n.parent == nil:
			n.note, n.skip = nil, -1
			d.roots[n.graph] = append(d.roots[n.graph], n)
		case n.note != nil:
			d.notes[n.note.String()] = append(d.notes[n.note.String()], n)
		}
	}
	return d
}

func eachBlank(t graph.Term, f func(label string)) {
	switch t.Kind() {
	case graph.KindBlank:
		f(t.Value())
	case graph.KindTriple:
		tr := t.Triple()
		eachBlank(tr.Subject, f)
		eachBlank(tr.Object, f)
	}
}

// nestable reports whether a term is a blank node that needs no label.
func (d *turtleDocument) nestable(t graph.Term) bool {
	return t.IsBlank() && d.uses[t.Value()] == 1 && d.homes[t.Value()] <= 1
}

// annotate makes n an annotation if it reifies one asserted triple.
func (d *turtleDocument) annotate(n *turtleNode, asserted map[string]bool) {
	found := -1
	for i, q := range n.triples {
		if q.Predicate.Value() == graph.RDFReifies {
			if found >= 0 || !q.Object.IsTriple() {
				return
			}
			found = i
		}
	}
	if found < 0 {
		return
	}
	tr := n.triples[found].Object.Triple()
	if tr.Predicate.Value() == graph.RDFReifies {
		return // that triple may itself be said by an annotation only
	}
	q := graph.Quad{Subject: tr.Subject, Predicate: tr.Predicate, Object: tr.Object, Graph: n.graph}
	if asserted[q.String()] {
		n.note, n.skip, n.parent = &q, found, d.nodes[nodeKey{n.graph, tr.Subject}]
	}
}

// findList marks the cells of the list whose last cell is n.
func (d *turtleDocument) findList(n *turtleNode) {
	if rest := n.cellRest(); !rest.IsIRI() || rest.Value() != graph.RDFNil {
		return
	}
	for n.parent != nil && n.note == nil && d.nestable(n.subject) {
		n.cell = true
		before := n.parent
		if rest := before.cellRest(); !rest.Equal(n.subject) {
			return
		}
		n.rest = before.parent != nil && before.note == nil && d.nestable(before.subject)
		n = before
	}
}

// cellRest returns the rest of a node that has one rdf:first, one rdf:rest and
// nothing else, and the zero Term for others.
func (n *turtleNode) cellRest() (rest graph.Term) {
	if len(n.triples) != 2 {
		return rest
	}
	for i, q := range n.triples {
		if q.Predicate.Value() == graph.RDFRest && n.triples[1-i].Predicate.Value() == graph.RDFFirst {
			rest = q.Object
		}
	}
	return rest
}

// settle computes the depth of n and of its ancestors, and makes roots of those
// that are too deep or in a cycle. A cell stays in its list: the list as a whole counts once.
func (n *turtleNode) settle() {
	const onPath = -2
	var path []*turtleNode
	for n.depth == -1 {
		n.depth = onPath
		path = append(path, n)
		if n.parent == nil {
			break
		}
		n = n.parent
	}
	if n.depth == onPath && n.parent != nil { // a cycle, closed at n
		for n.rest {
			n = n.parent
		}
		n.parent, n.depth = nil, 0
		// The path begins anew below the cut.
		i := slices.Index(path, n)
		path = slices.Concat(path[i+1:], path[:i])
	}
	slices.Reverse(path)
	settlePath(path)
}

// settlePath settles nodes, each of which comes after its parent.
func settlePath(path []*turtleNode) {
	for _, n := range path {
		switch {
		case n.parent == nil:
			n.depth = 0
		case n.rest:
			n.depth = n.parent.depth
		case n.parent.depth+1 > maxNesting:
			n.parent, n.depth = nil, 0
		default:
			n.depth = n.parent.depth + 1
		}
	}
}

func (d *turtleDocument) write(t *turtleWriter) {
	for _, g := range d.graphs {
		if len(d.roots[g]) == 0 {
			continue
		}
		indent := "    "
		if !g.IsZero() {
			t.openGraph(g)
			indent = "        "
		}
		for _, n := range d.roots[g] {
			if !g.IsZero() {
				t.buf = append(t.buf, "    "...)
			}
			if s := n.subject; s.IsBlank() && d.uses[s.Value()] == 0 && d.homes[s.Value()] == 1 {
				t.buf = append(t.buf, "[]"...)
			} else {
				t.term(s)
			}
			t.buf = append(t.buf, ' ')
			d.properties(t, n, " ;\n"+indent)
			t.buf = append(t.buf, " .\n"...)
		}
		t.closeGraph(g)
	}
}

// properties writes the predicates and objects of a node, rdf:type first, and those of
// one predicate together.
func (d *turtleDocument) properties(t *turtleWriter, n *turtleNode, separator string) {
	var predicates []graph.Term
	objects := map[graph.Term][]graph.Quad{}
	for i, q := range n.triples {
		if i == n.skip {
			continue
		}
		if objects[q.Predicate] == nil {
			predicates = append(predicates, q.Predicate)
		}
		objects[q.Predicate] = append(objects[q.Predicate], q)
	}
	if i := slices.Index(predicates, graph.IRI(graph.RDFType)); i > 0 {
		predicates = slices.Insert(slices.Delete(predicates, i, i+1), 0, graph.IRI(graph.RDFType))
	}
	for i, p := range predicates {
		if i > 0 {
			t.buf = append(t.buf, separator...)
		}
		t.predicate(p)
		for j, q := range objects[p] {
			if j > 0 {
				t.buf = append(t.buf, ", "...)
			}
			d.object(t, n, q.Object)
			d.annotations(t, q)
		}
	}
}

// object writes an object of n, with what is nested in it.
func (d *turtleDocument) object(t *turtleWriter, n *turtleNode, o graph.Term) {
	if o.IsIRI() && o.Value() == graph.RDFNil {
		t.buf = append(t.buf, "()"...)
		return
	}
	if !d.nestable(o) {
		t.term(o)
		return
	}
	child := d.nodes[nodeKey{n.graph, o}]
	switch {
	case child == nil && d.homes[o.Value()] == 0:
		t.buf = append(t.buf, "[]"...)
	case child == nil || child.parent != n || child.note != nil:
		t.term(o)
	case child.cell:
		t.buf = append(t.buf, "( "...)
		for child != nil {
			rest := child.cellRest()
			for _, q := range child.triples {
				if q.Predicate.Value() == graph.RDFFirst {
					d.object(t, child, q.Object)
				}
			}
			t.buf = append(t.buf, ' ')
			child = d.nodes[nodeKey{n.graph, rest}]
			if !rest.IsBlank() {
				child = nil
			}
		}
		t.buf = append(t.buf, ')')
	default:
		t.buf = append(t.buf, "[ "...)
		d.properties(t, child, " ; ")
		t.buf = append(t.buf, " ]"...)
	}
}

// annotations writes the reifiers of a triple. Those with properties come first: a block
// after a bare reifier would describe that one.
func (d *turtleDocument) annotations(t *turtleWriter, q graph.Quad) {
	if len(d.notes) == 0 {
		return
	}
	notes := d.notes[q.String()]
	for _, bare := range []bool{false, true} {
		for _, r := range notes {
			if (len(r.triples) == 1) != bare {
				continue
			}
			named := !r.subject.IsBlank() || d.uses[r.subject.Value()] > 0 || d.homes[r.subject.Value()] > 1
			if named || bare {
				t.buf = append(t.buf, " ~"...)
			}
			if named {
				t.buf = append(t.buf, ' ')
				t.term(r.subject)
			}
			if !bare {
				t.buf = append(t.buf, " {| "...)
				d.properties(t, r, " ; ")
				t.buf = append(t.buf, " |}"...)
			}
		}
	}
}
