package rdfio

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
)

// rdfXMLWriter writes one rdf:Description for neighbouring quads of one subject, and
// nothing nested but triple terms. It keeps only an output buffer.
type rdfXMLWriter struct {
	w        io.Writer
	buf      []byte
	prefixes map[string]string // by namespace
	subject  graph.Term        // whose description is open
	started  bool
}

func newRDFXMLWriter(w io.Writer, prefixes map[string]string) *rdfXMLWriter {
	x := &rdfXMLWriter{w: w, prefixes: map[string]string{}}
	for _, prefix := range slices.Sorted(maps.Keys(prefixes)) {
		if isNCName(prefix) && prefix != "rdf" && prefix != "its" && !strings.HasPrefix(strings.ToLower(prefix), "xml") {
			x.prefixes[prefixes[prefix]] = prefix
		}
	}
	x.prefixes[graph.RDF] = "rdf"
	return x
}

func (x *rdfXMLWriter) start() {
	x.started = true
	x.buf = append(x.buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF rdf:version=\"1.2\" xmlns:its=\""+nsITS+"\""...)
	for _, namespace := range slices.Sorted(maps.Keys(x.prefixes)) {
		x.buf = append(x.buf, "\n    xmlns:"+x.prefixes[namespace]+`="`+canonicalAttr.Replace(namespace)+`"`...)
	}
	x.buf = append(x.buf, ">\n"...)
}

func (x *rdfXMLWriter) write(q graph.Quad) error {
	if !q.Graph.IsZero() {
		return noGraphs(q, RDFXML)
	}
	if !x.started {
		x.start()
	}
	if !x.subject.Equal(q.Subject) {
		x.endSubject()
		x.subject = q.Subject
		if err := x.description(q.Subject); err != nil {
			return err
		}
	}
	if err := x.property(q.Predicate, q.Object, 0); err != nil {
		return err
	}
	if len(x.buf) < chunkSize {
		return nil
	}
	return x.flush()
}

func (x *rdfXMLWriter) flush() error {
	_, err := x.w.Write(x.buf)
	x.buf = x.buf[:0]
	return err
}

func (x *rdfXMLWriter) description(s graph.Term) error {
	x.buf = append(x.buf, "<rdf:Description "...)
	if err := x.node(s, "about"); err != nil {
		return err
	}
	x.buf = append(x.buf, ">\n"...)
	return nil
}

// node appends an attribute that names an IRI or blank node.
func (x *rdfXMLWriter) node(t graph.Term, attribute string) error {
	value := t.Value()
	if t.IsBlank() {
		attribute = "nodeID"
		if !isNCName(value) { // labels may begin with a digit, XML names may not
			value = "_" + value
		} else if strings.HasPrefix(value, "_") {
			value = "_" + value
		}
	}
	if err := checkXML(value); err != nil {
		return err
	}
	x.buf = append(x.buf, "rdf:"+attribute+`="`+canonicalAttr.Replace(value)+`"`...)
	return nil
}

func (x *rdfXMLWriter) property(p, o graph.Term, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("rdfio: triple terms nested more than %d deep: %w", maxDepth, ErrUnsupported)
	}
	namespace, local := splitName(p.Value())
	if local == "" {
		return fmt.Errorf("rdfio: RDF/XML cannot hold the predicate %v, which does not end in an XML name: %w", p, ErrUnsupported)
	}
	name, declaration := "p:"+local, ` xmlns:p="`+canonicalAttr.Replace(namespace)+`"`
	if prefix, ok := x.prefixes[namespace]; ok {
		name, declaration = prefix+":"+local, ""
	}
	if namespace == graph.RDF && (coreSyntaxTerms[local] || oldTerms[local] || local == "li" || local == "Description") {
		return fmt.Errorf("rdfio: RDF/XML cannot hold the predicate %v: %w", p, ErrUnsupported)
	}
	x.buf = append(x.buf, "  <"+name+declaration...)
	switch o.Kind() {
	case graph.KindIRI, graph.KindBlank:
		x.buf = append(x.buf, ' ')
		if err := x.node(o, "resource"); err != nil {
			return err
		}
		x.buf = append(x.buf, "/>\n"...)
		return nil
	case graph.KindTriple:
		t := o.Triple()
		x.buf = append(x.buf, " rdf:parseType=\"Triple\">\n"...)
		if err := x.description(t.Subject); err != nil {
			return err
		}
		if err := x.property(t.Predicate, t.Object, depth+1); err != nil {
			return err
		}
		x.buf = append(x.buf, "</rdf:Description>\n"...)
	default:
		switch {
		case o.Lang() != "":
			x.buf = append(x.buf, ` xml:lang="`+o.Lang()+`"`...)
			if o.Direction() != graph.NoDirection {
				x.buf = append(x.buf, ` its:dir="`+o.Direction().String()+`"`...)
			}
		case !o.IsSimple():
			x.buf = append(x.buf, ` rdf:datatype="`+canonicalAttr.Replace(o.Datatype())+`"`...)
		}
		if err := checkXML(o.Value()); err != nil {
			return err
		}
		x.buf = append(x.buf, ">"+canonicalText.Replace(o.Value())...)
	}
	x.buf = append(x.buf, "</"+name+">\n"...)
	return nil
}

// splitName cuts an IRI before its longest ending that is an XML name. local is
// empty if there is none.
func splitName(iri string) (namespace, local string) {
	i := len(iri)
	for j := len(iri); j > 0; {
		_, n := utf8.DecodeLastRuneInString(iri[:j])
		j -= n
		if isNCName(iri[j:]) {
			i = j
		} else if !isNCName("a" + iri[j:]) {
			break
		}
	}
	return iri[:i], iri[i:]
}

// checkXML fails for characters that XML 1.0 cannot hold.
func checkXML(s string) error {
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return fmt.Errorf("rdfio: XML cannot hold the character %U: %w", r, ErrUnsupported)
		}
	}
	return nil
}

func (x *rdfXMLWriter) endSubject() {
	if !x.subject.IsZero() {
		x.buf = append(x.buf, "</rdf:Description>\n"...)
	}
}

func (x *rdfXMLWriter) close() error {
	if !x.started {
		x.start()
	}
	x.endSubject()
	x.buf = append(x.buf, "</rdf:RDF>\n"...)
	return x.flush()
}
