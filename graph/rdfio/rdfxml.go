package rdfio

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
)

// rdfXML parses RDF/XML 1.2. The element rdf:RDF is read child by child; one call of
// more parses one node element with everything in it.
//
// The names in comments and methods are those of the grammar, section 7 of
// RDF 1.2 XML Syntax.
type rdfXML struct {
	xmlScanner
	base   string
	out    []graph.Quad
	anon   int
	depth  int
	ids    map[string]bool // rdf:ID is unique in a document
	inRDF  bool            // within rdf:RDF
	opened bool
	root   *xmlElement
}

const (
	nsXML = "http://www.w3.org/XML/1998/namespace"
	nsITS = "http://www.w3.org/2005/11/its"
)

// names is a set of local names of the RDF vocabulary.
type names map[string]bool

var (
	coreSyntaxTerms = names{"RDF": true, "ID": true, "about": true, "parseType": true, "resource": true, "nodeID": true,
		"datatype": true, "annotation": true, "annotationNodeID": true, "version": true}
	oldTerms = names{"aboutEach": true, "aboutEachPrefix": true, "bagID": true}
)

func newRDFXML(r io.Reader, base string, declare func(prefix, namespace string)) *rdfXML {
	x := &rdfXML{base: base, ids: map[string]bool{}}
	x.dec = xml.NewDecoder(r)
	x.dec.CharsetReader = charsetReader
	x.declare = declare
	return x
}

func (x *rdfXML) more(queue []graph.Quad) ([]graph.Quad, error) {
	x.out = queue
	for len(x.out) == 0 {
		if err := x.step(); err != nil {
			return x.out, err
		}
	}
	return x.out, nil
}

func (x *rdfXML) step() error {
	if !x.opened {
		x.opened = true
		e, err := x.child(&xmlElement{base: x.base})
		switch {
		case err != nil:
			return err
		case e == nil:
			return x.fail("expected the element rdf:RDF, found the end of the document")
		case e.is("RDF"):
			x.inRDF, x.root = true, e
			return nil
		}
		_, err = x.nodeElement(e)
		return err
	}
	if x.inRDF {
		e, err := x.child(x.root)
		if err != nil {
			return err
		}
		if e != nil {
			_, err = x.nodeElement(e)
			return err
		}
		x.inRDF = false
	}
	e, err := x.child(&xmlElement{})
	if err == nil && e != nil {
		err = x.fail("a second element after the end of the first")
	}
	if err == nil {
		err = io.EOF
	}
	return err
}

// child goes to the next child of parent; nil means that parent has ended (or
// the document, for a parent without a name). Text between elements is an error.
func (x *rdfXML) child(parent *xmlElement) (*xmlElement, error) {
	for {
		token, err := x.next(parent)
		if err == io.EOF && parent.name.local == "" {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case *xmlElement:
			return t, nil
		case xml.EndElement:
			return nil, nil
		case xml.CharData:
			if s := strings.TrimSpace(string(t)); s != "" {
				return nil, x.fail("expected an element, found the text %.20q", s)
			}
		}
	}
}

func (x *rdfXML) emit(s, p, o graph.Term) {
	x.out = append(x.out, graph.Quad{Subject: s, Predicate: p, Object: o})
}

func (x *rdfXML) fresh() graph.Term {
	x.anon++
	return graph.Blank("anon" + strconv.Itoa(x.anon))
}

// iri resolves a reference against the element's base and checks it.
func (x *rdfXML) iri(e *xmlElement, ref string) (graph.Term, error) {
	iri := graph.ResolveIRI(e.base, ref)
	if !graph.IsAbsoluteIRI(iri) {
		return graph.Term{}, x.fail("the IRI %q is relative, and there is no base to resolve it against", ref)
	}
	if i := graph.ForbiddenInIRI(iri); i >= 0 {
		return graph.Term{}, x.fail("the character %q is not allowed in the IRI %q", iri[i], iri)
	}
	return graph.IRI(iri), nil
}

// id returns the IRI of rdf:ID, which may be given only once.
func (x *rdfXML) id(e *xmlElement, id string) (graph.Term, error) {
	if !isNCName(id) {
		return graph.Term{}, x.fail("rdf:ID must be an XML name without a colon, found %q", id)
	}
	iri, err := x.iri(e, "#"+id)
	if err == nil && x.ids[iri.Value()] {
		err = x.fail("the rdf:ID %q is used twice", id)
	}
	x.ids[iri.Value()] = true
	return iri, err
}

func (x *rdfXML) nodeID(id string) (graph.Term, error) {
	if !isNCName(id) {
		return graph.Term{}, x.fail("rdf:nodeID must be an XML name without a colon, found %q", id)
	}
	return graph.Blank(keepApart(id)), nil
}

// predicate turns an element or attribute name into an IRI.
func (x *rdfXML) predicate(n xmlName) (graph.Term, error) {
	if n.space == "" {
		return graph.Term{}, x.fail("%q has no namespace", n.local)
	}
	if !graph.IsAbsoluteIRI(n.space) {
		return graph.Term{}, x.fail("the namespace %q of %q is not an absolute IRI", n.space, n.local)
	}
	return graph.IRI(n.space + n.local), nil
}

// literal makes a plain literal with the element's language and direction.
func (e *xmlElement) literal(s string) graph.Term {
	switch {
	case e.lang == "":
		return graph.String(s)
	case e.dir != graph.NoDirection && e.version12:
		return graph.DirLangString(s, e.lang, e.dir)
	}
	return graph.LangString(s, e.lang)
}

func (x *rdfXML) nodeElement(e *xmlElement) (s graph.Term, err error) {
	if x.depth++; x.depth > maxDepth {
		return s, x.fail("nested more than %d deep", maxDepth)
	}
	defer func() { x.depth-- }()
	if e.name.space == graph.RDF && (coreSyntaxTerms[e.name.local] || oldTerms[e.name.local] || e.name.local == "li") {
		return s, x.fail("rdf:%s may not be a node element", e.name.local)
	}
	var properties []xmlAttr
	for _, a := range e.attrs {
		var t graph.Term
		switch {
		case a.is("ID"):
			t, err = x.id(e, a.value)
		case a.is("about"):
			t, err = x.iri(e, a.value)
		case a.is("nodeID"):
			t, err = x.nodeID(a.value)
		default:
			properties = append(properties, a)
			continue
		}
		if err == nil && !s.IsZero() {
			err = x.fail("more than one of rdf:ID, rdf:about and rdf:nodeID")
		}
		if err != nil {
			return s, err
		}
		s = t
	}
	if s.IsZero() {
		s = x.fresh()
	}
	if !e.is("Description") {
		class, err := x.predicate(e.name)
		if err != nil {
			return s, err
		}
		x.emit(s, graph.IRI(graph.RDFType), class)
	}
	if err := x.propertyAttributes(e, s, properties); err != nil {
		return s, err
	}
	li := 0
	for {
		p, err := x.child(e)
		if err != nil || p == nil {
			return s, err
		}
		if err := x.propertyElement(p, s, &li); err != nil {
			return s, err
		}
	}
}

func (x *rdfXML) propertyAttributes(e *xmlElement, s graph.Term, attrs []xmlAttr) error {
	for _, a := range attrs {
		if a.name.space == graph.RDF && (coreSyntaxTerms[a.name.local] || oldTerms[a.name.local] ||
			a.name.local == "li" || a.name.local == "Description") {
			return x.fail("the attribute rdf:%s is not allowed here", a.name.local)
		}
		p, err := x.predicate(a.name)
		if err != nil {
			return err
		}
		o := e.literal(a.value)
		if a.is("type") {
			if o, err = x.iri(e, a.value); err != nil {
				return err
			}
		}
		x.emit(s, p, o)
	}
	return nil
}

// propertyElement reads one property of s. li counts the subject's rdf:li.
func (x *rdfXML) propertyElement(e *xmlElement, s graph.Term, li *int) error {
	if e.is("li") {
		*li++
		e.name.local = "_" + strconv.Itoa(*li)
	}
	if e.name.space == graph.RDF && (coreSyntaxTerms[e.name.local] || oldTerms[e.name.local] || e.name.local == "Description") {
		return x.fail("rdf:%s may not be a property element", e.name.local)
	}
	p, err := x.predicate(e.name)
	if err != nil {
		return err
	}
	var reified, reifier, object graph.Term
	var parseType, datatype string
	var properties []xmlAttr
	hasParseType := false
	for _, a := range e.attrs {
		switch {
		case a.is("ID"):
			reified, err = x.id(e, a.value)
		case a.is("annotation"), a.is("annotationNodeID"):
			if !reifier.IsZero() {
				return x.fail("both rdf:annotation and rdf:annotationNodeID")
			}
			if a.is("annotation") {
				reifier, err = x.iri(e, a.value)
			} else {
				reifier, err = x.nodeID(a.value)
			}
		case a.is("resource"), a.is("nodeID"):
			if !object.IsZero() {
				return x.fail("both rdf:resource and rdf:nodeID")
			}
			if a.is("resource") {
				object, err = x.iri(e, a.value)
			} else {
				object, err = x.nodeID(a.value)
			}
		case a.is("parseType"):
			parseType, hasParseType = a.value, true
		case a.is("datatype"):
			var t graph.Term
			t, err = x.iri(e, a.value)
			datatype = internDatatype(t.Value())
		default:
			properties = append(properties, a)
		}
		if err != nil {
			return err
		}
	}
	if hasParseType && (!object.IsZero() || datatype != "" || len(properties) > 0) ||
		datatype != "" && (!object.IsZero() || len(properties) > 0) {
		return x.fail("rdf:parseType, rdf:datatype and rdf:resource or property attributes exclude each other")
	}
	if needsTag(datatype) {
		return x.fail("%s", msgNeedsTag)
	}
	mark := len(x.out)
	switch {
	case parseType == "Resource":
		object, err = x.resourceContent(e)
	case parseType == "Collection":
		object, err = x.collectionContent(e)
	case parseType == "Triple":
		if object, err = x.tripleContent(e); err == nil && !e.version12 {
			x.out = x.out[:mark] // RDF 1.1 documents have no triple terms: ignored
			return nil
		}
	case hasParseType:
		var literal string
		if literal, err = x.xmlLiteral(e); err == nil {
			object = graph.Literal(literal, graph.RDFXMLLiteral)
		}
	case !object.IsZero() || len(properties) > 0:
		if object.IsZero() {
			object = x.fresh()
		}
		if err := x.propertyAttributes(e, object, properties); err != nil {
			return err
		}
		var c *xmlElement
		if c, err = x.child(e); err == nil && c != nil {
			err = x.fail("a property element with rdf:resource, rdf:nodeID or property attributes must be empty")
		}
	default:
		object, err = x.content(e, datatype)
	}
	if err != nil {
		return err
	}
	x.emit(s, p, object)
	if !reified.IsZero() {
		x.emit(reified, graph.IRI(graph.RDFType), graph.IRI(graph.RDF+"Statement"))
		x.emit(reified, graph.IRI(graph.RDF+"subject"), s)
		x.emit(reified, graph.IRI(graph.RDF+"predicate"), p)
		x.emit(reified, graph.IRI(graph.RDF+"object"), object)
	}
	if !reifier.IsZero() {
		x.emit(reifier, graph.IRI(graph.RDFReifies), graph.TripleTerm(s, p, object))
	}
	return nil
}

// content reads a literal or one node element.
func (x *rdfXML) content(e *xmlElement, datatype string) (object graph.Term, err error) {
	var text strings.Builder
	for {
		token, err := x.next(e)
		if err != nil {
			return object, err
		}
		switch t := token.(type) {
		case xml.CharData:
			text.Write(t)
		case *xmlElement:
			if !object.IsZero() {
				return object, x.fail("a property element may contain only one node element")
			}
			if datatype != "" {
				return object, x.fail("a property element with rdf:datatype may contain only text")
			}
			if object, err = x.nodeElement(t); err != nil {
				return object, err
			}
		case xml.EndElement:
			switch {
			case object.IsZero() && datatype != "":
				return graph.Literal(text.String(), datatype), nil
			case object.IsZero():
				return e.literal(text.String()), nil
			case strings.TrimSpace(text.String()) != "":
				return object, x.fail("a property element may not contain both text and an element")
			}
			return object, nil
		}
	}
}

func (x *rdfXML) resourceContent(e *xmlElement) (graph.Term, error) {
	if x.depth++; x.depth > maxDepth {
		return graph.Term{}, x.fail("nested more than %d deep", maxDepth)
	}
	defer func() { x.depth-- }()
	s := x.fresh()
	li := 0
	for {
		p, err := x.child(e)
		if err != nil || p == nil {
			return s, err
		}
		if err := x.propertyElement(p, s, &li); err != nil {
			return s, err
		}
	}
}

func (x *rdfXML) collectionContent(e *xmlElement) (graph.Term, error) {
	head := graph.IRI(graph.RDFNil)
	var last graph.Term
	for {
		c, err := x.child(e)
		if err != nil {
			return head, err
		}
		if c == nil {
			if !last.IsZero() {
				x.emit(last, graph.IRI(graph.RDFRest), graph.IRI(graph.RDFNil))
			}
			return head, nil
		}
		item, err := x.nodeElement(c)
		if err != nil {
			return head, err
		}
		cell := x.fresh()
		if last.IsZero() {
			head = cell
		} else {
			x.emit(last, graph.IRI(graph.RDFRest), cell)
		}
		x.emit(cell, graph.IRI(graph.RDFFirst), item)
		last = cell
	}
}

// tripleContent reads one node element that says one triple, which is not asserted.
func (x *rdfXML) tripleContent(e *xmlElement) (term graph.Term, err error) {
	c, err := x.child(e)
	if err != nil {
		return term, err
	}
	if c == nil {
		return term, x.fail(`expected a node element in parseType="Triple"`)
	}
	outer := x.out
	x.out = nil
	_, err = x.nodeElement(c)
	inner := x.out
	x.out = outer
	if err != nil {
		return term, err
	}
	if len(inner) != 1 {
		return term, x.fail(`the node element in parseType="Triple" must say exactly one triple, not %d`, len(inner))
	}
	if c, err = x.child(e); err == nil && c != nil {
		err = x.fail(`parseType="Triple" may contain only one node element`)
	}
	return graph.TripleTerm(inner[0].Subject, inner[0].Predicate, inner[0].Object), err
}
