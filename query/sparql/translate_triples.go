package sparql

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// block collects what triples stand for: triple patterns and, in patterns,
// property paths.
type block struct {
	triples []algebra.TriplePattern
	paths   []*algebra.PathPattern
}

func (b *block) add(s, p, o algebra.Node) {
	b.triples = append(b.triples, algebra.TriplePattern{Subject: s, Predicate: p, Object: o})
}

// joined joins what came before with the block: with its triple patterns as
// one BGP, then with each of its paths.
func (b *block) joined(op algebra.Op) algebra.Op {
	if len(b.triples) > 0 {
		op = join(op, &algebra.BGP{Patterns: b.triples})
	}
	for _, p := range b.paths {
		op = join(op, p)
	}
	return op
}

func (t *translator) triples(b *block, tb *triplesBlock) {
	if tb == nil {
		return
	}
	for _, s := range tb.Triples {
		subject := t.node(b, s.Subject)
		if s.Properties != nil {
			t.properties(b, subject, s.Properties)
		}
	}
}

func (t *translator) properties(b *block, subject algebra.Node, list *propertyList) {
	for _, item := range list.Items {
		for _, o := range item.Objects {
			object := t.node(b, o.Node)
			predicate, simple := t.verb(b, subject, item.Verb, object)
			if len(o.Annotations) > 0 {
				if !simple {
					t.fail(o.Annotations[0].Pos, "a triple with a property path cannot be annotated")
				}
				t.annotations(b, triplePattern(subject, predicate, object), o.Annotations)
			}
		}
	}
}

// verb adds the triple or path from subject to object; simple says that it is
// one triple, whose predicate is returned.
func (t *translator) verb(b *block, subject algebra.Node, v *verb, object algebra.Node) (predicate algebra.Node, simple bool) {
	if link, ok := t.simpleVerb(v); ok {
		b.add(subject, link, object)
		return link, true
	}
	if !t.where.paths {
		t.fail(v.Pos, "a property path cannot stand in %s", t.where.name)
	}
	t.path(b, subject, t.pathExpr(v.Path), object)
	return algebra.Node{}, false
}

// simpleVerb returns the node of a verb that is a variable, an IRI or "a".
func (t *translator) simpleVerb(v *verb) (algebra.Node, bool) {
	if v.Var.Type != 0 {
		return t.varNode(v.Var), true
	}
	if v.Simple.Type != 0 {
		return algebra.TermNode(t.iri(v.Simple)), true
	}
	return algebra.Node{}, false
}

func (t *translator) varNode(tok lexer.Token) algebra.Node {
	if !t.where.vars {
		t.fail(tok.Pos, "a variable cannot stand in %s", t.where.name)
	}
	return algebra.VarNode(variable(tok))
}

// triplePattern returns the node of a triple term: a term if it has no variables.
func triplePattern(s, p, o algebra.Node) algebra.Node {
	if !s.Term.IsZero() && !p.Term.IsZero() && !o.Term.IsZero() {
		return algebra.TermNode(graph.TripleTerm(s.Term, p.Term, o.Term))
	}
	return algebra.Node{Triple: &algebra.TriplePattern{Subject: s, Predicate: p, Object: o}}
}

func iriNode(iri string) algebra.Node { return algebra.TermNode(graph.IRI(iri)) }

// annotations adds the triples of reifiers and annotation blocks. A block
// belongs to the reifier right before it, or to a new one.
func (t *translator) annotations(b *block, triple algebra.Node, list []annotation) {
	var current algebra.Node
	has := false
	for _, a := range list {
		if a.Reifier != nil {
			current, has = t.reifier(b, a.Reifier, a.Pos, triple), true
			continue
		}
		if !has {
			current = t.reifier(b, nil, a.Pos, triple)
		}
		t.properties(b, current, a.Block)
		has = false
	}
}

// reifier returns the reifier of a triple and says so in a triple.
func (t *translator) reifier(b *block, r *reifier, pos lexer.Position, triple algebra.Node) algebra.Node {
	var node algebra.Node
	switch {
	case r == nil || r.ID.Type == 0:
		node = t.anonymous(pos)
	case r.ID.Type == tokVar:
		node = t.varNode(r.ID)
	case r.ID.Type == tokBlank:
		node = t.blank(r.ID)
	default:
		node = algebra.TermNode(t.iri(r.ID))
	}
	b.add(node, iriNode(graph.RDFReifies), triple)
	return node
}

// anonymous returns a new blank node.
func (t *translator) anonymous(pos lexer.Position) algebra.Node {
	if !t.where.blanks {
		t.fail(pos, "a blank node cannot stand in %s", t.where.name)
	}
	return algebra.VarNode(t.fresh("b"))
}

// blank returns the node of a labelled blank node.
func (t *translator) blank(tok lexer.Token) algebra.Node {
	if !t.where.blanks {
		t.fail(tok.Pos, "a blank node cannot stand in %s", t.where.name)
	}
	name := tok.Value[2:]
	if t.where.data && t.dataLabels[name] {
		t.fail(tok.Pos, "the blank node _:%s was used in an earlier INSERT DATA of the request", name)
	}
	if l, ok := t.labels[name]; ok {
		if l.scope != t.scope {
			t.failHint(tok.Pos, "use a variable where two patterns share a node",
				"the blank node _:%s is already used in another group of triple patterns", name)
		}
		return algebra.VarNode(l.v)
	}
	l := label{t.fresh("b"), t.scope}
	t.labels[name] = l
	return algebra.VarNode(l.v)
}

// node returns the node of a position, and adds the triples it stands for.
func (t *translator) node(b *block, n *graphNode) algebra.Node {
	switch {
	case n.Leaf.Type != 0:
		return t.leaf(n.Leaf)
	case n.String.Type != 0:
		return algebra.TermNode(t.literal(n.String, n.Lang, n.Type))
	case n.Bracket != nil:
		node := t.anonymous(n.Pos)
		if n.Bracket.Properties != nil {
			t.properties(b, node, n.Bracket.Properties)
		}
		return node
	case n.List != nil:
		return t.collection(b, n)
	case n.Term != nil:
		return t.tripleTerm(n.Term)
	default:
		r := n.Reified
		s := t.component(b, r.Subject, "the subject of a reified triple", true)
		p := t.plainVerb(r.Verb)
		o := t.component(b, r.Object, "the object of a reified triple", true)
		return t.reifier(b, r.Reifier, n.Pos, triplePattern(s, p, o))
	}
}

func (t *translator) leaf(tok lexer.Token) algebra.Node {
	switch tok.Type {
	case tokVar:
		return t.varNode(tok)
	case tokBlank:
		return t.blank(tok)
	case tokIRI, tokPName:
		return algebra.TermNode(t.iri(tok))
	}
	return algebra.TermNode(number(tok))
}

func (t *translator) collection(b *block, n *graphNode) algebra.Node {
	if len(n.List.Nodes) == 0 {
		return iriNode(graph.RDFNil)
	}
	head := t.anonymous(n.Pos)
	cell := head
	for i, item := range n.List.Nodes {
		b.add(cell, iriNode(graph.RDFFirst), t.node(b, item))
		next := iriNode(graph.RDFNil)
		if i < len(n.List.Nodes)-1 {
			next = t.anonymous(item.Pos)
		}
		b.add(cell, iriNode(graph.RDFRest), next)
		cell = next
	}
	return head
}

// plainVerb returns the predicate of a triple term or reified triple.
func (t *translator) plainVerb(v *verb) algebra.Node {
	p, ok := t.simpleVerb(v)
	if !ok {
		t.fail(v.Pos, "a property path cannot stand in a triple term or reified triple")
	}
	return p
}

const tripleSubject = "the subject of a triple term"

// component returns the subject or object of a triple term or reified triple.
func (t *translator) component(b *block, n *graphNode, what string, reified bool) algebra.Node {
	switch {
	case n.List != nil:
		t.fail(n.Pos, "a collection cannot be %s", what)
	case n.Bracket != nil && n.Bracket.Properties != nil:
		t.fail(n.Pos, "a blank node with properties cannot be %s", what)
	case n.Reified != nil && !reified:
		t.failHint(n.Pos, "a triple term is written <<( … )>>", "a reified triple cannot be %s", what)
	case t.where.ground && what == tripleSubject && n.Leaf.Type != tokIRI && n.Leaf.Type != tokPName:
		t.fail(n.Pos, "the subject of a triple term in %s must be an IRI", t.where.name)
	}
	return t.node(b, n)
}

func (t *translator) tripleTerm(n *tripleTerm) algebra.Node {
	s := t.component(nil, n.Subject, tripleSubject, false)
	p := t.plainVerb(n.Verb)
	o := t.component(nil, n.Object, "the object of a triple term", false)
	return triplePattern(s, p, o)
}

// varOrIRI returns the node of a graph or service name.
func (t *translator) varOrIRI(n *varOrIRI) algebra.Node {
	if n.Token.Type == tokVar {
		return t.varNode(n.Token)
	}
	return algebra.TermNode(t.iri(n.Token))
}

// path adds what a path between two nodes stands for (18.2.2.4): inverse and
// sequence become triple patterns, the rest a path pattern.
func (t *translator) path(b *block, s algebra.Node, p algebra.Path, o algebra.Node) {
	switch x := p.(type) {
	case *algebra.PathLink:
		b.add(s, algebra.TermNode(x.Predicate), o)
	case *algebra.PathInverse:
		t.path(b, o, x.Path, s)
	case *algebra.PathSequence:
		middle := algebra.VarNode(t.fresh("p"))
		t.path(b, s, x.First, middle)
		t.path(b, middle, x.Second, o)
	default:
		b.paths = append(b.paths, &algebra.PathPattern{Subject: s, Path: p, Object: o})
	}
}

// pathExpr returns the path expression of a path.
func (t *translator) pathExpr(p *path) algebra.Path {
	var out algebra.Path
	for _, s := range p.Alternatives {
		var sequence algebra.Path
		for _, e := range s.Elements {
			element := t.pathElement(e)
			if sequence == nil {
				sequence = element
			} else {
				sequence = &algebra.PathSequence{First: sequence, Second: element}
			}
		}
		if out == nil {
			out = sequence
		} else {
			out = &algebra.PathAlternative{Left: out, Right: sequence}
		}
	}
	return out
}

func (t *translator) pathElement(e pathElement) algebra.Path {
	var p algebra.Path
	switch {
	case e.Link.Type != 0:
		p = &algebra.PathLink{Predicate: t.iri(e.Link)}
	case e.Group != nil:
		p = t.pathExpr(e.Group)
	default:
		n := &algebra.PathNegated{}
		for _, l := range e.Negated.Links {
			if l.Inverse {
				n.Inverse = append(n.Inverse, t.iri(l.Link))
			} else {
				n.Forward = append(n.Forward, t.iri(l.Link))
			}
		}
		p = n
		if n.Forward == nil && n.Inverse != nil {
			p = &algebra.PathInverse{Path: &algebra.PathNegated{Forward: n.Inverse}}
		}
	}
	switch e.Modifier {
	case "*":
		p = &algebra.PathRepeat{Path: p, Min: 0, Max: -1}
	case "+":
		p = &algebra.PathRepeat{Path: p, Min: 1, Max: -1}
	case "?":
		p = &algebra.PathRepeat{Path: p, Min: 0, Max: 1}
	}
	if e.Inverse {
		p = &algebra.PathInverse{Path: p}
	}
	return p
}
