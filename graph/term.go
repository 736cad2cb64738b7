package graph

import "strings"

// Kind says what a [Term] is.
type Kind uint8

// The kinds of term. None is the zero Term: an unbound variable, or, in the
// graph position of a quad, the default graph.
const (
	KindNone Kind = iota
	KindBlank
	KindIRI
	KindLiteral
	KindTriple
)

// String returns the name of the kind in the words of RDF 1.2.
func (k Kind) String() string {
	switch k {
	case KindBlank:
		return "blank node"
	case KindIRI:
		return "IRI"
	case KindLiteral:
		return "literal"
	case KindTriple:
		return "triple term"
	}
	return "none"
}

// Direction is the base direction of a language-tagged string (RDF 1.2
// Concepts, section 3.4).
type Direction uint8

// The base directions.
const (
	NoDirection Direction = iota
	LTR
	RTL
)

// String returns "ltr", "rtl" or the empty string.
func (d Direction) String() string {
	switch d {
	case LTR:
		return "ltr"
	case RTL:
		return "rtl"
	}
	return ""
}

// Triple is the content of a triple term: subject, predicate, object.
type Triple struct {
	Subject, Predicate, Object Term
}

// Term is an RDF term: an IRI, a blank node, a literal or a triple term. The
// zero Term is none of these; see [KindNone]. Terms are immutable values.
//
// Two terms are the same term exactly if [Term.Equal] says so; because a
// triple term is held by pointer, == must not be used where triple terms may
// occur. Use [Term.Key] as the key of a map.
type Term struct {
	// value is the IRI, the blank node label or the lexical form.
	value string
	// datatype is the datatype IRI of a literal; empty stands for xsd:string,
	// rdf:langString or rdf:dirLangString, told apart by lang and dir.
	datatype string
	lang     string
	triple   *Triple
	kind     Kind
	dir      Direction
}

// IRI returns the term for an absolute IRI. The text is not checked.
func IRI(iri string) Term { return Term{kind: KindIRI, value: iri} }

// Blank returns the blank node with this label, which has no "_:".
func Blank(label string) Term { return Term{kind: KindBlank, value: label} }

// String returns a simple literal, whose datatype is xsd:string.
func String(s string) Term { return Term{kind: KindLiteral, value: s} }

// Literal returns a typed literal. xsd:string gives a simple literal.
func Literal(lexical, datatype string) Term {
	if datatype == XSDString {
		datatype = ""
	}
	return Term{kind: KindLiteral, value: lexical, datatype: datatype}
}

// LangString returns a language-tagged string. The tag is kept in lower case,
// because RDF 1.2 compares language tags without regard to case.
func LangString(s, lang string) Term {
	return Term{kind: KindLiteral, value: s, lang: strings.ToLower(lang)}
}

// DirLangString returns a language-tagged string with a base direction.
func DirLangString(s, lang string, dir Direction) Term {
	return Term{kind: KindLiteral, value: s, lang: strings.ToLower(lang), dir: dir}
}

// TripleTerm returns the triple term (s, p, o).
func TripleTerm(s, p, o Term) Term {
	return Term{kind: KindTriple, triple: &Triple{s, p, o}}
}

// Boolean returns the xsd:boolean literal of b.
func Boolean(b bool) Term {
	if b {
		return Term{kind: KindLiteral, value: "true", datatype: XSDBoolean}
	}
	return Term{kind: KindLiteral, value: "false", datatype: XSDBoolean}
}

// Kind says what the term is.
func (t Term) Kind() Kind { return t.kind }

// IsZero reports whether t is the zero Term.
func (t Term) IsZero() bool { return t.kind == KindNone }

// IsIRI reports whether t is an IRI.
func (t Term) IsIRI() bool { return t.kind == KindIRI }

// IsBlank reports whether t is a blank node.
func (t Term) IsBlank() bool { return t.kind == KindBlank }

// IsLiteral reports whether t is a literal.
func (t Term) IsLiteral() bool { return t.kind == KindLiteral }

// IsTriple reports whether t is a triple term.
func (t Term) IsTriple() bool { return t.kind == KindTriple }

// Value returns the IRI, the blank node's label or the literal's lexical form.
func (t Term) Value() string { return t.value }

// Datatype returns the datatype IRI of a literal, and "" for other terms.
func (t Term) Datatype() string {
	switch {
	case t.kind != KindLiteral:
		return ""
	case t.datatype != "":
		return t.datatype
	case t.dir != NoDirection:
		return RDFDirLangString
	case t.lang != "":
		return RDFLangString
	}
	return XSDString
}

// IsSimple reports whether t is a literal of datatype xsd:string.
func (t Term) IsSimple() bool { return t.kind == KindLiteral && t.datatype == "" && t.lang == "" }

// Lang returns the language tag in lower case, "" where there is none.
func (t Term) Lang() string { return t.lang }

// Direction returns the base direction of a language-tagged string.
func (t Term) Direction() Direction { return t.dir }

// Triple returns the content of a triple term. It panics on other kinds.
func (t Term) Triple() Triple { return *t.triple }

// Equal reports whether t and u are the same RDF term (RDF 1.2 Concepts:
// literals are the same term if their lexical forms, datatypes, language tags
// and base directions are).
func (t Term) Equal(u Term) bool {
	if t.kind != u.kind || t.value != u.value || t.datatype != u.datatype || t.lang != u.lang || t.dir != u.dir {
		return false
	}
	if t.kind != KindTriple {
		return true
	}
	return t.triple == u.triple || t.triple.Subject.Equal(u.triple.Subject) &&
		t.triple.Predicate.Equal(u.triple.Predicate) && t.triple.Object.Equal(u.triple.Object)
}

// Key returns a comparable form: terms have the same key exactly if they are
// the same term. For a triple term it is built from its N-Triples text.
func (t Term) Key() Term {
	if t.kind == KindTriple {
		return Term{kind: KindTriple, value: t.String()}
	}
	return t
}

// Clone returns the term with texts of its own: one that is kept does not keep what its texts
// were parts of, such as a page of a dictionary or a line of a file.
func (t Term) Clone() Term {
	t.value, t.datatype, t.lang = strings.Clone(t.value), strings.Clone(t.datatype), strings.Clone(t.lang)
	if t.triple != nil {
		t.triple = &Triple{t.triple.Subject.Clone(), t.triple.Predicate.Clone(), t.triple.Object.Clone()}
	}
	return t
}

// String returns the term in N-Triples 1.2 syntax; "UNDEF" for the zero Term.
func (t Term) String() string { return string(t.Append(nil)) }

// Append appends the N-Triples 1.2 form of the term to b: only the escapes
// that canonical N-Triples requires are made.
func (t Term) Append(b []byte) []byte {
	switch t.kind {
	case KindIRI:
		b = append(b, '<')
		b = appendIRI(b, t.value)
		return append(b, '>')
	case KindBlank:
		b = append(b, "_:"...)
		return append(b, t.value...)
	case KindLiteral:
		b = append(b, '"')
		b = AppendEscaped(b, t.value)
		b = append(b, '"')
		switch {
		case t.lang != "":
			b = append(b, '@')
			b = append(b, t.lang...)
			if t.dir != NoDirection {
				b = append(b, "--"...)
				b = append(b, t.dir.String()...)
			}
		case t.datatype != "":
			b = append(b, "^^<"...)
			b = appendIRI(b, t.datatype)
			b = append(b, '>')
		}
		return b
	case KindTriple:
		b = append(b, "<<( "...)
		b = t.triple.Subject.Append(b)
		b = append(b, ' ')
		b = t.triple.Predicate.Append(b)
		b = append(b, ' ')
		b = t.triple.Object.Append(b)
		return append(b, " )>>"...)
	}
	return append(b, "UNDEF"...)
}

const upperHex = "0123456789ABCDEF"

// notInIRI has the bytes that may not stand in an IRIREF.
var notInIRI = func() (t [256]bool) {
	for c := range ' ' + 1 {
		t[c] = true
	}
	for _, c := range []byte("<>\"{}|^`\\") {
		t[c] = true
	}
	return t
}()

// appendIRI escapes what may not stand in an IRIREF with \uXXXX.
func appendIRI(b []byte, iri string) []byte {
	start := 0
	for i := 0; i < len(iri); i++ {
		if c := iri[i]; notInIRI[c] {
			b = append(b, iri[start:i]...)
			b = append(b, `\u00`...)
			b = append(b, upperHex[c>>4], upperHex[c&15])
			start = i + 1
		}
	}
	return append(b, iri[start:]...)
}

// AppendEscaped appends s with the escapes of canonical N-Triples (RDF 1.2
// N-Triples, section 3): \b \t \n \f \r \" \\ by name, other controls, DEL, U+FFFE
// and U+FFFF as \uXXXX, everything else as it is.
func AppendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			if c == 0xef && i+2 < len(s) && s[i+1] == 0xbf && s[i+2] >= 0xbe {
				b = append(b, s[start:i]...)
				b = append(b, `\uFFF`...)
				b = append(b, upperHex[s[i+2]&15])
				i += 2
				start = i + 1
			}
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '\b':
			b = append(b, `\b`...)
		case '\t':
			b = append(b, `\t`...)
		case '\n':
			b = append(b, `\n`...)
		case '\f':
			b = append(b, `\f`...)
		case '\r':
			b = append(b, `\r`...)
		case '"':
			b = append(b, `\"`...)
		case '\\':
			b = append(b, `\\`...)
		default:
			b = append(b, `\u00`...)
			b = append(b, upperHex[c>>4], upperHex[c&15])
		}
	}
	return append(b, s[start:]...)
}

// Quad is a statement in a graph. A zero Graph is the default graph.
type Quad struct {
	Subject, Predicate, Object, Graph Term
}

// String returns the quad as one N-Quads line without the line end.
func (q Quad) String() string {
	b := q.Subject.Append(nil)
	b = append(b, ' ')
	b = q.Predicate.Append(b)
	b = append(b, ' ')
	b = q.Object.Append(b)
	if !q.Graph.IsZero() {
		b = append(b, ' ')
		b = q.Graph.Append(b)
	}
	return string(append(b, " ."...))
}
