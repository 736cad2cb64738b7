package results

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
)

// Writer is told a query's result: Head and any number of Rows, or Boolean,
// then Close. It is for one goroutine.
type Writer interface {
	// Head names the variables, without "?". It comes before the rows.
	Head(vars []string) error
	// Row writes one solution: a term for each variable, the zero Term where it
	// is unbound. The slice belongs to the caller.
	Row(terms []graph.Term) error
	// Boolean writes the answer to ASK.
	Boolean(value bool) error
	// Close ends the document. It does not close the io.Writer.
	Close() error
}

// Options changes how results are written. The zero value is the default.
type Options struct {
	// Label, if set, gives a label for an IRI, "" if it has none. The JSON
	// format then has a member "label" beside "value". Other formats ignore it.
	Label func(graph.Term) string
}

// ErrUnsupported is wrapped by errors about terms that a format cannot express.
var ErrUnsupported = errors.New("not possible in this format")

// NewWriter returns a writer of format f to w. opts may be nil. After an error every
// further call of a method returns it.
func NewWriter(w io.Writer, f Format, opts *Options) Writer {
	if opts == nil {
		opts = &Options{}
	}
	o := output{w: w}
	switch f {
	case JSON:
		return &jsonWriter{output: o, label: opts.Label}
	case XML:
		return &xmlWriter{output: o}
	case CSV, TSV:
		return &textWriter{output: o, tsv: f == TSV}
	}
	o.err = fmt.Errorf("results: cannot write %v", f)
	return &textWriter{output: o}
}

// output is the buffer that the writers share.
type output struct {
	w   io.Writer
	buf []byte
	err error
}

const bufferSize = 32 << 10

// flush passes the buffer on if it is full, or always if force is set.
func (o *output) flush(force bool) error {
	if o.err == nil && (force || len(o.buf) >= bufferSize) {
		_, o.err = o.w.Write(o.buf)
		o.buf = o.buf[:0]
	}
	return o.err
}

// jsonWriter writes SPARQL 1.2 Query Results JSON Format.
type jsonWriter struct {
	output
	label func(graph.Term) string
	names [][]byte // `"x":` for each variable
	state int      // 0 nothing written, 1 head, 2 rows, 3 boolean
}

func (j *jsonWriter) Head(vars []string) error {
	j.buf = append(j.buf, `{"head":{"vars":[`...)
	for i, v := range vars {
		if i > 0 {
			j.buf = append(j.buf, ',')
		}
		name := appendJSON(nil, v)
		j.buf = append(j.buf, name...)
		j.names = append(j.names, append(name, ':'))
	}
	j.buf = append(j.buf, "]},\"results\":{\"bindings\":["...)
	j.state = 1
	return j.flush(false)
}

func (j *jsonWriter) Row(terms []graph.Term) error {
	if j.state == 2 {
		j.buf = append(j.buf, ',')
	}
	j.state = 2
	j.buf = append(j.buf, '\n', '{')
	first := true
	for i, t := range terms {
		if t.IsZero() {
			continue
		}
		if !first {
			j.buf = append(j.buf, ',')
		}
		first = false
		j.buf = append(j.buf, j.names[i]...)
		j.term(t)
	}
	j.buf = append(j.buf, '}')
	return j.flush(false)
}

func (j *jsonWriter) term(t graph.Term) {
	switch t.Kind() {
	case graph.KindIRI:
		j.buf = append(j.buf, `{"type":"uri","value":`...)
		j.buf = appendJSON(j.buf, t.Value())
		if j.label != nil {
			if l := j.label(t); l != "" {
				j.buf = append(j.buf, `,"label":`...)
				j.buf = appendJSON(j.buf, l)
			}
		}
	case graph.KindBlank:
		j.buf = append(j.buf, `{"type":"bnode","value":`...)
		j.buf = appendJSON(j.buf, t.Value())
	case graph.KindLiteral:
		j.buf = append(j.buf, `{"type":"literal","value":`...)
		j.buf = appendJSON(j.buf, t.Value())
		switch {
		case t.Lang() != "":
			j.buf = append(j.buf, `,"xml:lang":`...)
			j.buf = appendJSON(j.buf, t.Lang())
			if t.Direction() != graph.NoDirection {
				j.buf = append(j.buf, `,"its:dir":"`...)
				j.buf = append(j.buf, t.Direction().String()...)
				j.buf = append(j.buf, '"')
			}
		case !t.IsSimple():
			j.buf = append(j.buf, `,"datatype":`...)
			j.buf = appendJSON(j.buf, t.Datatype())
		}
	case graph.KindTriple:
		tr := t.Triple()
		j.buf = append(j.buf, `{"type":"triple","value":{"subject":`...)
		j.term(tr.Subject)
		j.buf = append(j.buf, `,"predicate":`...)
		j.term(tr.Predicate)
		j.buf = append(j.buf, `,"object":`...)
		j.term(tr.Object)
		j.buf = append(j.buf, '}')
	}
	j.buf = append(j.buf, '}')
}

func (j *jsonWriter) Boolean(value bool) error {
	j.buf = fmt.Appendf(j.buf, `{"head":{},"boolean":%v`, value)
	j.state = 3
	return j.flush(false)
}

func (j *jsonWriter) Close() error {
	switch j.state {
	case 1, 2:
		j.buf = append(j.buf, "\n]}}\n"...)
	case 3:
		j.buf = append(j.buf, "}\n"...)
	}
	j.state = 0
	return j.flush(true)
}

const hexDigits = "0123456789abcdef"

// appendJSON appends s as a JSON string.
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, `\u00`...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// xmlWriter writes SPARQL 1.2 Query Results XML Format.
type xmlWriter struct {
	output
	names [][]byte // `<binding name="x">` for each variable
	state int      // as in jsonWriter
}

const xmlStart = `<?xml version="1.0" encoding="UTF-8"?>
<sparql xmlns="http://www.w3.org/2005/sparql-results#" xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0">
`

func (x *xmlWriter) Head(vars []string) error {
	x.buf = append(x.buf, xmlStart+"<head>\n"...)
	for _, v := range vars {
		x.buf = append(x.buf, `<variable name="`...)
		x.text(v)
		x.buf = append(x.buf, "\"/>\n"...)
		x.names = append(x.names, []byte(`<binding name="`+v+`">`))
	}
	x.buf = append(x.buf, "</head>\n<results>\n"...)
	x.state = 1
	return x.flush(false)
}

func (x *xmlWriter) Row(terms []graph.Term) error {
	x.buf = append(x.buf, "<result>"...)
	for i, t := range terms {
		if !t.IsZero() {
			x.buf = append(x.buf, x.names[i]...)
			x.term(t)
			x.buf = append(x.buf, "</binding>"...)
		}
	}
	x.buf = append(x.buf, "</result>\n"...)
	return x.flush(false)
}

func (x *xmlWriter) term(t graph.Term) {
	switch t.Kind() {
	case graph.KindIRI:
		x.buf = append(x.buf, "<uri>"...)
		x.text(t.Value())
		x.buf = append(x.buf, "</uri>"...)
	case graph.KindBlank:
		x.buf = append(x.buf, "<bnode>"...)
		x.text(t.Value())
		x.buf = append(x.buf, "</bnode>"...)
	case graph.KindLiteral:
		x.buf = append(x.buf, "<literal"...)
		switch {
		case t.Lang() != "":
			x.buf = append(x.buf, ` xml:lang="`...)
			x.text(t.Lang())
			x.buf = append(x.buf, '"')
			if t.Direction() != graph.NoDirection {
				x.buf = append(x.buf, ` its:dir="`...)
				x.buf = append(x.buf, t.Direction().String()...)
				x.buf = append(x.buf, '"')
			}
		case !t.IsSimple():
			x.buf = append(x.buf, ` datatype="`...)
			x.text(t.Datatype())
			x.buf = append(x.buf, '"')
		}
		x.buf = append(x.buf, '>')
		x.text(t.Value())
		x.buf = append(x.buf, "</literal>"...)
	case graph.KindTriple:
		tr := t.Triple()
		x.buf = append(x.buf, "<triple><subject>"...)
		x.term(tr.Subject)
		x.buf = append(x.buf, "</subject><predicate>"...)
		x.term(tr.Predicate)
		x.buf = append(x.buf, "</predicate><object>"...)
		x.term(tr.Object)
		x.buf = append(x.buf, "</object></triple>"...)
	}
}

// text appends s escaped for content and attributes. XML 1.0 has no way to
// write most control characters; such a term is an error.
func (x *xmlWriter) text(s string) {
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		entity := ""
		switch c {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&quot;"
		case '\r':
			entity = "&#13;"
		case '\n', '\t':
		default:
			if c < ' ' || c == 0xef && i+2 < len(s) && s[i+1] == 0xbf && s[i+2] >= 0xbe {
				r, _ := utf8.DecodeRuneInString(s[i:])
				if x.err == nil {
					x.err = fmt.Errorf("results: XML cannot hold the character %U: %w", r, ErrUnsupported)
				}
			}
		}
		if entity != "" {
			x.buf = append(x.buf, s[start:i]...)
			x.buf = append(x.buf, entity...)
			start = i + 1
		}
	}
	x.buf = append(x.buf, s[start:]...)
}

func (x *xmlWriter) Boolean(value bool) error {
	x.buf = append(x.buf, xmlStart+"<head/>\n"...)
	x.buf = fmt.Appendf(x.buf, "<boolean>%v</boolean>\n", value)
	x.state = 3
	return x.flush(false)
}

func (x *xmlWriter) Close() error {
	switch x.state {
	case 1:
		x.buf = append(x.buf, "</results>\n</sparql>\n"...)
	case 3:
		x.buf = append(x.buf, "</sparql>\n"...)
	}
	x.state = 0
	return x.flush(true)
}

// textWriter writes SPARQL 1.1 Query Results CSV and TSV Formats. These have no form
// for ASK; the answer is written as a line of its own.
type textWriter struct {
	output
	tsv bool
}

func (t *textWriter) Head(vars []string) error {
	for i, v := range vars {
		switch {
		case t.tsv && i > 0:
			t.buf = append(t.buf, "\t?"...)
		case t.tsv:
			t.buf = append(t.buf, '?')
		case i > 0:
			t.buf = append(t.buf, ',')
		}
		t.buf = append(t.buf, v...)
	}
	t.endLine()
	return t.flush(false)
}

func (t *textWriter) endLine() {
	if !t.tsv {
		t.buf = append(t.buf, '\r') // RFC 4180
	}
	t.buf = append(t.buf, '\n')
}

func (t *textWriter) Row(terms []graph.Term) error {
	for i, term := range terms {
		if t.tsv {
			if i > 0 {
				t.buf = append(t.buf, '\t')
			}
			t.turtle(term)
			continue
		}
		if i > 0 {
			t.buf = append(t.buf, ',')
		}
		switch term.Kind() {
		case graph.KindNone:
		case graph.KindIRI, graph.KindLiteral:
			t.field(term.Value())
		case graph.KindBlank:
			t.buf = append(t.buf, "_:"...)
			t.buf = append(t.buf, term.Value()...)
		case graph.KindTriple:
			t.field(term.String())
		}
	}
	t.endLine()
	return t.flush(false)
}

// turtle appends a term as Turtle, numbers without quotes.
func (t *textWriter) turtle(term graph.Term) {
	if term.IsZero() {
		return
	}
	if rdfio.IsBareNumber(term) {
		t.buf = append(t.buf, term.Value()...)
		return
	}
	t.buf = term.Append(t.buf)
}

// field appends a CSV field, in quotes if it needs them. The empty string gets
// quotes to tell it from an unbound variable.
func (t *textWriter) field(s string) {
	quote := s == ""
	for i := 0; i < len(s) && !quote; i++ {
		c := s[i]
		quote = c == '"' || c == ',' || c == '\r' || c == '\n'
	}
	if !quote {
		t.buf = append(t.buf, s...)
		return
	}
	t.buf = append(t.buf, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			t.buf = append(t.buf, '"')
		}
		t.buf = append(t.buf, s[i])
	}
	t.buf = append(t.buf, '"')
}

func (t *textWriter) Boolean(value bool) error {
	t.buf = fmt.Append(t.buf, value)
	t.endLine()
	return t.flush(false)
}

func (t *textWriter) Close() error { return t.flush(true) }
