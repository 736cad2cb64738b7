package rdfio

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"strings"

	"github.com/ententedb/entente/graph"
)

// ReaderOptions changes how a document is read. The zero value is the default.
type ReaderOptions struct {
	// Base is the absolute IRI that relative ones are resolved against until the
	// document declares its own. Without any base a relative IRI is an error.
	Base string
	// File is the name that errors show.
	File string
	// Prefix, if set, is called for each prefix that the document declares.
	Prefix func(prefix, namespace string)
	// LoadContext fetches the JSON-LD context at url; its result is closed. If nil,
	// remote contexts are refused. Limits of time and size are its own to set.
	LoadContext func(url string) (io.ReadCloser, error)
}

// Reader reads the quads of a document one by one. It is for one goroutine.
//
// Turtle, TriG, N-Triples and N-Quads are streamed: memory holds a few hundred
// kilobytes of text and what one statement's nested parts need. RDF/XML is streamed by
// element. JSON-LD is held in memory as a whole, as its algorithms need.
//
// Blank nodes keep their labels. Nodes without one get anon1, anon2, …; a label of
// the document that looks like that gets an underscore in front.
type Reader struct {
	source   source
	queue    []graph.Quad
	next     int
	err      error
	file     string
	prefixes map[string]string
	prefix   func(prefix, namespace string)
}

// source is what a format implements: it parses a little further, appending to
// queue, and returns io.EOF when there is no more (having appended nothing or the
// last quads).
type source interface {
	more(queue []graph.Quad) ([]graph.Quad, error)
}

// NewReader returns a reader of r in format f. opts may be nil. r is not closed.
// An unknown format gives a reader whose Read fails.
func NewReader(r io.Reader, f Format, opts *ReaderOptions) *Reader {
	if opts == nil {
		opts = &ReaderOptions{}
	}
	rd := &Reader{file: opts.File, prefix: opts.Prefix, prefixes: map[string]string{}}
	switch f {
	case NTriples, NQuads:
		rd.source = &lineSource{r: r, format: f, line: 1}
	case Turtle, TriG:
		rd.source = newTurtle(r, f == TriG, opts.Base, rd.declare)
	case RDFXML:
		rd.source = newRDFXML(r, opts.Base, rd.declare)
	case JSONLD:
		rd.source = &jsonLD{r: r, opts: opts, decl: rd.declare}
	default:
		rd.err = fmt.Errorf("rdfio: cannot read %v", f)
	}
	return rd
}

func (r *Reader) declare(prefix, namespace string) {
	r.prefixes[prefix] = namespace
	if r.prefix != nil {
		r.prefix(prefix, namespace)
	}
}

// Read returns the next quad, io.EOF at the end of the document. A mistake in the
// document is a *SyntaxError; the quads before it are delivered first. After
// an error every further call returns the same one.
func (r *Reader) Read() (graph.Quad, error) {
	for r.next == len(r.queue) {
		if r.err != nil {
			return graph.Quad{}, r.err
		}
		r.queue, r.err = r.source.more(r.queue[:0])
		r.next = 0
		if e := (*SyntaxError)(nil); errors.As(r.err, &e) && e.File == "" {
			e.File = r.file
		}
	}
	q := r.queue[r.next]
	r.next++
	return q, nil
}

// All returns the remaining quads. An error is delivered as the last pair, with a
// zero quad; the end of the document is not an error.
func (r *Reader) All() iter.Seq2[graph.Quad, error] {
	return func(yield func(graph.Quad, error) bool) {
		for {
			q, err := r.Read()
			if err == io.EOF {
				return
			}
			if !yield(q, err) || err != nil {
				return
			}
		}
	}
}

// Prefixes returns the prefixes declared so far, with their namespaces. The map is
// the caller's.
func (r *Reader) Prefixes() map[string]string { return maps.Clone(r.prefixes) }

// ReadAll returns all quads of a document, which memory must have room for; none if it
// is wrong anywhere. Options and errors are those of NewReader and Read.
func ReadAll(r io.Reader, f Format, opts *ReaderOptions) ([]graph.Quad, error) {
	var quads []graph.Quad
	for q, err := range NewReader(r, f, opts).All() {
		if err != nil {
			return nil, err
		}
		quads = append(quads, q)
	}
	return quads, nil
}

// lineSource cuts N-Triples and N-Quads into chunks for ParseLines.
type lineSource struct {
	r      io.Reader
	format Format
	line   int
	offset int64
	rest   []byte // the beginning of a line that is not complete yet
	eof    bool
}

const chunkSize = 64 << 10

func (l *lineSource) more(queue []graph.Quad) ([]graph.Quad, error) {
	for !l.eof {
		have := len(l.rest)
		buf := append(l.rest, make([]byte, max(chunkSize, have))...)
		n, err := io.ReadFull(l.r, buf[have:])
		buf = buf[:have+n]
		cut := len(buf)
		switch err {
		case nil:
			for cut > 0 && buf[cut-1] != '\n' {
				cut--
			}
		case io.EOF, io.ErrUnexpectedEOF:
			l.eof = true
		default:
			return queue, err
		}
		chunk := string(buf[:cut])
		l.rest = append(l.rest[:0], buf[cut:]...)
		if chunk == "" {
			continue
		}
		err = ParseLines(chunk, l.line, l.format, func(q graph.Quad) error {
			queue = append(queue, q)
			return nil
		})
		if err != nil {
			if e, ok := err.(*SyntaxError); ok {
				e.Offset += l.offset
			}
			return queue, err
		}
		l.line += strings.Count(chunk, "\n")
		l.offset += int64(len(chunk))
		if len(queue) > 0 {
			return queue, nil
		}
	}
	return queue, io.EOF
}
