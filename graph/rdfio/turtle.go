package rdfio

import (
	"io"
	"strconv"
	"strings"

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

// keyword returns the directive or GRAPH that stands here in upper case, "" if none
// does: PREFIX may be the prefix of a name too.
func (t *turtle) keyword() string {
	n := 0
	for is(t.at(n), classAlpha) && n < 8 {
		n++
	}
	switch c := t.at(n); {
	case c == ':' || is(c, className) || c >= 0x80:
		return ""
	}
	word := strings.ToUpper(t.text(n))
	switch word {
	case "PREFIX", "BASE", "VERSION":
		return word
	case "GRAPH":
		if t.trig {
			return word
		}
	}
	return ""
}

func (t *turtle) atDirective() error {
	for _, word := range []string{"@prefix", "@base", "@version"} {
		if !t.has(word) {
			continue
		}
		if c := t.at(len(word)); is(c, className) || c >= 0x80 {
			break
		}
		t.skip(len(word))
		if err := t.directive(strings.ToUpper(word[1:])); err != nil {
			return err
		}
		t.space()
		if t.at(0) != '.' {
			return t.expected(`"."`)
		}
		t.skip(1)
		return nil
	}
	return t.expected("@prefix, @base, @version or a statement")
}

func (t *turtle) sparqlDirective(word string) error {
	t.skip(len(word))
	return t.directive(word)
}

func (t *turtle) directive(word string) error {
	t.state = atStatement
	t.space()
	switch word {
	case "VERSION":
		c := t.at(0)
		if c != '"' && c != '\'' || t.at(1) == c && t.at(2) == c {
			return t.expected(`a version in quotes, such as "1.2"`)
		}
		_, err := t.stringLiteral()
		return err
	case "BASE":
		iri, err := t.iriRef()
		t.base = iri
		return err
	}
	n, err := t.prefixLength()
	if err != nil {
		return err
	}
	if t.at(n) != ':' {
		return t.expected(`a prefix with its colon, such as "ex:"`)
	}
	prefix := t.text(n)
	t.skip(n + 1)
	t.space()
	namespace, err := t.iriRef()
	if err != nil {
		return err
	}
	t.prefixes[prefix] = namespace
	t.declare(prefix, namespace)
	return nil
}

func (t *turtle) verb() (graph.Term, error) {
	if t.at(0) == 'a' {
		if c := t.at(1); c != ':' && c != '.' && !is(c, className) && c < 0x80 || c == '.' && !t.nameGoesOn(1) {
			t.skip(1)
			return graph.IRI(graph.RDFType), nil
		}
	}
	return t.iri("a predicate")
}

// nameGoesOn reports whether the dots from i on are followed by a further character
// of a name, and so belong to it.
func (t *turtle) nameGoesOn(i int) bool {
	for t.at(i) == '.' {
		i++
	}
	r, _ := t.runeAt(i)
	return r == ':' || r == '%' || r == '\\' || r < 0x80 && is(byte(r), className) || r >= 0x80 && pnChars(r)
}

func (t *turtle) objectAndAnnotation(s, p graph.Term) error {
	o, err := t.object()
	if err != nil {
		return err
	}
	t.emit(s, p, o)
	return t.annotation(s, p, o)
}

// annotation reads any number of reifiers and annotation blocks: a block describes the
// reifier right before it, or a fresh one.
func (t *turtle) annotation(s, p, o graph.Term) error {
	var reifier graph.Term
	for {
		t.space()
		switch {
		case t.at(0) == '~':
			var err error
			if reifier, err = t.reifier(); err != nil {
				return err
			}
			t.emit(reifier, graph.IRI(graph.RDFReifies), graph.TripleTerm(s, p, o))
		case t.has("{|"):
			t.skip(2)
			if reifier.IsZero() {
				reifier = t.fresh()
				t.emit(reifier, graph.IRI(graph.RDFReifies), graph.TripleTerm(s, p, o))
			}
			if err := t.predicateObjects(reifier, "|}"); err != nil {
				return err
			}
			reifier = graph.Term{}
		default:
			return nil
		}
	}
}

// reifier reads "~" and the reifier's name if it has one.
func (t *turtle) reifier() (graph.Term, error) {
	t.skip(1)
	t.space()
	switch c := t.at(0); {
	case c == '<' && t.at(1) != '<', c == '_', c == ':', is(c, classAlpha), c >= 0x80, c == '[':
		return t.resource("a reifier")
	}
	return t.fresh(), nil
}

func (t *turtle) fresh() graph.Term {
	t.anon++
	return graph.Blank("anon" + strconv.Itoa(t.anon))
}

func (t *turtle) enter() error {
	if t.depth++; t.depth > maxDepth {
		return t.fail("nested more than %d deep", maxDepth)
	}
	return nil
}

// predicateObjects reads a nested predicateObjectList up to the closing mark.
func (t *turtle) predicateObjects(s graph.Term, closing string) error {
	if err := t.enter(); err != nil {
		return err
	}
	defer func() { t.depth-- }()
	for {
		t.space()
		p, err := t.verb()
		if err != nil {
			return err
		}
		for {
			t.space()
			if err := t.objectAndAnnotation(s, p); err != nil {
				return err
			}
			t.space()
			if t.at(0) != ',' {
				break
			}
			t.skip(1)
		}
		if t.at(0) != ';' {
			if !t.has(closing) {
				return t.expected(`"," ";" or "` + closing + `"`)
			}
			t.skip(len(closing))
			return nil
		}
		for t.at(0) == ';' {
			t.skip(1)
			t.space()
		}
		if t.has(closing) {
			t.skip(len(closing))
			return nil
		}
	}
}

// isAnon reports whether "[", white space and "]" stand here.
func (t *turtle) isAnon() bool {
	for i := 1; ; i++ {
		switch t.at(i) {
		case ' ', '\t', '\r', '\n':
		case ']':
			return true
		default:
			return false
		}
	}
}

func (t *turtle) propertyList() (graph.Term, error) {
	t.skip(1)
	b := t.fresh()
	return b, t.predicateObjects(b, "]")
}

func (t *turtle) collection() (head graph.Term, err error) {
	if err := t.enter(); err != nil {
		return head, err
	}
	defer func() { t.depth-- }()
	t.skip(1)
	first, rest, null := graph.IRI(graph.RDFFirst), graph.IRI(graph.RDFRest), graph.IRI(graph.RDFNil)
	head = null
	var last graph.Term
	for {
		t.space()
		if t.at(0) == ')' {
			t.skip(1)
			if !last.IsZero() {
				t.emit(last, rest, null)
			}
			return head, nil
		}
		if !t.have(1) {
			return head, t.expected(`an object or ")"`)
		}
		cell := t.fresh()
		if last.IsZero() {
			head = cell
		} else {
			t.emit(last, rest, cell)
		}
		o, err := t.object()
		if err != nil {
			return head, err
		}
		t.emit(cell, first, o)
		last = cell
	}
}

func (t *turtle) object() (graph.Term, error) {
	switch t.at(0) {
	case '[':
		if !t.isAnon() {
			return t.propertyList()
		}
	case '(':
		return t.collection()
	}
	return t.simpleObject(true)
}

// simpleObject reads an object that is no list and no property list.
func (t *turtle) simpleObject(reified bool) (graph.Term, error) {
	switch c := t.at(0); {
	case c == '"' || c == '\'':
		return t.literal()
	case c == '+' || c == '-' || c == '.' || is(c, classDigit):
		return t.number()
	case t.has("<<"):
		if t.at(2) == '(' {
			return t.tripleTerm()
		}
		if !reified {
			return graph.Term{}, t.fail("a reified triple << >> may not stand in a triple term <<( )>>, expected an object")
		}
		return t.reifiedTriple()
	case c == 't' || c == 'f':
		for _, word := range []string{"true", "false"} {
			if t.has(word) && !t.nameGoesOn(len(word)) {
				t.skip(len(word))
				return graph.Boolean(word == "true"), nil
			}
		}
	}
	return t.resource("an object")
}

// reifiedTriple reads << s p o ~ r >> and returns the reifier.
func (t *turtle) reifiedTriple() (r graph.Term, err error) {
	if err := t.enter(); err != nil {
		return r, err
	}
	defer func() { t.depth-- }()
	t.skip(2)
	t.space()
	var s graph.Term
	if t.has("<<") && t.at(2) != '(' {
		s, err = t.reifiedTriple()
	} else {
		s, err = t.resource("a subject")
	}
	if err != nil {
		return r, err
	}
	t.space()
	p, err := t.verb()
	if err != nil {
		return r, err
	}
	t.space()
	o, err := t.simpleObject(true)
	if err != nil {
		return r, err
	}
	t.space()
	if t.at(0) == '~' {
		if r, err = t.reifier(); err != nil {
			return r, err
		}
		t.space()
	} else {
		r = t.fresh()
	}
	if !t.has(">>") {
		return r, t.expected(`">>" or a reifier`)
	}
	t.skip(2)
	t.emit(r, graph.IRI(graph.RDFReifies), graph.TripleTerm(s, p, o))
	return r, nil
}

// tripleTerm reads <<( s p o )>>.
func (t *turtle) tripleTerm() (term graph.Term, err error) {
	if err := t.enter(); err != nil {
		return term, err
	}
	defer func() { t.depth-- }()
	t.skip(3)
	t.space()
	s, err := t.resource("a subject")
	if err != nil {
		return term, err
	}
	t.space()
	p, err := t.verb()
	if err != nil {
		return term, err
	}
	t.space()
	o, err := t.simpleObject(false)
	if err != nil {
		return term, err
	}
	t.space()
	if !t.has(")>>") {
		return term, t.expected(`")>>"`)
	}
	t.skip(3)
	return graph.TripleTerm(s, p, o), nil
}
