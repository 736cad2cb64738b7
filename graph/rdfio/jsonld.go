package rdfio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
	"github.com/piprate/json-gold/ld"
)

// jsonLD reads JSON-LD 1.1. The whole document is held in memory. @direction
// is passed over, as JSON-LD to RDF does by default.
type jsonLD struct {
	r    io.Reader
	opts *ReaderOptions
	decl func(prefix, namespace string)
}

func (j *jsonLD) more(queue []graph.Quad) (_ []graph.Quad, err error) {
	if j.r == nil {
		return queue, io.EOF
	}
	text, err := io.ReadAll(j.r)
	j.r = nil
	if err != nil {
		return queue, err
	}
	var document any
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&document); err != nil {
		return queue, jsonError(text, dec.InputOffset(), err)
	}
	if rest := bytes.TrimSpace(text[dec.InputOffset():]); len(rest) > 0 {
		return queue, jsonError(text, dec.InputOffset(), errors.New("expected the end of the document"))
	}
	declarePrefixes(document, j.decl)
	// json-gold panics on some malformed documents.
	defer func() {
		if r := recover(); r != nil {
			err = &SyntaxError{Line: 1, Msg: fmt.Sprintf("not JSON-LD: %v", r)}
		}
	}()
	opts := ld.NewJsonLdOptions(j.opts.Base)
	opts.DocumentLoader = contextLoader(j.opts.LoadContext)
	result, err := ld.NewJsonLdProcessor().ToRDF(document, opts)
	if err != nil {
		return queue, &SyntaxError{Line: 1, Msg: "not JSON-LD: " + err.Error()}
	}
	dataset, ok := result.(*ld.RDFDataset)
	if !ok {
		return queue, fmt.Errorf("rdfio: JSON-LD gave a %T", result)
	}
	names := make([]string, 0, len(dataset.Graphs))
	for name := range dataset.Graphs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var g graph.Term
		if label, ok := strings.CutPrefix(name, "_:"); ok {
			g = graph.Blank(label)
		} else if name != "@default" {
			g = graph.IRI(name)
		}
		for _, q := range dataset.Graphs[name] {
			queue = append(queue, graph.Quad{Subject: fromLD(q.Subject), Predicate: fromLD(q.Predicate), Object: fromLD(q.Object), Graph: g})
		}
	}
	return queue, io.EOF
}

func fromLD(n ld.Node) graph.Term {
	switch n := n.(type) {
	case ld.IRI:
		return graph.IRI(n.Value)
	case ld.BlankNode:
		return graph.Blank(strings.TrimPrefix(n.Attribute, "_:"))
	case ld.Literal:
		if n.Language != "" {
			return graph.LangString(n.Value, n.Language)
		}
		return graph.Literal(n.Value, internDatatype(n.Datatype))
	}
	return graph.Term{}
}

// jsonError turns an error of encoding/json at a place in text into a SyntaxError.
func jsonError(text []byte, offset int64, err error) error {
	msg := err.Error()
	if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
		offset, msg = e.Offset, strings.TrimPrefix(msg, "json: ")
	} else if err == io.ErrUnexpectedEOF || err == io.EOF {
		offset, msg = int64(len(text)), "the document ends in the middle"
	}
	before := text[:min(offset, int64(len(text)))]
	line := bytes.LastIndexByte(before, '\n') + 1
	return &SyntaxError{Line: bytes.Count(before, []byte("\n")) + 1, Column: max(1, utf8.RuneCount(before[line:])), Offset: offset, Msg: msg}
}

// declarePrefixes reports the prefixes of the document's own context.
func declarePrefixes(document any, declare func(prefix, namespace string)) {
	top, _ := document.(map[string]any)
	contexts, ok := top["@context"].([]any)
	if !ok {
		contexts = []any{top["@context"]}
	}
	for _, c := range contexts {
		terms, _ := c.(map[string]any)
		for prefix, value := range terms {
			iri, _ := value.(string)
			if !strings.HasPrefix(prefix, "@") && graph.IsAbsoluteIRI(iri) && (strings.HasSuffix(iri, "/") || strings.HasSuffix(iri, "#")) {
				declare(prefix, iri)
			}
		}
	}
}

// contextLoader fetches remote contexts through a function, or refuses to.
type contextLoader func(url string) (io.ReadCloser, error)

// LoadDocument implements ld.DocumentLoader.
func (l contextLoader) LoadDocument(url string) (*ld.RemoteDocument, error) {
	if l == nil {
		return nil, fmt.Errorf("the context <%s> is remote, and fetching contexts is not allowed", url)
	}
	r, err := l(url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	document, err := ld.DocumentFromReader(r)
	return &ld.RemoteDocument{DocumentURL: url, Document: document}, err
}

// jsonLDWriter collects the dataset as expanded JSON-LD and writes it compacted with
// the prefixes. It does not use the algorithm "Serialize RDF as JSON-LD", which turns chains
// of rdf:first and rdf:rest into @list: json-gold's loses quads where a cell of a list is
// used in a second graph.
type jsonLDWriter struct {
	w        io.Writer
	prefixes map[string]string
	graphs   []any
	nodes    map[[2]string]map[string]any // by graph and subject
	contents map[string]map[string]any    // the objects of named graphs
}

func newJSONLDWriter(w io.Writer, prefixes map[string]string) *jsonLDWriter {
	return &jsonLDWriter{w: w, prefixes: prefixes, graphs: []any{},
		nodes: map[[2]string]map[string]any{}, contents: map[string]map[string]any{}}
}

func (j *jsonLDWriter) write(q graph.Quad) error {
	for _, t := range []graph.Term{q.Subject, q.Object} {
		if t.IsTriple() || t.Direction() != graph.NoDirection {
			return fmt.Errorf("rdfio: JSON-LD 1.1 cannot hold %v: %w", t, ErrUnsupported)
		}
	}
	subject, name := nodeID(q.Subject), nodeID(q.Graph)
	node, ok := j.nodes[[2]string{name, subject}]
	if !ok {
		node = map[string]any{"@id": subject}
		j.nodes[[2]string{name, subject}] = node
		if q.Graph.IsZero() {
			j.graphs = append(j.graphs, node)
		} else {
			g, ok := j.contents[name]
			if !ok {
				g = map[string]any{"@id": name, "@graph": []any{}}
				j.contents[name] = g
				j.graphs = append(j.graphs, g)
			}
			g["@graph"] = append(g["@graph"].([]any), node)
		}
	}
	key := q.Predicate.Value()
	var value any
	switch {
	case !q.Object.IsLiteral() && key == graph.RDFType:
		key, value = "@type", nodeID(q.Object)
	case !q.Object.IsLiteral():
		value = map[string]any{"@id": nodeID(q.Object)}
	case q.Object.Lang() != "":
		value = map[string]any{"@value": q.Object.Value(), "@language": q.Object.Lang()}
	case q.Object.IsSimple():
		value = map[string]any{"@value": q.Object.Value()}
	default:
		value = map[string]any{"@value": q.Object.Value(), "@type": q.Object.Datatype()}
	}
	values, _ := node[key].([]any)
	node[key] = append(values, value)
	return nil
}

// nodeID returns an IRI, or a blank node's label with "_:".
func nodeID(t graph.Term) string {
	if t.IsBlank() {
		return "_:" + t.Value()
	}
	return t.Value()
}

func (j *jsonLDWriter) close() error {
	opts := ld.NewJsonLdOptions("")
	opts.DocumentLoader = contextLoader(nil)
	context := map[string]any{}
	for prefix, namespace := range j.prefixes {
		if prefix != "" {
			context[prefix] = namespace
		}
	}
	document, err := ld.NewJsonLdProcessor().Compact(j.graphs, map[string]any{"@context": context}, opts)
	if err != nil {
		return fmt.Errorf("rdfio: %w", err)
	}
	enc := json.NewEncoder(j.w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(document)
}
