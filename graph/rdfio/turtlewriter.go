package rdfio

import (
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
)

// turtleWriter writes Turtle and TriG.
//
// It keeps the first prettyLimit quads. If the document ends before that, it is
// written as a whole: with the prefixes it uses, grouped by graph and subject, with nested
// blank nodes, lists and annotations (see turtleDocument). Otherwise what was kept
// and all that follows is written as it comes, grouped where neighbouring quads
// share graph, subject and predicate.
type turtleWriter struct {
	w        io.Writer
	trig     bool
	prefixes map[string]string // prefix by namespace
	used     map[string]bool   // namespaces
	limit    int               // prettyLimit, less in tests
	kept     []graph.Quad
	buf      []byte

	streaming bool
	last      graph.Quad // the quad before, while streaming
}

const prettyLimit = 100_000

func newTurtleWriter(w io.Writer, trig bool, prefixes map[string]string) *turtleWriter {
	t := &turtleWriter{w: w, trig: trig, limit: prettyLimit, prefixes: map[string]string{}, used: map[string]bool{}}
	for _, prefix := range slices.Sorted(maps.Keys(prefixes)) {
		namespace := prefixes[prefix]
		if _, taken := t.prefixes[namespace]; !taken && isPrefix(prefix) {
			t.prefixes[namespace] = prefix
		}
	}
	return t
}

// isPrefix reports whether s is a PN_PREFIX of Turtle or empty.
func isPrefix(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s == "" || labelLength(s) == len(s) && (r >= 0x80 || is(s[0], classAlpha))
}

func (t *turtleWriter) write(q graph.Quad) error {
	if !q.Graph.IsZero() && !t.trig {
		return noGraphs(q, Turtle)
	}
	if t.streaming {
		return t.stream(q)
	}
	t.kept = append(t.kept, q)
	if len(t.kept) < t.limit {
		return nil
	}
	t.streaming = true
	t.buf = t.header(t.buf, func(string) bool { return true })
	for _, q := range t.kept {
		if err := t.stream(q); err != nil {
			return err
		}
	}
	t.kept = nil
	return nil
}

func (t *turtleWriter) header(b []byte, wanted func(namespace string) bool) []byte {
	byPrefix := map[string]string{}
	for namespace, prefix := range t.prefixes {
		if wanted(namespace) {
			byPrefix[prefix] = namespace
		}
	}
	for _, prefix := range slices.Sorted(maps.Keys(byPrefix)) {
		b = append(b, "@prefix "+prefix+": "...)
		b = graph.IRI(byPrefix[prefix]).Append(b)
		b = append(b, " .\n"...)
	}
	if len(byPrefix) > 0 {
		b = append(b, '\n')
	}
	return b
}

func (t *turtleWriter) flush(b []byte) error {
	_, err := t.w.Write(b)
	return err
}

// stream writes q after t.last.
func (t *turtleWriter) stream(q graph.Quad) error {
	begun := !t.last.Subject.IsZero()
	switch {
	case begun && q.Graph.Equal(t.last.Graph) && q.Subject.Equal(t.last.Subject):
		if q.Predicate.Equal(t.last.Predicate) {
			t.buf = append(t.buf, ", "...)
		} else {
			t.buf = append(t.buf, " ;\n    "...)
			t.predicate(q.Predicate)
		}
	default:
		if begun {
			t.buf = append(t.buf, " .\n"...)
		}
		if !q.Graph.Equal(t.last.Graph) {
			t.closeGraph(t.last.Graph)
			t.openGraph(q.Graph)
		}
		t.term(q.Subject)
		t.buf = append(t.buf, ' ')
		t.predicate(q.Predicate)
	}
	t.term(q.Object)
	t.last = q
	if len(t.buf) < chunkSize {
		return nil
	}
	err := t.flush(t.buf)
	t.buf = t.buf[:0]
	return err
}

func (t *turtleWriter) openGraph(g graph.Term) {
	if !g.IsZero() {
		t.term(g)
		t.buf = append(t.buf, " {\n"...)
	}
}

func (t *turtleWriter) closeGraph(g graph.Term) {
	if !g.IsZero() {
		t.buf = append(t.buf, "}\n"...)
	}
}

func (t *turtleWriter) close() error {
	if t.streaming {
		t.buf = append(t.buf, " .\n"...)
		t.closeGraph(t.last.Graph)
		return t.flush(t.buf)
	}
	newTurtleDocument(t.kept).write(t)
	head := t.header(nil, func(namespace string) bool { return t.used[namespace] })
	if err := t.flush(head); err != nil {
		return err
	}
	return t.flush(t.buf)
}

// predicate appends a predicate and a space.
func (t *turtleWriter) predicate(p graph.Term) {
	if p.Value() == graph.RDFType {
		t.buf = append(t.buf, "a "...)
		return
	}
	t.term(p)
	t.buf = append(t.buf, ' ')
}

func (t *turtleWriter) term(term graph.Term) {
	switch term.Kind() {
	case graph.KindIRI:
		t.iri(term.Value())
	case graph.KindLiteral:
		switch datatype := term.Datatype(); {
		case IsBareNumber(term), datatype == graph.XSDBoolean && (term.Value() == "true" || term.Value() == "false"):
			t.buf = append(t.buf, term.Value()...)
		case term.IsSimple() || term.Lang() != "":
			t.buf = term.Append(t.buf)
		default:
			t.buf = append(t.buf, '"')
			t.buf = graph.AppendEscaped(t.buf, term.Value())
			t.buf = append(t.buf, `"^^`...)
			t.iri(datatype)
		}
	case graph.KindTriple:
		tr := term.Triple()
		t.buf = append(t.buf, "<<( "...)
		t.term(tr.Subject)
		t.buf = append(t.buf, ' ')
		t.predicate(tr.Predicate)
		t.term(tr.Object)
		t.buf = append(t.buf, " )>>"...)
	default:
		t.buf = term.Append(t.buf)
	}
}

// iri appends an IRI, as a prefixed name if its part up to the last "/", "#" or ":"
// is a namespace with a prefix and the rest needs no escapes.
func (t *turtleWriter) iri(iri string) {
	i := strings.LastIndexAny(iri, "/#:") + 1
	if prefix, ok := t.prefixes[iri[:i]]; ok && labelLength(iri[i:]) == len(iri)-i {
		t.used[iri[:i]] = true
		t.buf = append(t.buf, prefix...)
		t.buf = append(t.buf, ':')
		t.buf = append(t.buf, iri[i:]...)
		return
	}
	t.buf = graph.IRI(iri).Append(t.buf)
}

// IsBareNumber reports whether Turtle reads the lexical form of t without quotes as
// this very literal: an xsd:integer, xsd:decimal or xsd:double in the usual form.
func IsBareNumber(t graph.Term) bool {
	datatype := t.Datatype()
	if datatype != graph.XSDInteger && datatype != graph.XSDDecimal && datatype != graph.XSDDouble {
		return false
	}
	s := t.Value()
	i := 0
	digits := func() int {
		start := i
		for i < len(s) && is(s[i], classDigit) {
			i++
		}
		return i - start
	}
	sign := func() {
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
	}
	sign()
	n := digits()
	point := i < len(s) && s[i] == '.'
	if point {
		i++
		fraction := digits()
		if fraction == 0 {
			return false
		}
		n += fraction
	}
	exponent := i < len(s) && s[i]|0x20 == 'e'
	if exponent {
		i++
		sign()
		if digits() == 0 {
			return false
		}
	}
	want := graph.XSDInteger
	if exponent {
		want = graph.XSDDouble
	} else if point {
		want = graph.XSDDecimal
	}
	return n > 0 && i == len(s) && datatype == want
}
