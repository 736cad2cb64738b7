package rdfio

import (
	"io"

	"github.com/ententedb/entente/graph"
)

// turtle parses Turtle 1.2 and TriG 1.2.
//
// The outer level is a state machine: each call of more parses one directive, or one
// object of a statement with what is nested in it, so a subject may have any
// number of objects. The nested parts (lists, property lists, annotations,
// triple terms) are parsed by recursive descent, no deeper than maxDepth.
type turtle struct {
	*scanner
	trig     bool
	base     string
	prefixes map[string]string
	declare  func(prefix, namespace string)
	out      []graph.Quad
	anon     int
	depth    int

	state     turtleState
	inGraph   bool
	graph     graph.Term
	subject   graph.Term
	predicate graph.Term
}

type turtleState uint8

const (
	atStatement turtleState = iota // a directive, a block or a subject
	atVerb                         // a predicate must follow
	atVerbOrEnd                    // a predicate or the end of the statement
	atObject
	afterObject // "," ";" or the end of the statement
)

func newTurtle(r io.Reader, trig bool, base string, declare func(prefix, namespace string)) *turtle {
	return &turtle{scanner: newScanner(r), trig: trig, base: base, prefixes: map[string]string{}, declare: declare}
}

func (t *turtle) more(queue []graph.Quad) ([]graph.Quad, error) {
	t.out = queue
	for len(t.out) == 0 {
		if err := t.step(); err != nil {
			return t.out, err
		}
	}
	return t.out, nil
}

func (t *turtle) emit(s, p, o graph.Term) {
	t.out = append(t.out, graph.Quad{Subject: s, Predicate: p, Object: o, Graph: t.graph})
}

func (t *turtle) step() (err error) {
	t.space()
	switch t.state {
	case atStatement:
		return t.statement()
	case atVerb:
		if t.predicate, err = t.verb(); err != nil {
			return err
		}
		t.state = atObject
	case atVerbOrEnd:
		switch t.at(0) {
		case ';':
			t.skip(1)
		case '.', '}':
			return t.endStatement()
		default:
			t.state = atVerb
		}
	case atObject:
		t.state = afterObject
		return t.objectAndAnnotation(t.subject, t.predicate)
	case afterObject:
		switch t.at(0) {
		case ',':
			t.skip(1)
			t.state = atObject
		case ';':
			t.skip(1)
			t.state = atVerbOrEnd
		default:
			return t.endStatement()
		}
	}
	return nil
}

// endStatement reads the "." of a statement; in a graph's braces the last one
// may be missing.
func (t *turtle) endStatement() error {
	switch {
	case t.at(0) == '.':
		t.skip(1)
	case t.inGraph && t.at(0) == '}':
	default:
		if t.state == afterObject {
			return t.expected(`"," ";" or "."`)
		}
		return t.expected(`"."`)
	}
	t.state = atStatement
	return nil
}

func (t *turtle) statement() (err error) {
	if t.inGraph && t.at(0) == '}' {
		t.skip(1)
		t.inGraph, t.graph = false, graph.Term{}
		return nil
	}
	if t.at(0) == 0 && !t.have(1) {
		switch {
		case t.err != io.EOF:
			return t.err
		case t.inGraph:
			return t.expected(`"}"`)
		}
		return io.EOF
	}
	t.state = atVerb
	switch c := t.at(0); {
	case c == '@' && !t.inGraph:
		return t.atDirective()
	case c == '{' && t.trig && !t.inGraph:
		return t.openGraph(graph.Term{})
	case c == '[':
		if t.isAnon() {
			break
		}
		if t.subject, err = t.propertyList(); err == nil {
			t.state = atVerbOrEnd
			t.space()
			if t.at(0) == ';' {
				return t.expected(`a predicate or "."`)
			}
		}
		return err
	case c == '(':
		t.subject, err = t.collection()
		return err
	case t.has("<<"):
		if t.at(2) == '(' {
			return t.fail("a triple term may stand only in object position, expected a subject")
		}
		if t.subject, err = t.reifiedTriple(); err == nil {
			t.state = atVerbOrEnd
			t.space()
			if t.at(0) == ';' {
				return t.expected(`a predicate or "."`)
			}
		}
		return err
	case !t.inGraph && is(c, classAlpha):
		if word := t.keyword(); word != "" {
			if word != "GRAPH" {
				return t.sparqlDirective(word)
			}
			t.skip(len(word))
			t.space()
			name, err := t.resource("a graph name")
			if err != nil {
				return err
			}
			t.space()
			return t.openGraph(name)
		}
	}
	if t.subject, err = t.resource("a subject"); err != nil {
		return err
	}
	if t.trig && !t.inGraph {
		t.space()
		if t.at(0) == '{' {
			return t.openGraph(t.subject)
		}
	}
	return nil
}

// openGraph reads "{".
func (t *turtle) openGraph(name graph.Term) error {
	if t.at(0) != '{' {
		return t.expected(`"{"`)
	}
	t.skip(1)
	t.inGraph, t.graph, t.state = true, name, atStatement
	return nil
}
