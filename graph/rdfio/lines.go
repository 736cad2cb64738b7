package rdfio

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
)

// ParseLines parses a piece of N-Triples or N-Quads that ends at a line end or
// at the end of the document, and calls emit for each quad. firstLine is the
// number of the chunk's first line, for errors.
//
// The terms are substrings of chunk wherever no escape has to be replaced, so they keep
// it alive. emit's error stops the parsing and is returned as it is. A mistake
// is a *SyntaxError; the quads before it have been emitted, and parsing can be
// taken up again at the line after SyntaxError.Offset.
//
// ParseLines keeps no state: pieces of one document can be parsed by several goroutines.
func ParseLines(chunk string, firstLine int, f Format, emit func(graph.Quad) error) error {
	p := lineParser{line: firstLine, quads: f == NQuads, emit: emit}
	valid := utf8.ValidString(chunk)
	for pos := 0; pos < len(chunk); p.line++ {
		end := len(chunk)
		if n := strings.IndexByte(chunk[pos:], '\n'); n >= 0 {
			end = pos + n
		}
		p.s, p.i = chunk[pos:end], 0
		var err error
		if !valid && !utf8.ValidString(p.s) {
			for p.i < len(p.s) {
				r, n := utf8.DecodeRuneInString(p.s[p.i:])
				if r == utf8.RuneError && n == 1 {
					break
				}
				p.i += n
			}
			err = p.fail("the text is not UTF-8")
		} else {
			err = p.parse()
		}
		if err != nil {
			if e, ok := err.(*SyntaxError); ok && err != p.emitErr {
				e.Offset += int64(pos)
			}
			return err
		}
		pos = end + 1
	}
	return nil
}

// maxDepth bounds the nesting of triple terms, lists and property lists, so
// that hostile input cannot exhaust the stack.
const maxDepth = 512

// lineParser parses one line of N-Triples or N-Quads at a time.
type lineParser struct {
	s     string // the line
	i     int    // where we are in it
	line  int
	depth int
	quads bool

	emit    func(graph.Quad) error
	emitErr error

	// The last subject with its brackets, and the predicates and datatypes
	// seen, by a cheap hash: they repeat, and comparing is quicker than checking.
	lastSubject string
	subject     graph.Term
	seen        [64]seenIRI
}

type seenIRI struct {
	text, iri string
}

func (p *lineParser) fail(format string, args ...any) error {
	return &SyntaxError{
		Line: p.line, Column: utf8.RuneCountInString(p.s[:min(p.i, len(p.s))]) + 1,
		Offset: int64(p.i), Msg: fmt.Sprintf(format, args...),
	}
}

// expected reports what should have come at the current position.
func (p *lineParser) expected(what string) error {
	return p.fail("expected %s, found %s", what, describe(p.s[min(p.i, len(p.s)):]))
}

// describe shows the beginning of a text in an error message.
func describe(rest string) string {
	if strings.TrimRight(rest, "\r\n") == "" {
		return "the end of the line"
	}
	end := 0
	for n := 0; end < len(rest) && n < 20; n++ {
		_, size := utf8.DecodeRuneInString(rest[end:])
		if n > 0 && rest[end] <= ' ' {
			break
		}
		end += size
	}
	return fmt.Sprintf("%q", rest[:end])
}

func (p *lineParser) space() {
	for p.i < len(p.s) && (p.s[p.i] == ' ' || p.s[p.i] == '\t') {
		p.i++
	}
}

// peek returns the byte at the current position, 0 at the end.
func (p *lineParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

// parse reads all of p.s: one statement, or several separated by bare carriage
// returns, which N-Triples counts as line ends too.
func (p *lineParser) parse() error {
	for {
		for p.i < len(p.s) && (p.s[p.i] == ' ' || p.s[p.i] == '\t' || p.s[p.i] == '\r') {
			p.i++
		}
		switch c := p.peek(); {
		case p.i >= len(p.s):
			return nil
		case c == '#':
			p.comment()
			continue
		case c == 'V' && strings.HasPrefix(p.s[p.i:], "VERSION"):
			if err := p.version(); err != nil {
				return err
			}
		default:
			if err := p.statement(); err != nil {
				return err
			}
		}
		p.space()
		switch c := p.peek(); {
		case c == '#':
			p.comment()
		case p.i < len(p.s) && c != '\r':
			return p.expected("the end of the line")
		}
	}
}

func (p *lineParser) comment() {
	if n := strings.IndexByte(p.s[p.i:], '\r'); n >= 0 {
		p.i += n
	} else {
		p.i = len(p.s)
	}
}

func (p *lineParser) version() error {
	p.i += len("VERSION")
	p.space()
	if p.peek() != '"' {
		return p.expected(`a version in quotes, such as "1.2"`)
	}
	_, err := p.quoted()
	return err
}

func (p *lineParser) statement() (err error) {
	var q graph.Quad
	if p.lastSubject != "" && strings.HasPrefix(p.s[p.i:], p.lastSubject) {
		p.i += len(p.lastSubject)
		q.Subject = p.subject
	} else {
		start := p.i
		if q.Subject, err = p.node("a subject"); err != nil {
			return err
		}
		if q.Subject.IsIRI() {
			p.lastSubject, p.subject = p.s[start:p.i], q.Subject
		}
	}
	p.space()
	if q.Predicate, err = p.predicate(); err != nil {
		return err
	}
	p.space()
	if q.Object, err = p.object(); err != nil {
		return err
	}
	p.space()
	if p.quads {
		if c := p.peek(); c == '<' || c == '_' {
			if q.Graph, err = p.node("a graph name"); err != nil {
				return err
			}
			p.space()
		}
	}
	if p.peek() != '.' {
		if p.quads && q.Graph.IsZero() {
			return p.expected(`a graph name or "."`)
		}
		return p.expected(`"."`)
	}
	p.i++
	p.emitErr = p.emit(q)
	return p.emitErr
}

// node reads an IRI or a blank node.
func (p *lineParser) node(what string) (graph.Term, error) {
	switch p.peek() {
	case '<':
		if strings.HasPrefix(p.s[p.i:], "<<") {
			return graph.Term{}, p.fail("a triple term may stand only in object position, expected %s", what)
		}
		iri, err := p.iri()
		return graph.IRI(iri), err
	case '_':
		return p.blank()
	}
	return graph.Term{}, p.expected(what + " (an IRI in <> or a blank node)")
}

func (p *lineParser) predicate() (graph.Term, error) {
	if p.peek() != '<' || strings.HasPrefix(p.s[p.i:], "<<") {
		return graph.Term{}, p.expected("a predicate (an IRI in <>)")
	}
	iri, err := p.repeatedIRI()
	return graph.IRI(iri), err
}

// repeatedIRI reads an IRI that has probably been seen before: a predicate or a
// datatype.
func (p *lineParser) repeatedIRI() (string, error) {
	n := strings.IndexByte(p.s[p.i:], '>')
	if n < 2 {
		return p.iri()
	}
	text := p.s[p.i+1 : p.i+n]
	h := len(text)*7 + int(text[n-2])*13 + int(text[(n-1)/2])*31
	slot := &p.seen[h%len(p.seen)]
	if slot.text == text {
		p.i += n + 1
		return slot.iri, nil
	}
	iri, err := p.iri()
	if err == nil {
		iri = internDatatype(iri)
		*slot = seenIRI{text, iri}
	}
	return iri, err
}

func (p *lineParser) object() (graph.Term, error) {
	switch p.peek() {
	case '"':
		return p.literal()
	case '<':
		if strings.HasPrefix(p.s[p.i:], "<<") {
			return p.tripleTerm()
		}
		iri, err := p.iri()
		return graph.IRI(iri), err
	case '_':
		return p.blank()
	}
	return graph.Term{}, p.expected("an object (an IRI in <>, a blank node, a literal in quotes or a triple term)")
}

func (p *lineParser) iri() (string, error) {
	start := p.i + 1
	s := p.s
	j := start
	for j < len(s) && (is(s[j], classIRI) || s[j] >= 0x80) {
		j++
	}
	if j == len(s) || s[j] != '>' {
		return p.iriSlow(start, j)
	}
	iri := s[start:j]
	if !graph.IsAbsoluteIRI(iri) {
		return "", p.fail("the IRI <%s> is relative; it must begin with a scheme such as http:", iri)
	}
	p.i = j + 1
	return iri, nil
}

// iriSlow reads the IRI from start, which has an escape or a mistake at j.
func (p *lineParser) iriSlow(start, j int) (string, error) {
	if j < len(p.s) && p.s[j] == '\\' {
		n := strings.IndexByte(p.s[start:], '>')
		if n < 0 {
			return "", p.fail(`IRI without its closing ">"`)
		}
		iri, bad, msg := unescape(p.s[start:start+n], false)
		if msg != "" {
			p.i = start + bad
			return "", p.fail("%s", msg)
		}
		if i := graph.ForbiddenInIRI(iri); i >= 0 {
			return "", p.fail("the character %q is not allowed in an IRI", iri[i])
		}
		if !graph.IsAbsoluteIRI(iri) {
			return "", p.fail("the IRI <%s> is relative; it must begin with a scheme such as http:", iri)
		}
		p.i = start + n + 1
		return iri, nil
	}
	if j == len(p.s) {
		return "", p.fail(`IRI without its closing ">"`)
	}
	p.i = j
	return "", p.fail("the character %q is not allowed in an IRI", p.s[j])
}

func (p *lineParser) blank() (graph.Term, error) {
	if !strings.HasPrefix(p.s[p.i:], "_:") {
		return graph.Term{}, p.expected(`a blank node (it begins with "_:")`)
	}
	n := labelLength(p.s[p.i+2:])
	if n == 0 {
		return graph.Term{}, p.fail(`expected a label after "_:", found %s`, describe(p.s[p.i+2:]))
	}
	label := p.s[p.i+2 : p.i+2+n]
	p.i += 2 + n
	return graph.Blank(label), nil
}

// labelLength returns the length of the blank node label at the beginning of s.
func labelLength(s string) int {
	end := 0 // after the last character that is not a dot
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < 0x80 && is(c, className) && (i > 0 || is(c, classNameBeg)):
			i++
			end = i
		case c == '.' && i > 0:
			i++
		case c >= 0x80:
			r, n := utf8.DecodeRuneInString(s[i:])
			if !pnChars(r) || i == 0 && !pnCharsBase(r) {
				return end
			}
			i += n
			end = i
		default:
			return end
		}
	}
	return end
}

// quoted reads a string in double quotes.
func (p *lineParser) quoted() (string, error) {
	rest := p.s[p.i+1:]
	n := strings.IndexByte(rest, '"')
	if n < 0 {
		return "", p.fail("string without its closing quote")
	}
	if strings.IndexByte(rest[:n], '\\') < 0 {
		if cr := strings.IndexByte(rest[:n], '\r'); cr >= 0 {
			p.i += 1 + cr
			return "", p.fail(`a line end in a string must be written \n or \r`)
		}
		p.i += n + 2
		return rest[:n], nil
	}
	for n = 0; n < len(rest) && rest[n] != '"'; n++ {
		if rest[n] == '\\' {
			n++
		} else if rest[n] == '\r' {
			p.i += 1 + n
			return "", p.fail(`a line end in a string must be written \n or \r`)
		}
	}
	if n >= len(rest) {
		return "", p.fail("string without its closing quote")
	}
	s, bad, msg := unescape(rest[:n], true)
	if msg != "" {
		p.i += 1 + bad
		return "", p.fail("%s", msg)
	}
	p.i += n + 2
	return s, nil
}

func (p *lineParser) tripleTerm() (t graph.Term, err error) {
	if !strings.HasPrefix(p.s[p.i:], "<<(") {
		return t, p.expected("a triple term, which begins with <<(")
	}
	if p.depth++; p.depth > maxDepth {
		return t, p.fail("triple terms nested more than %d deep", maxDepth)
	}
	p.i += 3
	p.space()
	s, err := p.node("a subject")
	if err != nil {
		return t, err
	}
	p.space()
	pred, err := p.predicate()
	if err != nil {
		return t, err
	}
	p.space()
	o, err := p.object()
	if err != nil {
		return t, err
	}
	p.space()
	if !strings.HasPrefix(p.s[p.i:], ")>>") {
		return t, p.expected(")>> at the end of the triple term")
	}
	p.i += 3
	p.depth--
	return graph.TripleTerm(s, pred, o), nil
}
