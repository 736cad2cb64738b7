package rdfio

import (
	"fmt"
	"io"

	"github.com/ententedb/entente/graph"
)

// WriterOptions changes how a document is written. The zero value is the default.
type WriterOptions struct {
	// Prefixes are the prefixes to use, with their namespaces. If nil, those of
	// RDF, RDF Schema, XML Schema, OWL and SKOS are used. Formats without prefixes
	// ignore them.
	Prefixes map[string]string
}

// Writer writes quads as a document. It is for one goroutine.
//
// N-Triples and N-Quads keep nothing but an output buffer, and write canonical
// lines. Turtle and TriG keep up to a hundred thousand quads, to group and nest
// them; a larger document is written as it comes, grouped by neighbouring quads
// only. RDF/XML keeps an output buffer only. JSON-LD keeps everything.
type Writer struct {
	w   sink
	err error
}

// sink is what a format implements.
type sink interface {
	write(graph.Quad) error
	close() error
}

// NewWriter returns a writer of format f to w. opts may be nil. Close must be called at the
// end; w itself is not closed.
func NewWriter(w io.Writer, f Format, opts *WriterOptions) *Writer {
	if opts == nil {
		opts = &WriterOptions{}
	}
	if opts.Prefixes == nil {
		opts = &WriterOptions{Prefixes: map[string]string{
			"rdf": graph.RDF, "rdfs": graph.RDFS, "xsd": graph.XSD, "owl": graph.OWL, "skos": graph.SKOS,
		}}
	}
	switch f {
	case NTriples, NQuads:
		return &Writer{w: &lineWriter{w: w, quads: f == NQuads}}
	case Turtle, TriG:
		return &Writer{w: newTurtleWriter(w, f == TriG, opts.Prefixes)}
	case RDFXML:
		return &Writer{w: newRDFXMLWriter(w, opts.Prefixes)}
	case JSONLD:
		return &Writer{w: newJSONLDWriter(w, opts.Prefixes)}
	}
	return &Writer{err: fmt.Errorf("rdfio: cannot write %v", f)}
}

// Write writes a quad. A quad in a named graph is an error wrapping ErrUnsupported if the
// format has no graphs. After an error every further call returns it.
func (w *Writer) Write(q graph.Quad) error {
	if w.err == nil {
		w.err = w.w.write(q)
	}
	return w.err
}

// Close ends the document and writes what is still buffered; it is called once. Without
// it the document is not whole. After an error it returns that.
func (w *Writer) Close() error {
	if w.err == nil {
		w.err = w.w.close()
	}
	return w.err
}

func noGraphs(q graph.Quad, f Format) error {
	return fmt.Errorf("rdfio: %v has no named graphs, quad in %v: %w", f, q.Graph, ErrUnsupported)
}

// lineWriter writes canonical N-Triples and N-Quads.
type lineWriter struct {
	w     io.Writer
	buf   []byte
	quads bool
}

func (l *lineWriter) write(q graph.Quad) error {
	b := q.Subject.Append(l.buf)
	b = append(b, ' ')
	b = q.Predicate.Append(b)
	b = append(b, ' ')
	b = q.Object.Append(b)
	if !q.Graph.IsZero() {
		if !l.quads {
			return noGraphs(q, NTriples)
		}
		b = append(b, ' ')
		b = q.Graph.Append(b)
	}
	l.buf = append(b, " .\n"...)
	if len(l.buf) < chunkSize {
		return nil
	}
	return l.close()
}

func (l *lineWriter) close() error {
	_, err := l.w.Write(l.buf)
	l.buf = l.buf[:0]
	return err
}
