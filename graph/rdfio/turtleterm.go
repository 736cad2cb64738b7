package rdfio

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
)

// resource reads an IRI or a blank node, [] included.
func (t *turtle) resource(what string) (graph.Term, error) {
	switch t.at(0) {
	case '_':
		return t.blank()
	case '[':
		if t.isAnon() {
			for t.at(0) != ']' {
				t.skipLines(1)
			}
			t.skip(1)
			return t.fresh(), nil
		}
	}
	return t.iri(what)
}

func (t *turtle) blank() (graph.Term, error) {
	if t.at(1) != ':' {
		return graph.Term{}, t.expected(`a blank node (it begins with "_:")`)
	}
	end, i := 2, 2
	for {
		r, n := t.runeAt(i)
		switch {
		case n == 0:
		case r < 0x80 && is(byte(r), className) && (i > 2 || is(byte(r), classNameBeg)),
			r >= 0x80 && (pnCharsBase(r) || i > 2 && pnChars(r)):
			i += n
			end = i
			continue
		case r == '.' && i > 2:
			i++
			continue
		}
		break
	}
	if end == 2 {
		return graph.Term{}, t.failAt(2, `expected a label after "_:"`)
	}
	label := t.text(end)[2:]
	t.skip(end)
	return graph.Blank(keepApart(label)), nil
}

// keepApart changes a label of the document that could be one of fresh's.
func keepApart(label string) string {
	if number, ok := strings.CutPrefix(strings.TrimLeft(label, "_"), "anon"); ok {
		if _, err := strconv.Atoi(number); err == nil {
			return "_" + label
		}
	}
	return label
}

// iri reads an IRI in brackets or a prefixed name.
func (t *turtle) iri(what string) (graph.Term, error) {
	switch c := t.at(0); {
	case c == '<' && t.at(1) != '<':
		iri, err := t.iriRef()
		return graph.IRI(iri), err
	case c == ':' || is(c, classAlpha) || c >= 0x80:
		return t.prefixedName(what)
	}
	return graph.Term{}, t.expected(what)
}

// iriRef reads <…> and resolves it.
func (t *turtle) iriRef() (string, error) {
	if t.at(0) != '<' {
		return "", t.expected("an IRI in <>")
	}
	n, escaped := 1, false
	for {
		c := t.at(n)
		if is(c, classIRI) || c >= 0x80 {
			n++
			continue
		}
		if c == '\\' {
			escaped = true
			n++
			continue
		}
		if c == '>' {
			break
		}
		if c == 0 && !t.have(n+1) {
			return "", t.fail(`IRI without its closing ">"`)
		}
		return "", t.failAt(n, "the character %q is not allowed in an IRI", c)
	}
	iri := t.text(n)[1:]
	if !utf8.ValidString(iri) {
		return "", t.fail("the IRI is not UTF-8")
	}
	if escaped {
		var bad int
		var msg string
		if iri, bad, msg = unescape(iri, false); msg != "" {
			return "", t.failAt(1+bad, "%s", msg)
		}
		if i := graph.ForbiddenInIRI(iri); i >= 0 {
			return "", t.fail("the character %q is not allowed in an IRI", iri[i])
		}
	}
	if !graph.IsAbsoluteIRI(iri) {
		if t.base == "" {
			return "", t.fail("the IRI <%s> is relative, and there is no base to resolve it against", iri)
		}
		iri = graph.ResolveIRI(t.base, iri)
	}
	t.skip(n + 1)
	return iri, nil
}

// prefixLength returns the length of the PN_PREFIX at the current position,
// which may be empty.
func (t *turtle) prefixLength() (int, error) {
	end, i := 0, 0
	for {
		r, n := t.runeAt(i)
		switch {
		case n == 0:
		case r < 0x80 && is(byte(r), classAlpha), r >= 0x80 && pnCharsBase(r),
			i > 0 && (r < 0x80 && is(byte(r), className) || r >= 0x80 && pnChars(r)):
			i += n
			end = i
			continue
		case r == '.' && i > 0:
			i++
			continue
		case r < 0:
			return 0, t.failAt(i, "the text is not UTF-8")
		}
		if i != end && r == ':' {
			return 0, t.failAt(end, `a prefix may not end in "."`)
		}
		return end, nil
	}
}

func (t *turtle) prefixedName(what string) (graph.Term, error) {
	n, err := t.prefixLength()
	if err != nil {
		return graph.Term{}, err
	}
	if t.at(n) != ':' {
		return graph.Term{}, t.expected(what)
	}
	namespace, ok := t.prefixes[string(t.buf[t.pos:t.pos+n])]
	if !ok {
		return graph.Term{}, t.fail("the prefix %q is not declared", t.text(n)+":")
	}
	start := n + 1
	end, i, escaped := start, start, false
loop:
	for {
		r, size := t.runeAt(i)
		switch {
		case size == 0:
			break loop
		case r == ':' || r < 0x80 && is(byte(r), classNameBeg),
			i > start && r < 0x80 && is(byte(r), className),
			r >= 0x80 && (pnCharsBase(r) || i > start && pnChars(r)):
			i += size
		case r == '.' && i > start:
			i++
			continue // a dot at the end is not part of the name
		case r == '%':
			if !is(t.at(i+1), classHex) || !is(t.at(i+2), classHex) {
				return graph.Term{}, t.failAt(i, `expected two hexadecimal digits after "%%"`)
			}
			i += 3
		case r == '\\':
			if c := t.at(i + 1); c == 0 || strings.IndexByte("_~.-!$&'()*+,;=/?#@%", c) < 0 {
				return graph.Term{}, t.failAt(i, "no such escape sequence in a prefixed name")
			}
			escaped = true
			i += 2
		default:
			break loop
		}
		end = i
	}
	local := t.buf[t.pos+start : t.pos+end]
	if escaped {
		kept := make([]byte, 0, len(local))
		for i := 0; i < len(local); i++ {
			if local[i] == '\\' {
				i++
			}
			kept = append(kept, local[i])
		}
		local = kept
	}
	iri := namespace + string(local)
	t.skip(end)
	return graph.IRI(iri), nil
}

// stringLiteral reads a string in any of the four kinds of quotes.
func (t *turtle) stringLiteral() (string, error) {
	quote := t.at(0)
	start := 1
	if t.at(1) == quote {
		if t.at(2) != quote {
			t.skip(2)
			return "", nil
		}
		start = 3
	}
	n, escaped := start, false
	for {
		c := t.at(n)
		switch {
		case c == quote:
			if start == 1 || t.at(n+1) == quote && t.at(n+2) == quote {
				return t.finishString(start, n, escaped)
			}
		case c == '\\':
			escaped = true
			n++
			if !t.have(n + 1) {
				return "", t.fail("string without its closing quotes")
			}
		case c == 0 && !t.have(n+1):
			return "", t.fail("string without its closing quotes")
		case (c == '\n' || c == '\r') && start == 1:
			return "", t.failAt(n, `a line end in a string must be written \n, or the string put in three quotes`)
		}
		n++
	}
}

func (t *turtle) finishString(start, n int, escaped bool) (string, error) {
	s := string(t.buf[t.pos+start : t.pos+n])
	if !utf8.ValidString(s) {
		return "", t.fail("the string is not UTF-8")
	}
	if escaped {
		var bad int
		var msg string
		if s, bad, msg = unescape(s, true); msg != "" {
			return "", t.failAt(start+bad, "%s", msg)
		}
	}
	t.skipLines(n + start)
	return s, nil
}

func (t *turtle) literal() (graph.Term, error) {
	s, err := t.stringLiteral()
	if err != nil {
		return graph.Term{}, err
	}
	t.space()
	switch {
	case t.at(0) == '@':
		n := 1
		for is(t.at(n), classAlpha|classDigit) || t.at(n) == '-' {
			n++
		}
		used, lang, dir, msg := langTag(t.text(n))
		if msg != "" {
			return graph.Term{}, t.failAt(used, "%s", msg)
		}
		t.skip(used)
		return graph.DirLangString(s, lang, dir), nil
	case t.has("^^"):
		t.skip(2)
		t.space()
		datatype, err := t.iri("a datatype")
		if err == nil && needsTag(datatype.Value()) {
			return graph.Term{}, t.fail("%s", msgNeedsTag)
		}
		return graph.Literal(s, internDatatype(datatype.Value())), err
	}
	return graph.String(s), nil
}

// number reads an integer, decimal or double without quotes.
func (t *turtle) number() (graph.Term, error) {
	n := 0
	if c := t.at(0); c == '+' || c == '-' {
		n++
	}
	whole := n
	for is(t.at(n), classDigit) {
		n++
	}
	whole = n - whole
	datatype, fraction := graph.XSDInteger, 0
	if t.at(n) == '.' {
		for is(t.at(n+1+fraction), classDigit) {
			fraction++
		}
		exponent := t.at(n+1+fraction)|0x20 == 'e' && t.exponent(n+1+fraction) > 0
		if fraction > 0 || whole > 0 && exponent {
			n += 1 + fraction
			datatype = graph.XSDDecimal
		}
	}
	if whole+fraction == 0 {
		return graph.Term{}, t.expected("a number")
	}
	if e := t.exponent(n); e > 0 {
		n += e
		datatype = graph.XSDDouble
	}
	term := graph.Literal(t.text(n), datatype)
	t.skip(n)
	return term, nil
}

// exponent returns the length of the exponent i places on, 0 if there is none.
func (t *turtle) exponent(i int) int {
	if t.at(i)|0x20 != 'e' {
		return 0
	}
	n := i + 1
	if c := t.at(n); c == '+' || c == '-' {
		n++
	}
	digits := n
	for is(t.at(n), classDigit) {
		n++
	}
	if n == digits {
		return 0
	}
	return n - i
}

// ParseTerm parses one term in Turtle syntax: an IRI in brackets, a prefixed name, a
// blank node, a literal with or without quotes, a triple term. Nothing but white space
// may stand beside it. prefixes, which may be nil, maps prefixes to namespaces. A
// mistake is a *SyntaxError.
func ParseTerm(s string, prefixes map[string]string) (graph.Term, error) {
	t := turtle{scanner: &scanner{buf: []byte(s), err: io.EOF, line: 1}, prefixes: prefixes}
	t.space()
	term, err := t.simpleObject(false)
	if err != nil {
		return graph.Term{}, err
	}
	if t.space(); t.have(1) {
		return graph.Term{}, t.expected("the end of the term")
	}
	return term, nil
}
