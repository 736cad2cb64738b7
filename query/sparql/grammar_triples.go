package sparql

import (
	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The productions of triples are the ones that come by the thousand, in INSERT
// DATA. So these implement participle.Parseable: they read tokens themselves,
// an order of magnitude faster than struct tags do. Everything else is struct
// tags. The productions are those of patterns (with paths); in templates and
// data the translation refuses what may not stand there.

// TriplesBlock ::= TriplesSameSubjectPath ( '.' TriplesBlock? )?
type triplesBlock struct {
	Triples []sameSubject
}

// TriplesSameSubjectPath ::= VarOrTerm PropertyListPathNotEmpty | TriplesNodePath PropertyListPath | ReifiedTripleBlockPath
type sameSubject struct {
	Subject    *graphNode
	Properties *propertyList // nil: none
}

// PropertyListPathNotEmpty ::= ( VerbPath | VerbSimple ) ObjectListPath ( ';' ( ( VerbPath | VerbSimple ) ObjectListPath )? )*
type propertyList struct {
	Items []verbObjects
}

type verbObjects struct {
	Verb    *verb
	Objects []object
}

// VerbPath | VerbSimple; Simple is an IRI or "a" alone, the common path.
type verb struct {
	Pos    lexer.Position
	Var    lexer.Token
	Simple lexer.Token
	Path   *path
}

// ObjectPath ::= GraphNodePath AnnotationPath
type object struct {
	Node        *graphNode
	Annotations []annotation
}

// AnnotationPath ::= ( Reifier | '{|' PropertyListPathNotEmpty '|}' )*
type annotation struct {
	Pos     lexer.Position
	Reifier *reifier
	Block   *propertyList
}

// Reifier ::= '~' VarOrReifierId?; ID is missing for none and for "[]".
type reifier struct {
	ID lexer.Token
}

// GraphNodePath ::= VarOrTerm | TriplesNodePath | ReifiedTriple
type graphNode struct {
	Pos        lexer.Position
	Leaf       lexer.Token // a variable, IRI, blank node, number or boolean
	String     lexer.Token
	Lang, Type lexer.Token // of String
	Bracket    *bracket
	List       *collection
	Term       *tripleTerm
	Reified    *reifiedTriple
}

// BlankNodePropertyListPath ::= '[' PropertyListPathNotEmpty ']'; ANON ::= '[' ']'
type bracket struct {
	Properties *propertyList // nil for ANON
}

// CollectionPath ::= '(' GraphNodePath+ ')'; NIL ::= '(' ')'
type collection struct {
	Nodes []*graphNode
}

// TripleTerm ::= '<<(' TripleTermSubject Verb TripleTermObject ')>>'
type tripleTerm struct {
	Subject *graphNode
	Verb    *verb
	Object  *graphNode
}

// ReifiedTriple ::= '<<' ReifiedTripleSubject Verb ReifiedTripleObject Reifier? '>>'
type reifiedTriple struct {
	tripleTerm
	Reifier *reifier
}

// PathAlternative ::= PathSequence ( '|' PathSequence )*
type path struct {
	Alternatives []pathSequence
}

// PathSequence ::= PathEltOrInverse ( '/' PathEltOrInverse )*
type pathSequence struct {
	Elements []pathElement
}

// PathEltOrInverse ::= '^'? PathPrimary PathMod?
type pathElement struct {
	Inverse  bool
	Negated  *negatedSet
	Link     lexer.Token
	Group    *path
	Modifier string // "?", "*", "+" or none
}

// PathNegatedPropertySet ::= PathOneInPropertySet | '(' ( PathOneInPropertySet ( '|' PathOneInPropertySet )* )? ')'
type negatedSet struct {
	Links []negatedLink
}

// PathOneInPropertySet ::= iri | 'a' | '^' ( iri | 'a' )
type negatedLink struct {
	Inverse bool
	Link    lexer.Token
}

// Parse implements participle.Parseable.
func (b *triplesBlock) Parse(lex *lexer.PeekingLexer) error {
	return parse(lex, (*reader).startsNode, func(r *reader) {
		b.Triples = append(b.Triples, r.sameSubject())
		for r.accept(".") {
			if r.is(".") {
				r.fail()
			}
			if r.startsNode() {
				b.Triples = append(b.Triples, r.sameSubject())
			}
		}
	})
}

// Parse implements participle.Parseable.
func (n *graphNode) Parse(lex *lexer.PeekingLexer) error {
	return parse(lex, (*reader).startsNode, func(r *reader) { *n = *r.node() })
}

// Parse implements participle.Parseable; the "<<(" is already read.
func (t *tripleTerm) Parse(lex *lexer.PeekingLexer) error {
	return parse(lex, (*reader).startsNode, func(r *reader) { *t = r.triple() })
}

// reader reads productions by recursive descent. Errors leave it by panic, with
// the error as participle has it; parse catches them.
type reader struct{ lex *lexer.PeekingLexer }

// parse runs a production if the next token starts it.
func parse(lex *lexer.PeekingLexer, starts func(*reader) bool, production func(*reader)) (err error) {
	r := &reader{lex}
	if !starts(r) {
		return participle.NextMatch
	}
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(*participle.UnexpectedTokenError)
			if !ok {
				panic(p)
			}
			err = e
		}
	}()
	production(r)
	return nil
}

func (r *reader) fail() { panic(&participle.UnexpectedTokenError{Unexpected: *r.lex.Peek()}) }

func (r *reader) is(value string) bool { return r.lex.Peek().Value == value }

func (r *reader) accept(value string) bool {
	if r.lex.Peek().Value != value {
		return false
	}
	r.lex.Next()
	return true
}

func (r *reader) need(value string) {
	if !r.accept(value) {
		r.fail()
	}
}

// startsNode reports whether a graph node can begin here.
func (r *reader) startsNode() bool {
	switch tok := r.lex.Peek(); tok.Type {
	case tokVar, tokIRI, tokPName, tokBlank, tokString, tokNumber, tokSigned:
		return true
	case tokKeyword:
		return tok.Value == "TRUE" || tok.Value == "FALSE"
	case tokPunct:
		return tok.Value == "[" || tok.Value == "(" || tok.Value == "<<" || tok.Value == "<<("
	}
	return false
}

// startsVerb reports whether a verb can begin here.
func (r *reader) startsVerb() bool {
	tok := r.lex.Peek()
	return tok.Type == tokVar || r.startsLink() || tok.Value == "^" || tok.Value == "!" || tok.Value == "("
}

// startsLink reports whether an IRI or "a" is next.
func (r *reader) startsLink() bool {
	tok := r.lex.Peek()
	return tok.Type == tokIRI || tok.Type == tokPName || tok.Value == "a"
}

func (r *reader) link() lexer.Token {
	if !r.startsLink() {
		r.fail()
	}
	return *r.lex.Next()
}

func (r *reader) sameSubject() sameSubject {
	s := sameSubject{Subject: r.node()}
	if r.startsVerb() || !s.Subject.standsAlone() {
		s.Properties = r.properties()
	}
	return s
}

// standsAlone reports whether a node says something without properties after it:
// a reified triple, a collection, a blank node with properties.
func (n *graphNode) standsAlone() bool {
	return n.Reified != nil || n.Bracket != nil && n.Bracket.Properties != nil || n.List != nil && len(n.List.Nodes) > 0
}

func (r *reader) properties() *propertyList {
	list := &propertyList{Items: []verbObjects{r.verbObjects()}}
	for r.accept(";") {
		if r.startsVerb() {
			list.Items = append(list.Items, r.verbObjects())
		}
	}
	return list
}

func (r *reader) verbObjects() verbObjects {
	v := verbObjects{Verb: r.verb(), Objects: []object{r.object()}}
	for r.accept(",") {
		v.Objects = append(v.Objects, r.object())
	}
	return v
}

func (r *reader) object() object {
	o := object{Node: r.node()}
	for {
		pos := r.lex.Peek().Pos
		switch {
		case r.is("~"):
			o.Annotations = append(o.Annotations, annotation{Pos: pos, Reifier: r.reifier()})
		case r.accept("{|"):
			o.Annotations = append(o.Annotations, annotation{Pos: pos, Block: r.properties()})
			r.need("|}")
		default:
			return o
		}
	}
}

func (r *reader) reifier() *reifier {
	r.need("~")
	out := &reifier{}
	switch r.lex.Peek().Type {
	case tokVar, tokIRI, tokPName, tokBlank:
		out.ID = *r.lex.Next()
	default:
		if r.accept("[") {
			r.need("]")
		}
	}
	return out
}

func (r *reader) node() *graphNode {
	tok := r.lex.Peek()
	n := &graphNode{Pos: tok.Pos}
	if !r.startsNode() {
		r.fail()
	}
	r.lex.Next()
	if tok.Type == tokString {
		n.String = *tok
		if r.lex.Peek().Type == tokLang {
			n.Lang = *r.lex.Next()
		} else if r.accept("^^") {
			if t := r.lex.Peek().Type; t != tokIRI && t != tokPName {
				r.fail()
			}
			n.Type = *r.lex.Next()
		}
		return n
	}
	if tok.Type != tokPunct {
		n.Leaf = *tok
		return n
	}
	switch tok.Value {
	case "[":
		n.Bracket = &bracket{}
		if !r.is("]") {
			n.Bracket.Properties = r.properties()
		}
		r.need("]")
	case "(":
		n.List = &collection{}
		for r.startsNode() {
			n.List.Nodes = append(n.List.Nodes, r.node())
		}
		r.need(")")
	case "<<(":
		t := r.triple()
		n.Term = &t
		r.need(")>>")
	default:
		n.Reified = &reifiedTriple{tripleTerm: r.triple()}
		if r.is("~") {
			n.Reified.Reifier = r.reifier()
		}
		r.need(">>")
	}
	return n
}

func (r *reader) triple() tripleTerm {
	return tripleTerm{Subject: r.node(), Verb: r.verb(), Object: r.node()}
}

func (r *reader) verb() *verb {
	tok := r.lex.Peek()
	v := &verb{Pos: tok.Pos}
	if tok.Type == tokVar {
		v.Var = *r.lex.Next()
		return v
	}
	p := r.path()
	if len(p.Alternatives) == 1 && len(p.Alternatives[0].Elements) == 1 {
		if e := p.Alternatives[0].Elements[0]; e.Link.Type != 0 && !e.Inverse && e.Modifier == "" {
			v.Simple = e.Link
			return v
		}
	}
	v.Path = p
	return v
}

func (r *reader) path() *path {
	p := &path{Alternatives: []pathSequence{r.pathSequence()}}
	for r.accept("|") {
		p.Alternatives = append(p.Alternatives, r.pathSequence())
	}
	return p
}

func (r *reader) pathSequence() pathSequence {
	s := pathSequence{Elements: []pathElement{r.pathElement()}}
	for r.accept("/") {
		s.Elements = append(s.Elements, r.pathElement())
	}
	return s
}

func (r *reader) pathElement() pathElement {
	e := pathElement{Inverse: r.accept("^")}
	switch {
	case r.accept("("):
		e.Group = r.path()
		r.need(")")
	case r.accept("!"):
		e.Negated = r.negatedSet()
	default:
		e.Link = r.link()
	}
	if r.is("?") || r.is("*") || r.is("+") {
		e.Modifier = r.lex.Next().Value
	}
	return e
}

func (r *reader) negatedSet() *negatedSet {
	one := func() negatedLink { return negatedLink{Inverse: r.accept("^"), Link: r.link()} }
	if !r.accept("(") {
		return &negatedSet{Links: []negatedLink{one()}}
	}
	set := &negatedSet{}
	if r.accept(")") {
		return set
	}
	set.Links = append(set.Links, one())
	for r.accept("|") {
		set.Links = append(set.Links, one())
	}
	r.need(")")
	return set
}
